"""assets.yaml: the identity part of the asset register, servers and the databases and file trees on them."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from cadangan.config.loading import Strict, load, refuse, repeated
from cadangan.errors import NotConfigured

FILE = "assets.yaml"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# A name as it stands, for a database's may begin or end with a space.
Exact = Annotated[str, StringConstraints(min_length=1)]
# Kinds of which an asset is a path on its host, to which nobody logs in.
BY_PATH = ("sqlite", "files")


class Asset(Strict):
    """One database or file tree.

    :param name: unique among all assets; letters choose it.
    :param application: the application that it serves, with its full name.
    :param database: its name on the server; of a SQLite database its path, of a file tree that of its root folder.
    :param exclude: of a file tree, what is left out: patterns of GNU tar's --exclude, which match at any depth
        ("cache", "*.log") unless they begin with "./".
    :param owner: code in `skpd` of sop.yaml.
    :param asset_no: number in the office's asset register.
    :param domain: domain name of the application.
    :param criticality: category of the electronic system.
    :param personal_data: whether it holds personal data (UU 27/2022), and of which kind.
    :param classification: classification of its documents.
    :param policy: name in `policies` of policies.yaml.
    :param tags: words by which policies choose assets.
    :param registered_on: when it was entered in the office's asset register; its first yearly review is due a year
        later. When left out, the day on which Cadangan first saw it counts.
    """

    name: Name
    application: Text
    database: Exact
    owner: Text
    asset_no: str = ""
    domain: str = ""
    criticality: Literal["Strategis", "Tinggi", "Rendah"] = "Rendah"
    personal_data: Literal["Tidak", "Umum", "Spesifik"] = "Tidak"
    classification: Literal["Biasa", "Terbatas", "Rahasia"] = "Terbatas"
    policy: Name = "default"
    tags: tuple[Name, ...] = ()
    exclude: tuple[Text, ...] = ()
    registered_on: date | None = None


class Server(Strict):
    """A database server, or a host with files.

    :param name: unique among all servers.
    :param engine: kind of database; mysql for MySQL and MariaDB servers, sqlite for database files, files for file
        trees.
    :param conn_id: Airflow connection with address and credentials; none for sqlite and files.
    :param ssh_conn_id: Airflow SSH connection of a host through which the server is reached, or on which the files
        lie; straight, or on this machine, when left out.
    :param via: what that host is for: "tunnel" runs the dump client here, through a tunnel; "remote" runs it there,
        as is always done with files.
    :param compress: where a dump that runs there is compressed: "there" before it crosses the network, or "here".
    :param location: room or rack, for documents.
    :param roots: for sqlite and files: folders in which unregistered database files, or folders, are looked for.
    :param ignore: names of databases (or paths) that are known and not meant to be registered; "*" stands for anything.
    :param assets: the databases or file trees on it.
    """

    name: Name
    engine: Literal["postgres", "mysql", "sqlite", "files"]
    conn_id: Text | None = None
    ssh_conn_id: Text | None = None
    via: Literal["tunnel", "remote"] = "tunnel"
    compress: Literal["here", "there"] = "there"
    location: str = ""
    roots: tuple[Text, ...] = ()
    ignore: tuple[Text, ...] = ("postgres",)
    assets: Annotated[tuple[Asset, ...], Field(min_length=1)]

    @property
    def dumps_there(self) -> bool:
        """Whether the dump client runs on the host of `ssh_conn_id`."""
        return self.ssh_conn_id is not None and (self.via == "remote" or self.conn_id is None)

    def unused(self) -> Iterator[str]:
        """Yield what is said of a host that is not used so, which would be passed over in silence."""
        if "via" in self.model_fields_set and not self.ssh_conn_id:
            yield "via: needs ssh_conn_id"
        elif "via" in self.model_fields_set and self.via == "tunnel" and self.conn_id is None:
            yield f"via: a tunnel leads to no files; {self.engine} is read where it lies"
        if "compress" in self.model_fields_set and not self.dumps_there:
            yield "compress: needs ssh_conn_id and via: remote; other dumps are always compressed here"


class Bundle(Strict):
    """Assets that a letter may ask for by one name, such as an application's database and its uploads.

    :param name: unique among all bundles and assets; letters choose it.
    :param application: what they are together, with its full name.
    :param assets: names of assets, all of one owner and one policy.
    """

    name: Name
    application: Text
    assets: Annotated[tuple[Name, ...], Field(min_length=1)]


class Assets(Strict):
    """The whole file.

    :param servers: all registered servers.
    :param bundles: assets that belong together.
    """

    servers: tuple[Server, ...]
    bundles: tuple[Bundle, ...] = ()

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
            yield from (f"servers[{index}].{problem}" for problem in (*_unfit(server), *server.unused()))
        yield from self._bundle_problems()

    def _bundle_problems(self) -> Iterator[str]:
        known = self.by_name()
        names = repeated([*known, *(bundle.name for bundle in self.bundles)])
        yield from (f"bundles: the name {name} is used more than once, or by an asset too" for name in names)
        for index, bundle in enumerate(self.bundles):
            where = f"bundles[{index}].assets"
            yield from (f"{where}: {name} is no name of an asset" for name in bundle.assets if name not in known)
            yield from (f"{where}: {name} is listed more than once" for name in repeated(bundle.assets))
            members = [known[name][1] for name in bundle.assets if name in known]
            for what, values in (
                ("owner", {each.owner for each in members}),
                ("policy", {each.policy for each in members}),
            ):
                if len(values) > 1:
                    yield f"{where}: are of more than one {what} ({', '.join(sorted(values))})"

    def by_name(self) -> dict[str, tuple[Server, Asset]]:
        """Return every asset with its server, by the asset's name."""
        return {asset.name: (server, asset) for server in self.servers for asset in server.assets}

    def find(self, name: str) -> tuple[Server, Asset]:
        """Return the asset of that name with its server; raise NotConfigured when it left the register."""
        found = self.by_name().get(name)
        if found is None:
            raise NotConfigured(f"Asset {name} is not in {FILE}; enter it there again, or have the request returned.")
        return found


def _unfit(server: Server) -> Iterator[str]:
    """Yield what does not fit the server's engine."""
    by_path = server.engine in BY_PATH
    if not by_path and server.conn_id is None:
        yield f"conn_id: is required, {server.engine} is reached through an Airflow connection"
    if by_path and server.conn_id is not None:
        yield f"conn_id: leave it out, nobody logs in to {server.engine}"
    if server.roots and not by_path:
        yield f"roots: {server.engine} tells its databases itself; leave it out"
    for index, root in enumerate(server.roots):
        if not root.startswith("/"):
            yield f"roots[{index}]: must be the absolute path of a folder on its host"
    for index, asset in enumerate(server.assets):
        if by_path and not asset.database.startswith("/"):
            yield f"assets[{index}].database: must be the absolute path on its host"
        if asset.exclude and server.engine != "files":
            yield f"assets[{index}].exclude: is for file trees only"


def load_assets() -> Assets:
    """Return assets.yaml of the config folder."""
    return load(FILE, Assets)
