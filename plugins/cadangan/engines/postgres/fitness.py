"""Can a back-up be restored to a server, and what should be known before?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg.rows import DictRow

from cadangan.core.manifest import Manifest
from cadangan.engines.postgres.clients import Client, client_of
from cadangan.engines.postgres.places import by_way, exists, is_empty
from cadangan.engines.postgres.queries import row, rows, session
from cadangan.engines.postgres.server import Server, describe
from cadangan.engines.postgres.target import Target
from cadangan.engines.restoring import Fitness
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host

# From here on the client sends a setting that older servers refuse.
SENDS_TRANSACTION_TIMEOUT = 17
_ALWAYS_THERE = frozenset({"", "C", "POSIX", "C.UTF-8", "C.UTF8"})


def examine_target(manifest: Manifest, target: Target, client_dirs: Sequence[str], host: Host = local) -> Fitness:
    """Return whether the back-up of `manifest` can be restored to `target`; see the contract."""
    there = exists(target)
    with session(target) if there else by_way(target) as connection:
        facts = row(connection, "place")
        database = describe(connection) if there else None
        offered = {found["name"]: found["version"] for found in rows(connection, "available_extensions")}
        known = {found["name"] for found in rows(connection, "role_names")}
        locales = {found["name"] for found in rows(connection, "locale_names")}
    client, without = _client(manifest, client_dirs)
    wanted = {each.name: each.detail for each in manifest.inventory.objects if each.kind == "extension"}
    seen = _Seen(
        manifest,
        target,
        facts,
        database,
        client,
        missing_roles=tuple(name for name in manifest.inventory.roles if name not in known),
        missing_extensions=tuple(name for name in wanted if name not in offered),
        other_extensions=tuple(
            f"{name} {offered[name]} (semula {wanted[name]})"
            for name in wanted
            if offered.get(name, wanted[name]) != wanted[name]
        ),
        has_locale=manifest.source.collation in locales | _ALWAYS_THERE,
    )
    return Fitness(
        server_version=facts["version"],
        encoding=database.encoding if database else "",
        collation=database.collation if database else "",
        restores_with=f"pg_restore {client.version}" if client else None,
        missing_roles=seen.missing_roles,
        missing_extensions=seen.missing_extensions,
        blockers=(*without, *seen.blockers()),
        warnings=(*(client.warnings if client else ()), *seen.warnings()),
    )


def _client(manifest: Manifest, client_dirs: Sequence[str]) -> tuple[Client | None, tuple[str, ...]]:
    try:
        return client_of(manifest, client_dirs), ()
    except ClientMissing:
        return None, (
            "Tidak ada program pg_restore yang dapat membaca cadangan ini. "
            f"Pasang paket postgresql-client-{_major(manifest)} (sumber: apt.postgresql.org) pada mesin pekerja.",
        )


def _major(manifest: Manifest) -> int:
    return int(manifest.source.server_version.split(".")[0].split()[0])


@dataclass(frozen=True)
class _Seen:
    manifest: Manifest
    target: Target
    facts: DictRow
    database: Server | None
    client: Client | None
    missing_roles: tuple[str, ...]
    missing_extensions: tuple[str, ...]
    other_extensions: tuple[str, ...]
    has_locale: bool

    def blockers(self) -> Iterator[str]:
        yield from self._of_versions()
        yield from self._of_the_place()
        if self.missing_extensions:
            names = ", ".join(self.missing_extensions)
            yield f"Ekstensi {names} tidak tersedia pada server tujuan; pasang paketnya terlebih dahulu."
        if self.missing_roles and not self.facts["creates_roles"]:
            names = ", ".join(self.missing_roles)
            yield f"Peran {names} tidak ada pada server tujuan, dan akun {self.target.user} tidak berhak membuatnya."

    def _of_versions(self) -> Iterator[str]:
        major = self.facts["major"]
        if _major(self.manifest) > major:
            yield (
                f"Cadangan berasal dari PostgreSQL {self.manifest.source.server_version}; server tujuan "
                f"{self.facts['version']} lebih lama dan tidak dapat menerimanya."
            )
        elif self.client and self.client.major >= SENDS_TRANSACTION_TIMEOUT > major:
            yield (
                f"Cadangan dibuat dengan pg_dump {self.client.major}, yang perintahnya ditolak server PostgreSQL "
                f"{major}; pulihkan ke PostgreSQL {SENDS_TRANSACTION_TIMEOUT} atau yang lebih baru."
            )

    def _of_the_place(self) -> Iterator[str]:
        source = self.manifest.source
        if self.database is None:
            if not self.facts["creates_databases"]:
                yield f"Akun {self.target.user} tidak berhak membuat basis data pada server tujuan."
            return
        if source.encoding and self.database.encoding != source.encoding:
            encoding = self.database.encoding
            yield f"Enkode {self.target.database} adalah {encoding}; cadangan memerlukan {source.encoding}."
        if not is_empty(self.target):
            yield f"Basis data {self.target.database} tidak kosong; pulihkan ke basis data baru."

    def warnings(self) -> Iterator[str]:
        if self.missing_roles and self.facts["creates_roles"]:
            yield f"Peran yang akan dibuat dari cadangan: {', '.join(self.missing_roles)}."
        if self.other_extensions:
            yield f"Versi ekstensi berbeda pada server tujuan: {', '.join(self.other_extensions)}."
        if not self.has_locale:
            yield (
                f"Kolasi {self.manifest.source.collation} tidak ada pada server tujuan; urutan teks akan mengikuti "
                "kolasi C."
            )
        if not self.facts["superuser"]:
            yield f"Akun {self.target.user} bukan superuser; kepemilikan dan ekstensi tertentu dapat gagal dipulihkan."
