"""Where the files beside the code are: the only module that knows."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
SQL = INCLUDE / "sql"
TEMPLATES = INCLUDE / "templates"
CONFIG_VARIABLE = "CADANGAN_CONFIG"


def config_dir() -> Path:
    """Return the folder of the YAML files: `$CADANGAN_CONFIG` when it is set, else `include/config`."""
    return Path(os.environ.get(CONFIG_VARIABLE) or INCLUDE / "config")
