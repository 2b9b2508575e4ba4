"""What keeps a dump from being whole, and what to know before it, in sentences for officers."""

from collections.abc import Iterable, Iterator, Sequence

from psycopg import sql

from cadangan.documents.formats import number
from cadangan.engines.postgres.queries import rows
from cadangan.engines.postgres.server import Server
from cadangan.engines.postgres.target import WITHOUT_ENCODING, Connection, Target

OLDEST, NEWEST = 13, 18
# The first servers that have a role which reads everything, and versions of a database's own collation.
_READ_ALL_MAJOR = 14
_DATABASE_COLLATION_MAJOR = 15
_NAMED = 5

_BLOCKERS = {
    "schema_unreadable": "Akun {user} tidak berhak memakai {count} skema: {places}. {grant_read}",
    "table_unreadable": "Akun {user} tidak dapat membaca {count} tabel: {places}. {grant_read}",
    "sequence_unreadable": "Akun {user} tidak dapat membaca {count} sekuens: {places}. {grant_read}",
    "row_security": (
        "Kebijakan keamanan baris menyembunyikan isi {count} tabel dari akun {user}: {places}. "
        "Jalankan: ALTER ROLE {user} BYPASSRLS."
    ),
    "large_object_unreadable": (
        "Akun {user} tidak dapat membaca {count} objek besar: nomor {places}. "
        "Jalankan untuk setiap nomor: GRANT SELECT ON LARGE OBJECT nomor TO {user}."
    ),
}
_WARNINGS = {
    "unlogged": "{count} tabel UNLOGGED: {places}; isinya ikut dicadangkan, tetapi hilang bila server mogok.",
    "unlogged_on_standby": (
        "{count} tabel atau sekuens UNLOGGED: {places}; server ini server siaga (standby) yang tidak memiliki isinya, "
        "sehingga hanya definisinya yang dicadangkan. Cadangkan dari server utama bila isinya diperlukan."
    ),
    "foreign_table": "{count} tabel asing: {places}; hanya definisinya yang dicadangkan, isinya ada di server lain.",
    "invalid_index": "{count} indeks tidak sah dan tidak ikut dicadangkan: {places}; bangun ulang dengan REINDEX.",
    "tablespace": "Ada data di {count} tablespace khusus: {places}; siapkan tablespace yang sama sebelum pemulihan.",
    "subscription": "{count} langganan replikasi: {places}; sesudah pemulihan harus diaktifkan kembali.",
    "prepared_transaction": (
        "{count} transaksi disiapkan belum diselesaikan: {places}; isinya tidak ikut dicadangkan. "
        "Selesaikan dengan COMMIT PREPARED atau ROLLBACK PREPARED."
    ),
    "collation": (
        "Versi aturan pengurutan {places} berbeda dari saat indeks dibangun; "
        "periksa dan jalankan REINDEX, lalu REFRESH VERSION."
    ),
}


def blockers_and_warnings(
    connection: Connection, server: Server, target: Target
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences on what forbids a dump, and those on what to know before it."""
    places: dict[str, list[str]] = {}
    for found in _found(connection, server):
        places.setdefault(found["finding"], []).append(found["place"])
    blockers = [*_version_blockers(server), *_sentences(_BLOCKERS, places, server, target)]
    warnings = [*_server_warnings(server, target), *_sentences(_WARNINGS, places, server, target)]
    return tuple(blockers), tuple(warnings)


def names_as_blocker(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the one sentence that forbids a dump where names cannot be read, and nothing to know beside it."""
    sentence = (
        f"Basis data tanpa enkode (SQL_ASCII) ini memuat {len(names)} nama yang bukan UTF-8: {_listed(names)}. "
        "Ganti nama tersebut (ALTER … RENAME TO …); isi tabel boleh tetap seperti adanya."
    )
    return (sentence,), ()


def _found(connection: Connection, server: Server) -> Iterator[dict[str, str]]:
    yield from rows(connection, "findings")
    if server.major >= _DATABASE_COLLATION_MAJOR:
        yield from rows(connection, "database_collation")


def _sentences(texts: dict[str, str], places: dict[str, list[str]], server: Server, target: Target) -> Iterator[str]:
    user = quoted(target.user)
    for finding, text in texts.items():
        if named := places.get(finding):
            yield text.format(
                count=number(len(named)), places=_listed(named), user=user, grant_read=_grant_read(server.major, user)
            )


def _grant_read(major: int, user: str) -> str:
    if major >= _READ_ALL_MAJOR:
        return f"Jalankan: GRANT pg_read_all_data TO {user}."
    return (
        f"Jalankan untuk setiap skema: GRANT USAGE ON SCHEMA skema TO {user}; "
        f"GRANT SELECT ON ALL TABLES IN SCHEMA skema TO {user}; "
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA skema TO {user}."
    )


def _version_blockers(server: Server) -> Iterator[str]:
    if server.major < OLDEST:
        yield f"Server PostgreSQL {server.version} terlalu tua; yang didukung adalah versi {OLDEST} sampai {NEWEST}."


def _server_warnings(server: Server, target: Target) -> Iterator[str]:
    if server.major > NEWEST:
        yield f"Server PostgreSQL {server.version} lebih baru daripada versi {NEWEST} dan belum diuji."
    if server.encoding == WITHOUT_ENCODING:
        yield (
            "Basis data tanpa enkode (SQL_ASCII): isinya dicadangkan byte demi byte; teks yang bukan UTF-8 hanya dapat "
            "dipulihkan ke basis data SQL_ASCII juga."
        )
    if not server.reads_passwords:
        yield (
            f"Akun {quoted(target.user)} bukan superuser: peran dicadangkan tanpa sandi, "
            "sehingga sandi harus dibuat ulang sesudah pemulihan."
        )


def quoted(name: str) -> str:
    """Return `name` as an SQL identifier, with quotes only where it needs them."""
    plain = name.isascii() and name.isidentifier() and name == name.lower()
    return name if plain else sql.Identifier(name).as_string()


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f", dan {number(rest)} lainnya" if rest > 0 else "")
