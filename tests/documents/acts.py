"""Minutes of things that other parts do, complete and believable; every builder takes overrides."""

from datetime import UTC, date, datetime
from typing import Any

from cadangan.documents.views.destruction_minutes import Destroyed, DestroyedCopy, DestructionMinutes
from cadangan.documents.views.minutes import Masthead, Opening, Party, masthead, party
from cadangan.documents.views.restore_minutes import (
    Checked,
    Restored,
    RestoredBackup,
    RestoreMinutes,
    RollbackMinutes,
    RolledBack,
)
from cadangan.documents.views.review_minutes import ReviewedAsset, ReviewMinutes
from tests.documents import builders

SOP = builders.sop()
# Wednesday, 25 November 2026, 10.40 WIB.
WEDNESDAY = datetime(2026, 11, 25, 3, 40, tzinfo=UTC)
STORED = "simpeg_20261123T032000Z_BR-2026-00001_r1_i1"


def head(number: str) -> Masthead:
    return masthead(number, "Terbatas", SOP, builders.assets())


def people() -> dict[str, Party]:
    return {person.user: party(person, SOP) for person in SOP.people}


def opening(number: str, *parties: str, **overrides: Any) -> Opening:
    known = people()
    values: dict[str, Any] = {
        "number": number,
        "at": WEDNESDAY,
        "place": "Sumber",
        "basis": (
            "Surat permohonan Nomor 800/1300/BKPSDM tanggal 24 November 2026",
            "Rencana Nomor RS-2026-00003/RENCANA/1",
        ),
        "parties": tuple(known[user] for user in parties),
        "witnesses": (known["kasi"], known["kabid"]),
    }
    return Opening(**{**values, **overrides})


def checks() -> tuple[Checked, ...]:
    return (
        Checked("Tabel", "48", "48", "lulus"),
        Checked("Baris seluruh tabel", "1.234.567.890", "1.234.567.890", "lulus"),
        Checked("Digest isi tabel", "48 tabel", "48 tabel sama", "lulus"),
        Checked("Sekuens", "31", "31", "lulus"),
    )


def restored(**overrides: Any) -> Restored:
    values: dict[str, Any] = {
        "backup": RestoredBackup(
            name=STORED,
            application="SIMPEG (Sistem Informasi Manajemen Kepegawaian)",
            recovery_point=builders.after(80),
            stored_bytes=287_655_233,
            sha256="3f" * 32,
            destination="utama",
        ),
        "server": "srv-kepegawaian",
        "database": "simpeg_pulih",
        "replaces": False,
        "started_at": datetime(2026, 11, 25, 2, 30, tzinfo=UTC),
        "ended_at": datetime(2026, 11, 25, 2, 48, tzinfo=UTC),
        "result": "Berhasil",
        "checks": checks(),
    }
    return Restored(**{**values, **overrides})


def restore(**overrides: Any) -> RestoreMinutes:
    values: dict[str, Any] = {
        "cover": head("RS-2026-00003"),
        "opening": opening("___/RS-2026-00003/BA", "dc", "skpd"),
        "purpose": "pengembalian data jabatan yang terhapus",
        "restored": (restored(),),
    }
    return RestoreMinutes(**{**values, **overrides})


def rollback(**overrides: Any) -> RollbackMinutes:
    back = RolledBack(
        application="SIMPEG (Sistem Informasi Manajemen Kepegawaian)",
        server="srv-kepegawaian",
        database="simpeg",
        way="Basis data yang disisihkan sebelum pemulihan dikembalikan ke nama semula.",
        safety_backup="simpeg_20261125T020000Z_RS-2026-00003_r1_i1",
        state_of=datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
        started_at=datetime(2026, 11, 25, 3, 20, tzinfo=UTC),
        ended_at=datetime(2026, 11, 25, 3, 21, tzinfo=UTC),
        result="Berhasil",
        checks=checks(),
    )
    values: dict[str, Any] = {
        "cover": head("RS-2026-00003"),
        "opening": opening("___/RS-2026-00003/BA-PENGEMBALIAN", "dc", "skpd"),
        "undone": "Pemulihan RS-2026-00003 tanggal 25 November 2026",
        "reason": "Data presensi setelah titik pulih ternyata masih diperlukan.",
        "decided_by": "Siti Rahmawati, S.Kom., Kepala Seksi Infrastruktur dan Teknologi",
        "rolled_back": (back,),
    }
    return RollbackMinutes(**{**values, **overrides})


def destroyed(number: int, **overrides: Any) -> Destroyed:
    name = f"simpeg_202608{number:02d}T180000Z_JD-2026-{number:05d}_r1_i{number}"
    copies = tuple(
        DestroyedCopy(
            destination=destination,
            name=f"{name}.dump.zst.age",
            url=f"{place}/simpeg/{name}.dump.zst.age",
            stored_bytes=281_000_000 + number,
            sha256=f"{number:02x}" * 32,
            gone_at=WEDNESDAY,
        )
        for destination, place in (
            ("utama", "file:///var/lib/cadangan/vault"),
            ("terpisah", "sftp://cadangan@10.20.30.40/vault"),
        )
    )
    values: dict[str, Any] = {
        "backup": name,
        "application": "SIMPEG (Sistem Informasi Manajemen Kepegawaian)",
        "personal_data": "Umum",
        "taken_at": datetime(2026, 8, number, 11, 0, tzinfo=UTC),
        "why": "Masa simpan 90 hari berakhir",
        "copies": copies,
    }
    return Destroyed(**{**values, **overrides})


def destruction(**overrides: Any) -> DestructionMinutes:
    values: dict[str, Any] = {
        "cover": head("PM-2026-00002"),
        "opening": opening("___/PM-2026-00002/BA", "dc", basis=("Kebijakan masa simpan pada policies.yaml, 90 hari",)),
        "approved_by": "Drs. Bambang Sutrisno, M.Si., Kepala Bidang Aplikasi Informatika, tanggal 25 November 2026",
        "method": "Setiap berkas dihapus pada semua tujuan penyimpanan, kemudian dipastikan tidak ada lagi.",
        "destroyed": (
            *(destroyed(number) for number in range(1, 8)),
            destroyed(8, kept_because="cadangan terakhir yang terbukti baik"),
        ),
    }
    return DestructionMinutes(**{**values, **overrides})


def reviewed(number: int, **overrides: Any) -> ReviewedAsset:
    values: dict[str, Any] = {
        "asset_no": f"AR-{number:04d}",
        "application": "SIMPEG (Sistem Informasi Manajemen Kepegawaian)",
        "server": "srv-kepegawaian",
        "address": "10.20.30.40",
        "owner": "BKPSDM",
        "criticality": "Tinggi",
        "personal_data": "Umum",
        "last_backup": builders.after(80),
        "last_proved": None,
        "verdict": "tetap",
    }
    return ReviewedAsset(**{**values, **overrides})


def review(**overrides: Any) -> ReviewMinutes:
    values: dict[str, Any] = {
        "cover": head("PA-2026"),
        "opening": opening(
            "___/PA-2026/BA", "dc", basis=("SOP Back-up / Restore Database, Pencatatan dan Pendataan angka 2",)
        ),
        "year": 2026,
        "assets": (
            *(reviewed(number) for number in range(1, 30)),
            reviewed(30, verdict="diubah", finding="Penanggung jawab aplikasi berganti sejak Juni 2026."),
            reviewed(31, verdict="dihapus", finding="Aplikasi tidak lagi dipakai; servernya sudah dimatikan."),
        ),
        "follow_up": ("Menjadwalkan uji pulih untuk aset yang belum terbukti.", "Memutakhirkan assets.yaml."),
        "next_review": date(2027, 11, 25),
    }
    return ReviewMinutes(**{**values, **overrides})
