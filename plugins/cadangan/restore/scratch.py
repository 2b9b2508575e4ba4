"""A temporary folder in which an engine rehearses by itself."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.side_names import Purpose, new_side_name, parse_side_name
from cadangan.engines import engine
from cadangan.engines.beside import remove_tree
from cadangan.engines.contract import Site
from cadangan.errors import NameInvalid
from cadangan.hosts import local

log = logging.getLogger(__name__)


@contextlib.contextmanager
def embedded_site(
    manifest: Manifest, client_dirs: tuple[str, ...], staging_dir: str, stale_after: timedelta
) -> Iterator[Site]:
    """Give the engine's own server in a temporary folder, both gone with the block.

    What a killed rehearsal left in that place is removed once it is older than `stale_after`.

    :param staging_dir: where the folder is made; empty for the system's folder of temporary files.
    :raises ClientMissing: the engine has no programs for that.
    """
    parent = Path(staging_dir or tempfile.gettempdir())
    now = datetime.now(UTC)
    _sweep(parent, now - stale_after)
    folder = parent / str(new_side_name(Purpose.REHEARSAL, parse(manifest.backup).asset, now))
    folder.mkdir(mode=0o700)
    try:
        with engine(manifest.source.engine).embedded(manifest, client_dirs, folder) as target:
            yield Site(target, local)
    finally:
        _remove(folder)


def _sweep(parent: Path, before: datetime) -> None:
    for folder in parent.iterdir():
        with contextlib.suppress(NameInvalid):
            if parse_side_name(folder.name).at < before and folder.is_dir() and not folder.is_symlink():
                log.warning("Removing %s, which a rehearsal left that did not end", folder)
                _remove(folder)


def _remove(folder: Path) -> None:
    try:
        remove_tree(folder)
    except OSError as err:
        log.warning("%s could not be removed and is left to a later rehearsal: %s", folder, err)
