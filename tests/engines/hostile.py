"""Names and passwords that break out of quotes elsewhere: a list of them, and whatever nobody thought of."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# Each example is a whole back-up and a restore, over SSH with many a login.
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OVER_SSH = settings(FEW, max_examples=3)
NAMES = [
    'kutip "ganda"',
    "kutip 'tunggal'",
    "kutip `miring`",
    "spasi di tengah",
    "baris\nbaru",
    "kembali\rtab\t\x0b\x1b\x7f\x85\u2028",
    "persen %s %d %(x)s %%",
    "$(touch terkena) `id` ${HOME} $1",
    "garis\\miring\\n\\",
    "titik.koma;titik dua: -- #",
    "aksara ꦗꦮ é漢",
    "select",
    "--help",
    "-e",
    "a' ; DROP TABLE x; --",
    "/*!50001 x */",
    "host=di.tempat.lain",
    "*?[a-z]~!",
    "@nama:sandi",
]
PASSWORDS = [
    "a\\b\\n\\s\\",
    "dua \"kata\" 'tunggal' `miring`",
    "#bukan komentar",
    " di tepi ",
    "a:b\\:c:*",
    "rahasia€😀",
    "=[client]=;",
    "-p--password=x",
    "%s%(x)s{y}$(id)`id`$HOME",
    "x" * 79,
]


@dataclass(frozen=True)
class Called:
    """What a database and all in it are called; `names` are those of its tables, and of their columns."""

    database: str
    user: str
    password: str
    names: list[str]


def some(way: str) -> range:
    """Return places in the list: all names are in each back-up, but one file or database has one name."""
    return range(0, len(NAMES), 2 if way == "here" else 6)


def called(number: int, names: list[str]) -> Called:
    """Return names of the list, by its number for what there is one of."""
    return Called(NAMES[number], NAMES[number], PASSWORDS[number % len(PASSWORDS)], names)


def names(longest: int, fits: Callable[[str], bool] = bool, last: int = 0x10FFFF) -> st.SearchStrategy[str]:
    """Names of up to `longest` characters, none of them behind the code point `last`, that the database takes."""
    characters = st.characters(max_codepoint=last, exclude_categories=("Cs",), exclude_characters="\0")
    return st.text(characters, min_size=1, max_size=longest).filter(fits)


def passwords(refused: str = "") -> st.SearchStrategy[str]:
    """Passwords without the characters in `refused`."""
    return st.text(
        st.characters(exclude_categories=("Cs",), exclude_characters=f"\0{refused}"), min_size=1, max_size=40
    )
