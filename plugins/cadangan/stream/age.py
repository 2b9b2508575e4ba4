"""age encryption (X25519) of streams, and its undoing."""

from collections.abc import Sequence
from typing import Protocol

import pyrage  # type: ignore[import-untyped]  # it ships no types

from cadangan.errors import StreamError, UnsealFailed


class Readable(Protocol):
    """Something with bytes in it."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class Writable(Protocol):
    """Something that takes bytes; `flush` is not called at the end."""

    def write(self, data: bytes, /) -> int:
        """Take all of `data` and return its length."""

    def flush(self) -> None:
        """Pass on what is held back."""


def encrypt(source: Readable, target: Writable, recipients: Sequence[str]) -> None:
    """Encrypt all of `source` into `target` for `recipients` ("age1…"); raise StreamError.

    An exception of `source` or `target` arrives as a text inside the StreamError: they have to keep their own.
    """
    try:
        keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
        pyrage.encrypt_io(source, target, keys)
    except (pyrage.EncryptError, pyrage.RecipientError, OSError) as err:
        raise StreamError(f"Encrypting failed: {err}. Check stream.recipients in policies.yaml.") from err


def decrypt(source: Readable, target: Writable, identity: str) -> None:
    """Decrypt all of `source` into `target`; raise UnsealFailed when the key does not fit or the file is damaged.

    :param identity: an age X25519 identity ("AGE-SECRET-KEY-…").
    """
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError:
        # Without the cause: its text could quote the key.
        raise UnsealFailed("The age identity cannot be read; it must be one line AGE-SECRET-KEY-…") from None
    try:
        pyrage.decrypt_io(source, target, [key])
    except (pyrage.DecryptError, OSError) as err:
        raise UnsealFailed(f"Decrypting failed ({err}): another key, or the file is damaged or cut.") from err
