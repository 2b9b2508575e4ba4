"""A desk with a register of its own, for tests of the steps."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import fsspec

from cadangan.config.assets import Asset, Assets, Server
from cadangan.config.calendar import work_calendar
from cadangan.config.destinations import Destination
from cadangan.config.policies import Policies
from cadangan.core.states import Step
from cadangan.engines.contract import Site
from cadangan.engines.postgres import Target
from cadangan.hosts import local
from cadangan.register.session import open_register, upgrade
from cadangan.steps import gates, intake
from cadangan.steps.desk import Desk
from cadangan.steps.matter import Answer
from cadangan.vault.place import Place
from tests.core.test_request import letter
from tests.documents import builders

# Monday, 23 November 2026, 09.00 WIB.
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CALENDAR = work_calendar(date(2026, 11, 23))


def place(destination: Destination) -> Place:
    fs, base = fsspec.core.url_to_fs(destination.url)
    return Place(name=destination.name, fs=fs, address=destination.url, base=base)


def unreachable(server: Server, asset: Asset) -> AbstractContextManager[Site]:
    """Nobody listens on port 1."""
    target = Target(host="127.0.0.1", port=1, user="nobody", password="secret", database=asset.database)
    return nullcontext(Site(target, local))


def policies(folder: Path, **overrides) -> Policies:
    return Policies.model_validate(
        {
            "stream": {"recipients": [builders.RECIPIENT], "progress_every": 0.2},
            "destinations": [{"name": "utama", "url": f"file://{folder}/vault"}],
            "documents_url": f"file://{folder}/documents",
            "policies": [{"name": "default", "copies": ["utama"]}],
        }
        | overrides
    )


def desk(folder: Path, **overrides) -> Desk:
    """A desk on SQLite in `folder`, at NOW, whose databases cannot be reached."""
    url = f"sqlite:///{folder / 'register.db'}"
    upgrade(url)
    values = {
        "register": open_register(url),
        "sop": builders.sop(),
        "assets": builders.assets(),
        "policies": policies(folder),
        "zone": CALENDAR.zone,
        "calendar": lambda: CALENDAR,
        "now": lambda: NOW,
        "site": unreachable,
        "place": place,
        "identity": lambda: None,
    }
    return Desk(**values | overrides)


def at(desk_: Desk, moment: datetime) -> Desk:
    """The same desk at another time."""
    return replace(desk_, now=lambda: moment)


def registered(desk_: Desk, run_id: str = "run-1", recorded_by: str = "dc", **changes) -> str:
    """The number of a letter that has been entered."""
    return intake.register(
        desk_, dag_id="backup_request", run_id=run_id, form=letter(**changes), recorded_by=recorded_by
    )


def answer(user: str, choice: str, moment: datetime = NOW, **form) -> Answer:
    return Answer(choice=choice, user=user, at=moment, form=form)


def gate(number: str, step: Step, round_no: int = 1) -> gates.Gate:
    return gates.Gate(number, step, round_no)


__all__ = ["NOW", "Assets", "answer", "at", "desk", "gate", "registered"]
