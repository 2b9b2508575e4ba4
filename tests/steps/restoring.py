"""An office whose database is backed up, and its letters that ask for a restore, taken through the SOP's steps."""

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from cadangan.config.assets import Assets
from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.states import Step
from cadangan.engines.contract import Site
from cadangan.engines.postgres import Target
from cadangan.hosts import local
from cadangan.register import requests
from cadangan.steps import confirm, execute, gates, plan, restore, restore_intake, restore_plan, restore_verify, verify
from cadangan.steps.desk import Desk
from tests.core.test_request import letter
from tests.restore.builders import SAMPLE, run
from tests.services.postgres import target_on
from tests.steps.builders import answer, desk, gate, policies
from tests.steps.test_close import approved, item_of
from tests.steps.test_gates import TICKS
from tests.stream.builders import KEY, RECIPIENT

SERVER, OTHER = "srv-kepegawaian", "srv-cadangan"
ROWS = "SELECT count(*) FROM pegawai"
_letters = count(1)


@dataclass(frozen=True)
class Office:
    """A desk, the server that its databases are on, and the database that the tests are about."""

    desk: Desk
    server: Any
    database: str
    folder: Path

    @property
    def target(self) -> Target:
        return target_on(self.server, self.database)

    def on(self, database: str) -> Target:
        return target_on(self.server, database)

    def changed(self, **policy: Any) -> "Office":
        """The same with another restore policy."""
        restoring = self.desk.policies.restore.model_copy(update=policy)
        return replace(
            self, desk=replace(self.desk, policies=self.desk.policies.model_copy(update={"restore": restoring}))
        )

    def databases(self) -> set[str]:
        with psycopg.connect(self.server.dsn(), autocommit=True) as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}

    def made(self) -> set[str]:
        """The databases that bear names of Cadangan."""
        return {name for name in self.databases() if name.startswith("cadangan_")}

    def damage(self, name: str, destination: str) -> None:
        """Flip a byte of a back-up's dump at one destination."""
        (path,) = Path(self.folder, destination).rglob(f"{name}.dump*")
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    def back_up(self) -> str:
        """Back the database up by a letter and return the back-up's name."""
        number = approved(self.desk, run_id=f"backup-{next(_letters)}", letter_number=f"B/{next(_letters)}")
        item_id, _ = item_of(self.desk, number)
        execute.dump(self.desk, number, item_id, 1)
        execute.check(self.desk, number, item_id, 1)
        with self.desk.register.reading() as session:
            return requests.item_by_id(session, item_id).backups[-1].name

    def ask(self, **form: Any) -> str:
        """Register a letter that asks for a restore and return its number."""
        values = {"mode": "beside", "letter_number": f"R/{next(_letters)}"} | form
        return restore_intake.register(
            self.desk,
            dag_id="restore_request",
            run_id=f"restore-{next(_letters)}",
            form=letter(**values),
            recorded_by="dc",
        )

    def planned(self, **form: Any) -> "Case":
        """A restore whose plan waits for its approval."""
        number = self.ask(**form)
        restore_verify.inspect(self.desk, number)
        gates.ask(self.desk, gate(number, Step.VERIFY))
        gates.decide(self.desk, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE))
        verify.dispose(self.desk, number)
        restore_plan.draft(self.desk, number)
        gates.ask(self.desk, gate(number, Step.PLAN))
        return Case(self, number)

    def approved(self, **form: Any) -> "Case":
        """A restore whose plan is frozen."""
        case = self.planned(**form)
        gates.decide(self.desk, gate(case.number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))
        plan.freeze(self.desk, case.number)
        return case

    def in_place(self, **form: Any) -> "Case":
        """A restore in place whose plan is frozen."""
        consent = {"consent_number": "800/77/BKPSDM", "consent_date": "2026-11-20", "typed_name": self.database}
        return self.approved(mode="in_place", **consent | form)


@dataclass(frozen=True)
class Case:
    """One request for a restore of one item."""

    office: Office
    number: str

    @property
    def item_id(self) -> int:
        return item_of(self.office.desk, self.number)[0]

    @property
    def result(self) -> str | None:
        return item_of(self.office.desk, self.number)[1]

    def save(self, round_no: int = 1) -> bool:
        return restore.save(self.office.desk, self.number, self.item_id, round_no)

    def restore(self, round_no: int = 1) -> None:
        restore.restore(self.office.desk, self.number, self.item_id, round_no)

    def serve(self, round_no: int = 1) -> None:
        restore.let_serve(self.office.desk, self.number, self.item_id, round_no)

    def executed(self, round_no: int = 1) -> "Case":
        """Step 4 as a whole."""
        self.save(round_no)
        self.restore(round_no)
        self.serve(round_no)
        return self

    def confirmed(self, choice: ConfirmChoice = ConfirmChoice.CONFORMS, round_no: int = 1) -> "Case":
        """Step 5, answered."""
        made = self.office.desk
        assert confirm.report(made, self.number, round_no)
        gates.ask(made, gate(self.number, Step.CONFIRM, round_no))
        gates.decide(made, gate(self.number, Step.CONFIRM, round_no), answer("skpd", choice, note="Dicatat"))
        return self

    def row(self, round_no: int = 1) -> Any:
        with self.office.desk.register.reading() as session:
            return requests.item_by_id(session, self.item_id).restores[round_no - 1]

    def inspection(self) -> dict[str, Any]:
        with self.office.desk.register.reading() as session:
            return requests.item_by_id(session, self.item_id).inspection


def assets(database: str) -> Assets:
    common = {"owner": "BKPSDM", "application": "SIMPEG"}
    return Assets.model_validate(
        {
            "servers": [
                {
                    "name": SERVER,
                    "engine": "postgres",
                    "conn_id": "pg",
                    "assets": [{"name": "simpeg", "database": database, **common}],
                },
                {
                    "name": OTHER,
                    "engine": "postgres",
                    "conn_id": "pg_lain",
                    "assets": [{"name": "arsip", "database": "postgres", **common}],
                },
            ]
        }
    )


def desk_on(server: Any, database: str, folder: Path) -> Desk:
    """A desk that reaches the databases of `server` as its superuser, and keeps two copies."""
    copies = ("utama", "kedua")
    rules = policies(
        folder,
        destinations=[{"name": name, "url": f"file://{folder}/{name}"} for name in copies],
        policies=[{"name": "default", "copies": copies}],
    )
    stream = rules.stream.model_copy(update={"recipients": (RECIPIENT,)})
    return desk(
        folder,
        assets=assets(database),
        policies=rules.model_copy(update={"stream": stream}),
        site=lambda _server, asset: nullcontext(Site(target_on(server, asset.database), local)),
        identity=lambda: KEY,
    )


@contextmanager
def office(server: Any, folder: Path, sample: str = SAMPLE):
    """Give an office with one database, filled; all that was made on the server goes at the end."""
    name = f"simpeg_{uuid4().hex[:8]}"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    made = Office(desk_on(server, name, folder), server, name, folder)
    run(made.target, sample)
    try:
        yield made
    finally:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            for left in {name, f"{name}_baru", *made.made()}:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(left)))
