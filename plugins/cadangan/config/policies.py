"""policies.yaml: how databases are dumped, where the copies go, how long they are kept."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cadangan.config.assets import Name, Text
from cadangan.config.loading import Strict, load, refuse, repeated
from cadangan.config.watching import Alerting, Scanning

FILE = "policies.yaml"
# Shorter than that it names no basis.
Reason = Annotated[str, Field(min_length=20, max_length=1000)]
Recipient = Annotated[str, Field(pattern=r"^age1[02-9ac-hj-np-z]{58}$")]


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


class StreamPolicy(Strict):
    """The pipe from the database to the copies.

    :param level: compression level of zstd.
    :param threads: compression threads beside the one that reads; 0 for none.
    :param recipients: age public keys; whoever holds the private half of any of them can restore.
    :param idle_timeout: seconds without a byte from the dump, or without an answer from the server or a destination,
        until it counts as hung.
    :param lock_timeout: seconds that the dump waits for a lock on a table.
    :param progress_every: seconds between two lines of progress in the log.
    """

    level: Annotated[int, Field(ge=1, le=19)] = 3
    threads: Annotated[int, Field(ge=0, le=64)] = 2
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    idle_timeout: Annotated[int, Field(ge=1)] = 900
    lock_timeout: Annotated[int, Field(ge=1)] = 300
    progress_every: Annotated[float, Field(gt=0)] = 15.0


class Policy(Strict):
    """A named policy that assets choose.

    :param name: unique; assets choose it.
    :param copies: destinations, by name.
    :param min_copies: how many of them must take a back-up for it to count; the others get their copy later.
    :param rpo_hours: how old the latest good back-up of an asset may be before an alert is due; no limit when left out.
    :param retention_days: days for which a back-up is kept.
    :param content_digest: digest of every table in the dump's snapshot: "values" (fast), "text" (slower,
        comparable across server majors) or "off" (counts only).
    :param approval_days: how long an approved plan may wait for its execution.
    """

    name: Name
    copies: Annotated[tuple[Name, ...], Field(min_length=1)]
    min_copies: Annotated[int, Field(ge=1)] = 1
    rpo_hours: Annotated[float, Field(gt=0)] | None = None
    retention_days: Annotated[int, Field(ge=1)] = 90
    content_digest: Literal["values", "text", "off"] = "values"
    approval_days: Annotated[int, Field(ge=1)] = 7


class Policies(Strict):
    """The whole file.

    :param stream: how a dump is compressed, encrypted and watched.
    :param destinations: where copies may go.
    :param documents_url: folder (fsspec URL) of the rendered documents.
    :param documents_conn_id: Airflow connection with the credentials of that folder, where it needs any.
    :param identity_conn_id: Airflow connection whose password is the age identity with which `checksum`
        decrypts; without it that check reads "tidak dijalankan".
    :param client_dirs: folders with further database clients, beside those that are found by themselves.
    :param policies: the policies that assets choose from.
    :param scanning: how the copies are re-read.
    :param alerts: when and to whom alerts go.
    """

    stream: StreamPolicy
    destinations: Annotated[tuple[Destination, ...], Field(min_length=1)]
    documents_url: Text
    documents_conn_id: str | None = None
    identity_conn_id: str | None = None
    client_dirs: tuple[str, ...] = ()
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    scanning: Scanning = Scanning()
    alerts: Alerting = Alerting()

    @model_validator(mode="after")
    def _references_hold(self) -> "Policies":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[str]:
        known = [destination.name for destination in self.destinations]
        yield from (f"destinations: the name {name} is used more than once" for name in repeated(known))
        names = repeated(policy.name for policy in self.policies)
        yield from (f"policies: the name {name} is used more than once" for name in names)
        for index, destination in enumerate(self.destinations):
            yield from (f"destinations[{index}].{problem}" for problem in destination.problems())
        for index, policy in enumerate(self.policies):
            where = f"policies[{index}].copies"
            yield from (f"{where}: {name} is no name in destinations" for name in policy.copies if name not in known)
            yield from (f"{where}: {name} is listed more than once" for name in repeated(policy.copies))
            if policy.min_copies > len(policy.copies):
                yield f"policies[{index}].min_copies: {policy.min_copies} is more than there are copies"

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
