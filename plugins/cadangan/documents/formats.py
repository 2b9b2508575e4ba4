"""How values read in Indonesian: dates, sizes, durations, number words. The Jinja filters of every template."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from num2words import num2words  # type: ignore[import-untyped]

LOCALE = Locale.parse("id_ID")
ZONE = ZoneInfo("Asia/Jakarta")
NOTHING = "–"

_SIZES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_SIZE_STEP = 1000
_SPANS = (("hari", 86400), ("jam", 3600), ("menit", 60), ("detik", 1))
# num2words says "satu juta satu ribu", where Indonesian has "satu juta seribu".
_ONE_THOUSAND = re.compile(r"\b(juta|miliar|triliun) satu ribu\b")
_STANDARDS = {"m": "menit", "h": "jam", "d": "hari kerja"}


def day(value: date | datetime | str | None) -> str:
    """Return "23 November 2026"; text that is no ISO date comes back as it is."""
    return _on_day(value, "d MMMM yyyy")


def weekday(value: date | datetime | str | None) -> str:
    """Return "Senin, 23 November 2026"."""
    return _on_day(value, "EEEE, d MMMM yyyy")


def short_day(value: date | datetime | str | None) -> str:
    """Return "23/11/2026", for tables."""
    return _on_day(value, "dd/MM/yyyy")


def moment(value: datetime | str | None) -> str:
    """Return an aware instant as "Senin, 23 November 2026 pukul 14.05 WIB"."""
    return _at(value, "EEEE, d MMMM yyyy 'pukul' HH.mm z")


def short_moment(value: datetime | str | None) -> str:
    """Return an aware instant as "23/11/2026 14.05 WIB", for tables."""
    return _at(value, "dd/MM/yyyy HH.mm z")


def number(value: float | None) -> str:
    """Return "1.234.567" or "1.234,5"."""
    return NOTHING if value is None else str(format_decimal(value, locale=LOCALE))


def percent(value: float) -> str:
    """Return a share of 0 to 1 as "97,5%"; only all of them are "100%"."""
    shown = min(round(value * 100, 1), 99.9) if value < 1 else 100
    return f"{number(shown)}%"


def minutes(value: float | None) -> str:
    """Return minutes with one decimal at most, "12,5"; nothing for None."""
    return NOTHING if value is None else number(round(value, 1))


def local_iso(value: datetime) -> str:
    """Return an aware instant in the office's zone as a spreadsheet keeps it, "2026-11-23T09:00:00"."""
    return value.astimezone(ZONE).replace(tzinfo=None, microsecond=0).isoformat()


def size(value: int | None) -> str:
    """Return bytes as "1,4 GB", in powers of 1000."""
    if value is None:
        return NOTHING
    scaled, unit = float(value), 0
    # 999.95 would be shown as 1.000,0 of the smaller unit.
    while unit < len(_SIZES) - 1 and scaled >= (_SIZE_STEP if unit == 0 else _SIZE_STEP - 0.05):
        scaled, unit = scaled / _SIZE_STEP, unit + 1
    return f"{format_decimal(scaled, '#,##0.#', locale=LOCALE)} {_SIZES[unit]}"


def exact_size(value: int | None) -> str:
    """Return bytes as "1,4 GB (1.400.000.123 bita)"."""
    return NOTHING if value is None else f"{size(value)} ({number(value)} bita)"


def duration(value: timedelta | float | None) -> str:
    """Return seconds or a time span as "1 jam 5 menit": the two largest units, the rest cut off."""
    if value is None:
        return NOTHING
    left = int(value.total_seconds() if isinstance(value, timedelta) else value)
    if left <= 0:
        return "kurang dari 1 detik"
    first = next(place for place, (_, length) in enumerate(_SPANS) if left >= length)
    parts = []
    for name, length in _SPANS[first : first + 2]:
        count, left = divmod(left, length)
        if count:
            parts.append(f"{number(count)} {name}")
    return " ".join(parts)


def standard(value: str | None) -> str:
    """Return a time standard of sop.yaml, "15m", as "15 menit"."""
    return f"{value[:-1]} {_STANDARDS[value[-1]]}" if value else "tidak ditetapkan"


def words(value: int) -> str:
    """Return "dua ribu dua puluh enam"."""
    return _ONE_THOUSAND.sub(r"\1 seribu", str(num2words(value, lang="id")))


def spelled_day(value: date | datetime) -> str:
    """Return the opening of minutes: "Senin, tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam"."""
    local = _local(value)
    name, month = format_date(local, "EEEE|MMMM", locale=LOCALE).split("|")
    return f"{name}, tanggal {words(local.day)} bulan {month} tahun {words(local.year)}"


def nip(value: str | None) -> str:
    """Return "NIP. 197008081990021001", or nothing for people without one."""
    return f"NIP. {value}" if value and value.strip() != "-" else ""


def sentence(value: str) -> str:
    """Return text that ends with a full stop, whether the person who wrote it set one or not."""
    text = value.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def counts(value: Mapping[str, int]) -> str:
    """Return {"view": 4, "fungsi": 2} as "2 fungsi, 4 view"."""
    return ", ".join(f"{number(count)} {name}" for name, count in sorted(value.items())) or NOTHING


def or_dash(value: object) -> object:
    """Return a dash for an empty value."""
    return NOTHING if value is None or value == "" else value


def _on_day(value: date | datetime | str | None, pattern: str) -> str:
    if not value:
        return NOTHING
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value)
    return str(format_date(_local(value), pattern, locale=LOCALE))


def _at(value: datetime | str | None, pattern: str) -> str:
    if not value:
        return NOTHING
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    return str(format_datetime(value, pattern, tzinfo=ZONE, locale=LOCALE))


def _local(value: date | datetime) -> date:
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


@cache
def filters() -> dict[str, Callable[..., object]]:
    """Return the filters by the name that templates use."""
    functions: tuple[Callable[..., object], ...] = (
        day,
        weekday,
        short_day,
        moment,
        short_moment,
        number,
        size,
        exact_size,
        duration,
        standard,
        words,
        spelled_day,
        nip,
        sentence,
        counts,
        or_dash,
        percent,
        minutes,
        local_iso,
    )
    return {function.__name__: function for function in functions}
