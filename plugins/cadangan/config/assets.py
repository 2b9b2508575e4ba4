"""assets.yaml: the identity part of the asset register, servers and the databases on them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from cadangan.config.loading import Strict, load

FILE = "assets.yaml"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Asset(Strict):
    """One database. `owner` is an SKPD code of sop.yaml; `policy` a name in policies.yaml."""

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
    """A database server. `conn_id` names the Airflow connection that holds address and credentials."""

    name: Name
    engine: Literal["postgres"]
    conn_id: Text
    ssh_conn_id: str | None = None
    location: str = ""
    assets: Annotated[tuple[Asset, ...], Field(min_length=1)]


class Assets(Strict):
    """All registered servers."""

    servers: tuple[Server, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Assets":
        for kind, names in (
            ("server", [server.name for server in self.servers]),
            ("asset", [asset.name for server in self.servers for asset in server.assets]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{kind} names must be unique; used more than once: {', '.join(twice)}")
        return self

    def by_name(self) -> dict[str, tuple[Server, Asset]]:
        """Return every asset with its server, by the asset's name."""
        return {asset.name: (server, asset) for server in self.servers for asset in server.assets}


def load_assets() -> Assets:
    """Return assets.yaml of the config folder."""
    return load(FILE, Assets)
