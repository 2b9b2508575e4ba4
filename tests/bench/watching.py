"""What a look at the time standards costs in a full register, and a burst of misses: `python -m tests.bench.watching`.

PostgreSQL with 100,000 requests that ended and 1,000 that are open.
"""

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import URL

from cadangan.register import marks
from cadangan.register.session import Register, open_register, upgrade
from tests.register import crowds
from tests.services.postgres import running

ROUNDS = 50
TARGET_MS = 50.0


def main() -> int:
    with running() as server:
        url = URL.create("postgresql", server.user, server.password, server.host, server.port, "postgres")
        text = url.render_as_string(hide_password=False)
        upgrade(text)
        register = open_register(text)
        with register.transaction() as session:
            crowds.fill(session)
            crowds.analyze(session)
        # A watcher has looked before, at nothing.
        look(register, datetime.now(UTC) - timedelta(days=1000))
        burst = look(register, datetime.now(UTC))
        idle = [look(register, datetime.now(UTC)) for _ in range(ROUNDS)]
        everyone = look(register, datetime.now(UTC) + timedelta(days=30))
        register.engine.dispose()
    worst = max(*idle, burst)
    print(f"a look at {crowds.PAST + crowds.OPEN} requests: {statistics.median(idle):.1f} ms, median of {ROUNDS}")
    print(f"a look at which {crowds.LATE} steps are late: {burst:.1f} ms; worst of all {worst:.1f} ms")
    print(f"a look at which all {crowds.OPEN} steps are late: {everyone:.1f} ms")
    print(f"target of an ordinary look: < {TARGET_MS:.0f} ms")
    return 0 if worst < TARGET_MS else 1


def look(register: Register, now: datetime) -> float:
    """Look once and return how many milliseconds it took, its transaction included."""
    began = time.perf_counter()
    with register.transaction() as session:
        marks.notice(session, now)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
