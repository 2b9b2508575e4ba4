"""What a letter that asks for a restore must hold beyond a letter for a back-up, checked all at once, in Indonesian."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cadangan.core.request import filled, instant, nearest, text_violations
from cadangan.core.restoring import MODES, Mode

_LABELS = {
    "recovery_point": "Titik pulih",
    "backup": "Cadangan",
    "mode": "Tujuan pemulihan",
    "target_server": "Server tujuan",
    "new_name": "Nama basis data baru",
    "consent_number": "Nomor surat persetujuan",
    "consent_date": "Tanggal surat persetujuan",
    "typed_name": "Nama basis data yang diganti",
}
# What every engine takes as it stands, and no name that Cadangan gives by itself.
_NAME = re.compile(r"(?!cadangan_)[A-Za-z_][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True)
class Source:
    """Where an asset lives: server, engine, and the database's name or path."""

    server: str
    engine: str
    database: str


@dataclass(frozen=True)
class Targets:
    """What a form is checked against: assets by name, and the engine of every server."""

    sources: Mapping[str, Source]
    servers: Mapping[str, str]


def clean(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the restore's own keys of the form, with surrounding spaces gone but for the name typed out."""
    kept = {key: form.get(key) for key in _LABELS}
    return {k: v.strip() if isinstance(v, str) and k != "typed_name" else v for k, v in kept.items()}


def violations(form: Mapping[str, Any], assets: Sequence[str], targets: Targets, now: datetime) -> list[str]:
    """Return every rule of restores that `form` breaks, one Indonesian sentence each.

    :param assets: what the letter asks for, bundles expanded; unknown names are passed over, for others report them.
    :param now: in the zone of the office.
    """
    found = _Form(form, [name for name in assets if name in targets.sources], targets, now)
    lines = [f"{_LABELS[key]}: {problem}" for key, problem in found.problems()]
    return lines + text_violations(form, _LABELS)


@dataclass(frozen=True)
class _Form:
    values: Mapping[str, Any]
    assets: Sequence[str]
    targets: Targets
    now: datetime

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from self._of_the_backup()
        if self.values.get("mode") not in set(Mode):
            yield "mode", f"wajib dipilih: {'; '.join(MODES.values())}."
            return
        yield from self._of_the_server()
        yield from self._of_the_name()
        if self.values["mode"] == Mode.IN_PLACE:
            yield from self._of_the_consent()

    def _of_the_backup(self) -> Iterator[tuple[str, str]]:
        point, named = self.values.get("recovery_point"), filled(self.values.get("backup"))
        try:
            moment = instant(point)
        except ValueError:
            yield "recovery_point", f"“{point}” bukan waktu dengan zona; contoh 2026-11-23T20:00:00+07:00."
            return
        if moment and moment > self.now:
            yield "recovery_point", "berada di masa depan."
        if moment and named:
            yield "backup", "isi titik pulih atau nama cadangan, tidak keduanya."
        if named and len(self.assets) > 1:
            yield "backup", "nama cadangan hanya untuk satu objek; pakai titik pulih untuk beberapa objek."

    def _of_the_server(self) -> Iterator[tuple[str, str]]:
        server = str(self.values.get("target_server") or "")
        if self.values["mode"] != Mode.ELSEWHERE:
            if server:
                yield "target_server", f"hanya untuk tujuan “{MODES[Mode.ELSEWHERE]}”; kosongkan."
            return
        if not server:
            yield "target_server", "wajib diisi untuk pemulihan ke server lain."
        elif server not in self.targets.servers:
            yield "target_server", f"“{server}” tidak terdaftar{nearest(server, list(self.targets.servers))}."
        else:
            for source in (self.targets.sources[name] for name in self.assets):
                if source.server == server:
                    yield "target_server", f"“{server}” adalah server asal; pilih tujuan lain untuk server yang sama."
                elif source.engine != self.targets.servers[server]:
                    yield "target_server", f"“{server}” berjenis {self.targets.servers[server]}, bukan {source.engine}."

    def _of_the_name(self) -> Iterator[tuple[str, str]]:
        name = str(self.values.get("new_name") or "")
        if not name:
            return
        if self.values["mode"] == Mode.IN_PLACE:
            yield "new_name", "tidak berlaku untuk pemulihan di tempat; kosongkan."
        if len(self.assets) > 1:
            yield "new_name", "hanya untuk satu objek; kosongkan agar setiap objek diberi nama sendiri."
        if not _NAME.fullmatch(name):
            yield "new_name", f"“{name}” tidak dapat dipakai; huruf, angka, _ dan - saja, tanpa awalan cadangan_."
        if name in {source.database for source in self.targets.sources.values()}:
            yield "new_name", f"“{name}” adalah basis data dalam register aset; pilih nama lain."

    def _of_the_consent(self) -> Iterator[tuple[str, str]]:
        if len(self.assets) > 1:
            yield "mode", "pemulihan di tempat hanya untuk satu objek dalam satu surat."
        if not filled(self.values.get("consent_number")):
            yield "consent_number", "wajib diisi; pemulihan di tempat memerlukan persetujuan tertulis SKPD pemilik."
        yield from (("consent_date", problem) for problem in self._of_the_day(self.values.get("consent_date")))
        for source in (self.targets.sources[name] for name in self.assets):
            if self.values.get("typed_name") != source.database:
                yield (
                    "typed_name",
                    f"ketik nama basis data yang akan diganti persis seperti terdaftar: {source.database}.",
                )

    def _of_the_day(self, value: object) -> Iterator[str]:
        if not filled(value):
            yield "wajib diisi."
            return
        try:
            written = date.fromisoformat(str(value))
        except ValueError:
            yield f"“{value}” bukan tanggal; tulis sebagai TTTT-BB-HH."
            return
        if written > self.now.date():
            yield "berada di masa depan."
