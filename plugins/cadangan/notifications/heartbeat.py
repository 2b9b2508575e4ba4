"""A sign of life to a monitor of choice, which raises the alarm when it hears nothing."""

import logging
import os

import httpx

from cadangan.errors import MailFailed
from cadangan.steps.desk import Desk

VARIABLE = "CADANGAN_HEARTBEAT_URL"
log = logging.getLogger(__name__)
_SECONDS = 30.0


def beat(desk: Desk) -> bool:
    """Ask the monitor's address and return whether there is one; raise MailFailed when it does not take it.

    The address is not logged: its path may be all that protects it.
    """
    url = os.environ.get(VARIABLE) or desk.policies.alerts.heartbeat_url
    if not url:
        log.info("No heartbeat: neither %s nor alerts.heartbeat_url is set", VARIABLE)
        return False
    try:
        httpx.get(url, timeout=_SECONDS, follow_redirects=True).raise_for_status()
    except httpx.HTTPStatusError as err:
        raise _failed(f"it answered {err.response.status_code}") from None
    except httpx.HTTPError as err:
        raise _failed(type(err).__name__) from None
    return True


def _failed(why: str) -> MailFailed:
    return MailFailed(f"The monitor did not take the heartbeat: {why}. Check {VARIABLE} and the way there.")
