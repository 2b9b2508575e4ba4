"""How the people of the demonstration log in: one class an auth manager."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

Options = dict[str, dict[str, str]]
Run = Callable[[str, Sequence[str], bytes], None]


@dataclass(frozen=True)
class User:
    """An Airflow log-in. `role` is one of the SimpleAuthManager's names."""

    name: str
    role: Literal["viewer", "user", "op", "admin"] = "user"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9), repr=False)


class Flavour(Protocol):
    """An auth manager, set up for a list of users."""

    @property
    def users(self) -> tuple[User, ...]:
        """Return who can log in."""

    def options(self, home: Path) -> Options:
        """Return the settings for airflow.cfg, by section, for an AIRFLOW_HOME at `home`."""

    def prepare(self, home: Path, run: Run) -> None:
        """Make the users, after the metadata database is migrated and before the services start.

        :param run: runs an argv to its good end in Airflow's surroundings: name of its log, argv, standard input.
        """


@dataclass(frozen=True)
class SimpleFlavour:
    """Airflow's own SimpleAuthManager: roles in airflow.cfg, passwords in a file."""

    users: tuple[User, ...]

    def options(self, home: Path) -> Options:
        """See Flavour."""
        return {
            "core": {
                "auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
                "simple_auth_manager_users": ",".join(f"{user.name}:{user.role}" for user in self.users),
                "simple_auth_manager_passwords_file": str(_passwords_file(home)),
            }
        }

    def prepare(self, home: Path, run: Run) -> None:
        """See Flavour."""
        write_secret(_passwords_file(home), json.dumps({user.name: user.password for user in self.users}))


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


def _passwords_file(home: Path) -> Path:
    return home / "passwords.json"
