"""Become another program that is told to stop when its parent ends, however the parent ends.

Run as a file: `python tether.py <process id of the parent> <argv>...`. Linux only, like the embedded server.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, argv: list[str]) -> None:
    """Ask the kernel for SIGTERM at the parent's end, then become `argv`."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # The parent ended before the request was made, so no signal would come.
        sys.exit(1)
    os.execv(argv[0], argv)  # noqa: S606 - an argv of our own, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
