"""Step 4: the dump and its checks (Melaksanakan sesuai perencanaan)."""

import logging
from datetime import datetime

from cadangan import backup
from cadangan.core.plan import Plan
from cadangan.core.states import Result, Status
from cadangan.errors import CadanganError, ManifestMismatch
from cadangan.register import approval, backups, plans, requests
from cadangan.register.models import Backup, Copy, Item
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)


def start_at(desk: Desk, number: str) -> datetime:
    """Return the agreed start of the frozen plan."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        return Plan.model_validate_json(plans.current(session, request).body).start
