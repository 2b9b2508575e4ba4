"""Restore an archive into a folder, by tar, which is given nothing that would leave that folder."""

import contextlib
import logging
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.config.restoring import RestorePolicy
from cadangan.core.manifest import Manifest, Tool
from cadangan.core.naming import Kind
from cadangan.engines.files.archive import Archive
from cadangan.engines.files.client import extract_command, find_tar
from cadangan.engines.files.guard import Guard
from cadangan.engines.files.pieces import Untold
from cadangan.engines.files.selection import names_file
from cadangan.engines.files.target import Target
from cadangan.engines.restoring import Intake, Load, Taker
from cadangan.errors import EngineError, RestoreFailed, RestoreRefused
from cadangan.hosts import local
from cadangan.hosts.command import Completed
from cadangan.hosts.host import Host
from cadangan.hosts.memory import in_memory

log = logging.getLogger(__name__)
# An account in an ACL that this machine does not know by name: the same ACL comes by numbers as well.
_HARMLESS = re.compile(r"tar: .*: Warning: Cannot acl_from_text: Invalid argument")
_NO_ROOM = ("No space left on device", "Disk quota exceeded")


@contextlib.contextmanager
def open_load(
    target: Target, manifest: Manifest, client_dirs: Sequence[str], policy: RestorePolicy, host: Host = local
) -> Iterator[Load]:
    """Restore into the folder of `target` on this machine; see the contract."""
    yield Load(
        tool=Tool(name="tar", version=find_tar(local)),
        intakes=(Intake(Kind.FILES, lambda: _taking(target, manifest, policy)),),
        settle=lambda: None,
    )


@contextlib.contextmanager
def _taking(target: Target, manifest: Manifest, policy: RestorePolicy) -> Iterator[Taker]:
    if Path(target.database).is_symlink():
        raise RestoreRefused(f"{target} is a symlink; restore into a folder.")
    names = names_file(manifest, target.only)
    with in_memory(names) as path:
        command = extract_command(target.database, path if names else "", os.geteuid() == 0)
        with local.feeding(command, policy.idle_timeout) as consumer:
            yield _Extracting(consumer)


class _Extracting:
    def __init__(self, consumer: local.Consumer) -> None:
        self._consumer = consumer
        self._archive = Archive(lambda facts: None, Guard().meet, Untold)

    def write(self, data: bytes) -> None:
        """See Taker."""
        try:
            self._archive.write(data)
        except EngineError as err:
            raise RestoreFailed(f"{err} Nothing of this restore counts.") from err
        self._consumer.write(data)
        if self._consumer.refused and not self._archive.whole:
            _require_good_end(self._consumer.finish())

    def finish(self) -> None:
        """See Taker."""
        if not self._archive.whole:
            raise RestoreFailed("The archive has no end; what was restored is not whole and does not count.")
        _require_good_end(self._consumer.finish())


def _require_good_end(done: Completed) -> None:
    said = [line for line in done.stderr.splitlines() if line.strip()]
    bad = [line for line in said if not _HARMLESS.fullmatch(line)]
    if done.returncode == 0 and not bad:
        if said:
            log.info("tar does not know accounts of ACLs here; %d files have them by number", len(said))
        return
    if full := next((line for line in bad for sign in _NO_ROOM if sign in line), ""):
        raise RestoreRefused(f"There is no room for the tree: {full}. Make room there, then repeat.")
    raise RestoreFailed(
        f"tar ended with exit code {done.returncode}: {' / '.join(bad[:10]) or 'it said nothing'}. Nothing of this "
        "restore counts; mend what it names, then repeat into a new folder."
    )
