"""airflow.cfg of the demonstration: generated secrets, quick intervals, nothing outside AIRFLOW_HOME."""

import configparser
import io
import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from cadangan import paths
from cadangan.demo.flavours import Flavour, Options

PRELOADED = "cadangan.demo.preload"
# A socket's path has at most 107 bytes; multiprocessing appends 32 to the folder of temporary files.
_LONGEST_TEMPORARY = 75
_DATABASE_DRIVER = "postgresql+psycopg2"


@dataclass(frozen=True)
class AirflowSettings:
    """What differs between one Airflow and another.

    :param home: AIRFLOW_HOME, an existing folder.
    :param database: address of the metadata database after the driver: `user:password@host:port/name`.
    :param connections: JSON file of the connections (LocalFilesystemBackend).
    :param config: folder of Cadangan's YAML files.
    """

    home: Path
    database: str
    connections: Path
    config: Path
    flavour: Flavour
    port: int
    dags: Path = paths.ROOT / "dags"
    plugins: Path = paths.ROOT / "plugins"

    @property
    def temporary(self) -> Path:
        """Return the folder of temporary files."""
        return self.home / "tmp"

    @property
    def url(self) -> str:
        """Return the address of the UI and the REST API."""
        return f"http://127.0.0.1:{self.port}"


def render(settings: AirflowSettings) -> str:
    """Return the text of airflow.cfg; it holds secrets."""
    parser = configparser.RawConfigParser()
    for part in (
        _places(settings),
        _secrets(),
        _pace(),
        _workers(settings.temporary),
        settings.flavour.options(settings.home),
    ):
        for section, options in part.items():
            if not parser.has_section(section):
                parser.add_section(section)
            for key, value in options.items():
                # Airflow interpolates, so a percent sign is written twice.
                parser.set(section, key, value.replace("%", "%%"))
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def _places(settings: AirflowSettings) -> Options:
    home = settings.home
    return {
        "core": {
            "executor": "LocalExecutor",
            "load_examples": "False",
            "dags_folder": str(settings.dags),
            "plugins_folder": str(settings.plugins),
            "execution_api_server_url": f"{settings.url}/execution/",
            "default_timezone": "Asia/Jakarta",
            "hostname_callable": "socket.gethostname",
        },
        "database": {"sql_alchemy_conn": f"{_DATABASE_DRIVER}://{settings.database}"},
        "api": {"host": "127.0.0.1", "port": str(settings.port), "base_url": settings.url},
        "secrets": {
            "backend": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
            "backend_kwargs": json.dumps({"connections_file_path": str(settings.connections)}),
        },
        "logging": {
            "base_log_folder": str(home / "logs"),
            "dag_processor_child_process_log_directory": str(home / "logs" / "dag_processor"),
        },
        "dag_processor": {"dag_bundle_storage_path": str(home / "bundles")},
    }


def _secrets() -> Options:
    return {
        "core": {"fernet_key": urlsafe_b64encode(secrets.token_bytes(32)).decode()},
        "api": {"secret_key": secrets.token_hex(32)},
        "api_auth": {"jwt_secret": secrets.token_hex(64)},
    }


def _pace() -> Options:
    """One officer and one data-centre machine: few workers, and a look for work several times a second."""
    return {
        "core": {
            "parallelism": "4",
            "dags_are_paused_at_creation": "False",
            "mp_start_method": "fork",
        },
        "scheduler": {
            "scheduler_heartbeat_sec": "1",
            "scheduler_idle_sleep_time": "0.2",
            "job_heartbeat_sec": "1",
            "trigger_timeout_check_interval": "2",
        },
        "triggerer": {"job_heartbeat_sec": "1"},
        "dag_processor": {
            "refresh_interval": "10",
            "bundle_refresh_check_interval": "2",
            "min_file_process_interval": "10",
            "parsing_processes": "1",
        },
        "logging": {"colored_console_log": "False"},
    }


def _workers(temporary: Path) -> Options:
    """Let every task start as a copy of a process that has imported what tasks need.

    Where the socket of that process would not fit into `temporary`, tasks start from the scheduler, more slowly.
    """
    if len(os.fsencode(temporary)) > _LONGEST_TEMPORARY:
        return {}
    return {"scheduler": {"mp_start_method": "forkserver", "mp_forkserver_preload": PRELOADED}}
