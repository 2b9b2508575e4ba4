"""GNU tar on the host of the tree, and its command line."""

import re

from cadangan.engines.files.target import Target
from cadangan.errors import ClientMissing, HostError
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

_VERSION = re.compile(r"tar \(GNU tar\) (\d+)\.(\d+)\S*")
# From here on it finds holes by asking the file system, instead of reading them.
_OLDEST = (1, 29)
_VERSION_SECONDS = 30.0
# Some files changed, or were gone, while they were read; tar says which.
FINE = frozenset({0, 1})


def find_tar(host: Host) -> str:
    """Return the version of the host's GNU tar; raise ClientMissing when there is none, or one too old."""
    try:
        told = host.run(Command(("tar", "--version")), _VERSION_SECONDS).stdout.decode(errors="replace")
    except HostError as err:
        raise ClientMissing(f"{err} The Debian package is tar.") from err
    version = _VERSION.match(told)
    if version is None or (int(version[1]), int(version[2])) < _OLDEST:
        raise ClientMissing(
            f"The tar of that host is {told.partition(chr(10))[0] or 'unknown'}; install GNU tar 1.29 or later."
        )
    return version[0].rpartition(" ")[2]


def dump_command(target: Target) -> Command:
    """Return the command that writes the tree as an archive to its output."""
    return Command(
        (
            "tar",
            "--create",
            "--file=-",
            "--format=posix",
            # Not when each file was last read, which is another one at every back-up, and not tar's process number.
            "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
            "--sparse",
            "--acls",
            "--xattrs",
            "--xattrs-include=*",
            "--one-file-system",
            "--sort=name",
            "--quoting-style=escape",
            # The inspection tells of sockets and of what is mounted below.
            "--warning=no-file-ignored",
            "--warning=no-xdev",
            f"--directory={target.database}",
            *(f"--exclude={pattern}" for pattern in target.exclude),
            "--",
            ".",
        )
    )


def extract_command(folder: str, names_file: str, privileged: bool) -> Command:
    """Return the command that restores the archive at its input into `folder`.

    :param names_file: holds the members that are wanted, each ended by a zero byte; empty for all.
    :param privileged: whether this account may give files to others.
    """
    attributes = "*" if privileged else "user.*"
    only = ("--null", "--verbatim-files-from", f"--files-from={names_file}") if names_file else ()
    return Command(
        (
            "tar",
            "--extract",
            "--file=-",
            # By their numbers, for a name may be another account's here.
            "--numeric-owner",
            "--same-owner" if privileged else "--no-same-owner",
            "--same-permissions",
            "--acls",
            "--xattrs",
            f"--xattrs-include={attributes}",
            "--quoting-style=escape",
            f"--directory={folder}",
            *only,
        )
    )
