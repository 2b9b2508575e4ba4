"""The forms that people fill in: the letter's, and those of the gates."""

from typing import Any, Self

from airflow.sdk import Param

from cadangan.config.assets import load_assets
from cadangan.config.sop import load_sop
from cadangan.core.request import NATURES

_LETTER = "1. Surat permohonan"
_REQUESTER = "2. Pemohon"
SUBJECT = "3. Yang dimohonkan"
_SCHEDULE = "4. Jadwal dan sifat"


class _Shared(dict[str, Any]):
    """A field's schema, which nobody changes. Airflow copies the fields of a DAG several times for each of its tasks,
    which without this is half of the time in which its file is parsed, and every task parses it.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def letter() -> dict[str, Param]:
    """Return the parameters of a back-up request, in the order and words of the SOP's letter."""
    return shared(letter_fields("Permohonan Back-up Database Server") | requester() | wanted() | schedule())


def shared(fields: dict[str, Param]) -> dict[str, Param]:
    """Return `fields` with schemas that are not copied."""
    for field in fields.values():
        field.schema = _Shared(field.schema)
    return fields


def note() -> dict[str, Param]:
    """Return the form of a gate that asks for no more than a note."""
    description = "Wajib diisi bila permohonan dikembalikan, ditolak, atau hasilnya belum sesuai."
    return {
        "note": Param(
            "", type=["null", "string"], title="Catatan / alasan", description=description, format="multiline"
        )
    }


def planning() -> dict[str, Param]:
    """Return the plan gate's form: the SOP's preconditions, schedule and personnel."""
    sop = load_sop()
    role = sop.roles["staff"]
    # Whether a deputy acts on the day of the answer is checked then.
    staff = list(dict.fromkeys([*role.people, *(deputy.user for deputy in role.deputies)]))
    ticks = {"time": "Waktu pelaksanaan tersedia", "personnel": "Personil tersedia", "facilities": "Fasilitas tersedia"}
    return {
        **{key: Param(False, type="boolean", title=title) for key, title in ticks.items()},
        "start": moment("Jadwal mulai", "Kosongkan untuk segera setelah disetujui."),
        "executors": Param(
            list(role.people),
            type=["null", "array"],
            examples=staff,
            values_display={user: person.name for user in staff if (person := sop.person(user))},
            title="Personil pelaksana",
        ),
        **note(),
    }


def letter_fields(subject: str) -> dict[str, Param]:
    """Return the fields of the letter itself."""
    return {
        "letter_number": Param(type="string", minLength=1, title="Nomor surat", section=_LETTER),
        "letter_date": Param(type="string", format="date", title="Tanggal surat", section=_LETTER),
        "letter_subject": Param(subject, type="string", minLength=1, title="Hal", section=_LETTER),
        "letter_nature": Param(NATURES[0], type="string", enum=list(NATURES), title="Sifat surat", section=_LETTER),
        "repeat": Param(
            False,
            type="boolean",
            title="Pengulangan surat yang sudah terdaftar",
            description="Centang hanya bila surat yang sama memang diminta dilaksanakan sekali lagi.",
            section=_LETTER,
        ),
    }


def requester() -> dict[str, Param]:
    """Return the fields of who asks."""
    offices = {skpd.code: skpd.name for skpd in load_sop().skpd}
    return {
        "skpd": Param(
            type="string", enum=list(offices), values_display=offices, title="SKPD pemohon", section=_REQUESTER
        ),
        "requester_name": Param(type="string", minLength=1, title="Nama pemohon", section=_REQUESTER),
        "requester_nip": Param(
            type="string",
            pattern=r"^(\d{18}|-)$",
            title="NIP",
            description="18 angka tanpa spasi, atau “-” bagi yang bukan ASN.",
            section=_REQUESTER,
        ),
        "requester_position": Param(type="string", minLength=1, title="Jabatan", section=_REQUESTER),
        "requester_phone": Param(type="string", minLength=1, title="Nomor telepon", section=_REQUESTER),
        "requester_email": Param(
            type="string",
            minLength=3,
            title="Surel",
            description="Laporan hasil dikirim ke alamat ini.",
            section=_REQUESTER,
        ),
    }


def wanted() -> dict[str, Param]:
    """Return the fields of what is asked for, and why."""
    registered = load_assets()
    names = {name: f"{name} – {asset.application}" for name, (_, asset) in registered.by_name().items()}
    for bundle in registered.bundles:
        names[bundle.name] = f"{bundle.name} – {bundle.application} (paket: {', '.join(bundle.assets)})"
    return {
        "items": Param(
            [],
            type="array",
            examples=list(names),
            values_display=names,
            title="Objek",
            description="Satu atau lebih basis data, pohon berkas, atau paket aplikasi dalam register aset.",
            section=SUBJECT,
        ),
        "purpose": Param(type="string", minLength=1, title="Tujuan", section=SUBJECT),
        "reason": Param(type="string", minLength=1, format="multiline", title="Alasan", section=SUBJECT),
        "note": Param("", type=["null", "string"], format="multiline", title="Keterangan", section=SUBJECT),
    }


def schedule() -> dict[str, Param]:
    """Return the fields of when it is wanted."""
    return {
        "window_start": moment("Paling awal", "Kosongkan untuk secepatnya.", section=_SCHEDULE),
        "window_end": moment("Paling akhir", "Kosongkan bila tidak dibatasi.", section=_SCHEDULE),
        "urgent": Param(
            False,
            type="boolean",
            title="Mendesak (darurat)",
            description="Batas waktu dihitung 24 jam sehari, juga di luar jam kerja.",
            section=_SCHEDULE,
        ),
    }


def moment(title: str, description: str, **schema: str) -> Param:
    """Return a field for an instant that may be left empty."""
    kind = ["null", "string"]
    return Param(None, description, None, type=kind, format="date-time", title=title, **schema)
