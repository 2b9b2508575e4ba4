"""Which folders lie in a folder."""

from cadangan.engines.contract import Databases
from cadangan.engines.files.target import Target
from cadangan.errors import PathUnreadable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

_LIST_SECONDS = 60.0


def databases(target: Target, host: Host = local) -> Databases:
    """Return the folders that lie straight in the folder `target.database`, each of which may be a tree to back up.

    :raises PathUnreadable: there is no such folder, or the account may not enter it.
    """
    tests = ("-mindepth", "1", "-maxdepth", "1", "-type", "d", "-print0")
    done = host.run(Command(("find", target.database, *tests)), _LIST_SECONDS)
    if done.returncode != 0:
        raise PathUnreadable(
            f"The folder {target} cannot be listed: {done.stderr}. Check `roots` in assets.yaml, and that the account "
            "may enter it."
        )
    return Databases(tuple(sorted(name.decode(errors="replace") for name in done.stdout.split(b"\0") if name)))
