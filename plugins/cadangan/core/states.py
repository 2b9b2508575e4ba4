"""Statuses of a request and of its items, and which change is allowed (domain.md section 4)."""

import enum

from cadangan.errors import StateConflict


@enum.unique
class Status(enum.StrEnum):
    """Where a request stands. The value is the Indonesian word that people read."""

    SUBMITTED = "DIAJUKAN"
    VERIFIED = "DIVERIFIKASI"
    RETURNED = "DIKEMBALIKAN"
    REJECTED = "DITOLAK"
    DISPOSED = "DIDISPOSISIKAN"
    PLANNED = "DIRENCANAKAN"
    EXECUTING = "DILAKSANAKAN"
    AWAITING_CONFIRMATION = "MENUNGGU KONFIRMASI"
    DONE = "SELESAI"
    FAILED = "GAGAL"
    CANCELLED = "DIBATALKAN"
    REBUILT = "DIBANGUN ULANG"


@enum.unique
class Result(enum.StrEnum):
    """What came of a request or an item."""

    SUCCEEDED = "Berhasil"
    PARTIAL = "Berhasil sebagian"
    FAILED = "Gagal"


@enum.unique
class Verdict(enum.StrEnum):
    """The outcome of a check. A check that could not run never reads as passed."""

    PASSED = "lulus"
    FAILED = "tidak lulus"
    NOT_RUN = "tidak dijalankan"


@enum.unique
class Step(enum.StrEnum):
    """The SOP's steps, in its order."""

    REGISTER = "register"
    VERIFY = "verify"
    PLAN = "plan"
    EXECUTE = "execute"
    CONFIRM = "confirm"


@enum.unique
class Paper(enum.StrEnum):
    """The documents of a request, as the register calls them."""

    RECEIPT = "receipt"
    DISPOSITION = "disposition"
    PLAN = "plan"
    REPORT = "report"
    REPLY = "reply"
    MINUTES = "minutes"


REFUSED = frozenset({Status.RETURNED, Status.REJECTED, Status.CANCELLED})
ENDED = REFUSED | {Status.DONE, Status.FAILED, Status.REBUILT}

_S = Status
_ALLOWED: dict[Status, frozenset[Status]] = {
    _S.SUBMITTED: frozenset({_S.VERIFIED, _S.RETURNED, _S.REJECTED, _S.FAILED, _S.CANCELLED}),
    _S.VERIFIED: frozenset({_S.DISPOSED, _S.RETURNED, _S.REJECTED, _S.FAILED, _S.CANCELLED}),
    _S.DISPOSED: frozenset({_S.PLANNED, _S.RETURNED, _S.FAILED, _S.CANCELLED}),
    _S.PLANNED: frozenset({_S.EXECUTING, _S.FAILED, _S.CANCELLED}),
    _S.EXECUTING: frozenset({_S.AWAITING_CONFIRMATION, _S.FAILED, _S.CANCELLED}),
    _S.AWAITING_CONFIRMATION: frozenset({_S.EXECUTING, _S.DONE, _S.FAILED, _S.CANCELLED}),
    # A failed request lives on when ops clear the task that failed.
    _S.FAILED: frozenset({_S.VERIFIED, _S.DISPOSED, _S.PLANNED, _S.EXECUTING, _S.AWAITING_CONFIRMATION}),
}

# What runs without a letter has no gates of the SOP, and is done again when ops clear a task of it.
SCHEDULED = "scheduled"
DESTRUCTION = "destruction"
_WITHOUT_LETTER: dict[Status, frozenset[Status]] = {
    _S.SUBMITTED: frozenset({_S.PLANNED, _S.FAILED, _S.CANCELLED}),
    _S.PLANNED: frozenset({_S.EXECUTING, _S.DONE, _S.FAILED, _S.CANCELLED}),
    _S.EXECUTING: frozenset({_S.DONE, _S.FAILED}),
    _S.DONE: frozenset({_S.EXECUTING}),
    _S.FAILED: frozenset({_S.PLANNED, _S.EXECUTING, _S.DONE, _S.CANCELLED}),
}

# A gate whose task is cleared asks again; the request goes back to where it was when the gate first asked.
_REOPENED: dict[Status, frozenset[Status]] = {
    _S.SUBMITTED: frozenset(_S) - {_S.DONE, _S.CANCELLED, _S.REBUILT},
    _S.DISPOSED: frozenset({_S.PLANNED, _S.EXECUTING, _S.AWAITING_CONFIRMATION, _S.FAILED, _S.RETURNED}),
    _S.AWAITING_CONFIRMATION: frozenset({_S.DONE, _S.FAILED}),
}


def check_change(old: Status, new: Status, request_no: str, service: str = "backup") -> None:
    """Raise StateConflict unless a request may go from `old` to `new`; staying is always allowed.

    :param service: what it is a request for.
    """
    if service in {SCHEDULED, DESTRUCTION}:
        allowed = new == old or new in _WITHOUT_LETTER.get(old, frozenset())
    else:
        allowed = new == old or new in _ALLOWED.get(old, frozenset()) or old in _REOPENED.get(new, frozenset())
    if allowed:
        return
    raise StateConflict(
        f"Request {request_no} is {old.value} and cannot become {new.value}. "
        "Start a new request, or clear the run from the step that precedes this one."
    )


def overall(results: list[Result]) -> Result:
    """Return the result of a request from those of its items; no items is a failure."""
    if results and all(result is Result.SUCCEEDED for result in results):
        return Result.SUCCEEDED
    if any(result is not Result.FAILED for result in results):
        return Result.PARTIAL
    return Result.FAILED
