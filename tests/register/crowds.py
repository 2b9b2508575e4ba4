"""A register as a busy data centre fills it in years: 100,000 requests that ended and 1,000 that are open."""

from sqlalchemy import text
from sqlalchemy.orm import Session

PAST, OPEN = 100_000, 1_000
LATE = 200
# Each request has one step with three marks. Those of the past are written or off, those of the open ones are ahead;
# of LATE steps the breach has come.
_STATEMENTS = (
    """
    INSERT INTO request (id, number, dag_id, run_id, service, status, letter_key, form, violations, recorded_by,
                         created_at, closed_at, close_note)
    SELECT n, 'BR-' || n, 'backup_request', 'run-' || n, 'backup',
           CASE WHEN n <= :past THEN 'SELESAI' ELSE 'DIAJUKAN' END,
           'k' || n, '{}', '[]', 'dc', now(), CASE WHEN n <= :past THEN now() END, ''
    FROM generate_series(1, :past + :open) AS n
    """,
    """
    INSERT INTO step_time (id, request_id, step, round, started_at, due_at, ended_at, calendar_version, late_reason)
    SELECT n, n, 'verify', 1, now(), now(), CASE WHEN n <= :past THEN now() END, 'c1', ''
    FROM generate_series(1, :past + :open) AS n
    """,
    """
    INSERT INTO step_mark (step_id, share, at, state)
    SELECT n, share,
           CASE WHEN n <= :past + :late THEN now() - interval '1 day' * (n % 900) - interval '1 minute'
                ELSE now() + interval '1 hour' * share END,
           CASE WHEN n > :past + :late OR (n > :past AND share = 100) THEN 'ahead'
                WHEN n % 10 = 0 THEN 'written' ELSE 'off' END
    FROM generate_series(1, :past + :open) AS n, unnest(ARRAY[50, 75, 100]) AS share
    """,
)


def fill(session: Session) -> None:
    """Fill an empty PostgreSQL register."""
    for statement in _STATEMENTS:
        session.execute(text(statement), {"past": PAST, "open": OPEN, "late": LATE})


def analyze(session: Session) -> None:
    """Let the server count, as it does by itself within a minute of such a change."""
    session.execute(text("ANALYZE request, step_time, step_mark"))
