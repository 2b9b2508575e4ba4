"""A lane a copy: a short queue and a thread that writes it, so that one that is slow paces the dump and one that is
dead leaves it."""

import errno
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol

from cadangan.errors import CopyFailed

log = logging.getLogger(__name__)
_DEPTH = 8
_TICK_SECONDS = 0.25


class Sink(Protocol):
    """A copy that is being written. `close` flushes, syncs and closes."""

    @property
    def name(self) -> str:
        """Return the destination's name, for messages."""

    def write(self, data: bytes) -> object:
        """Take all of `data`."""

    def close(self) -> object:
        """Make what was written durable."""


class Lane:
    """One copy on its way. `fault` says why it was lost.

    :param patience: seconds for which one write, or the closing, may take no step forward.
    """

    def __init__(self, sink: Sink, patience: float) -> None:
        self.name = sink.name
        self.fault: CopyFailed | None = None
        self._sink = sink
        self._patience = patience
        self._queue: queue.Queue[bytes | None] = queue.Queue(_DEPTH)
        self._act = "written"
        self._moved_at = time.monotonic()
        self._abandoned = False
        self._ended = threading.Event()
        # A daemon: a destination that blocks for ever must not keep the process from ending.
        threading.Thread(target=self._run, daemon=True, name=f"cadangan-copy-{self.name}").start()

    def put(self, data: bytes | None, alive: Callable[[], bool]) -> None:
        """Hand over the next bytes, or None for the end, waiting for room; without effect once the copy is lost.

        :param alive: asked again and again meanwhile; the waiting ends when it says no.
        """
        while self.fault is None and alive():
            try:
                self._queue.put(data, timeout=_TICK_SECONDS)
            except queue.Full:
                self._lose_if_stuck()
            else:
                return

    def wait(self, alive: Callable[[], bool]) -> None:
        """Wait until the copy is closed or lost; `alive` as in `put`."""
        while self.fault is None and alive() and not self._ended.wait(_TICK_SECONDS):
            self._lose_if_stuck()

    def abandon(self) -> None:
        """End the thread as soon as it can be ended, without closing the copy."""
        self._abandoned = True
        try:
            while True:
                self._queue.get_nowait()
        except queue.Empty:
            self._queue.put(None)

    def _lose_if_stuck(self) -> None:
        if time.monotonic() - self._moved_at > self._patience:
            self._lose(
                CopyFailed(
                    f"Copy {self.name} took no byte for {self._patience:g} s. Check that destination and the way to "
                    "it, then clear the task.",
                    destination=self.name,
                )
            )

    def _lose(self, fault: CopyFailed) -> None:
        self.fault = fault
        log.warning("%s", fault)
        self.abandon()

    def _run(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                self._moved_at = time.monotonic()
                self._sink.write(data)
                self._moved_at = time.monotonic()
            if not self._abandoned:
                self._act, self._moved_at = "closed", time.monotonic()
                self._sink.close()
        except Exception as err:
            if not self._abandoned:
                failed = _copy_failed(self.name, self._act, err)
                failed.__cause__ = err
                self._lose(failed)
        finally:
            self._ended.set()


def _copy_failed(name: str, act: str, err: Exception) -> CopyFailed:
    full = isinstance(err, OSError) and err.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    todo = "Make room there" if full else "Check that destination and the way to it"
    return CopyFailed(f"Copy {name} could not be {act}: {err}. {todo}, then clear the task.", destination=name)
