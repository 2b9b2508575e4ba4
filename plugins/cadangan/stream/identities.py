"""Key files: which of their identities opens a back-up."""

from collections.abc import Sequence

import pyrage  # type: ignore[import-untyped]  # it ships no types

from cadangan.errors import KeyMissing

_MARK = "AGE-SECRET-KEY-"


def fitting_identity(key_file: str, recipients: Sequence[str]) -> str:
    """Return the identity in the content of a key file that belongs to one of `recipients` ("age1…").

    :raises KeyMissing: it holds no identity, or none that fits.
    """
    lines = (line.strip() for line in key_file.splitlines())
    identities = {_recipient(line): line for line in lines if line.startswith(_MARK)}
    if not identities:
        raise KeyMissing(
            f"The key file holds no line {_MARK}…; one that a passphrase protects is opened by `age --decrypt` first."
        )
    for recipient in recipients:
        if recipient in identities:
            return identities[recipient]
    raise KeyMissing(
        f"The keys of that file are for {', '.join(identities)}; the back-up was encrypted for "
        f"{', '.join(recipients)}. Bring the key of one of these."
    )


def _recipient(identity: str) -> str:
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError:
        # Without the cause: its text could quote the key.
        raise KeyMissing(f"A line {_MARK}… of the key file cannot be read; it is cut or mistyped.") from None
