"""The mails of an alert: that it holds, with what to do, and that it is over."""

from datetime import datetime

from cadangan.config.sop import Sop
from cadangan.documents import environment
from cadangan.documents.mails import Mail
from cadangan.documents.safety import one_line
from cadangan.register.watching import AlertRow

_KINDS = {
    "rpo": "Back-up melewati batas",
    "copy": "Salinan tidak ada",
    "rot": "Salinan rusak",
    "unreadable": "Penyimpanan tidak terbaca",
    "stranger": "Berkas tidak dikenal",
    "scan-late": "Pemindaian terlambat",
    "space": "Ruang penyimpanan hampir habis",
    "rehearsal": "Uji pulih terlambat",
    "approval": "Persetujuan tetap berakhir",
    "key": "Masa pakai kunci berakhir",
    "uncovered": "Aset tanpa jadwal",
}


def alert(row: AlertRow, sop: Sop) -> Mail:
    """Return the mail that tells what is wrong and what to do; raise DocumentError when it cannot be made."""
    return _mail("alert", "Peringatan" if not row.told else f"Peringatan ke-{row.told + 1}", row, sop)


def over(row: AlertRow, sop: Sop, at: datetime) -> Mail:
    """Return the mail that tells that an alert is over since `at`; raise DocumentError when it cannot be made."""
    return _mail("alert_over", "Selesai", row, sop, at=at)


def heartbeat(sop: Sop, at: datetime, *, open_alerts: int, newest: datetime | None) -> Mail:
    """Return the mail that says that all this still runs; raise DocumentError when it cannot be made.

    :param newest: the recovery point of the newest good back-up of all.
    """
    subject = one_line(f"[Tanda hidup] Sistem back-up {sop.office.short} bekerja")
    values = {"subject": subject, "office": sop.office, "at": at, "open_alerts": open_alerts, "newest": newest}
    path = "email/heartbeat.jinja"
    return Mail(subject, environment.markup(path, "html", **values), environment.text(path, form="txt", **values))


def _mail(template: str, mark: str, row: AlertRow, sop: Sop, **context: object) -> Mail:
    subject = one_line(f"[{mark}] {_KINDS.get(row.kind, row.kind)} – {row.subject}")
    path = f"email/{template}.jinja"
    values: dict[str, object] = {"subject": subject, "office": sop.office, "alert": row, **context}
    return Mail(subject, environment.markup(path, "html", **values), environment.text(path, form="txt", **values))
