"""Render the documents of a request, each as flat ODF to edit and as PDF to sign and send."""

from dataclasses import dataclass

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.restoring import RESTORE
from cadangan.documents import environment, masking
from cadangan.documents.audience import Audience
from cadangan.documents.views.common import Printed
from cadangan.documents.views.compliance import Compliance
from cadangan.documents.views.disposition import disposition as view_of_disposition
from cadangan.documents.views.minutes import Minutes
from cadangan.documents.views.plan import plan_view
from cadangan.documents.views.receipt import receipt as view_of_receipt
from cadangan.documents.views.reply import reply as view_of_reply
from cadangan.documents.views.report import report as view_of_report
from cadangan.documents.views.restore_report import restore_report
from cadangan.errors import DocumentError
from cadangan.register.models import Request

ODF = "application/vnd.oasis.opendocument.text-flat-xml"
ODS = "application/vnd.oasis.opendocument.spreadsheet-flat-xml"
PDF = "application/pdf"


@dataclass(frozen=True)
class Rendered:
    """One edition of a document, ready to be stored."""

    name: str
    media_type: str
    content: bytes


def disposition(
    request: Request, sop: Sop, assets: Assets, audience: Audience = Audience.OFFICE
) -> tuple[Rendered, ...]:
    """Return the routing slip of step 2; raise DocumentError when it cannot be rendered."""
    return _editions("disposition", disposition_name(request), view_of_disposition(request, sop, assets), audience)


def plan(
    request: Request, plan: Plan, sop: Sop, assets: Assets, audience: Audience = Audience.OFFICE
) -> tuple[Rendered, ...]:
    """Return the document of `plan`, a draft until the planner approved it; raise DocumentError when it cannot be."""
    template = "restore_plan" if request.service == RESTORE else "plan"
    return _editions(template, plan_name(request, plan.version), plan_view(request, plan, sop, assets), audience)


def report(request: Request, sop: Sop, assets: Assets, audience: Audience = Audience.OFFICE) -> tuple[Rendered, ...]:
    """Return the report of what came of `request`, good or bad; raise DocumentError when it cannot be rendered."""
    name = f"{request.number}-laporan"
    if request.service == RESTORE:
        return _editions("restore_report", name, restore_report(request, sop, assets), audience)
    return _editions("report", name, view_of_report(request, sop, assets), audience)


def receipt(request: Request, sop: Sop, assets: Assets) -> tuple[Rendered, ...]:
    """Return the receipt of the letter; raise DocumentError when it cannot be rendered."""
    return _editions("receipt", receipt_name(request), view_of_receipt(request, sop, assets))


def reply(request: Request, sop: Sop, assets: Assets) -> tuple[Rendered, ...]:
    """Return the letter that returns or rejects `request`; raise DocumentError when it cannot be rendered."""
    return _editions("reply", f"{request.number}-surat-balasan", view_of_reply(request, sop, assets))


def minutes(view: Minutes, audience: Audience = Audience.OFFICE) -> tuple[Rendered, ...]:
    """Return minutes of any kind; raise DocumentError when they cannot be rendered."""
    return _editions(view.TEMPLATE, f"{view.cover.number}-{view.SUFFIX}", view, audience)


def compliance(view: Compliance) -> tuple[Rendered, ...]:
    """Return the compliance report as a spreadsheet to reckon with and as PDF; raise DocumentError."""
    name = view.number.replace("/", "-").lower()
    path = "documents/compliance"
    return (
        Rendered(f"{name}.fods", ODS, environment.markup(f"{path}.fods", "fods", view=view).encode()),
        Rendered(f"{name}.pdf", PDF, pdf(environment.markup(f"{path}.html", "html", view=view))),
    )


def receipt_name(request: Request) -> str:
    """Return the name of the receipt's files, without their suffix."""
    return f"{request.number}-tanda-terima"


def disposition_name(request: Request) -> str:
    """Return the name of the routing slip's files, without their suffix."""
    return f"{request.number}-disposisi"


def plan_name(request: Request, version: int) -> str:
    """Return the name of the files of one version of the plan, without their suffix."""
    return f"{request.number}-rencana-v{version}"


def _editions(template: str, name: str, view: Printed, audience: Audience = Audience.OFFICE) -> tuple[Rendered, ...]:
    return (
        Rendered(f"{name}{audience.value}.fodt", ODF, markup(template, "fodt", view, audience).encode()),
        Rendered(f"{name}{audience.value}.pdf", PDF, pdf(markup(template, "html", view, audience))),
    )


def markup(template: str, form: str, view: Printed, audience: Audience = Audience.OFFICE) -> str:
    """Return a document as "html" or "fodt", as `audience` may see it; raise DocumentError when it cannot be."""
    path, cover = f"documents/{template}.jinja", view.cover
    text = environment.markup(
        path, form, view=view, audience=audience, private=audience.private, private_lines=audience.private_lines
    )
    return text if audience.internal else masking.hide(text, cover.private)


def pdf(html: str) -> bytes:
    """Return a page of HTML as PDF that can be archived; raise DocumentError when it cannot be rendered."""
    # Importing WeasyPrint takes most of a second, which only a task that renders should pay.
    from weasyprint import HTML  # type: ignore[import-untyped]  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415

    # Documents are self-contained; nothing that a value says may fetch a file or an address.
    fetcher = URLFetcher(allowed_protocols=[])
    content = HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
    if not content:
        raise DocumentError("WeasyPrint returned an empty PDF; see the warnings before this one in the log.")
    return bytes(content)
