"""Make FAB users; a program for Airflow's surroundings. Reads [[name, role, password], ...] from standard input."""

import json
import sys

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.providers_configuration_loader import providers_configuration_loaded


@providers_configuration_loaded
def main() -> None:
    with get_application_builder() as builder:
        for name, role, password in json.load(sys.stdin):
            made = builder.sm.add_user(
                username=name,
                first_name=name,
                last_name="-",
                email=f"{name}@fab.example",
                role=builder.sm.find_role(role),
                password=password,
            )
            if not made:
                raise SystemExit(f"cannot make {name} in role {role}")


if __name__ == "__main__":
    main()
