"""The one place where a command becomes a line for another host's shell.

The line is a POSIX shell script with every part from elsewhere quoted. Its file descriptors: 3 is the connection, which
brings first the files that the command is given, each behind a line with its length, and then nothing until it ends; 4
a file that is being received; 5, 8 and 9 those that were; 6 exit codes; 7 the stream back. The program starts once it
has all of its files, so that one whose content comes late keeps it waiting.
"""

import os
import shlex
import stat
from dataclasses import dataclass, field

from cadangan.errors import HostError
from cadangan.hosts.command import Command

# A login shell may speak first (.bashrc), so what counts begins behind a line of our own.
READY = b"\ncadangan: ready\n"
NO_PROGRAM, NO_ZSTD = 127, 126
_FILES = (5, 8, 9)

_BEGIN = """\
exec 3<&0 7>&1 </dev/null
command -v "$1" >/dev/null || { echo "$1: no such program" >&2; exit 127; }
umask 077
folder=/dev/shm
[ -d "$folder" ] && [ -w "$folder" ] || folder=${TMPDIR:-/tmp}
"""
_SPEAK = "printf '\\ncadangan: ready\\n'\n"
# The file has lost its name before its content comes, so that nothing of it can stay, whatever happens.
_RECEIVE = """\
read -r size <&3 || exit 125
file=$(mktemp "$folder/cadangan.XXXXXXXXXX") || exit 125
exec 4>"$file" NUMBER<"$file"
rm -f "$file"
dd bs=1 count="$size" <&3 >&4 2>/dev/null
exec 4>&-
"""
# sshd gives every session a process group of its own. All of it goes when the connection ends, for whatever reason;
# after a good end that is what the program left running.
_WATCH = """\
(
    trap '' TERM HUP
    cat <&3
    kill -s TERM -- "-$$"
    sleep 5
    kill -s KILL -- "-$$"
) >/dev/null 2>&1 4>&- 5<&- 7>&- 8<&- 9<&- &
exec 3<&-
"""
_WIDE = 'if command -v stdbuf >/dev/null; then set -- stdbuf -o1M "$@"; fi\n'
_RUN = '"$@" 7>&-STDIN\ncode=$?\n'
_HAS_ZSTD = 'command -v zstd >/dev/null || { echo "zstd: no such program" >&2; exit 126; }\n'
# Not every sh has pipefail, so both programs' exit codes come by a way of their own.
_RUN_PACKED = """\
set -- $(
    {
        { "$@" 6>&- 7>&-; echo $? >&6; } | zstd -q -c -LEVEL -TTHREADS >&7 6>&-
        echo $? >&6
    } 6>&1
)
code=${1:-125}
[ "${2:-125}" = 0 ] || { echo "zstd on this host ended with exit code ${2:-unknown}" >&2; code=125; }
"""
# 255 is what ssh says of its own failures.
_END = '[ "$code" = 255 ] && code=254\nexit "$code"\n'


@dataclass(frozen=True)
class Zstd:
    """How a stream is compressed on the host that it comes from: zstd's level, and its threads."""

    level: int
    threads: int


@dataclass(frozen=True)
class Line:
    """What to run, and what to send to it, one after the other, once it has said READY.

    :param text: for the other host's shell; visible there to every account, so it holds no secret.
    :param late: pipes whose content is to be sent behind that, `framed`, once they are at their end.
    """

    text: str
    sent: tuple[bytes, ...] = field(repr=False)
    late: tuple[int, ...] = ()


def running(command: Command, stdin: bytes) -> Line:
    """Return the line that runs `command` on `stdin`."""
    return _line(command, "", _RUN, stdin)


def streaming(command: Command, zstd: Zstd | None) -> Line:
    """Return the line that runs `command` for its output, compressed where `zstd` is given."""
    if zstd is None:
        return _line(command, "", _WIDE + _RUN, b"")
    run = _RUN_PACKED.replace("LEVEL", str(zstd.level)).replace("THREADS", str(max(1, zstd.threads)))
    return _line(command, _HAS_ZSTD, _WIDE + run, b"")


def framed(content: bytes) -> bytes:
    """Return a file's content as it is sent."""
    return b"%d\n%b" % (len(content), content)


def _line(command: Command, needs: str, run: str, stdin: bytes) -> Line:
    late = tuple(number for number in command.handed_over if stat.S_ISFIFO(os.fstat(number).st_mode))
    given = tuple(number for number in command.handed_over if number not in late)
    sent = [*map(_content, given), *([stdin] if stdin else [])]
    if len(sent) + len(late) > len(_FILES):
        raise HostError(f"{command.program} is given more than {len(_FILES)} files, more than a shell can hand on.")
    numbers = (*_FILES[: len(given)], *_FILES[len(sent) : len(sent) + len(late)])
    there = command.renumbered(dict(zip((*given, *late), numbers, strict=True)))
    received = "".join(_RECEIVE.replace("NUMBER", str(number)) for number in _FILES[: len(sent) + len(late)])
    values = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | dict(there.env)
    exports = "".join(f"export {_name(name)}={shlex.quote(value)}\n" for name, value in values.items())
    stdin_from = f" <&{_FILES[len(given)]}" if stdin else ""
    script = exports + _BEGIN + needs + _SPEAK + received + _WATCH + run.replace("STDIN", stdin_from) + _END
    text = f"exec sh -c {shlex.quote(script)} cadangan {shlex.join(there.argv)}"
    return Line(text, tuple(map(framed, sent)), late)


def _name(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise HostError(f"{name!r} cannot be the name of an environment variable.")
    return name


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)
