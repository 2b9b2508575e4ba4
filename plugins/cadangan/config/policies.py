"""policies.yaml: how databases are dumped, where the copies go, how long they are kept."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cadangan.config.assets import Name, Text
from cadangan.config.destinations import Destination
from cadangan.config.loading import Strict, load, refuse, repeated
from cadangan.config.restoring import Rehearsal, RestorePolicy, Scratch
from cadangan.config.scheduling import Limits, Retention, Schedule, is_cron
from cadangan.config.watching import Alerting, Scanning

FILE = "policies.yaml"
Prefix = Annotated[str, Field(pattern=r"^[A-Z]{1,8}$")]
Recipient = Annotated[str, Field(pattern=r"^age1[02-9ac-hj-np-z]{58}$")]


class StreamPolicy(Strict):
    """The pipe from the database to the copies.

    :param level: compression level of zstd.
    :param threads: compression threads beside the one that reads; 0 for none.
    :param recipients: age public keys; whoever holds the private half of any of them can restore.
    :param recipients_until: the last day on which these keys are to be used; an alert asks for new ones before.
        Back-ups go on after it.
    :param idle_timeout: seconds without a byte from the dump, or without an answer from the server or a destination,
        until it counts as hung.
    :param lock_timeout: seconds that the dump waits for a lock on a table.
    :param progress_every: seconds between two lines of progress in the log.
    :param bandwidth: MB a second that one back-up writes to each of its copies, after compression; no limit when left
        out.
    """

    level: Annotated[int, Field(ge=1, le=19)] = 3
    threads: Annotated[int, Field(ge=0, le=64)] = 2
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    recipients_until: date | None = None
    idle_timeout: Annotated[int, Field(ge=1)] = 900
    lock_timeout: Annotated[int, Field(ge=1)] = 300
    progress_every: Annotated[float, Field(gt=0)] = 15.0
    bandwidth: Annotated[float, Field(gt=0)] | None = None


class Policy(Strict):
    """A named policy that assets choose.

    :param name: unique; assets choose it.
    :param copies: destinations, by name.
    :param min_copies: how many of them must take a back-up for it to count; the others get their copy later.
    :param rpo_hours: how old the latest good back-up of an asset may be before an alert is due; no limit when left out.
    :param retention_days: days for which every back-up is kept.
    :param retention: what is kept for longer, and how the rest is destroyed.
    :param schedule: when its assets are backed up without a letter; never when left out.
    :param limits: how hard its back-ups may press.
    :param content_digest: digest of every table in the dump's snapshot: "values" (fast), "text" (slower,
        comparable across server majors) or "off" (counts only).
    :param approval_days: how long an approved plan may wait for its execution.
    :param rehearse: "always": a back-up counts only once it was restored and compared; "never": it is not tried.
    :param rehearse_max_bytes: a dump that is larger before compression is not rehearsed within a request.
    :param rehearsal_days: an alert is due when no rehearsal of an asset passed for so many days; null for never.
    """

    name: Name
    copies: Annotated[tuple[Name, ...], Field(min_length=1)]
    min_copies: Annotated[int, Field(ge=1)] = 1
    rpo_hours: Annotated[float, Field(gt=0)] | None = None
    retention_days: Annotated[int, Field(ge=1)] = 90
    retention: Retention = Retention()
    schedule: Schedule | None = None
    limits: Limits = Limits()
    content_digest: Literal["values", "text", "off"] = "values"
    approval_days: Annotated[int, Field(ge=1)] = 7
    rehearse: Literal["always", "never"] = "always"
    rehearse_max_bytes: Annotated[int, Field(ge=0)] = 50_000_000_000
    rehearsal_days: Annotated[int, Field(ge=1)] | None = 90


class Policies(Strict):
    """The whole file.

    :param stream: how a dump is compressed, encrypted and watched.
    :param destinations: where copies may go.
    :param documents_url: folder (fsspec URL) of the rendered documents.
    :param documents_conn_id: Airflow connection with the credentials of that folder, where it needs any.
    :param identity_conn_id: Airflow connection whose password is the age identity with which `checksum`
        decrypts; without it that check reads "tidak dijalankan".
    :param client_dirs: folders with further database clients, beside those that are found by themselves.
    :param restore: how back-ups are restored.
    :param rehearsal: where back-ups are restored for proof.
    :param policies: the policies that assets choose from.
    :param schedule_prefix: first part of the numbers of scheduled runs, TJ-2026-00001 (terjadwal).
    :param destruction_prefix: first part of the numbers of destructions, PM-2026-00001 (pemusnahan).
    :param retention_cron: when it is looked which back-ups may go, in the zone of Asia/Jakarta.
    :param scanning: how the copies are re-read.
    :param alerts: when and to whom alerts go.
    """

    stream: StreamPolicy
    destinations: Annotated[tuple[Destination, ...], Field(min_length=1)]
    documents_url: Text
    documents_conn_id: str | None = None
    identity_conn_id: str | None = None
    client_dirs: tuple[str, ...] = ()
    restore: RestorePolicy = RestorePolicy()
    rehearsal: Rehearsal = Rehearsal()
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    schedule_prefix: Prefix = "TJ"
    destruction_prefix: Prefix = "PM"
    retention_cron: Text = "0 8 * * *"
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
        engines = repeated(scratch.engine for scratch in self.rehearsal.scratch)
        yield from (f"rehearsal.scratch: {name} is listed more than once" for name in engines)
        targets = repeated(target.server for target in self.restore.targets)
        yield from (f"restore.targets: {name} is listed more than once" for name in targets)
        for index, policy in enumerate(self.policies):
            where = f"policies[{index}].copies"
            yield from (f"{where}: {name} is no name in destinations" for name in policy.copies if name not in known)
            yield from (f"{where}: {name} is listed more than once" for name in repeated(policy.copies))
            if policy.min_copies > len(policy.copies):
                yield f"policies[{index}].min_copies: {policy.min_copies} is more than there are copies"
            if policy.schedule:
                yield from (f"policies[{index}].schedule.{problem}" for problem in policy.schedule.problems())

        if not is_cron(self.rehearsal.cron):
            yield f"rehearsal.cron: {self.rehearsal.cron} is no cron expression of five fields"
        if not is_cron(self.retention_cron):
            yield f"retention_cron: {self.retention_cron} is no cron expression of five fields"
        if not is_cron(self.scanning.cron):
            yield f"scanning.cron: {self.scanning.cron} is no cron expression of five fields"
        if self.schedule_prefix == self.destruction_prefix:
            yield f"destruction_prefix: {self.destruction_prefix} is schedule_prefix, too"

    @property
    def number_prefixes(self) -> set[str]:
        """The first parts of the numbers that are not letters'."""
        return {self.schedule_prefix, self.destruction_prefix}

    def policy(self, name: str) -> Policy:
        """Return the policy of that name; raise KeyError when there is none."""
        return {policy.name: policy for policy in self.policies}[name]

    def destinations_of(self, policy: Policy) -> tuple[Destination, ...]:
        """Return the destinations of `policy`, in its order."""
        by_name = {destination.name: destination for destination in self.destinations}
        return tuple(by_name[name] for name in policy.copies)

    def scratch_of(self, engine: str) -> Scratch:
        """Return where back-ups of `engine` are rehearsed."""
        named = (scratch for scratch in self.rehearsal.scratch if scratch.engine == engine)
        return next(named, None) or Scratch.model_validate({"engine": engine})


def load_policies() -> Policies:
    """Return policies.yaml of the config folder."""
    return load(FILE, Policies)
