"""The client of S3 stores; apart from `objects`, because importing it takes half a second."""

from typing import Any

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from s3fs import S3FileSystem  # type: ignore[import-untyped]


def connect(login: str | None, password: str | None, extra: dict[str, Any]) -> AbstractFileSystem:
    """Return the file system of an S3 store.

    :param login: access key; without it, what boto finds on the machine.
    :param extra: of the Airflow connection: `endpoint_url`, `region_name`, `verify` (a file of CA certificates) and
        `addressing_style` ("path" or "virtual").
    """
    style = {"s3": {"addressing_style": extra["addressing_style"]}} if extra.get("addressing_style") else {}
    client = {key: extra[key] for key in ("region_name", "verify") if extra.get(key)}
    return S3FileSystem(
        key=login,
        secret=password,
        endpoint_url=extra.get("endpoint_url"),
        client_kwargs=client,
        config_kwargs={"connect_timeout": 15, "read_timeout": 60, "retries": {"max_attempts": 4}, **style},
        use_listings_cache=False,
        skip_instance_cache=True,
        default_fill_cache=False,
    )
