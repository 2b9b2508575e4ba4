"""The command line: `python -m cadangan`, for what must work without Airflow."""

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cadangan import cli_assets
from cadangan.cli_keeping import retention_app, schedule_app
from cadangan.cli_restore import restore
from cadangan.cli_url import Url, default_url
from cadangan.config.assets import load_assets
from cadangan.config.check import advice, check_all
from cadangan.core.states import Status, Verdict
from cadangan.errors import AuditBroken, CadanganError
from cadangan.register import audit, requests
from cadangan.register.location import parse_url
from cadangan.register.session import open_register, shown
from cadangan.register.session import upgrade as upgrade_register
from cadangan.steps.fitness import CHECKS, Fitness
from cadangan.steps.rebuild import name_and_address, place_at
from cadangan.steps.rebuild import rebuild as rebuild_register

app = typer.Typer(help="Cadangan: back-up and restore by the SOP.", no_args_is_help=True, add_completion=False)
register_app = typer.Typer(help="The register of requests, back-ups and the audit log.", no_args_is_help=True)
request_app = typer.Typer(help="Requests.", no_args_is_help=True)
config_app = typer.Typer(help="The YAML files.", no_args_is_help=True)
app.add_typer(register_app, name="register")
app.add_typer(request_app, name="request")
app.add_typer(config_app, name="config")
app.add_typer(cli_assets.app, name="assets")
app.add_typer(retention_app, name="retention")
app.add_typer(schedule_app, name="schedule")
app.command()(restore)

BROKEN = 1
UNFIT = 1
INVALID = 2

_SHOWN = {Verdict.PASSED: "[green]ok[/]", Verdict.FAILED: "[red]NO[/]", Verdict.NOT_RUN: "-"}


@register_app.command()
def upgrade(url: Url = None) -> None:
    """Create the register, or bring it up to this version of Cadangan."""
    address = url or default_url()
    upgrade_register(address)
    typer.echo(f"The register at {shown(parse_url(address))} is up to date.")


@register_app.command()
def verify(url: Url = None) -> None:
    """Check the hash chain of the audit log; exit 1 and name the first broken row when it does not hold."""
    with open_register(url or default_url()).reading() as session:
        checked = audit.verify(session)
    typer.echo(f"The audit log holds: {checked} rows checked.")


@register_app.command()
def rebuild(
    vault: Annotated[
        list[str],
        typer.Option("--from", help="A destination: NAME=ADDRESS, as in policies.yaml. Repeat it for several."),
    ],
    by: Annotated[str, typer.Option(help="Who does this, for the record.")] = "cli",
    url: Url = None,
) -> None:
    """Bring back every back-up and its request from the manifests in the vault; exit 1 when something is amiss."""
    address = url or default_url()
    upgrade_register(address)
    places = [place_at(*name_and_address(text)) for text in vault]
    done = rebuild_register(open_register(address), places, by)
    typer.echo(f"{done.found} back-ups lie there; {done.new} of them were new to the register.")
    for problem in done.problems:
        typer.echo(problem, err=True)
    raise typer.Exit(BROKEN if done.problems else 0)


@config_app.command("check")
def check_config() -> None:
    """Load every YAML file and print all violations; exit 2 when there are any."""
    check_all()
    typer.echo("The configuration is in order.")
    for line in advice(date.today()):  # noqa: DTZ011 - a day of the office, not an instant
        typer.echo(f"Advice: {line}")


@cli_assets.app.command("check")
def check_assets(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document instead of a table.")] = False,
) -> None:
    """Reach every asset as its back-up would, by Airflow's connections; exit 1 when one could not be backed up."""
    # Airflow takes seconds to import, and the other commands work without it.
    from cadangan.operators.desk import open_inspector  # noqa: PLC0415

    # What there is to say stands in the report; Airflow would write log lines between its own.
    logging.disable(logging.WARNING)
    inspector = open_inspector()
    found = [inspector.check(server, asset) for server, asset in load_assets().by_name().values()]
    (_print_json if as_json else _print_table)(found)
    raise typer.Exit(0 if all(one.fit for one in found) else UNFIT)


@request_app.command()
def cancel(
    number: Annotated[str, typer.Argument(help="The request's number, for instance BR-2026-00001.")],
    by: Annotated[str, typer.Option(help="Who withdraws it.")],
    why: Annotated[str, typer.Option(help="The reason, for the record.")],
    url: Url = None,
) -> None:
    """Record that a request was withdrawn, for one whose run was stopped in Airflow; its letter may then come again."""
    with open_register(url or default_url()).transaction() as session:
        request = requests.by_number(session, number)
        requests.change_status(session, request, Status.CANCELLED, actor=by, why=why, now=datetime.now(UTC))
    typer.echo(f"{number} is {Status.CANCELLED}.")


@app.command()
def evidence(
    year: Annotated[int, typer.Option(help="The year.")],
    to: Annotated[Path, typer.Option(help="The ZIP archive to write.")],
) -> None:
    """Pack a year's evidence: requests, decisions, audit log, reports and documents, with a digest of each file."""
    # Documents may lie behind one of Airflow's connections.
    from cadangan.operators.desk import open_desk  # noqa: PLC0415
    from cadangan.steps.evidence import write_pack  # noqa: PLC0415

    typer.echo(f"{write_pack(open_desk(), year, to)} files of {year} lie in {to}.")


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


def _print_json(found: Sequence[Fitness]) -> None:
    assets = [asdict(one) | {"fit": one.fit} for one in found]
    typer.echo(json.dumps({"fit": all(one.fit for one in found), "assets": assets}, indent=2, ensure_ascii=False))


def _print_table(found: Sequence[Fitness]) -> None:
    table = Table("asset", "server", *CHECKS)
    for one in found:
        table.add_row(one.asset, one.server, *(_SHOWN[one.findings[check].verdict] for check in CHECKS))
    console = Console()
    console.print(table)
    for one in found:
        for check in CHECKS:
            if why := one.findings[check].why:
                console.print(f"{one.asset}, {check}: {why}", markup=False, soft_wrap=True)
