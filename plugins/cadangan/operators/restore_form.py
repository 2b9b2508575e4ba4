"""The form of a letter that asks for a restore."""

from airflow.sdk import Param

from cadangan.config.assets import load_assets
from cadangan.core.restoring import MODES, Mode
from cadangan.operators import form

_TARGET = "5. Tujuan pemulihan"
_CONSENT = "6. Hanya untuk pemulihan di tempat"


def restore_letter() -> dict[str, Param]:
    """Return the parameters of a restore's request: those of a back-up's, the back-up, the target, the consent."""
    letter = form.letter_fields("Permohonan Restore Database Server") | form.requester() | form.wanted() | _backup()
    return form.shared(letter | form.schedule() | _target() | _consent())


def _backup() -> dict[str, Param]:
    return {
        "recovery_point": form.moment(
            "Titik pulih",
            "Dipakai cadangan baik yang terbaru pada atau sebelum waktu ini; kosongkan untuk yang terbaru.",
            section=form.SUBJECT,
        ),
        "backup": _text("Nama cadangan", "Sebagai ganti titik pulih, untuk satu objek.", form.SUBJECT),
    }


def _target() -> dict[str, Param]:
    servers = [server.name for server in load_assets().servers]
    return {
        "mode": Param(
            Mode.BESIDE.value,
            type="string",
            enum=[mode.value for mode in Mode],
            values_display={mode.value: label for mode, label in MODES.items()},
            title="Tujuan",
            section=_TARGET,
        ),
        "target_server": Param(
            None,
            type=["null", "string"],
            examples=servers,
            title="Server tujuan",
            description="Hanya untuk server lain.",
            section=_TARGET,
        ),
        "new_name": _text("Nama basis data baru", "Kosongkan agar diberi nama oleh sistem.", _TARGET),
    }


def _consent() -> dict[str, Param]:
    return {
        "consent_number": _text("Nomor surat persetujuan SKPD pemilik", "", _CONSENT),
        "consent_date": Param(
            None, type=["null", "string"], format="date", title="Tanggal surat persetujuan", section=_CONSENT
        ),
        "typed_name": _text(
            "Ketik ulang nama basis data yang diganti", "Persis seperti dalam register aset.", _CONSENT
        ),
    }


def _text(title: str, description: str, section: str) -> Param:
    return Param("", description, None, type=["null", "string"], title=title, section=section)
