"""Processes of this machine, looked at from outside; the SSH server of the tests runs here too."""

import time
import uuid

import psutil


def marker() -> str:
    """Return a word that no other command line holds."""
    return f"penanda-{uuid.uuid4().hex}"


def with_argument(word: str) -> list[psutil.Process]:
    """Return the running processes that have `word` as an argument, the shells that run them for SSH among them."""
    found = []
    for process in psutil.process_iter():
        try:
            if word in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def appears(word: str, seconds: float = 20.0) -> list[psutil.Process]:
    """Wait until a program with that argument runs; return it, and not the shell that runs it."""
    end = time.monotonic() + seconds
    while not (found := [process for process in with_argument(word) if "cadangan" not in process.cmdline()]):
        assert time.monotonic() < end, "it did not start"
        time.sleep(0.02)
    return found


def gone(word: str, seconds: float = 10.0) -> bool:
    """Return whether there is no such process any more within `seconds`."""
    end = time.monotonic() + seconds
    while with_argument(word) and time.monotonic() < end:
        time.sleep(0.05)
    return not with_argument(word)
