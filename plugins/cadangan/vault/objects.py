"""S3 and what speaks its language: an object appears whole, under its final name, when its upload is completed.

So the temporary name is that of an upload that was not completed: nobody can read it, and listing shows it as `….part`.
Nothing is renamed, which there would be another copy.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

from cadangan.core.naming import UNFINISHED

# Ten thousand parts are the limit of the protocol; as they grow, it lies at 17 TB.
_PART = 32 * 1024 * 1024
_GROW_EVERY = 1000
_LONGEST_PART = 4 * 1024 * 1024 * 1024


def is_object_store(fs: AbstractFileSystem) -> bool:
    """Return whether `fs` is a store of objects that are uploaded in parts."""
    return "s3" in ([fs.protocol] if isinstance(fs.protocol, str) else fs.protocol)


def lock(fs: AbstractFileSystem, days: int) -> None:
    """Let nobody change or delete what is stored through `fs`, for so many days after it was written.

    The bucket must have been made with object lock; else it refuses every upload.
    """
    fs.locked_days = days


def begin(fs: AbstractFileSystem, temporary: str, final: str) -> BinaryIO:
    """Open an upload that ends as the object `final`."""
    days = getattr(fs, "locked_days", None)
    until = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": _in_days(days)} if days else {}
    handle: BinaryIO = fs.open(final, "wb", autocommit=False, block_size=_PART, **until)
    return _Growing(handle)  # type: ignore[return-value]


def _in_days(days: int) -> datetime:
    return (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)


class _Growing:
    """An upload whose parts grow with it."""

    def __init__(self, handle: Any) -> None:  # noqa: ANN401 - S3File is untyped
        self._handle = handle

    def write(self, data: bytes) -> int:
        """Take all of `data`."""
        parts = len(self._handle.parts or ())
        self._handle.blocksize = min(_PART * 2 ** (parts // _GROW_EVERY), _LONGEST_PART)
        return int(self._handle.write(data))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._handle, name)

    def drop(self) -> None:
        """Close without sending what is left."""
        # An S3File sends the rest whenever it is closed, also by the garbage collector.
        self._handle.forced = True
        self._handle.close()


def settle(handle: BinaryIO) -> bool:
    """Upload what is left; return that it is durable once the store has taken it."""
    handle.close()
    return True


def drop(handle: Any) -> None:  # noqa: ANN401
    """Close an upload that is not to be finished, without sending what is left."""
    handle.drop()


def publish(fs: AbstractFileSystem, handle: Any, temporary: str, final: str) -> None:  # noqa: ANN401
    """Complete the upload: from here on the object is there."""
    handle.commit()


def put_aside(fs: AbstractFileSystem, path: str, other: str) -> None:
    """Copy an object to another name and delete the first; a locked one stays as an earlier version."""
    fs.cp_file(path, other)
    fs.rm_file(path)


def listing(fs: AbstractFileSystem, folder: str) -> set[str]:
    """Return the names of the objects of a folder, uncompleted uploads as `….part`; raise FileNotFoundError."""
    unfinished = {f"{key.rpartition('/')[2]}{UNFINISHED}" for key, _ in _uploads(fs, f"{folder}/")}
    try:
        listed = {path.rstrip("/") for path in fs.ls(folder, detail=False, refresh=True)}
    except FileNotFoundError:
        if unfinished:
            return unfinished
        raise
    # A store that keeps the folder when its last object is gone lists it as if it lay in itself.
    return {path.rpartition("/")[2] for path in listed - {folder}} | unfinished


def remove(fs: AbstractFileSystem, path: str) -> None:
    """Delete an object, or abort the uploads behind `….part`; raise FileNotFoundError when there is none.

    In a bucket with object lock all its versions go; where one is still locked they are hidden.
    """
    if not path.endswith(UNFINISHED):
        if getattr(fs, "locked_days", None) is None or not _purged(fs, path):
            fs.rm_file(path)
        return
    bucket = path.partition("/")[0]
    for key, upload in _uploads(fs, path.removesuffix(UNFINISHED)):
        fs.call_s3("abort_multipart_upload", Bucket=bucket, Key=key, UploadId=upload)


def locked_until(fs: AbstractFileSystem, path: str) -> datetime | None:
    """Return until when nobody can delete an object, None when it is not locked or not there."""
    if getattr(fs, "locked_days", None) is None:
        return None
    bucket, _, key = path.partition("/")
    try:
        found: datetime | None = fs.call_s3("head_object", Bucket=bucket, Key=key).get("ObjectLockRetainUntilDate")
    except FileNotFoundError:
        return None
    return found


def _purged(fs: AbstractFileSystem, path: str) -> bool:
    """Delete every version of an object and return whether none is left."""
    bucket, _, key = path.partition("/")
    try:
        found = fs.call_s3("list_object_versions", Bucket=bucket, Prefix=key)
        for version in (*(found.get("Versions") or ()), *(found.get("DeleteMarkers") or ())):
            if version["Key"] == key:
                fs.call_s3("delete_object", Bucket=bucket, Key=key, VersionId=version["VersionId"])
    except PermissionError:
        return False
    return True


def _uploads(fs: AbstractFileSystem, prefix: str) -> list[tuple[str, str]]:
    bucket, _, key = prefix.partition("/")
    found = fs.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=key)
    return [(upload["Key"], upload["UploadId"]) for upload in found.get("Uploads") or ()]
