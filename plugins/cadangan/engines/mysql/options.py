"""What of an Airflow connection's extra fields is for MySQL and MariaDB: the line's security, and what to lock."""

import json
from collections.abc import Mapping
from typing import Any

from cadangan.errors import NotConfigured

_FILES = ("ca", "capath", "cert", "key", "cipher")
_MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")
_VERIFYING = ("VERIFY_CA", "VERIFY_IDENTITY")
_NON_TRANSACTIONAL = ("lock", "refuse")


def options_of(extra: Mapping[str, Any]) -> dict[str, str]:
    """Return what `extra`, an Airflow connection's, holds for this engine.

    The files of TLS are given as `ssl: {ca, cert, key, capath, cipher}` (an object, or its JSON as a text) or as
    `ssl_ca`, `ssl_cert`, …; then `ssl_mode`, `unix_socket`, and `non_transactional` ("lock" or "refuse").

    :raises NotConfigured: a value is none of those that there are.
    """
    given = extra.get("ssl") or {}
    files = _object(given) if isinstance(given, str) and given.startswith("{") else given
    found = {name: str(files[name]) for name in _FILES if isinstance(files, Mapping) and files.get(name)}
    found |= {name: str(extra[f"ssl_{name}"]) for name in _FILES if extra.get(f"ssl_{name}")}
    if extra.get("unix_socket"):
        found["socket"] = str(extra["unix_socket"])
    if mode := _mode(extra, bool(found.keys() & set(_FILES)) or bool(given)):
        found["mode"] = _one_of("ssl_mode", mode, _MODES)
    found["non_transactional"] = _one_of(
        "non_transactional", str(extra.get("non_transactional") or "lock"), _NON_TRANSACTIONAL
    )
    return found


def for_driver(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the driver's keyword arguments for these options."""
    files = {name: options[name] for name in _FILES if name in options}
    mode = {"ssl_mode": options["mode"]} if "mode" in options else {}
    socket = {"unix_socket": options["socket"]} if "socket" in options else {}
    return ({"ssl": files} if files else {}) | mode | socket


def for_client(options: Mapping[str, str], flavour: str) -> dict[str, str | None]:
    """Return the lines of an option file for these options; None stands for an option without a value."""
    lines: dict[str, str | None] = {f"ssl-{name}": options[name] for name in _FILES if name in options}
    if "socket" in options:
        lines["socket"] = options["socket"]
    mode = options.get("mode")
    if mode is None:
        return lines
    if flavour == "MySQL":
        return lines | {"ssl-mode": mode}
    if mode == "DISABLED":
        return lines | {"skip-ssl": None}
    if mode in _VERIFYING:
        # MariaDB's clients verify the chain and the name, or neither.
        return lines | {"ssl": None, "ssl-verify-server-cert": None}
    return lines | ({"ssl": None} if mode == "REQUIRED" else {})


def _object(written: str) -> object:
    try:
        return json.loads(written)
    except ValueError as err:
        raise NotConfigured(f"ssl in the connection's extra is no JSON object: {err}.") from err


def _mode(extra: Mapping[str, Any], has_files: bool) -> str | None:
    if extra.get("ssl_mode"):
        return str(extra["ssl_mode"]).upper()
    # As people mean it who name a certificate authority: the server must be the one that it vouches for.
    return "VERIFY_IDENTITY" if has_files else None


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise NotConfigured(f"{name} is {value!r} in the connection's extra; give one of {', '.join(allowed)}.")
    return value
