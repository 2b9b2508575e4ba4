"""The yearly review and the discovery in a running Airflow, as their people go through them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from cadangan.core.review import QUESTIONS, ReviewChoice
from cadangan.demo.mails import received
from cadangan.demo.stage import Stage
from cadangan.register.asset_models import AssetReview, DiscoveryFinding
from cadangan.register.models import AuditEntry, Notice
from cadangan.register.session import open_register
from tests.e2e.office import Letter, api

TICKS: dict[str, Any] = dict.fromkeys(QUESTIONS, True)


class Run(Letter):
    """A run of a DAG that is about no letter."""

    def __init__(self, stage: Stage, dag_id: str, **conf: Any) -> None:
        self.stage = stage
        self.run = (dag_id, api(stage, "admin").trigger(dag_id, conf))

    def gates(self) -> dict[int, Any]:
        """Return the gates that ask, by their map index."""
        return {gate.map_index: gate for gate in api(self.stage, "admin").open_gates(*self.run)}

    def reply(self, index: int, user: str, choice: str, **form: Any) -> None:
        gate = self.until(lambda: self.gates().get(index), f"gate {index} asking")
        api(self.stage, user).answer(self.run, gate, choice, TICKS | {"note": ""} | form)
        api(self.stage, "admin").open_gates(*self.run)

    def rows(self, statement: Any) -> list[Any]:
        with open_register(self.stage.register_url).transaction() as session:
            return list(session.scalars(statement))

    def reviews(self) -> list[AssetReview]:
        return self.rows(select(AssetReview).where(AssetReview.run_id == self.run[1]).order_by(AssetReview.id))


@pytest.fixture
def two_assets(stage: Stage) -> Iterator[Callable[[], None]]:
    """Register a second asset on the same server; it is never dumped here."""
    path = stage.home.config / "assets.yaml"
    before = path.read_text()
    content = yaml.safe_load(before)
    second = {"name": "sapk", "application": "SAPK", "database": "sapk_tidak_ada", "owner": "BKPSDM"}
    content["servers"][0]["assets"].append(second)
    path.write_text(yaml.safe_dump(content))
    yield lambda: None
    path.write_text(before)


@pytest.mark.usefixtures("two_assets")
def test_each_asset_has_its_gate_and_holds_nothing_up(stage: Stage) -> None:
    run = Run(stage, "asset_review", assets=["simpeg", "sapk"])
    run.until(lambda: len(run.gates()) == 2, "two gates asking")
    assert {run.states()[f"review.gate[{index}]"] for index in (0, 1)} == {"awaiting_input"}

    run.reply(0, "dc", ReviewChoice.CONFORMS)
    run.until(
        lambda: run.rows(select(AuditEntry).where(AuditEntry.actor == "dc", AuditEntry.action == "answer.refused")),
        "the refusal of one outside the role",
    )
    run.reply(0, "kasi", ReviewChoice.CONFORMS)
    run.reply(1, "kasi", ReviewChoice.NEEDS_ACTION, still_needed=False, note="Sudah tidak dipakai")
    assert run.end() == "success", run.states()

    first, second = run.reviews()
    assert (first.asset, first.choice, first.by_user, first.ticks) == ("simpeg", ReviewChoice.CONFORMS, "kasi", TICKS)
    assert (second.choice, second.note) == (ReviewChoice.NEEDS_ACTION, "Sudah tidak dipakai")
    assert second.reviewed_at
    kinds = {"asset_review", "asset_review_owner", "asset_review_refused"}
    sent = run.rows(select(Notice).where(Notice.kind.in_(kinds)))
    assert {notice.kind for notice in sent} == kinds
    run.until(
        lambda: {notice.state for notice in run.rows(select(Notice).where(Notice.kind.in_(kinds)))} == {"sent"},
        "all mails sent",
    )
    bodies = [mail.get_body(("plain",)).get_content() for mail in received(stage.home.mails)]
    assert [body for body in bodies if "/tasks/review.gate/mapped/1/required_actions" in body.replace("=\n", "")]


@pytest.mark.usefixtures("two_assets")
def test_discovery_keeps_and_mails_what_it_finds(stage: Stage) -> None:
    run = Run(stage, "asset_discovery")
    assert run.end() == "success", run.states()
    found = {(row.kind, row.name) for row in run.rows(select(DiscoveryFinding))}
    assert ("vanished", "sapk") in found
    assert [row for row in run.rows(select(Notice).where(Notice.kind == "asset_discovery")) if row.state == "sent"]


def test_the_monthly_list_of_overdue_reviews_is_empty_in_a_new_office(stage: Stage) -> None:
    run = Run(stage, "asset_review_overdue")
    assert run.end() == "success", run.states()
    assert run.rows(select(Notice).where(Notice.kind == "asset_review_overdue")) == []
