"""A whole Airflow as child processes of this one: api-server, scheduler, dag-processor, triggerer."""

import os
import sys
import time
from collections.abc import Sequence
from types import TracebackType

import httpx

from cadangan import paths
from cadangan.demo.api import AirflowApi
from cadangan.demo.flavours import write_secret
from cadangan.demo.process import Child, Surroundings, stop
from cadangan.demo.settings import AirflowSettings, render
from cadangan.errors import DemoError

_SERVICES = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
_START_SECONDS = 180.0
_MIGRATE_SECONDS = 180.0
_POLL_SECONDS = 0.25


class AirflowServices:
    """Airflow's four services, from `start` to `stop`; a context manager."""

    def __init__(self, settings: AirflowSettings) -> None:
        self.settings = settings
        self.url = settings.url
        self.passwords = {user.name: user.password for user in settings.flavour.users}
        self._surroundings = Surroundings(
            environment=environment(settings), directory=settings.home, logs=settings.home / "logs"
        )
        self._children: list[Child] = []

    def __enter__(self) -> "AirflowServices":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Migrate the metadata database, make the users, start the services and wait until all are healthy.

        Raise DemoError when one ends or is not healthy in time; the message holds the end of its log.
        """
        write_secret(self.settings.home / "airflow.cfg", render(self.settings))
        self.settings.temporary.mkdir()
        self.run("migrate", airflow("db", "migrate"))
        self.settings.flavour.prepare(self.settings.home, self.run)
        for name, arguments in _SERVICES.items():
            self._children.append(Child(name, airflow(*arguments), self._surroundings))
        self._wait_until_healthy()

    def stop(self) -> None:
        """Stop the services and all that descends from them; harmless when they do not run."""
        stop(self._children)
        self._children.clear()

    def run(self, name: str, argv: Sequence[str], stdin: bytes = b"") -> None:
        """Run a program to its good end in Airflow's surroundings; raise DemoError otherwise."""
        Child(name, argv, self._surroundings, stdin).wait(_MIGRATE_SECONDS)

    def check(self) -> None:
        """Raise DemoError when a service has ended."""
        for child in self._children:
            child.check()

    def api(self, user: str) -> AirflowApi:
        """Return a client of the REST API, logged in as `user`."""
        return AirflowApi.log_in(self.url, user, self.passwords[user])

    def _wait_until_healthy(self) -> None:
        limit = time.monotonic() + _START_SECONDS
        missing = ["api-server"]
        while missing:
            self.check()
            if time.monotonic() > limit:
                logs = self.settings.home / "logs"
                raise DemoError(f"Airflow is not healthy after {_START_SECONDS:.0f} s ({missing}); see {logs}.")
            time.sleep(_POLL_SECONDS)
            missing = _unhealthy(self.url)


def airflow(*arguments: str) -> list[str]:
    """Return the argv of an Airflow command under this interpreter."""
    return [sys.executable, "-m", "airflow", *arguments]


def environment(settings: AirflowSettings) -> dict[str, str]:
    """Return the environment of Airflow's processes: the user's, without other Airflow settings, and no secret."""
    foreign = ("AIRFLOW", "CADANGAN", "PG", "PYTHONPATH")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return inherited | {
        "AIRFLOW_HOME": str(settings.home),
        paths.CONFIG_VARIABLE: str(settings.config),
        # Caches and temporary files of every library stay in the demonstration's folder.
        "TMPDIR": str(settings.temporary),
        "XDG_CACHE_HOME": str(settings.home / "cache"),
        "PYTHONUNBUFFERED": "1",
        # A proxy of the user's is not the way to this machine's own services.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        # For what tasks share (settings.PRELOADED): it is imported before Airflow adds its plugins folder.
        "PYTHONPATH": str(settings.plugins),
    }


def _unhealthy(url: str) -> list[str]:
    try:
        health = httpx.get(f"{url}/api/v2/monitor/health", timeout=5.0, trust_env=False).raise_for_status().json()
    except httpx.HTTPError:
        return ["api-server"]
    parts = ("metadatabase", "scheduler", "triggerer", "dag_processor")
    return [part for part in parts if health.get(part, {}).get("status") != "healthy"]
