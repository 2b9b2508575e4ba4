"""The command line: `python -m cadangan`, for what must work without Airflow."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cadangan.config.assets import load_assets
from cadangan.config.calendar import load_calendar
from cadangan.config.policies import load_policies
from cadangan.config.sop import load_sop
from cadangan.errors import AuditBroken, CadanganError, ConfigError
from cadangan.register import audit
from cadangan.register.location import embedded_url, parse_url, url_from_environment
from cadangan.register.session import open_register, shown
from cadangan.register.session import upgrade as upgrade_register

app = typer.Typer(help="Cadangan: back-up and restore by the SOP.", no_args_is_help=True, add_completion=False)
register_app = typer.Typer(help="The register of requests, back-ups and the audit log.", no_args_is_help=True)
config_app = typer.Typer(help="The YAML files.", no_args_is_help=True)
app.add_typer(register_app, name="register")
app.add_typer(config_app, name="config")

BROKEN = 1
INVALID = 2
_LOADERS: tuple[Callable[[], object], ...] = (load_sop, load_assets, load_policies, load_calendar)

Url = Annotated[
    str | None,
    typer.Option(
        help="The register's address. Default: $CADANGAN_REGISTER_URL, else the Airflow connection cadangan_register, "
        "else a SQLite file under $AIRFLOW_HOME. An address with a password belongs into the variable: other users of "
        "this machine can read a command line."
    ),
]


@register_app.command()
def upgrade(url: Url = None) -> None:
    """Create the register, or bring it up to this version of Cadangan."""
    address = url or _default_url()
    upgrade_register(address)
    typer.echo(f"The register at {shown(parse_url(address))} is up to date.")


@register_app.command()
def verify(url: Url = None) -> None:
    """Check the hash chain of the audit log; exit 1 and name the first broken row when it does not hold."""
    with open_register(url or _default_url()).reading() as session:
        checked = audit.verify(session)
    typer.echo(f"The audit log holds: {checked} rows checked.")


@config_app.command("check")
def check_config() -> None:
    """Load every YAML file and print all violations; exit 2 when there are any."""
    faults = [fault for load in _LOADERS if (fault := _config_fault(load))]
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(INVALID)
    typer.echo("The configuration is in order.")


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Stop everything at the end; exit 0 only when all of it succeeded.")
    ] = False,
    home: Annotated[
        Path | None, typer.Option(help="The one folder to work in, emptied first. Default: .demo in the project.")
    ] = None,
) -> None:
    """Run one request through all steps of the SOP on this machine; then leave Airflow running until Ctrl-C."""
    # Its services are for this command alone.
    from cadangan.demo import run  # noqa: PLC0415

    play = run.run_once if once else run.run_until_stopped
    raise typer.Exit(play(home or run.HOME))


def main() -> None:
    """Run the command line; an error of Cadangan's own is one message on standard error, not a traceback."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        app()
    except CadanganError as err:
        typer.echo(str(err), err=True)
        sys.exit(BROKEN if isinstance(err, AuditBroken) else INVALID)


def _default_url() -> str:
    if address := url_from_environment():
        return address
    try:
        # Airflow takes seconds to import, and this command works without it.
        from cadangan.operators.connections import register_url  # noqa: PLC0415
    except ModuleNotFoundError:
        return embedded_url()
    return register_url()


def _config_fault(load: Callable[[], object]) -> str | None:
    try:
        load()
    except ConfigError as err:
        return str(err)
    return None
