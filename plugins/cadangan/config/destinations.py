"""What of policies.yaml says where copies may go."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cadangan.config.assets import Name, Text
from cadangan.config.loading import Strict

# Shorter than that it names no basis.
Reason = Annotated[str, Field(min_length=20, max_length=1000)]


class Destination(Strict):
    """A place for copies.

    :param name: unique; policies choose it.
    :param url: folder, as any fsspec URL: file:///..., sftp://..., s3://...
    :param conn_id: Airflow connection with the credentials, where it needs any.
    :param location: ISO country code of where it stands; PP 71/2019 allows ID only, unless `allowed_outside` is set.
    :param allowed_outside: the reason and the legal basis for a copy outside Indonesia.
    :param immutable_days: days for which nobody can change or delete a copy (object lock); for s3:// only, in a bucket
        that was made with it.
    """

    name: Name
    url: Text
    conn_id: str | None = None
    location: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "ID"
    allowed_outside: Reason | None = None
    immutable_days: Annotated[int, Field(ge=1)] | None = None

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with it, each with the field's name before a colon."""
        if self.location != "ID" and self.allowed_outside is None:
            yield (
                f"location: {self.location} is outside Indonesia, which PP 71/2019 does not allow; choose another "
                "place, or give the reason and the legal basis in allowed_outside"
            )
        if self.immutable_days and not self.url.startswith("s3://"):
            yield "immutable_days: only a store of objects (s3://) can lock a copy; leave it out here"
        if self.url.startswith("s3://") and not self.url.removeprefix("s3://").strip("/"):
            yield "url: names no bucket"
