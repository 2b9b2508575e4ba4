"""What a data centre would write by hand: the YAML files and the Airflow connections, for the demonstration."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]  # it ships no types
import yaml

from cadangan import paths
from cadangan.config import assets, policies, sop
from cadangan.config.loading import Model, parse
from cadangan.demo.flavours import write_secret
from cadangan.demo.home import DemoHome
from cadangan.demo.sample import SAMPLE, Account, Accounts

REGISTER = "cadangan_register"
IDENTITY = "cadangan_age_identity"
SMTP = "cadangan_smtp"


@dataclass(frozen=True)
class Ports:
    """TCP ports of 127.0.0.1."""

    postgres: int
    smtp: int
    airflow: int


def write_configuration(home: DemoHome, ports: Ports, accounts: Accounts) -> None:
    """Write `home.config` and `home.connections`; a fresh age key pair links the two."""
    identity = pyrage.x25519.Identity.generate()
    for source in sorted((paths.INCLUDE / "config").glob("*.yaml")):
        shutil.copyfile(source, home.config / source.name)
    _adapt_policies(home, str(identity.to_public()))
    _adapt_sop(home, ports)
    # For restoring by hand; a data centre keeps this key away from the host that makes back-ups.
    write_secret(home.identity, f"{identity}\n")
    known = _read(home.config / assets.FILE, assets.Assets)
    write_secret(home.connections, json.dumps(_connections(ports, accounts, str(identity), known), indent=2))


def read_sop(home: DemoHome) -> sop.Sop:
    """Return the sop.yaml that the demonstration runs on."""
    return _read(home.config / sop.FILE, sop.Sop)


def _read(path: Path, model: type[Model]) -> Model:
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")), model, path)


def _adapt_policies(home: DemoHome, recipient: str) -> None:
    path = home.config / policies.FILE
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["stream"]["recipients"] = [recipient]
    data["identity_conn_id"] = IDENTITY
    data["documents_url"] = f"file://{home.documents}"
    for destination in data["destinations"]:
        destination["url"] = f"file://{home.vault / destination['name']}"
    _write(path, data)


def _adapt_sop(home: DemoHome, ports: Ports) -> None:
    path = home.config / sop.FILE
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["office"]["application_url"] = f"http://127.0.0.1:{ports.airflow}"
    _write(path, data)


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _connections(ports: Ports, accounts: Accounts, identity: str, known: assets.Assets) -> dict[str, dict[str, object]]:
    simpeg, _ = known.by_name()[SAMPLE]
    return {
        REGISTER: _postgres(ports, accounts.register, accounts.register.name),
        str(simpeg.conn_id): _postgres(ports, accounts.backup, SAMPLE),
        SMTP: {
            "conn_type": "smtp",
            "host": "127.0.0.1",
            "port": ports.smtp,
            "extra": {"disable_ssl": True, "disable_tls": True},
        },
        IDENTITY: {"conn_type": "generic", "password": identity},
    }


def _postgres(ports: Ports, account: Account, database: str) -> dict[str, object]:
    return {
        "conn_type": "postgres",
        "host": "127.0.0.1",
        "port": ports.postgres,
        "schema": database,
        "login": account.name,
        "password": account.password,
    }
