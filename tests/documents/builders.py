"""Rows of the register and configuration for tests, complete and believable; every builder takes overrides."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.manifest import Manifest
from cadangan.core.plan import Plan
from cadangan.core.states import Result, Status
from cadangan.register.models import Backup, Copy, Decision, Item, PlanRow, Request, StepTime

# Monday, 23 November 2026, 09.00 WIB.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
KABID_NIP = "197008081990021001"


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def sop(**overrides: Any) -> Sop:
    people = [
        {
            "user": "kabid",
            "name": "Drs. Bambang Sutrisno, M.Si.",
            "nip": KABID_NIP,
            "rank": "Pembina (IV/a)",
            "position": "Kepala Bidang Aplikasi Informatika",
            "email": "kabid@diskominfo.example",
        },
        {
            "user": "kasi",
            "name": "Siti Rahmawati, S.Kom.",
            "nip": "198203152006042010",
            "rank": "Penata Tk. I (III/d)",
            "position": "Kepala Seksi Infrastruktur dan Teknologi",
            "email": "kasi@diskominfo.example",
        },
        {"user": "dc", "name": "Agus Hidayat", "position": "Personil Data Center", "email": "dc@diskominfo.example"},
        {
            "user": "skpd",
            "name": "Dewi Lestari",
            "position": "Pengelola SIMPEG",
            "email": "dewi@bkpsdm.example",
            "skpd": "BKPSDM",
        },
    ]
    values: dict[str, Any] = {
        "office": {
            "government": "Pemerintah Kabupaten Cirebon",
            "name": "Dinas Komunikasi dan Informatika",
            "short": "Diskominfo",
            "city": "Sumber",
            "mail_from": "cadangan@diskominfo.example",
        },
        "legal_basis": [
            "Undang-Undang Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik",
            "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik",
        ],
        "mail_domain": "diskominfo.example",
        "skpd": [{"code": "BKPSDM", "name": "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"}],
        "people": people,
        "roles": {
            "verifier": {"label": "Kepala Bidang Aplikasi Informatika", "people": ["kabid"]},
            "planner": {"label": "Kepala Seksi Infrastruktur dan Teknologi", "people": ["kasi"]},
            "staff": {"label": "Personil Data Center", "people": ["dc"]},
            "confirmer": {"label": "SKPD pemohon atau Seksi", "people": ["kasi"], "skpd_contacts": True},
            "manager": {"label": "Kepala Dinas", "people": ["kabid"]},
        },
        "steps": {
            "register": {"number": 1, "title": "Mengajukan surat permohonan", "actor": "SKPD"},
            "verify": _rule(2, "Memverifikasi dan mendisposisikan", "Bidang Aptika", "15m", "verifier"),
            "plan": _rule(3, "Merencanakan pelaksanaan", "Seksi Infrastruktur dan Teknologi", "1h", "planner"),
            "execute": _rule(4, "Melaksanakan sesuai perencanaan", "Personil DC (Staf)", "1d", "staff"),
            "confirm": _rule(5, "Mengkonfirmasi hasil pelaksanaan", "SKPD atau Seksi", "15m", "confirmer"),
        },
    }
    return Sop.model_validate({**values, **overrides})


def _rule(number: int, title: str, actor: str, standard: str, role: str) -> dict[str, Any]:
    return {"number": number, "title": title, "actor": actor, "standard": standard, "role": role}


def assets() -> Assets:
    common = {"owner": "BKPSDM", "personal_data": "Umum", "classification": "Terbatas"}
    simpeg = {
        "name": "simpeg",
        "application": "SIMPEG (Sistem Informasi Manajemen Kepegawaian)",
        "database": "simpeg",
        "asset_no": "AR-0001",
        "criticality": "Tinggi",
        **common,
    }
    absen = {"name": "absensi", "application": "Absensi Daring", "database": "absensi", "asset_no": "AR-0002", **common}
    server = {"name": "srv-kepegawaian", "engine": "postgres", "conn_id": "pg_srv_kepegawaian"}
    return Assets.model_validate({"servers": [{**server, "assets": [simpeg, absen]}]})


def form(**overrides: Any) -> dict[str, Any]:
    values = {
        "letter_number": "800/1234/BKPSDM",
        "letter_date": "2026-11-20",
        "letter_subject": "Permohonan Back-up Database Server",
        "letter_nature": "Segera",
        "skpd": "BKPSDM",
        "requester_name": "Hendra Wijaya, S.E.",
        "requester_nip": "197512122000031004",
        "requester_position": "Kepala BKPSDM",
        "requester_phone": "0231-320001",
        "requester_email": "hendra@bkpsdm.example",
        "items": ["simpeg"],
        "purpose": "Pengamanan data sebelum pemutakhiran aplikasi SIMPEG versi 5.",
        "reason": "Pemutakhiran dijadwalkan akhir pekan ini.",
        "window_start": None,
        "window_end": None,
        "urgent": False,
        "repeat": False,
        "note": "",
    }
    return {**values, **overrides}


def inspection(**overrides: Any) -> dict[str, Any]:
    values = {
        "server_version": "15.6",
        "size_bytes": 1_432_000_000,
        "tables": 48,
        "encoding": "UTF8",
        "warnings": ["Ekstensi pg_trgm perlu dipasang di server tujuan pemulihan."],
        "blockers": [],
    }
    return {**values, **overrides}


def manifest(**overrides: Any) -> dict[str, Any]:
    name = "simpeg_20261123T032000Z_BR-2026-00001_r1_i1"
    tables = [("pegawai", 31_240), ("riwayat_jabatan", 118_902), ("unit_kerja", 412)]
    values: dict[str, Any] = {
        "backup": name,
        "request_no": "BR-2026-00001",
        "round": 1,
        "plan_sha256": plan().sha256(),
        "source": {
            "asset": "simpeg",
            "server": "srv-kepegawaian",
            "engine": "postgres",
            "server_version": "15.6",
            "database": "simpeg",
            "encoding": "UTF8",
        },
        "inventory": {
            "tables": [
                {
                    "schema_name": "public",
                    "name": table,
                    "owner": "simpeg",
                    "rows": rows,
                    "digest": "123",
                    "digest_method": "values",
                }
                for table, rows in tables
            ],
            "sequences": [{"schema_name": "public", "name": "pegawai_id_seq", "last_value": 31_240}],
            "objects": [{"kind": "view", "schema_name": "public", "name": "v_pegawai"}],
            "large_objects": 1,
        },
        "artefacts": [
            {
                "kind": "dump",
                "name": f"{name}.dump.zst.age",
                "raw_bytes": 1_398_000_000,
                "stored_bytes": 287_654_321,
                "sha256": "3f" * 32,
            },
            {
                "kind": "globals",
                "name": f"{name}.globals.sql.zst.age",
                "raw_bytes": 2_048,
                "stored_bytes": 912,
                "sha256": "a1" * 32,
            },
        ],
        "codec": {
            "compression": "zstd 3",
            "encryption": "age (X25519)",
            "recipients": [RECIPIENT],
            "by_hand": "age -d -i kunci.txt BERKAS | zstd -d | pg_restore -d DATABASE",
        },
        "tools": [{"name": "pg_dump", "version": "pg_dump (PostgreSQL) 15.6"}],
        "timings": {"started_at": after(80), "snapshot_at": after(80.05), "ended_at": after(86)},
    }
    return Manifest.model_validate({**values, **overrides}).model_dump(mode="json")


def backup(**overrides: Any) -> Backup:
    facts = overrides.pop("manifest", None) or manifest()
    values: dict[str, Any] = {
        "id": 1,
        "round": 1,
        "name": facts["backup"],
        "asset": "simpeg",
        "started_at": after(80),
        "snapshot_at": after(80.05),
        "ended_at": after(86),
        "stored_bytes": 287_655_233,
        "manifest": facts,
        "copies": [copy(artefact=artefact) for artefact in facts["artefacts"]],
    }
    return Backup(**{**values, **overrides})


def copy(artefact: dict[str, Any] | None = None, **overrides: Any) -> Copy:
    facts = artefact or manifest()["artefacts"][0]
    values = {
        "destination": "utama",
        "artefact": facts["name"],
        "url": f"file:///var/lib/cadangan/vault/simpeg/{facts['name']}",
        "bytes": facts["stored_bytes"],
        "sha256": facts["sha256"],
        "checked_at": after(88),
        "digest_check": "lulus",
        "decrypt_check": "tidak dijalankan",
        "contents_check": "tidak dijalankan",
        "check_note": "Kunci privat tidak ada di mesin ini.",
        "check_detail": "",
    }
    return Copy(**{**values, **overrides})


def item(**overrides: Any) -> Item:
    values: dict[str, Any] = {
        "id": 1,
        "position": 1,
        "asset": "simpeg",
        "inspection": inspection(),
        "result": None,
        "error": "",
        "error_detail": "",
        "backups": [],
    }
    return Item(**{**values, **overrides})


def plan(**overrides: Any) -> Plan:
    values: dict[str, Any] = {
        "request_no": "BR-2026-00001",
        "version": 1,
        "letter": "800/1234/BKPSDM tanggal 2026-11-20",
        "disposition": "BR-2026-00001",
        "preconditions": {"time": True, "personnel": True, "facilities": True},
        "start": after(75),
        "valid_until": after(75 + 7 * 24 * 60),
        "executors": [{"user": "dc", "name": "Agus Hidayat", "nip": "-", "role": "Personil Data Center"}],
        "items": [
            {
                "item_id": 1,
                "asset": "simpeg",
                "server": "srv-kepegawaian",
                "engine": "postgres",
                "database": "simpeg",
                "server_version": "15.6",
                "client": "pg_dump 15.6",
                "method": "logis, penuh",
                "predicted_bytes": 1_400_000_000,
                "predicted_seconds": 360,
            }
        ],
        "copies": [
            {"name": "utama", "url": "file:///var/lib/cadangan/vault", "location": "ID", "free_bytes": 512_000_000_000}
        ],
        "retention_days": 90,
        "compression": "zstd tingkat 3",
        "encryption": "age (X25519)",
        "recipients": [RECIPIENT],
        "content_digest": "values",
        "steps": ["Memeriksa persetujuan.", "Membaca dump dari satu snapshot.", "Membaca ulang setiap salinan."],
        "risks": ["Beban baca pada server basis data."],
        "rollback": "Back-up hanya membaca basis data; berkas sementara dihapus.",
        "criteria": "SHA-256 setiap salinan cocok.",
    }
    return Plan.model_validate({**values, **overrides})


def plan_row(body: Plan | None = None, **overrides: Any) -> PlanRow:
    frozen = body or plan()
    values = {
        "version": frozen.version,
        "body": frozen.canonical(),
        "sha256": frozen.sha256(),
        "frozen_at": after(60),
        "audit_seq": 4,
    }
    return PlanRow(**{**values, **overrides})


_DECIDERS = {
    "verify": ("kabid", "Drs. Bambang Sutrisno, M.Si.", KABID_NIP, "Kepala Bidang Aplikasi Informatika", 10),
    "plan": ("kasi", "Siti Rahmawati, S.Kom.", "198203152006042010", "Kepala Seksi Infrastruktur dan Teknologi", 55),
    "confirm": ("skpd", "Dewi Lestari", "-", "SKPD pemohon atau Seksi", 100),
}


def decision(step: str, choice: str, **overrides: Any) -> Decision:
    user, name, nip, role, minutes = _DECIDERS[step]
    values: dict[str, Any] = {
        "step": step,
        "round": 1,
        "choice": choice,
        "note": "",
        "form": {},
        "by_user": user,
        "by_name": name,
        "by_nip": nip,
        "by_role": role,
        "at": after(minutes),
        "audit_seq": 2,
    }
    return Decision(**{**values, **overrides})


def step_time(step: str, started: float, due: float, ended: float | None, **overrides: Any) -> StepTime:
    values = {
        "step": step,
        "round": 1,
        "started_at": after(started),
        "due_at": after(due),
        "ended_at": None if ended is None else after(ended),
        "calendar_version": "c1",
        "late_reason": "",
    }
    return StepTime(**{**values, **overrides})


def request(**overrides: Any) -> Request:
    """A request as it stands right after registration and inspection."""
    values: dict[str, Any] = {
        "id": 1,
        "number": "BR-2026-00001",
        "dag_id": "backup_request",
        "run_id": "manual__1",
        "service": "backup",
        "status": Status.SUBMITTED,
        "result": None,
        "letter_key": "bkpsdm|800/1234/bkpsdm|2026-11-20",
        "form": form(),
        "violations": [],
        "recorded_by": "dc",
        "created_at": MONDAY,
        "closed_at": None,
        "close_note": "",
        "items": [item()],
        "steps": [step_time("verify", 0, 15, None)],
        "decisions": [],
        "plans": [],
        "documents": [],
        "notices": [],
    }
    return Request(**{**values, **overrides})


def planned(**overrides: Any) -> Request:
    """A request whose plan was approved and frozen."""
    values = {
        "status": Status.PLANNED,
        "plans": [plan_row()],
        "decisions": [
            decision("verify", "Setujui dan disposisikan", note="Agar segera dilaksanakan."),
            decision("plan", "Setujui rencana"),
        ],
        "steps": [step_time("verify", 0, 15, 10), step_time("plan", 10, 70, 55), step_time("execute", 75, 1515, None)],
    }
    return request(**{**values, **overrides})


def executed(**overrides: Any) -> Request:
    """A request whose only item was backed up, waiting for its confirmation."""
    values = {
        "status": Status.AWAITING_CONFIRMATION,
        "result": Result.SUCCEEDED,
        "items": [item(result=Result.SUCCEEDED, backups=[backup()])],
        "steps": [
            step_time("verify", 0, 15, 10),
            step_time("plan", 10, 70, 55),
            step_time("execute", 75, 1515, 90),
            step_time("confirm", 90, 105, None),
        ],
    }
    return planned(**{**values, **overrides})


def confirmed(choice: str = "Sesuai", note: str = "Data lengkap.", **overrides: Any) -> Request:
    """A request that the requesting office confirmed."""
    values = {
        "status": Status.DONE if choice == "Sesuai" else Status.FAILED,
        "decisions": [
            decision("verify", "Setujui dan disposisikan"),
            decision("plan", "Setujui rencana"),
            decision("confirm", choice, note=note),
        ],
        "steps": [
            step_time("verify", 0, 15, 10),
            step_time("plan", 10, 70, 55),
            step_time("execute", 75, 1515, 90),
            step_time("confirm", 90, 105, 100),
        ],
        "closed_at": after(101),
        "close_note": note,
    }
    return executed(**{**values, **overrides})
