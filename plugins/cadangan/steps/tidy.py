"""When a request closes: remove what its unfinished tries left at the destinations, for no next try will."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from cadangan.core.naming import BackupName
from cadangan.core.plan import Plan, PlannedCopy
from cadangan.core.states import Step
from cadangan.register import requests
from cadangan.register.models import Request
from cadangan.steps.desk import Desk
from cadangan.vault.copies import finished
from cadangan.vault.deposit import sweep
from cadangan.vault.patience import within
from cadangan.vault.place import Place

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
_ANSWER_SECONDS = 60.0


def sweep_leftovers(desk: Desk, number: str) -> None:
    """Remove what unfinished tries of the request's items left at the destinations of its frozen plan.

    A back-up that is registered, or complete at every destination that answers, stays. A destination that cannot be
    used is logged and left as it is.
    """
    with desk.register.reading() as session:
        request = requests.by_number(session, number)
        copies = _planned_copies(request)
        rounds = [row.round for row in request.steps if row.step == Step.EXECUTE]
        works = [
            BackupName(item.asset, request.created_at, number, round_no, item.id)
            for item in request.items
            for round_no in rounds
        ]
        registered = {backup.name for item in request.items for backup in item.backups}
    places = [place for copy in copies if (place := _place(desk, copy))]
    for work in works:
        places = _sweep(places, work, registered)


def _planned_copies(request: Request) -> tuple[PlannedCopy, ...]:
    frozen = [row for row in request.plans if row.frozen_at is not None]
    return Plan.model_validate_json(frozen[-1].body).copies if frozen else ()


def _place(desk: Desk, copy: PlannedCopy) -> Place | None:
    for destination in desk.policies.destinations:
        if (destination.name, destination.url) == (copy.name, copy.url):
            try:
                return desk.place(destination)
            except Exception as err:
                log.warning("Destination %s is not swept: %s", copy.name, err)
                return None
    log.warning("Destination %s is not swept: policies.yaml no longer has it at %s", copy.name, copy.url)
    return None


def _sweep(places: Sequence[Place], work: BackupName, registered: set[str]) -> list[Place]:
    """Sweep where that is possible, and return the destinations that answered."""
    found = [(place, _ask(place, partial(finished, place, work.asset))) for place in places]
    answered = [(place, names) for place, names in found if names is not None]
    if answered:
        complete = set.intersection(*({str(name) for name in names} for _, names in answered))
        for place, _ in answered:
            _ask(place, partial(sweep, place, work, registered | complete))
    return [place for place, _ in answered]


def _ask(place: Place, act: Callable[[], Answer]) -> Answer | None:
    """Return what `act` returns; None, and a line in the log, when it fails or takes too long."""
    try:
        return within(_ANSWER_SECONDS, act)
    except Exception as err:
        log.warning("Destination %s is not swept: %s", place.name, err)
        return None
