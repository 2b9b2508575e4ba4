"""The audit log's hash chain: what a row says, and the digest that ties it to the row before."""

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# What the first row carries in the place of a previous digest.
GENESIS = "0" * 64


@enum.unique
class Action(enum.StrEnum):
    """What was done."""

    REGISTERED = "request.registered"
    REFUSED = "request.refused"
    STATUS_CHANGED = "request.status"
    ASKED = "gate.opened"
    DECIDED = "decision"
    ANSWER_REFUSED = "answer.refused"
    PLAN_DRAFTED = "plan.drafted"
    PLAN_FROZEN = "plan.frozen"
    ITEM_RESULT = "item.result"
    BACKUP_RECORDED = "backup.recorded"
    COPY_CHECKED = "copy.checked"
    COPY_FOUND = "copy.found"
    REBUILT = "request.rebuilt"
    STANDING = "approval.standing"
    BACKUP_LOCKED = "backup.locked"
    BACKUP_UNLOCKED = "backup.unlocked"
    DESTRUCTION_PLANNED = "destruction.planned"
    DESTRUCTION_DECIDED = "destruction.decided"
    BACKUP_DESTROYED = "backup.destroyed"
    REHEARSED = "backup.rehearsed"
    LATE_REASON = "step.late_reason"
    CLOCK_PAUSED = "step.paused"
    CLOCK_RESUMED = "step.resumed"
    REVIEW_OPENED = "asset.review.opened"
    REVIEWED = "asset.reviewed"
    DISCOVERED = "asset.discovered"
    COPY_REPAIRED = "copy.repaired"
    SCANNED = "vault.scanned"
    ALERTED = "alert.opened"
    ALERT_OVER = "alert.over"
    RESTORE_BEGUN = "restore.begun"
    RESTORED = "restore.ended"
    SWITCHED = "restore.switched"
    RESTORE_ACCEPTED = "restore.accepted"
    ROLLED_BACK = "restore.rolled_back"
    KEPT_DROPPED = "restore.kept_dropped"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row without its own digest: `actor` did `action` to `subject`; `detail` is canonical JSON."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    previous: str

    def digest(self) -> str:
        """Return the SHA-256 over the canonical JSON of every field, as lower-case hex."""
        moment = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        fields = [self.seq, moment, self.actor, self.action, self.subject, self.detail, self.previous]
        return hashlib.sha256(canonical(fields).encode()).hexdigest()

    def facts(self) -> dict[str, Any]:
        """Return the detail as a mapping."""
        facts: dict[str, Any] = json.loads(self.detail)
        return facts


def canonical(value: Mapping[str, Any] | list[Any]) -> str:
    """Return the one ASCII JSON text of `value`: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fault(entry: Entry, stored_digest: str, expected_seq: int, expected_previous: str) -> str | None:
    """Return what is wrong with a row at its place in the chain, None when it holds."""
    if entry.seq != expected_seq:
        return f"row {expected_seq} is missing"
    if entry.digest() != stored_digest:
        return f"row {entry.seq} does not match its own digest: it was changed"
    if entry.previous != expected_previous:
        return f"row {entry.seq} does not follow row {entry.seq - 1}: one of them was replaced"
    return None
