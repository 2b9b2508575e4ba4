"""An asset within reach, as assets.yaml says it is reached."""

from contextlib import AbstractContextManager, nullcontext

from cadangan.backup.reach import over_ssh, straight
from cadangan.config.assets import BY_PATH, Server
from cadangan.engines.contract import Login, Site
from tests.services.sshd import Sshd
from tests.stream.builders import policy

WAYS: dict[str, dict[str, str]] = {
    "here": {},
    "tunnel": {"ssh_conn_id": "ssh_db", "via": "tunnel"},
    "there": {"ssh_conn_id": "ssh_db", "via": "remote", "compress": "there"},
    "there, compressed here": {"ssh_conn_id": "ssh_db", "via": "remote", "compress": "here"},
}
REMOTE = [name for name, way in WAYS.items() if way.get("via") == "remote"]


def reached(engine_name: str, database: str, login: Login, sshd: Sshd, way: str) -> AbstractContextManager[Site]:
    """Give `database` within reach in one of `WAYS`."""
    asset = {"name": "contoh", "application": "Contoh", "database": database, "owner": "BKPSDM"}
    connection = {} if engine_name in BY_PATH else {"conn_id": "db"}
    fields = {"name": "srv", "engine": engine_name, "assets": [asset]}
    server = Server.model_validate(fields | connection | WAYS[way])
    if server.ssh_conn_id:
        return over_ssh(server, server.assets[0], login, sshd.login(), policy())
    return nullcontext(straight(server, server.assets[0], login))
