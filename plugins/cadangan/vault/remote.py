"""What a distant destination offers for making a file durable: SFTP servers an extension, others nothing."""

from typing import BinaryIO

# SSH_FX_OP_UNSUPPORTED: the server does not know fsync@openssh.com.
_UNSUPPORTED = 8


def sync_file(handle: BinaryIO) -> bool:
    """Have the content of an open file made durable at its destination; return whether that can be asked for there."""
    sync = getattr(handle, "fsync", None)
    if sync is None:
        return False
    try:
        sync()
    except Exception as err:
        if getattr(err, "code", None) == _UNSUPPORTED:
            return False
        raise
    return True
