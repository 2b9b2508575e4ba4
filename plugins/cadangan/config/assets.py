"""assets.yaml: the identity part of the asset register, servers and the databases on them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from cadangan.config.loading import Strict, load, refuse, repeated
from cadangan.errors import NotConfigured

FILE = "assets.yaml"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Asset(Strict):
    """One database.

    :param name: unique among all assets; letters choose it.
    :param application: the application that it serves, with its full name.
    :param database: its name on the server.
    :param owner: code in `skpd` of sop.yaml.
    :param asset_no: number in the office's asset register.
    :param domain: domain name of the application.
    :param criticality: category of the electronic system.
    :param personal_data: whether it holds personal data (UU 27/2022), and of which kind.
    :param classification: classification of its documents.
    :param policy: name in `policies` of policies.yaml.
    """

    name: Name
    application: Text
    database: Text
    owner: Text
    asset_no: str = ""
    domain: str = ""
    criticality: Literal["Strategis", "Tinggi", "Rendah"] = "Rendah"
    personal_data: Literal["Tidak", "Umum", "Spesifik"] = "Tidak"
    classification: Literal["Biasa", "Terbatas", "Rahasia"] = "Terbatas"
    policy: Name = "default"


class Server(Strict):
    """A database server.

    :param name: unique among all servers.
    :param engine: kind of database; `mysql` is for MySQL and MariaDB servers.
    :param conn_id: Airflow connection with address and credentials.
    :param ssh_conn_id: Airflow SSH connection of the host on which to dump; this machine when left out.
    :param location: room or rack, for documents.
    :param assets: the databases on it.
    """

    name: Name
    engine: Literal["postgres", "mysql"]
    conn_id: Text
    ssh_conn_id: str | None = None
    location: str = ""
    assets: Annotated[tuple[Asset, ...], Field(min_length=1)]


class Assets(Strict):
    """The whole file.

    :param servers: all registered servers.
    """

    servers: tuple[Server, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Assets":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[str]:
        servers = repeated(server.name for server in self.servers)
        yield from (f"servers: the name {name} is used more than once" for name in servers)
        assets = repeated(asset.name for server in self.servers for asset in server.assets)
        yield from (f"servers[].assets: the name {name} is used more than once" for name in assets)
        for index, server in enumerate(self.servers):
            databases = repeated(asset.database for asset in server.assets)
            yield from (f"servers[{index}].assets: {name} is registered more than once" for name in databases)

    def by_name(self) -> dict[str, tuple[Server, Asset]]:
        """Return every asset with its server, by the asset's name."""
        return {asset.name: (server, asset) for server in self.servers for asset in server.assets}

    def find(self, name: str) -> tuple[Server, Asset]:
        """Return the asset of that name with its server; raise NotConfigured when it left the register."""
        found = self.by_name().get(name)
        if found is None:
            raise NotConfigured(f"Asset {name} is not in {FILE}; enter it there again, or have the request returned.")
        return found


def load_assets() -> Assets:
    """Return assets.yaml of the config folder."""
    return load(FILE, Assets)
