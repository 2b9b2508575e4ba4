"""Which register a command works on."""

from typing import Annotated

import typer

from cadangan.register.location import embedded_url, url_from_environment

Url = Annotated[
    str | None,
    typer.Option(
        help="The register's address. Default: $CADANGAN_REGISTER_URL, else the Airflow connection cadangan_register, "
        "else a SQLite file under $AIRFLOW_HOME. An address with a password belongs into the variable: other users of "
        "this machine can read a command line."
    ),
]


def default_url() -> str:
    """Return the address of the register where none is given."""
    if address := url_from_environment():
        return address
    try:
        # Airflow takes seconds to import, and these commands work without it.
        from cadangan.operators.connections import register_url  # noqa: PLC0415
    except ModuleNotFoundError:
        return embedded_url()
    return register_url()
