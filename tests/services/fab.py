"""FAB as the auth manager of a test's Airflow."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from cadangan.demo.flavours import Options, Run, User
from tests.services import fab_users

_ROLES = {"viewer": "Viewer", "user": "User", "op": "Op", "admin": "Admin"}


@dataclass(frozen=True)
class FabFlavour:
    """See cadangan.demo.flavours.Flavour. FAB answers gates with a numeric user id, not with the log-in."""

    users: tuple[User, ...]

    def options(self, home: Path) -> Options:
        return {
            "core": {"auth_manager": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"},
            # Five log-ins in 40 s would be too few for a test that logs everyone in.
            "fab": {"auth_rate_limited": "False", "config_file": str(home / "webserver_config.py")},
        }

    def prepare(self, home: Path, run: Run) -> None:
        (home / "webserver_config.py").write_text("AUTH_ROLE_PUBLIC = None\n", encoding="utf-8")
        users = [[user.name, _ROLES[user.role], user.password] for user in self.users]
        # -P: the folder of the program is no place to import from; an airflow.py lies there.
        run("fab-users", [sys.executable, "-P", fab_users.__file__], json.dumps(users).encode())
