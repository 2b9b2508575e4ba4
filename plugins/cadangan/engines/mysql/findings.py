"""What keeps a dump from being whole, and what to know before it, in sentences for officers."""

from collections.abc import Iterable, Iterator, Sequence

from cadangan.documents.formats import number
from cadangan.engines.mysql.catalogue import EXTERNAL, Catalogue, Table
from cadangan.engines.mysql.privileges import Grants, may_freeze, missing
from cadangan.engines.mysql.quoting import account
from cadangan.engines.mysql.server import Server
from cadangan.engines.mysql.target import Target

OLDEST = {"MariaDB": (10, 4), "MySQL": (5, 7)}
_NAMED = 5


def blockers(server: Server, grants: Grants, catalogue: Catalogue, target: Target) -> Iterator[str]:
    """Yield the sentences on what forbids a dump."""
    oldest = OLDEST[server.flavour]
    if server.release[:2] < oldest:
        yield (
            f"Server {server.flavour} {server.version} terlalu tua; yang didukung adalah versi "
            f"{oldest[0]}.{oldest[1]} atau yang lebih baru."
        )
    user = _quoted_account(server)
    if lacking := missing(grants, server, target.database, bool(catalogue.unlocked)):
        commands = "; ".join(f"{command} TO {user}" for command in lacking)
        yield (
            f"Akun {server.account} belum berhak membaca seluruh isi basis data; bagian yang tidak "
            f"terlihat olehnya akan hilang dari cadangan. Jalankan: {commands}."
        )
    if catalogue.unreadable:
        yield (
            f"{number(len(catalogue.unreadable))} tabel atau view tidak dapat dibuka server: "
            f"{_listed(map(str, catalogue.unreadable))}. Perbaiki atau hapus lebih dahulu."
        )
    if catalogue.unlocked and target.options.get("non_transactional") == "refuse":
        yield (
            f"{_tables(catalogue.unlocked)} tanpa transaksi, sedangkan pengaturan server ini tidak memperkenankan "
            "penguncian. Ubah mesinnya menjadi InnoDB, atau izinkan penguncian."
        )


def warnings(
    server: Server, grants: Grants, catalogue: Catalogue, target: Target, accounts: frozenset[str] | None
) -> Iterator[str]:
    """Yield the sentences on what to know before a dump.

    :param accounts: names of all accounts of the server; None when they could not be read.
    """
    if catalogue.unlocked and target.options.get("non_transactional") != "refuse":
        yield (
            f"{_tables(catalogue.unlocked)} tanpa transaksi: aplikasi tidak dapat menulis ke tabel tersebut sejak awal "
            "sampai akhir dump."
        )
    if not may_freeze(grants):
        yield (
            f"Akun {server.account} tidak berhak RELOAD: jumlah baris tidak diambil dari saat yang sama dengan dump, "
            f"sehingga tidak dapat dibandingkan. Jalankan: GRANT RELOAD ON *.* TO {_quoted_account(server)}."
        )
    if accounts is not None:
        yield from _without_definer(catalogue, accounts)
    if versioned := [table for table in catalogue.tables if table.versioned]:
        yield f"{_tables(versioned)} berversi sistem: isi yang berlaku dicadangkan, riwayat perubahannya tidak."
    if external := [found.name for found in catalogue.objects if found.kind == EXTERNAL]:
        yield (
            f"{number(len(external))} tabel dengan isi di tempat lain: {_listed(external)}; "
            "hanya definisinya yang dicadangkan."
        )


def unrestorable(views: Sequence[str]) -> Iterator[str]:
    """Yield the sentence on views that would not come back."""
    if views:
        yield (
            f"{number(len(views))} view ({_listed(views)}) tidak dapat dipulihkan dari dump: kolomnya tidak bernama, "
            "atau WITH CHECK OPTION-nya bertumpu pada view yang namanya lebih akhir menurut abjad. Ubah view tersebut; "
            "tanpa itu uji pulih tidak akan lulus."
        )


def _without_definer(catalogue: Catalogue, accounts: frozenset[str]) -> Iterator[str]:
    gone = sorted({found.owner for found in catalogue.objects if found.owner and found.owner not in accounts})
    if gone:
        found = [each.name for each in catalogue.objects if each.owner in gone]
        yield (
            f"{number(len(found))} objek ({_listed(found)}) dibuat oleh akun yang tidak ada lagi: {_listed(gone)}; "
            "sesudah pemulihan objek tersebut tidak dapat dipakai sebelum akun itu dibuat."
        )


def _quoted_account(server: Server) -> str:
    user, _, host = server.account.rpartition("@")
    return account(user, host)


def _tables(tables: Iterable[Table]) -> str:
    every = list(tables)
    return f"{number(len(every))} tabel ({_listed(f'{table.name}: {table.engine}' for table in every)})"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f", dan {number(rest)} lainnya" if rest > 0 else "")
