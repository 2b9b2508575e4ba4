"""The mail that tells the staff how servers and asset register differ."""

from collections.abc import Sequence
from datetime import date

from cadangan.config.sop import Sop
from cadangan.core.discovery import Discovery, Kind
from cadangan.documents import environment
from cadangan.documents.mails import Mail
from cadangan.documents.safety import one_line
from cadangan.register.asset_models import DiscoveryFinding


def findings(found: Sequence[Discovery], standing: Sequence[DiscoveryFinding], day: date, sop: Sop) -> Mail:
    """Return the mail on what stands and on what could not be looked at; raise DocumentError."""
    subject = one_line(f"[Aset register] {len(standing)} temuan pada server, {day:%d/%m/%Y}")
    path = "email/asset_discovery.jinja"
    values: dict[str, object] = {
        "subject": subject,
        "office": sop.office,
        "position": sop.roles["staff"].label,
        "unregistered": [row for row in standing if row.kind == Kind.UNREGISTERED],
        "vanished": [row for row in standing if row.kind == Kind.VANISHED],
        "troubled": [one for one in found if one.trouble],
        "doubtful": [one for one in found if one.doubt],
    }
    return Mail(subject, environment.markup(path, "html", **values), environment.text(path, form="txt", **values))
