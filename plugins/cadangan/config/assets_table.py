"""The asset register as one table: a row an asset, a row a bundle; and back, with every error at its row and column.

Columns are the keys of assets.yaml, those of a server with `server.` before them. An empty cell is a key left out.
A list is one value a line, or a JSON array where a value holds a line break itself.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from cadangan.config.assets import Asset, Assets, Bundle, Server
from cadangan.config.loading import parse
from cadangan.errors import ConfigError

KIND = "kind"
ASSET, BUNDLE = "asset", "bundle"
MEMBERS = "members"
_SERVER = "server."
_PATH = re.compile(r"(?:servers\[(\d+)\](?:\.assets\[(\d+)\])?|bundles\[(\d+)\])(?:\.(\w+))?(.*)", re.DOTALL)

Row = Mapping[str, str]
_SERVER_KEYS = [key for key in Server.model_fields if key != "assets"]
# In the order in which people fill them in.
COLUMNS = [KIND, *(f"{_SERVER}{key}" for key in _SERVER_KEYS), *Asset.model_fields, MEMBERS]


@dataclass
class _Place:
    """Where in the table the parts of the file stand: row numbers as a spreadsheet shows them."""

    servers: list[list[int]] = field(default_factory=list)
    bundles: list[int] = field(default_factory=list)


def table(registered: Assets) -> list[list[str]]:
    """Return the rows of `registered`, the heading first."""
    rows = [COLUMNS]
    for server in registered.servers:
        host = {f"{_SERVER}{key}": text for key, text in _cells(server, _SERVER_KEYS).items()}
        rows += [_row({KIND: ASSET} | host | _cells(asset, list(Asset.model_fields))) for asset in server.assets]
    for bundle in registered.bundles:
        cells = _cells(bundle, ["name", "application", "assets"])
        rows.append(_row({KIND: BUNDLE} | cells | {MEMBERS: cells.pop("assets")}))
    return rows


def content(rows: Sequence[Sequence[str]], beyond: Callable[[Assets], Iterable[str]] = lambda _: ()) -> dict[str, Any]:
    """Return what assets.yaml would hold; raise ConfigError with every error, each with its row and column.

    :param beyond: what else is wrong with it, each with its path in assets.yaml.
    """
    heading, problems = _heading(rows)
    place = _Place()
    data: dict[str, Any] = {"servers": [], "bundles": []}
    named: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        row = {key: cell for key, cell in zip(heading, cells, strict=False) if cell}
        if not row:
            continue
        _check_name(row, number, named, problems)
        if row.get(KIND) == BUNDLE:
            place.bundles.append(number)
            data["bundles"].append(_values(row, number, Bundle, {MEMBERS: "assets"}, problems))
        elif row.get(KIND, ASSET) == ASSET:
            _add_asset(row, number, data["servers"], place, problems)
        else:
            problems.append(f"row {number}, column {KIND}: must be {ASSET} or {BUNDLE}, not {row[KIND]}")
    data = {key: value for key, value in data.items() if value or key == "servers"}
    problems += [_located(line, place) for line in _violations(data, beyond) if not _told_already(line)]
    if problems:
        raise ConfigError("The table is not usable as asset register; correct these cells.", problems)
    return data


def _cells(model: BaseModel, keys: Sequence[str]) -> dict[str, str]:
    return {key: _text(getattr(model, key)) for key in keys if key in model.model_fields_set}


def _row(cells: Row) -> list[str]:
    return [cells.get(column, "") for column in COLUMNS]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        lines = "\n".join(value)
        # An empty list is not a key left out.
        as_json = not value or lines.startswith("[") or any(set(each) & {"\n", "\r"} for each in value)
        return json.dumps(list(value), ensure_ascii=False) if as_json else lines
    return value.isoformat() if isinstance(value, date) else str(value)


def _heading(rows: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    heading = [cell.strip() for cell in rows[0]] if rows else []
    unknown = [column for column in heading if column and column not in COLUMNS]
    missing = [column for column in (f"{_SERVER}name", "name") if column not in heading]
    problems = [f"row 1: {column} is no column of the asset register" for column in unknown]
    return heading, problems + [f"row 1: the column {column} is missing" for column in missing]


def _check_name(row: Row, number: int, named: dict[str, int], problems: list[str]) -> None:
    first = named.setdefault(row.get("name", f"row {number}"), number)
    if first != number:
        problems.append(f"row {number}, column name: {row['name']} is the name of row {first} too")


def _add_asset(row: Row, number: int, servers: list[dict[str, Any]], place: _Place, problems: list[str]) -> None:
    names = {f"{_SERVER}{key}": key for key in _SERVER_KEYS}
    of_server = {key: cell for key, cell in row.items() if key in names}
    host = _values(of_server, number, Server, names, problems)
    index = next((at for at, known in enumerate(servers) if known.get("name") == host.get("name")), None)
    if index is None:
        servers.append(host | {"assets": []})
        place.servers.append([])
        index = len(servers) - 1
    else:
        known = {key: value for key, value in servers[index].items() if key != "assets"}
        problems += [
            f"row {number}, column {_SERVER}{key}: is not what row {place.servers[index][0]} says of the same server"
            for key in _SERVER_KEYS
            if known.get(key) != host.get(key)
        ]
    servers[index]["assets"].append(_values(row, number, Asset, {}, problems))
    place.servers[index].append(number)


def _values(
    row: Row, number: int, model: type[BaseModel], names: Mapping[str, str], problems: list[str]
) -> dict[str, Any]:
    """Return the values of a row's cells by the keys of `model`.

    :param names: the key of a column, where it is not the column's name.
    """
    found: dict[str, Any] = {}
    for column, cell in row.items():
        key = names.get(column, column)
        if key not in model.model_fields:
            continue
        try:
            found[key] = _items(cell) if _is_list(model, key) else cell
        except ValueError as err:
            problems.append(f"row {number}, column {column}: is no JSON array of texts: {err}")
    return found


def _is_list(model: type[BaseModel], key: str) -> bool:
    annotation = model.model_fields[key].annotation
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return any(get_origin(kind) is tuple for kind in kinds)


def _items(cell: str) -> list[str]:
    if not cell.startswith("["):
        return cell.split("\n")
    items = json.loads(cell)
    if not all(isinstance(item, str) for item in items):
        raise ValueError("something in it is no text")
    return list(items)


def _violations(data: object, beyond: Callable[[Assets], Iterable[str]]) -> list[str]:
    try:
        return list(beyond(parse(data, Assets, "assets")))
    except ConfigError as err:
        return list(err.violations)


def _told_already(line: str) -> bool:
    # With the rows of both, by _check_name.
    return line.startswith("servers[].assets: the name") or line.startswith("bundles: the name")


def _located(line: str, place: _Place) -> str:
    path, _, said = line.partition(": ")
    path = path.removeprefix("assets.yaml ")
    found = _PATH.fullmatch(path)
    if found is None:
        return line
    server, asset, bundle, key, rest = found.groups()
    if bundle is not None:
        return f"row {place.bundles[int(bundle)]}, column {MEMBERS if key == 'assets' else key or KIND}: {said}"
    rows = place.servers[int(server)]
    if asset is not None:
        return f"row {rows[int(asset)]}, column {key or KIND}{rest}: {said}"
    column = "database" if key == "assets" else f"{_SERVER}{key or 'name'}"
    which = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"
    return f"{which}, column {column}{rest}: {said}"
