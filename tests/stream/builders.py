"""Parts for the stream's tests: a key pair, a policy, stand-in clients, copies in memory and on disk."""

import hashlib
import io

import pyrage

from cadangan.config.policies import StreamPolicy
from cadangan.hosts.command import Command
from cadangan.stream.unseal import unseal

IDENTITY = pyrage.x25519.Identity.generate()
KEY = str(IDENTITY)
RECIPIENT = str(IDENTITY.to_public())


def policy(**overrides):
    fields = {"recipients": (RECIPIENT,), "idle_timeout": 60, "progress_every": 15.0}
    return StreamPolicy(**(fields | overrides))


def sh(script):
    """A stand-in for a client program; the shell is the test's, not the package's."""
    return Command(("sh", "-c", script))


class MemoryCopy:
    """A copy that keeps what it is given, and fails where it is told to."""

    def __init__(self, name="utama", failing=None, error=None):
        self.name = name
        self.closed = False
        self._failing = failing
        self._error = error or OSError(5, "Input/output error")
        self._content = io.BytesIO()

    def write(self, data):
        if self._failing == "write":
            raise self._error
        self._content.write(data)

    def close(self):
        if self._failing == "close":
            raise self._error
        self.closed = True

    @property
    def content(self):
        return self._content.getvalue()

    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()


def opened(stored, key=KEY):
    """The raw bytes of a stored file."""
    raw = io.BytesIO()
    unseal(io.BytesIO(stored), key, raw.write)
    return raw.getvalue()
