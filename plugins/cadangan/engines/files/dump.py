"""The back-up of a file tree: tar's stream, and the facts of every file taken from that very stream."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import FileFacts, Inventory, Tool
from cadangan.core.naming import Kind
from cadangan.engines.contract import Dump, Part
from cadangan.engines.files.archive import Archive
from cadangan.engines.files.client import FINE, dump_command, find_tar
from cadangan.engines.files.target import Target
from cadangan.errors import EngineError
from cadangan.hosts import local
from cadangan.hosts.child import TAIL_BYTES
from cadangan.hosts.host import Host

METHOD = "Arsip pohon berkas (tar) dengan pemilik, hak akses, ACL, dan atributnya"
_BY_HAND = (
    "mkdir BARU && age -d -i KUNCI {files} | zstd -d | tar --extract --file=- --directory=BARU --same-owner "
    "--same-permissions --acls --xattrs '--xattrs-include=*' (sebagai root; pada mesin lain tambahkan "
    "--numeric-owner bila nomor akunnya sama, bukan namanya)"
)


class Stock:
    """What the stream held: written to in the thread that carries it, waited for in another."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._files: list[FileFacts] = []
        self._archive = Archive(self._files.append)
        self._fault: EngineError | None = None
        self._said = ""
        self._ended = threading.Event()

    def write(self, data: bytes) -> None:
        """See Watcher. What is wrong is raised by `inventory`, which has the dump ended."""
        if self._fault is None:
            try:
                self._archive.write(data)
            except EngineError as err:
                self._fail(err)

    def end(self) -> None:
        """See Watcher."""
        if not self._archive.whole:
            self._fail(EngineError(f"tar ended before the archive of {self._target} did. Clear the task."))

    def hear(self, said: str) -> None:
        """Take what tar said in the end: the names of the files that changed."""
        if len(said.encode()) + 1 >= TAIL_BYTES:
            self._fail(
                EngineError(
                    f"Too many files below {self._target} changed while they were read to name them all. Choose a "
                    "quieter hour, or exclude in assets.yaml what is always being written."
                )
            )
        self._said = said
        self._ended.set()

    def cancel(self) -> None:
        """Have `inventory` end."""
        self._fail(EngineError(f"The dump of {self._target} was given up."))

    def inventory(self) -> Inventory:
        """Return what the whole stream held, once it ended; raise EngineError."""
        self._ended.wait()
        if self._fault is not None:
            raise self._fault
        changed = (line.removeprefix("tar: ") for line in self._said.splitlines())
        return Inventory(tables=(), files=tuple(self._files), changed=tuple(line for line in changed if line))

    def _fail(self, fault: EngineError) -> None:
        self._fault = self._fault or fault
        self._ended.set()


@contextlib.contextmanager
def open_dump(target: Target, client_dirs: Sequence[str], policy: StreamPolicy, host: Host = local) -> Iterator[Dump]:
    """Give the archive of `target`. It is not of one instant: a file is read when its turn comes; see the contract."""
    version = find_tar(host)
    stock = Stock(target)
    yield Dump(
        at=datetime.now(UTC),
        server_version=f"GNU tar {version}",
        tools=(Tool(name="tar", version=version),),
        parts=(Part(Kind.FILES, dump_command(target), FINE, stock, stock.hear),),
        # Every file has its digest whatever is asked for: it passes anyway.
        inventory=lambda digest_method: stock.inventory(),
        by_hand=lambda files: _BY_HAND.format(**files),
        cancel=stock.cancel,
        hang_up=stock.cancel,
    )
