"""One look of the watcher is one statement on one index, however much the register holds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from cadangan.register import marks
from cadangan.register.session import Register
from tests.register import crowds


@pytest.fixture
def crowded(register: Register) -> Register:
    if register.engine.dialect.name != "postgresql":
        pytest.skip("a register of this size lies on PostgreSQL")
    with register.transaction() as session:
        crowds.fill(session)
        crowds.analyze(session)
    return register


def statements_of_a_look(register: Register) -> tuple[int, list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(connection, cursor, statement, parameters, *rest):
        seen.append((statement, parameters))

    event.listen(register.engine, "before_cursor_execute", note)
    try:
        with register.transaction() as session:
            return marks.notice(session, datetime.now(UTC)), seen
    finally:
        event.remove(register.engine, "before_cursor_execute", note)


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", []) for node in nodes(part))]


def indexes_and_nodes(register: Register, statement: str, parameters: Any) -> tuple[set[str], set[str]]:
    with register.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        (plan,) = cursor.fetchone()[0]
    used = nodes(plan["Plan"])
    return {node["Index Name"] for node in used if "Index Name" in node}, {node["Node Type"] for node in used}


def test_a_look_is_one_query_on_one_index_and_what_has_come_is_taken_by_its_keys(crowded: Register) -> None:
    count, seen = statements_of_a_look(crowded)
    assert count == crowds.LATE
    assert all("Seq Scan" not in indexes_and_nodes(crowded, *one)[1] for one in seen)

    count, ((statement, parameters),) = statements_of_a_look(crowded)
    assert count == 0
    indexes, used = indexes_and_nodes(crowded, statement, parameters)
    assert indexes == {"ix_step_mark_state_at"}
    assert "Seq Scan" not in used
