"""The register's queries go through indexes, however many rows there are: PostgreSQL says how it runs each of them."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from cadangan.config.assets import Asset
from cadangan.core.audit import Action
from cadangan.core.review import Overdue
from cadangan.core.states import Step
from cadangan.register import audit, backups, decisions, discoveries, notices, plans, requests, reviews
from cadangan.register.models import Backup, StepTime
from cadangan.register.numbers import OFFICE_ZONE
from cadangan.register.session import Register, open_register, upgrade
from tests.register.builders import NOW, later, register_letter
from tests.register.conftest import _administer, _with_database

REQUESTS = 20_000
# By table. What has few for ever (counter, audit_head, asset_seen) may be read whole.
# "select list" from so many numbers n, which stand for years of work.
_DATA: dict[str, tuple[str, int]] = {
    "request": (
        "n, 'BR-2026-' || n, 'backup_request', 'run-' || n, 'backup', 'SELESAI', NULL, 'letter-' || n, '{}', '[]', "
        "'dc', now(), now(), ''",
        REQUESTS,
    ),
    "item": ("n, n, 1, 'asset-' || n % 1000, '{}', 'Berhasil', '', '', 0, NULL", REQUESTS),
    "step_time": (
        "n, (n + 3) / 4, (n % 4)::text, 1, now(), now() - interval '1 day' * (n % 900), "
        "CASE WHEN n % 1000 > 0 THEN now() END, '', ''",
        REQUESTS * 4,
    ),
    "decision": (
        "n, (n + 2) / 3, (n % 3)::text, 1, 'Sesuai', '', '{}', 'kasi', 'Kasi', '-', 'r', now(), n",
        REQUESTS * 3,
    ),
    "plan": ("n, n, 1, '{}', '', now(), n", REQUESTS),
    "backup": (
        f"n, n % {REQUESTS} + 1, 1, 'backup-' || n, 'asset-' || n % 1000, now(), now(), now() - interval '1 hour' * n, "
        "1, '{\"artefacts\": []}'",
        REQUESTS * 5,
    ),
    "copy": ("n, n, 'utama', 'a', 'u', 1, '', NULL, '', '', '', '', ''", REQUESTS * 5),
    "document": ("n, n, 'plan', 'n', 'm', 'u', '', now()", REQUESTS),
    "notice": (
        f"n, 'key-' || n, n % {REQUESTS} + 1, 'gate_opened', '[]', '', '', '', '[]', "
        "CASE WHEN n % 5000 = 0 THEN 'pending' ELSE 'sent' END, 1, '', now(), now()",
        REQUESTS * 5,
    ),
    "audit": (
        "n, now(), 'a', (ARRAY['decision', 'gate.opened', 'request.status'])[n % 3 + 1], "
        f"'BR-2026-' || n % {REQUESTS}, '{{}}', '', ''",
        REQUESTS * 10,
    ),
    "asset_review": (
        "n, 'asset-' || n % 1000, 'asset_review', 'run-' || n / 20, current_date, now(), now(), "
        "now() - interval '1 day' * n, 'Sesuai', '{}', '', '', '', '', '', n",
        50_000,
    ),
    "discovery_finding": (
        "n, 'srv-' || n % 200, 'unregistered', 'db-' || n, now(), now(), CASE WHEN n % 100 > 0 THEN now() END",
        50_000,
    ),
}
ROWS = {
    name: f"INSERT INTO {name} SELECT {values} FROM generate_series(1, {count}) AS n"
    for name, (values, count) in _DATA.items()
}
# What is registered now gets numbers of its own.
_NUMBERS = ("SELECT setval('request_id_seq', 1000000)", "UPDATE audit_head SET seq = 1000000")
ASSETS = [Asset(name=f"asset-{n}", application="A", database="a", owner="B") for n in range(3)]
DUES = [Overdue(asset.name, date(2026, 1, 1), None) for asset in ASSETS]

QUERIES: dict[str, Callable[[Session], object]] = {
    "the latest back-up of an asset": lambda s: backups.latest_for_asset(s, "asset-7"),
    "all back-ups of an asset": lambda s: s.scalars(
        select(Backup).where(Backup.asset == "asset-7").order_by(Backup.ended_at)
    ).all(),
    "open steps that are due": lambda s: s.scalars(
        select(StepTime).where(StepTime.ended_at.is_(None), StepTime.due_at <= later(0)).order_by(StepTime.due_at)
    ).all(),
    "a request by its number": lambda s: requests.by_number(s, "BR-2026-77"),
    "a request by its run": lambda s: requests.by_run(s, "backup_request", "run-77"),
    "a letter that was registered before": lambda s: register_letter(s, "new-run", letter_key="letter-77"),
    "all that hangs on a request": lambda s: [
        getattr(requests.by_number(s, "BR-2026-77"), part)
        for part in ("items", "steps", "decisions", "plans", "documents", "notices")
    ],
    "the copies of an item's back-ups": lambda s: [
        backup.copies for backup in requests.by_number(s, "BR-2026-77").items[0].backups
    ],
    "the decision that counts": lambda s: decisions.latest(s, requests.by_number(s, "BR-2026-77"), Step.PLAN, 1),
    "the audit log of a subject": lambda s: list(audit.about(s, "BR-2026-77", Action.DECIDED)),
    "one row of the audit log": lambda s: audit.holds(s, 7777),
    "the current plan": lambda s: plans._newest(s, requests.by_number(s, "BR-2026-77")),
    "the mails of a request that wait": lambda s: notices.pending(s, 77),
    "the mails of some kinds that wait": lambda s: notices.pending_of_office(s, ["asset_review"]),
    "when reviews are due": lambda s: reviews.dues(s, ASSETS, OFFICE_ZONE, NOW.date()),
    "which reviews were asked for": lambda s: reviews.asked_for(s, DUES),
    "the last review of an asset": lambda s: reviews.last_of(s, "asset-7"),
    "the reviews of a run": lambda s: reviews.of_run(s, "asset_review", "run-77"),
    "what discovery found on a server": lambda s: discoveries.open_findings(s, {"srv-7"}),
}


@pytest.fixture(scope="module")
def full(postgres_url: str) -> Iterator[Register]:
    """A register after years of work."""
    _administer(postgres_url, "CREATE DATABASE register_full")
    url = _with_database(postgres_url, "register_full")
    upgrade(url)
    _administer(url, *ROWS.values(), *_NUMBERS, "VACUUM ANALYZE")
    register = open_register(url)
    yield register
    register.engine.dispose()
    _administer(postgres_url, "DROP DATABASE register_full WITH (FORCE)")


def statements_of(register: Register, query: Callable[[Session], object]) -> list[tuple[str, object]]:
    """Run a query and return the statements that it sent, without leaving a trace."""
    sent: list[tuple[str, object]] = []

    def note(connection, cursor, statement, parameters, *_):
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(register.engine, "before_cursor_execute", note)
    try:
        with Session(register.engine) as session:
            query(session)
            session.rollback()
    finally:
        event.remove(register.engine, "before_cursor_execute", note)
    return sent


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def explained(engine: Engine, statement: str, parameters: object) -> list[dict]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return list(nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reads_a_whole_table(full, name):
    sent = statements_of(full, QUERIES[name])
    assert sent
    for statement, parameters in sent:
        read = [
            node["Relation Name"]
            for node in explained(full.engine, statement, parameters)
            if node["Node Type"] == "Seq Scan"
        ]
        assert not set(read) & set(ROWS), statement


def test_the_latest_back_up_of_an_asset_is_the_index_s_last_entry_of_it(full):
    (sent,) = [one for one in statements_of(full, QUERIES["the latest back-up of an asset"]) if "FROM backup" in one[0]]
    assert [node["Node Type"] for node in explained(full.engine, *sent)] == ["Limit", "Index Scan"]


def test_a_query_without_an_index_would_be_noticed(full):
    sent = statements_of(full, lambda s: s.execute(text("SELECT * FROM backup WHERE stored_bytes = 77")).all())
    assert [node["Node Type"] for node in explained(full.engine, *sent[0])] == ["Seq Scan"]
