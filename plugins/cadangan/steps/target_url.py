"""A restore's target, given as a URL: which engine, where, and as whom."""

import getpass
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from cadangan.config.assets import BY_PATH
from cadangan.engines.contract import Login
from cadangan.errors import RestoreRefused

_ENGINES = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "file": "files",
}
_EXAMPLES = {
    "postgres": "postgresql://postgres@db.example.go.id:5432/simpeg_pulih",
    "mysql": "mysql://root@db.example.go.id:3306/simpeg_pulih",
    "sqlite": "/srv/pulih/arsip.sqlite",
    "files": "/srv/pulih/unggahan",
}


@dataclass(frozen=True)
class Address:
    """Where to restore to; `database` is a path where the engine has no server."""

    login: Login
    database: str


def read_target(url: str, engine: str) -> Address:
    """Return what the URL says, or the path that it is where `engine` has no server.

    :raises RestoreRefused: it is none, is for another engine, or holds a password.
    """
    if engine in BY_PATH and "://" not in url:
        return Address(Login(None, None, "", ""), str(Path(url).absolute()))
    try:
        parts = urlsplit(url)
        known, port = _ENGINES.get(parts.scheme), parts.port
    except ValueError:
        known, port = None, None
    if known != engine:
        # Not quoted: it may hold a password.
        raise RestoreRefused(f"The target fits no back-up of {engine}; write it like {_EXAMPLES[engine]}.")
    return _of_path(parts, engine) if engine in BY_PATH else _of_server(parts, port, engine)


def _of_path(parts: SplitResult, engine: str) -> Address:
    path = unquote(parts.path)
    if parts.netloc or not path.strip("/"):
        raise RestoreRefused(f"The target names no path of this machine; write it like {_EXAMPLES[engine]}.")
    return Address(Login(None, None, "", ""), f"/{path.lstrip('/')}")


def _of_server(parts: SplitResult, port: int | None, engine: str) -> Address:
    database = unquote(parts.path.removeprefix("/"))
    if not database:
        raise RestoreRefused(f"The target names no database; write it like {_EXAMPLES[engine]}.")
    if parts.password:
        raise RestoreRefused(
            "The target holds a password, which other users of this machine can read in the list of processes. Leave "
            "it out: it is taken from $CADANGAN_TARGET_PASSWORD, from PostgreSQL's password file, or asked for."
        )
    host = unquote(parts.hostname) if parts.hostname else None
    user = unquote(parts.username) if parts.username else getpass.getuser()
    return Address(Login(host, port, user, "", dict(parse_qsl(parts.query))), database)
