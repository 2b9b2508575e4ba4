"""The shipped configuration with a schedule in it, which makes one more DAG."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from cadangan.paths import INCLUDE
from tests.config import contents


def config_with_schedule(folder: Path, **policy: Any) -> Path:
    """Write the files into `folder`; the keywords are of the policy."""
    config = folder / "config"
    shutil.copytree(INCLUDE / "config", config)
    path = config / "policies.yaml"
    data = yaml.safe_load(path.read_text())
    data["policies"][0] |= {"schedule": contents.schedule(), **policy}
    path.write_text(yaml.safe_dump(data))
    return config
