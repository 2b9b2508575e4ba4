"""The watcher of the time standards: it lives in the triggerer, needs no worker, and fires the notice DAG."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from cadangan.errors import CadanganError

log = logging.getLogger(__name__)
_BEAT_EVERY = timedelta(minutes=1)


class LateSteps(BaseEventTrigger):
    """Fire when steps have used a share of their time standard up.

    Airflow keeps it running in one triggerer for as long as the DAG that watches is active, and moves it to another
    one when that triggerer is lost. What it noticed is in the register before it fires, so an event that is lost with
    the triggerer loses nothing: the notice DAG's next run, at most five minutes later, finds it there.

    :param every: seconds between two looks at the register.
    """

    def __init__(self, every: float = 10.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's
        self.every = every

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """See BaseTrigger."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"every": self.every}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again. A register that is away for a while ends nothing: a trigger that fails stays down."""
        beaten = datetime.min.replace(tzinfo=UTC)
        while True:
            now = datetime.now(UTC)
            try:
                url = await _register_url()
                if now - beaten >= _BEAT_EVERY:
                    await asyncio.to_thread(_beat, url, now)
                    beaten = now
                count = await asyncio.to_thread(look, url, now)
            except CadanganError as err:
                log.error("The time standards could not be watched, next try in %.0f s: %s", self.every, err)
                count = 0
            if count:
                log.info("%d marks of time standards noticed", count)
                yield TriggerEvent({"noticed": count})  # type: ignore[no-untyped-call]  # Airflow's
            await asyncio.sleep(self.every)


def look(url: str, now: datetime) -> int:
    """Notice the marks that have come by `now` in the register at `url` and return how many."""
    from cadangan.register import marks
    from cadangan.register.session import open_register

    with open_register(url).transaction() as session:
        return marks.notice(session, now)


def _beat(url: str, now: datetime) -> None:
    from cadangan.register import marks
    from cadangan.register.session import open_register

    with open_register(url).transaction() as session:
        marks.beat(session, marks.WATCHER, now)


async def _register_url() -> str:
    # Asking for a connection talks to Airflow over the event loop's own line, so it must happen on the loop.
    from cadangan.operators.connections import aregister_url

    return await aregister_url()
