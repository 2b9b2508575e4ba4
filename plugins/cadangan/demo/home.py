"""The one folder in which a demonstration lives: what lies where in it, and who has it now."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cadangan.errors import DemoError

_MARK = "demo.lock"


@dataclass(frozen=True)
class DemoHome:
    """The places below `root`, an absolute path."""

    root: Path

    @property
    def postgres(self) -> Path:
        """Return the folder of the embedded PostgreSQL."""
        return self.root / "postgres"

    @property
    def airflow(self) -> Path:
        """Return AIRFLOW_HOME."""
        return self.root / "airflow"

    @property
    def config(self) -> Path:
        """Return the folder of the demonstration's own YAML files."""
        return self.root / "config"

    @property
    def vault(self) -> Path:
        """Return the folder of the copies."""
        return self.root / "vault"

    @property
    def documents(self) -> Path:
        """Return the folder of the rendered documents."""
        return self.root / "documents"

    @property
    def mails(self) -> Path:
        """Return the folder of the mails, one .eml file each."""
        return self.root / "mails"

    @property
    def connections(self) -> Path:
        """Return the file of the Airflow connections; it holds secrets."""
        return self.root / "connections.json"

    @property
    def identity(self) -> Path:
        """Return the file of the age identity, with which `age -d -i` decrypts the copies."""
        return self.root / "identity.txt"


@contextmanager
def occupied(root: Path) -> Iterator[DemoHome]:
    """Give an empty home at `root` to this process alone, until the block ends.

    What an earlier demonstration left there is removed. Raise DemoError when one still runs there, or
    when the folder holds anything that no demonstration made.
    """
    home = DemoHome(root.resolve())
    _refuse_foreign(home.root)
    with _opened(home.root / _MARK) as mark:
        _lock(mark.fileno(), home.root)
        mark.truncate(0)
        mark.write(f"{os.getpid()}\n")
        mark.flush()
        _empty(home.root)
        for folder in (home.airflow, home.config, home.vault, home.documents, home.mails):
            folder.mkdir()
        yield home


def _opened(mark: Path) -> TextIO:
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        return mark.open("a+", encoding="utf-8")
    except OSError as err:
        raise DemoError(f"{mark.parent} cannot be used ({err.strerror}); give another folder with --home.") from err


def _refuse_foreign(root: Path) -> None:
    if root.exists() and not (root / _MARK).is_file() and (not root.is_dir() or any(root.iterdir())):
        raise DemoError(f"{root} is not a demonstration's folder; give one that is empty or new with --home.")


def _lock(descriptor: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as err:
        owner = (root / _MARK).read_text(encoding="utf-8").strip() or "unknown"
        raise DemoError(
            f"A demonstration is already running in {root} (process {owner}). "
            "Stop it with Ctrl-C, or give another folder with --home."
        ) from err


def _empty(root: Path) -> None:
    for entry in root.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != _MARK:
            entry.unlink()
