"""Can a back-up be restored to a server, and what should be known before?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cadangan.core.manifest import Manifest
from cadangan.engines.mysql.accounts import account_names
from cadangan.engines.mysql.clients import Client, package_for, shell_for
from cadangan.engines.mysql.places import exists, is_empty, is_rehearsal
from cadangan.engines.mysql.privileges import Grants, read_grants
from cadangan.engines.mysql.queries import Row, row, session, text
from cadangan.engines.mysql.server import Server, describe, describe_server, flavour_of, release_of
from cadangan.engines.mysql.target import Target
from cadangan.engines.restoring import Fitness
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host

# Each of them lets an account make what belongs to another one, in one version or the other.
_FOR_OTHERS = ("SUPER", "SET USER", "SET_USER_ID", "SET_ANY_DEFINER")


def examine_target(manifest: Manifest, target: Target, client_dirs: Sequence[str], host: Host = local) -> Fitness:
    """Return whether the back-up of `manifest` can be restored to `target`; see the contract."""
    there = exists(target)
    with session(target) as connection:
        server = describe(connection, target) if there else describe_server(connection)
        grants = read_grants(connection, server)
        facts = row(connection, text("place"))
        known = account_names(connection) if grants.has("SELECT", "mysql") else None
    client, without = _client(manifest, client_dirs)
    lacking = tuple(name for name in manifest.inventory.roles if known is not None and name not in known)
    seen = _Seen(manifest, target, server, grants, facts, there, known is not None, lacking)
    return Fitness(
        server_version=server.version,
        encoding=server.encoding,
        collation=server.collation,
        restores_with=f"{client.name} {client.version}" if client else None,
        missing_roles=lacking,
        blockers=(*without, *seen.blockers()),
        warnings=tuple(seen.warnings()),
    )


def _client(manifest: Manifest, client_dirs: Sequence[str]) -> tuple[Client | None, tuple[str, ...]]:
    flavour = flavour_of(manifest.source.server_version)
    try:
        return shell_for(flavour, client_dirs), ()
    except ClientMissing:
        return None, (
            f"Tidak ada program klien {flavour} yang dapat memulihkan cadangan ini. "
            f"Pasang paket {package_for(flavour)} pada mesin pekerja.",
        )


@dataclass(frozen=True)
class _Seen:
    manifest: Manifest
    target: Target
    server: Server
    grants: Grants
    facts: Row
    there: bool
    knows_accounts: bool
    missing_roles: tuple[str, ...]

    def blockers(self) -> Iterator[str]:
        yield from self._of_versions()
        yield from self._of_the_place()
        yield from self._of_the_account()
        if self._has("event") and is_rehearsal(self.target) and self.facts["scheduler"] == "ON":
            yield (
                "Cadangan memuat event terjadwal, yang akan berjalan pada hasil uji pulih karena penjadwal server "
                "tujuan aktif; matikan event_scheduler di sana, atau pakai server sementara (embedded)."
            )

    def _of_versions(self) -> Iterator[str]:
        version = self.manifest.source.server_version
        if flavour_of(version) != self.server.flavour:
            yield (
                f"Cadangan berasal dari {flavour_of(version)}; server tujuan adalah {self.server.flavour} "
                f"{self.server.version}, yang tidak dapat menerimanya."
            )
        elif release_of(version)[:2] > self.server.release[:2]:
            yield (
                f"Cadangan berasal dari {self.server.flavour} {version}; server tujuan {self.server.version} lebih "
                "lama dan tidak dapat menerimanya."
            )

    def _of_the_place(self) -> Iterator[str]:
        if self.there and not is_empty(self.target):
            yield f"Basis data {self.target.database} tidak kosong; pulihkan ke basis data baru."
        capitals = [each.name for each in self.manifest.inventory.tables if each.name != each.name.lower()]
        if capitals and self.facts["lower_case"] == 1:
            yield (
                f"Server tujuan menulis nama tabel dengan huruf kecil, sedangkan cadangan memuat {capitals[0]}; "
                "pulihkan ke server dengan lower_case_table_names = 0."
            )

    def _of_the_account(self) -> Iterator[str]:
        user, database = self.server.account, self.target.database
        if not self.there and not self.grants.has("CREATE", database):
            yield f"Akun {user} tidak berhak membuat basis data pada server tujuan."
        if not self.knows_accounts:
            yield f"Akun {user} tidak berhak membaca akun pada server tujuan. Jalankan: GRANT SELECT ON mysql.*."
        if self.missing_roles and not self.grants.everywhere("CREATE USER"):
            names = ", ".join(self.missing_roles)
            yield f"Akun {names} tidak ada pada server tujuan, dan akun {user} tidak berhak membuatnya."
        others = {each.owner for each in self.manifest.inventory.objects if each.owner} - {user}
        if others and not any(self.grants.everywhere(privilege) for privilege in _FOR_OTHERS):
            names = ", ".join(sorted(others))
            yield f"Objek cadangan milik akun {names}; akun {user} tidak berhak memulihkannya (perlu SET USER)."

    def warnings(self) -> Iterator[str]:
        if self.missing_roles and self.grants.everywhere("CREATE USER"):
            yield f"Akun yang akan dibuat dari cadangan: {', '.join(self.missing_roles)}."
        if self.there and self.server.encoding != self.manifest.source.encoding:
            yield (
                f"Enkode bawaan {self.target.database} adalah {self.server.encoding}; cadangan mencatat "
                f"{self.manifest.source.encoding}. Tabel dipulihkan dengan enkodenya sendiri."
            )
        if self._has("event") and self.facts["scheduler"] == "ON":
            yield (
                "Cadangan memuat event terjadwal; penjadwal server tujuan aktif, sehingga event tersebut berjalan "
                "begitu dipulihkan."
            )

    def _has(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.manifest.inventory.objects)
