"""Settings that the DAGs share."""

from datetime import timedelta
from typing import Any

from cadangan import paths

# A task that stumbles over a busy server or a broken line is tried again; a refusal is not.
_TASKS: dict[str, Any] = {
    "owner": "cadangan",
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=15),
}

DAG_SETTINGS: dict[str, Any] = {
    "default_args": _TASKS,
    "max_active_runs": 1000,
    "template_searchpath": [str(paths.SQL), str(paths.TEMPLATES)],
}

# A mail server may be away for longer than a database.
MAIL: dict[str, Any] = {"retries": 8, "retry_delay": timedelta(minutes=1)}
