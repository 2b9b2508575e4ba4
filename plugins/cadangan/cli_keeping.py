"""The command line of what is kept: locks on back-ups, what retention would destroy, the pools of schedules."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import typer

from cadangan.cli_url import Url, default_url
from cadangan.config.assets import load_assets
from cadangan.config.coverage import pools
from cadangan.config.policies import load_policies
from cadangan.register import stock
from cadangan.register.numbers import OFFICE_ZONE
from cadangan.register.session import open_register

retention_app = typer.Typer(help="What is kept, and what may go.", no_args_is_help=True)
schedule_app = typer.Typer(help="Back-ups without a letter.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The back-up's name.")]
By = Annotated[str, typer.Option(help="Who wants it.")]
Why = Annotated[str, typer.Option(help="The reason, for the record.")]


@retention_app.command()
def lock(
    name: Name,
    by: By,
    why: Why,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; for good without.")
    ] = None,
    url: Url = None,
) -> None:
    """Keep a back-up from being destroyed, whatever the rules say."""
    end = _end_of(until.date()) if until else None
    with open_register(url or default_url()).transaction() as session:
        stock.lock_backup(session, name, why=why, by_user=by, at=datetime.now(UTC), until=end)
    typer.echo(f"{name} is locked {f'until {until:%Y-%m-%d} has passed' if until else 'for good'}.")


@retention_app.command()
def unlock(name: Name, by: By, why: Why, url: Url = None) -> None:
    """Release every lock of a back-up."""
    with open_register(url or default_url()).transaction() as session:
        released = stock.unlock_backup(session, name, why=why, by_user=by, at=datetime.now(UTC))
    typer.echo(f"{name}: {released} locks released.")


@retention_app.command()
def show(
    after: Annotated[Literal["rule", "gate"], typer.Option(help="Of which policies: `retention.after`.")] = "gate",
) -> None:
    """Print what becomes of every back-up if retention ran now, and why; nothing is destroyed."""
    # Airflow takes seconds to import, and the other commands work without it.
    from cadangan.operators.desk import open_desk  # noqa: PLC0415
    from cadangan.steps.survey import survey  # noqa: PLC0415

    found = survey(open_desk(), after)
    for backup, reason in found.verdicts:
        verdict = "keep" if reason.keeps else "GO"
        typer.echo(f"{verdict:4} {backup.asset} {backup.at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M} {reason.value}")
    for asset, why in sorted(found.held.items()):
        typer.echo(f"held {asset}: {why}")


@schedule_app.command("pools")
def show_pools() -> None:
    """Print the Airflow pools that policies limit dumps by, for `airflow pools import`."""
    description = "Dumps at once from this server (policies.yaml, limits.parallel_per_server)"
    slots = pools(load_assets(), load_policies())
    made = {name: {"slots": n, "description": description, "include_deferred": False} for name, n in slots.items()}
    typer.echo(json.dumps(made, indent=2))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), OFFICE_ZONE).astimezone(UTC)
