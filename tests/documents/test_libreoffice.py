"""LibreOffice opens every flat ODF document as what it is, without repair, and shows all that it says."""

from collections.abc import Iterator
from pathlib import Path

from cadangan import paths
from cadangan.core.states import Status
from cadangan.documents import render
from cadangan.documents.audience import Audience
from cadangan.documents.views.backup_minutes import backup_minutes
from cadangan.documents.views.common import Printed
from cadangan.documents.views.disposition import disposition
from cadangan.documents.views.plan import plan_view
from cadangan.documents.views.receipt import receipt
from cadangan.documents.views.reply import reply
from cadangan.documents.views.report import report
from tests.documents import acts, builders
from tests.documents.reading import odf_text, opened_by_libreoffice, squeezed

SOP, ASSETS = builders.sop(), builders.assets()
SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="Rekap"><table:table-row><table:table-cell office:value-type="string">
<text:p>Rekapitulasi</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>"""


def views() -> Iterator[tuple[str, Printed]]:
    """Every document with the name of its template."""
    decision = builders.decision("verify", "Kembalikan untuk perbaikan", note="Belum lengkap")
    yield "receipt", receipt(builders.request(), SOP, ASSETS)
    yield "reply", reply(builders.request(status=Status.RETURNED, decisions=[decision]), SOP, ASSETS)
    yield "disposition", disposition(builders.planned(), SOP, ASSETS)
    yield "plan", plan_view(builders.planned(), builders.plan(), SOP, ASSETS)
    yield "report", report(builders.confirmed(), SOP, ASSETS)
    minutes = (acts.restore(), acts.rollback(), acts.destruction(), acts.review())
    for view in (backup_minutes(builders.confirmed(), SOP, ASSETS), *minutes):
        yield view.TEMPLATE, view


def flat(template: str, view: Printed, audience: Audience = Audience.OFFICE) -> bytes:
    return render.markup(template, "fodt", view, audience).encode()


def test_every_document_is_opened_and_shows_all_that_it_says(tmp_path: Path) -> None:
    files = {
        f"{template}{audience.value}.fodt": flat(template, view, audience)
        for template, view in views()
        for audience in Audience
    }
    opened = opened_by_libreoffice(files, tmp_path)
    assert opened.keys() == files.keys()
    for name, text in opened.items():
        assert "Halaman 1 dari" in text, name
        said = {word for word in odf_text(files[name]).split() if word.isalpha()}
        # A narrow cell breaks words.
        assert {word for word in said if word not in squeezed(text)} == set(), name


def test_every_template_of_a_document_is_among_those_that_are_opened() -> None:
    shared = {"minutes"}
    # They tell of a real restore; tests/steps/test_restore.py opens them.
    shared |= {"restore_plan", "restore_report"}
    templates = {path.stem for path in (paths.TEMPLATES / "documents").glob("*.jinja")}
    assert templates - shared == {template for template, _ in views()}


def test_a_broken_file_is_noticed(tmp_path: Path) -> None:
    whole = flat("disposition", disposition(builders.planned(), SOP, ASSETS))
    broken = {
        "cut-off.fodt": whole[: len(whole) // 2],
        "not-closed.fodt": whole.replace(b"</office:text>", b""),
        "no-body.fodt": whole.replace(b"<office:body>", b"<office:corpse>"),
        "no-kind.fodt": whole.replace(b"office:mimetype=", b"office:mime="),
        "unknown-entity.fodt": whole.replace(b"&#160;", b"&nbsp;"),
        "cut-off.fods": SHEET[:-40].encode(),
    }
    assert len(set(broken.values()) | {whole}) == len(broken) + 1
    files = {**broken, "whole.fodt": whole, "sheet.fods": SHEET.encode()}
    assert opened_by_libreoffice(files, tmp_path).keys() == {"whole.fodt", "sheet.fods"}
