"""The letter's data: what the form must hold, checked all at once, in Indonesian (SOP step 1, R1-R4)."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

NATURES = ("Biasa", "Segera", "Sangat Segera", "Terbatas")
LONGEST = 2000

_LABELS = {
    "letter_number": "Nomor surat",
    "letter_date": "Tanggal surat",
    "letter_subject": "Hal",
    "letter_nature": "Sifat surat",
    "skpd": "SKPD pemohon",
    "requester_name": "Nama pemohon",
    "requester_nip": "NIP",
    "requester_position": "Jabatan",
    "requester_phone": "Nomor telepon",
    "requester_email": "Surel",
    "items": "Objek",
    "purpose": "Tujuan",
    "reason": "Alasan",
    "window_start": "Usulan jadwal: paling awal",
    "window_end": "Usulan jadwal: paling akhir",
    "note": "Keterangan",
}
_OPTIONAL = {"window_start", "window_end", "note"}
_NIP = re.compile(r"\d{18}|-")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,19}")


@dataclass(frozen=True)
class Known:
    """What a form is checked against: office codes, and by an asset's or bundle's name its owner and its policy."""

    offices: Sequence[str]
    owners: Mapping[str, str]
    policies: Mapping[str, str]


def violations(form: Mapping[str, Any], known: Known, now: datetime) -> list[str]:
    """Return every rule that `form` breaks, one Indonesian sentence each; an empty list when it is in order.

    :param now: in the zone of the office, whose day a letter may bear.
    """
    found = [f"{_LABELS[key]}: wajib diisi." for key in _LABELS if key not in _OPTIONAL and not filled(form.get(key))]
    for key, check in _CHECKS.items():
        value = form.get(key)
        if filled(value):
            found += [f"{_LABELS[key]}: {problem}" for problem in check(value, form, known, now)]
    return found + text_violations(form, _LABELS)


def letter_key(form: Mapping[str, Any]) -> str:
    """Return what makes two letters the same: office, number and date, without regard to case and spaces."""
    parts = (form.get("skpd"), form.get("letter_number"), form.get("letter_date"))
    return "|".join("".join(unicodedata.normalize("NFKC", str(part or "")).casefold().split()) for part in parts)[:400]


def clean(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's own keys with surrounding spaces gone; what is not part of the form is left out."""
    kept = {key: form.get(key) for key in (*_LABELS, "urgent", "repeat")}
    return {key: value.strip() if isinstance(value, str) else value for key, value in kept.items()}


def expanded(names: Sequence[str], bundles: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the assets that `names` ask for, each once: a bundle's name stands for the assets of the bundle."""
    return list(dict.fromkeys(asset for name in names for asset in bundles.get(name, (name,))))


def instant(value: object) -> datetime | None:
    """Return an ISO 8601 text with an offset as an instant, None for nothing; raise ValueError otherwise."""
    if not filled(value):
        return None
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return moment


def filled(value: object) -> bool:
    """Return whether a field was filled in."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def text_violations(form: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the texts of the fields that `labels` names: too long, or not to be printed."""
    found = []
    for key, label in labels.items():
        value = form.get(key)
        texts = [str(part) for part in value] if isinstance(value, list) else [str(value or "")]
        if any(len(text) > LONGEST for text in texts):
            found.append(f"{label}: lebih panjang dari {f'{LONGEST:,}'.replace(',', '.')} karakter.")
        if any(unicodedata.category(char) == "Cc" and char not in "\n\r\t" for text in texts for char in text):
            found.append(f"{label}: memuat karakter kendali yang tidak dapat dicetak.")
    return found


def _letter_date(value: object, _form: Mapping[str, Any], _known: Known, now: datetime) -> list[str]:
    try:
        written = date.fromisoformat(str(value))
    except ValueError:
        return [f"“{value}” bukan tanggal; tulis sebagai TTTT-BB-HH."]
    return ["berada di masa depan."] if written > now.date() else []


def _nature(value: object, _form: Mapping[str, Any], _known: Known, _now: datetime) -> list[str]:
    return [] if value in NATURES else [f"“{value}” tidak dikenal; pilih {', '.join(NATURES)}."]


def _skpd(value: object, _form: Mapping[str, Any], known: Known, _now: datetime) -> list[str]:
    return [] if value in known.offices else [f"“{value}” tidak terdaftar{nearest(str(value), known.offices)}."]


def _nip(value: object, _form: Mapping[str, Any], _known: Known, _now: datetime) -> list[str]:
    return [] if _NIP.fullmatch(str(value).strip()) else ["harus 18 angka, atau “-” bagi yang bukan ASN."]


def _email(value: object, _form: Mapping[str, Any], _known: Known, _now: datetime) -> list[str]:
    return [] if _EMAIL.fullmatch(str(value).strip()) else [f"“{value}” bukan alamat surel."]


def _phone(value: object, _form: Mapping[str, Any], _known: Known, _now: datetime) -> list[str]:
    return [] if _PHONE.fullmatch(str(value).strip()) else [f"“{value}” bukan nomor telepon."]


def _items(value: object, form: Mapping[str, Any], known: Known, _now: datetime) -> list[str]:
    if not isinstance(value, list):
        return ["harus berupa daftar."]
    names = [str(name) for name in value]
    found = [f"“{name}” disebut lebih dari sekali." for name in sorted({n for n in names if names.count(n) > 1})]
    for name in dict.fromkeys(names):
        if name not in known.owners:
            found.append(f"“{name}” tidak ada dalam register aset{nearest(name, list(known.owners))}.")
        elif form.get("skpd") in known.offices and known.owners[name] != form.get("skpd"):
            found.append(f"“{name}” milik {known.owners[name]}, bukan {form.get('skpd')}.")
    if len({known.policies[name] for name in names if name in known.policies}) > 1:
        found.append("kebijakan pencadangan objek ini berbeda-beda; ajukan terpisah.")
    return found


def _window(value: object, form: Mapping[str, Any], _known: Known, now: datetime) -> list[str]:
    try:
        moment = instant(value)
    except ValueError:
        return [f"“{value}” bukan waktu dengan zona; contoh 2026-11-23T20:00:00+07:00."]
    return ["sudah lewat."] if moment and moment < now else []


def _window_end(value: object, form: Mapping[str, Any], known: Known, now: datetime) -> list[str]:
    found = _window(value, form, known, now)
    try:
        start, end = instant(form.get("window_start")), instant(value)
    except ValueError:
        return found
    return found + (["mendahului waktu paling awal."] if start and end and end <= start else [])


def nearest(name: str, candidates: Sequence[str]) -> str:
    """Return the end of a sentence on a name that is not known: those of `candidates` that look like it."""
    folded = {candidate.casefold(): candidate for candidate in candidates}
    near = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.4)]
    return f"; yang paling mirip: {', '.join(near)}" if near else f"; yang terdaftar: {', '.join(candidates[:10])}"


_Check = Callable[[object, Mapping[str, Any], Known, datetime], list[str]]
_CHECKS: dict[str, _Check] = {
    "letter_date": _letter_date,
    "letter_nature": _nature,
    "skpd": _skpd,
    "requester_nip": _nip,
    "requester_email": _email,
    "requester_phone": _phone,
    "items": _items,
    "window_start": _window,
    "window_end": _window_end,
}
