"""What the kinds of objects in a manifest are called in Indonesian."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "aggregate": "fungsi agregat",
    "block device": "perangkat blok",
    "cast": "konversi tipe",
    "character device": "perangkat karakter",
    "check constraint": "batasan nilai",
    "collation": "aturan pengurutan",
    "constraint": "batasan kunci",
    "conversion": "konversi enkode",
    "directory": "folder",
    "domain": "domain",
    "event trigger": "pemicu peristiwa",
    "event": "event terjadwal",
    "extension": "ekstensi",
    "extension table": "tabel ekstensi",
    "external table": "tabel dengan isi di tempat lain",
    "fifo": "pipa (FIFO)",
    "file": "berkas",
    "fk constraint": "kunci tamu",
    "foreign data wrapper": "pembungkus data asing",
    "foreign key": "kunci tamu",
    "foreign table": "tabel asing",
    "function": "fungsi",
    "hard link": "tautan keras",
    "index": "indeks",
    "materialized view": "view termaterialisasi",
    "operator": "operator",
    "operator class": "kelas operator",
    "package": "paket",
    "package body": "isi paket",
    "partitioned table": "tabel berpartisi",
    "policy": "kebijakan keamanan baris",
    "procedure": "prosedur",
    "publication": "publikasi replikasi",
    "rule": "aturan",
    "schema": "skema",
    "sequence": "sekuens",
    "server": "server asing",
    "setting": "pengaturan",
    "statistics": "statistik",
    "subscription": "langganan replikasi",
    "symlink": "tautan simbolik",
    "text search configuration": "konfigurasi pencarian teks",
    "text search dictionary": "kamus pencarian teks",
    "trigger": "pemicu",
    "type": "tipe",
    "user mapping": "pemetaan pengguna",
    "view": "view",
    "virtual table": "tabel virtual",
}


def called(kind: str) -> str:
    """Return the Indonesian name; a kind that has none keeps its own."""
    return NAMES.get(kind, kind)
