from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from cadangan.documents import store
from cadangan.documents.render import PDF, Rendered
from cadangan.errors import DocumentError
from cadangan.register.base import Base
from cadangan.register.models import Request
from cadangan.vault.place import Place
from tests.documents import builders

FIRST = Rendered("BR-2026-00001-laporan.pdf", PDF, b"%PDF pertama")
SECOND = Rendered("BR-2026-00001-laporan.pdf", PDF, b"%PDF kedua")


@pytest.fixture(params=["local", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "local":
        return Place("dokumen", LocalFileSystem(), f"file://{tmp_path}/dokumen", f"{tmp_path}/dokumen")
    base = f"/{tmp_path.name}"
    return Place("dokumen", MemoryFileSystem(), f"memory:/{base}", base)


@pytest.fixture
def request_row() -> Request:
    session = Session(create_engine("sqlite://"))
    Base.metadata.create_all(session.get_bind())
    row = builders.request()
    session.add(row)
    session.flush()
    return row


def saved(row: Request, rendered: Rendered, place: Place) -> bytes:
    session = Session.object_session(row)
    assert session
    return store.read(store.save(session, row, "report", rendered, place, at=builders.MONDAY), place)


def test_what_was_saved_is_read_back(request_row: Request, place: Place) -> None:
    assert saved(request_row, FIRST, place) == FIRST.content


def test_a_new_edition_takes_the_place_of_the_row_and_leaves_the_old_file(request_row: Request, place: Place) -> None:
    saved(request_row, FIRST, place)
    assert saved(request_row, SECOND, place) == SECOND.content
    assert [row.name for row in request_row.documents] == ["BR-2026-00001-laporan.pdf"]
    assert len(place.files("BR-2026-00001")) == 2


def test_the_same_edition_twice_is_one_file(request_row: Request, place: Place) -> None:
    saved(request_row, FIRST, place)
    assert saved(request_row, FIRST, place) == FIRST.content
    assert len(place.files("BR-2026-00001")) == 1


def test_a_changed_or_missing_file_is_not_read_as_the_document(request_row: Request, place: Place) -> None:
    saved(request_row, FIRST, place)
    (row,) = request_row.documents
    (file,) = place.files("BR-2026-00001")
    place.fs.pipe_file(place.path("BR-2026-00001", file), b"%PDF lain")
    with pytest.raises(DocumentError, match="not the document that was stored"):
        store.read(row, place)
    place.remove("BR-2026-00001", file)
    with pytest.raises(DocumentError, match="cannot be read"):
        store.read(row, place)
