"""The commands on the asset register: `python -m cadangan assets discover|export|import`."""

import difflib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cadangan.config import assets_file, assets_sheet, assets_table
from cadangan.config.assets import FILE, load_assets
from cadangan.config.check import beyond_assets
from cadangan.core.discovery import Discovery

app = typer.Typer(help="The registered databases.", no_args_is_help=True)
FOUND = 1


@app.command()
def discover(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document instead of a table.")] = False,
) -> None:
    """Compare what is on every server with assets.yaml; exit 1 when anything differs or could not be looked at."""
    # Airflow takes seconds to import, and the other commands work without it.
    from cadangan.operators.desk import open_inspector  # noqa: PLC0415
    from cadangan.steps import discovery  # noqa: PLC0415

    # What there is to say stands in the report; Airflow would write log lines between its own.
    logging.disable(logging.WARNING)
    found = discovery.discover(load_assets(), open_inspector().site)
    (_print_json if as_json else _print_table)(found)
    raise typer.Exit(0 if all(one.in_order for one in found) else FOUND)


@app.command("export")
def export_table(
    to: Annotated[Path, typer.Argument(help="A file that ends in .ods or .csv; it is replaced.")],
) -> None:
    """Write the asset register as a table, for people with a spreadsheet."""
    rows = assets_table.table(load_assets())
    assets_sheet.write(to, rows)
    typer.echo(f"{len(rows) - 1} rows written to {to}.")


@app.command("import")
def import_table(
    source: Annotated[Path, typer.Argument(help="A file as `export` writes it, .ods or .csv.")],
    write: Annotated[bool, typer.Option("--write", help="Change assets.yaml; without it only the change is shown.")] = (
        False
    ),
) -> None:
    """Show how a table would change assets.yaml, or change it; exit 2 with every error by its row and column."""
    content = assets_table.content(assets_sheet.read(source), beyond_assets)
    before = assets_file.current()
    after = assets_file.revised(before, content)
    if before == after:
        typer.echo(f"{FILE} says the same already.")
        return
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), FILE, f"{FILE} (new)", lineterm=""):
        typer.echo(line)
    if write:
        assets_file.replace(after)
        typer.echo(f"{FILE} is changed.")
    else:
        typer.echo("Nothing is changed yet; say --write for that.")


def _print_json(found: Sequence[Discovery]) -> None:
    servers = [asdict(one) for one in found]
    report = {"in_order": all(one.in_order for one in found), "servers": servers}
    typer.echo(json.dumps(report, indent=2, ensure_ascii=False))


def _print_table(found: Sequence[Discovery]) -> None:
    table = Table("server", "finding", "name")
    for one in found:
        for kind, name in one.found():
            table.add_row(one.server, kind.value, name)
    console = Console()
    if table.row_count:
        console.print(table)
    else:
        console.print("No database is unregistered or has vanished, as far as the servers could be looked at.")
    for one in found:
        if why := one.trouble or one.doubt:
            console.print(f"{one.server}: {why}", markup=False, soft_wrap=True)
