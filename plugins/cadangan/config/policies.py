"""policies.yaml: how databases are dumped, where the copies go, how long they are kept."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cadangan.config.assets import Name, Text
from cadangan.config.loading import Strict, load

FILE = "policies.yaml"
Recipient = Annotated[str, Field(pattern=r"^age1[02-9ac-hj-np-z]{58}$")]


class Destination(Strict):
    """A place for copies: any fsspec URL, reached through `conn_id` where it needs credentials.

    :param location: ISO country code; PP 71/2019 wants ID.
    """

    name: Name
    url: Text
    conn_id: str | None = None
    location: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "ID"


class StreamPolicy(Strict):
    """The pipe: zstd level and threads, age recipients (public keys), limits in seconds."""

    level: Annotated[int, Field(ge=1, le=19)] = 3
    threads: Annotated[int, Field(ge=0, le=64)] = 2
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    idle_timeout: Annotated[int, Field(ge=1)] = 900
    lock_timeout: Annotated[int, Field(ge=1)] = 300
    progress_every: Annotated[float, Field(gt=0)] = 15.0


class Policy(Strict):
    """A named policy that assets choose.

    :param content_digest: digest of every table in the dump's snapshot: "record" (fast, comparable within
        one server major), "text" (comparable across majors) or "off" (counts only).
    :param approval_days: how long an approved plan may wait for its execution.
    """

    name: Name
    copies: Annotated[tuple[Name, ...], Field(min_length=1)]
    retention_days: Annotated[int, Field(ge=1)] = 90
    content_digest: Literal["record", "text", "off"] = "record"
    approval_days: Annotated[int, Field(ge=1)] = 7


class Policies(Strict):
    """The whole file.

    :param documents_url: folder (fsspec URL) of the rendered documents.
    :param identity_conn_id: Airflow connection whose password is the age identity with which `checksum`
        decrypts; without it that check reads "tidak dijalankan".
    """

    stream: StreamPolicy
    destinations: Annotated[tuple[Destination, ...], Field(min_length=1)]
    documents_url: Text
    documents_conn_id: str | None = None
    identity_conn_id: str | None = None
    client_dirs: tuple[str, ...] = ()
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _references_hold(self) -> "Policies":
        known = {destination.name for destination in self.destinations}
        for policy in self.policies:
            unknown = sorted(set(policy.copies) - known)
            if unknown:
                raise ValueError(f"policy {policy.name} names unknown destinations: {', '.join(unknown)}")
        abroad = [destination.name for destination in self.destinations if destination.location != "ID"]
        if abroad:
            raise ValueError(f"destinations outside Indonesia are not allowed (PP 71/2019): {', '.join(abroad)}")
        return self

    def policy(self, name: str) -> Policy:
        """Return the policy of that name; raise KeyError when there is none."""
        return {policy.name: policy for policy in self.policies}[name]

    def destinations_of(self, policy: Policy) -> tuple[Destination, ...]:
        """Return the destinations of `policy`, in its order."""
        by_name = {destination.name: destination for destination in self.destinations}
        return tuple(by_name[name] for name in policy.copies)


def load_policies() -> Policies:
    """Return policies.yaml of the config folder."""
    return load(FILE, Policies)
