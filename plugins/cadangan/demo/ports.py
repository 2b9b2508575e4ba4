"""Free TCP ports of this machine, kept until their service takes them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port(preferred: int = 0) -> Iterator[int]:
    """Give a port of 127.0.0.1 that no one else has until the block ends: `preferred`, or any when that is taken.

    A service may listen there if it allows addresses to be reused, as asyncio's servers do; who looks for a free
    port, as this function does, finds it taken.
    """
    with socket.socket() as place:
        try:
            place.bind(("127.0.0.1", preferred))
        except OSError:
            place.bind(("127.0.0.1", 0))
        # Only now: before, it would have let this socket take a port that another one keeps in the same way.
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield int(place.getsockname()[1])


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free now, for a service that copes when another takes it first."""
    with reserved_port() as port:
        return port
