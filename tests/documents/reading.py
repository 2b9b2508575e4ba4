"""Read rendered documents back as a person would: their text."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from pypdf import PdfReader

from cadangan.documents.render import PDF, Rendered

_TAGS = re.compile(r"</?(office|text|table):")
_BREAKS = {"p", "h", "line-break", "table-cell", "s", "tab"}


def texts(editions: Iterable[Rendered]) -> dict[str, str]:
    """The text of each edition by its suffix, spaces folded."""
    return {
        edition.name.rpartition(".")[2]: pdf_text(edition.content)
        if edition.media_type == PDF
        else odf_text(edition.content)
        for edition in editions
    }


def pdf_text(content: bytes) -> str:
    return _fold(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def odf_text(content: bytes) -> str:
    return _fold("".join(_walk(ET.fromstring(content))))


def _walk(element: ET.Element) -> Iterable[str]:
    if element.tag.rpartition("}")[2] in _BREAKS:
        yield "\n"
    yield element.text or ""
    for child in element:
        yield from _walk(child)
        yield child.tail or ""


def _fold(text: str) -> str:
    return " ".join(text.split())


def squeezed(text: str) -> str:
    """Without any space: what a narrow cell broke is whole again."""
    return "".join(text.split())


def opened_by_libreoffice(files: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """The text of the PDF that LibreOffice makes of each flat ODF file, by the file's name; all in one call.

    A file that it does not take for what its suffix says is not among them.
    """
    source, target = folder / "flat", folder / "pdf"
    source.mkdir()
    for name, content in files.items():
        (source / name).write_bytes(content)
    soffice = shutil.which("soffice")
    assert soffice, "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
    argv = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    argv += ["--outdir", str(target), *(str(source / name) for name in files)]
    subprocess.run(argv, check=True, capture_output=True, timeout=180)
    made = {name: target / f"{name.rpartition('.')[0]}.pdf" for name in files}
    shown = {name: pdf_text(path.read_bytes()) for name, path in made.items() if path.exists()}
    # What is broken is shown as plain text, tags and all, or as a page without anything on it.
    return {name: text for name, text in shown.items() if text and not _TAGS.search(text)}
