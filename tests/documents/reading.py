"""Read rendered documents back as a person would: their text."""

import io
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from pypdf import PdfReader

from cadangan.documents.render import PDF, Rendered

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


def converted_by_libreoffice(edition: Rendered, folder: Path) -> bytes:
    """The PDF that LibreOffice makes of a flat ODF document."""
    soffice = shutil.which("soffice")
    assert soffice
    source = folder / edition.name
    source.write_bytes(edition.content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    argv = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(argv, check=True, capture_output=True, timeout=180)
    return source.with_suffix(".pdf").read_bytes()
