"""What a restored folder holds: tar reads it again, as it read the source."""

import os
from functools import partial

from cadangan.core.difference import Aspect, Difference, Stock
from cadangan.core.manifest import Manifest
from cadangan.engines.files.client import FINE, dump_command, find_tar
from cadangan.engines.files.dump import Stock as Streamed
from cadangan.engines.files.target import Target
from cadangan.errors import EngineError
from cadangan.hosts import local
from cadangan.hosts.host import Host

_PIECE = 1 << 20
_END_SECONDS = 60.0


def take_stock(target: Target, manifest: Manifest, digest_method: str, host: Host = local) -> Stock:
    """Return every member of the folder of `target` on this machine; see the contract."""
    everything = Target(target.database)
    streamed = Streamed(everything)
    with local.start(dump_command(everything)) as process:
        for piece in iter(partial(process.stdout.read, _PIECE), b""):
            streamed.write(piece)
        code = process.wait(_END_SECONDS)
        if code not in FINE:
            raise EngineError(f"tar cannot read {target} (exit code {code}): {process.stderr_tail()}.")
        streamed.end()
        streamed.hear(process.stderr_tail())
    return Stock(inventory=streamed.inventory(), server_version=f"GNU tar {find_tar(local)}")


def harmless(difference: Difference, manifest: Manifest, stock: Stock) -> bool:
    """Return whether a difference is of the account that restored: only root can give files to others."""
    return difference.aspect is Aspect.OWNER and os.geteuid() != 0
