"""Tables in files: OpenDocument spreadsheets (.ods) and CSV, as LibreOffice reads and writes them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from cadangan.errors import ConfigError

Rows = Sequence[Sequence[str]]
SHEET = "aset"
SUFFIXES = (".ods", ".csv")


def write(path: Path, rows: Rows) -> None:
    """Write `rows` to `path` by its suffix; raise ConfigError for another one, or when it cannot be written."""
    _check(path)
    try:
        path.write_bytes(_ods(rows) if path.suffix == ".ods" else _csv(rows))
    except OSError as err:
        raise ConfigError(f"Cannot write {path}.", [str(err.strerror)]) from err


def read(path: Path) -> list[list[str]]:
    """Return the rows of `path`; raise ConfigError when it is no such table or cannot be read."""
    _check(path)
    try:
        data = path.read_bytes()
        return _from_ods(data) if path.suffix == ".ods" else _from_csv(data)
    except OSError as err:
        raise ConfigError(f"Cannot read {path}.", [str(err.strerror)]) from err
    except Exception as err:
        # Of a file that is something else the libraries raise all kinds.
        raise ConfigError(f"{path} is no {path.suffix[1:]} table.", [str(err) or type(err).__name__]) from err


def _check(path: Path) -> None:
    if path.suffix not in SUFFIXES:
        raise ConfigError(f"{path} is neither .ods nor .csv.", ["give the file one of these suffixes"])


def _csv(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    # With the mark by which spreadsheets know UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _from_csv(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    heading = text.partition("\n")[0]
    # Spreadsheets with Indonesian settings put semicolons.
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _ods(rows: Rows) -> bytes:
    from odfdo import Cell, Document, Row, Table  # noqa: PLC0415 - a third of a second, for this alone

    document = Document("spreadsheet")
    document.body.clear()
    sheet = Table(SHEET)
    for number, values in enumerate(rows):
        row = Row()
        for index, value in enumerate(values):
            row.set_cell(index, Cell(value, cell_type="string", text=value) if value else Cell())
        sheet.set_row(number, row)
    document.body.append(sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _from_ods(data: bytes) -> list[list[str]]:
    from odfdo import Document  # noqa: PLC0415 - likewise

    document = Document(io.BytesIO(data))
    sheet = document.body.get_table(0)
    if sheet is None:
        raise ValueError("it has no sheet")
    # Spreadsheets fill a sheet to its million rows.
    sheet.rstrip(aggressive=True)
    return [["" if value is None else str(value) for value in row] for row in sheet.get_values()]
