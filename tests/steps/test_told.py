"""What people read when something fails: officers and the requesting office Indonesian, the staff the message too."""

from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.manifest import Manifest
from cadangan.core.states import Paper, Step
from cadangan.documents import store
from cadangan.errors import AnswerRefused, CheckFailed, NoSpace, TargetUnreachable
from cadangan.register import backups, requests
from cadangan.register.models import Notice
from cadangan.steps import close, confirm, execute, files, gates, verify
from tests.documents import builders
from tests.documents.reading import odf_text, pdf_text
from tests.steps.builders import answer, desk, gate, registered
from tests.steps.test_close import approved
from tests.steps.test_gates import TICKS, asked, planned

UNREACHABLE = "Server basis data tidak dapat dihubungi atau menolak akun pencadangan"
MESSAGE = "Cannot connect to nobody@127.0.0.1:1/simpeg"


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path)


def shown(here, number, step):
    question = gates.ask(here, gate(number, step))
    return question.body.replace("\\", "")


def mails_to(here, number, kind):
    with here.register.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == kind))
        return [f"{row.subject} {' '.join(row.text.split())} {row.html}" for row in rows]


def documents(here, number, kind):
    """The text of each edition of a document."""
    with here.register.reading() as session:
        rows = [row for row in requests.by_number(session, number).documents if row.kind == kind]
        contents = [(row.name, store.read(row, here.documents())) for row in rows]
    return [pdf_text(content) if name.endswith(".pdf") else odf_text(content) for name, content in contents]


def first_item(here, number):
    with here.register.reading() as session:
        return requests.by_number(session, number).items[0]


def failed(here):
    """The number of a request whose dump failed and was reported."""
    number = approved(here)
    with pytest.raises(TargetUnreachable):
        execute.dump(here, number, first_item(here, number).id, 1)
    confirm.report(here, number, 1)
    files.write(here, number, Paper.REPORT)
    return number


@pytest.mark.parametrize(("step", "at_gate"), [(Step.VERIFY, asked), (Step.PLAN, planned)])
def test_an_officer_reads_what_happened_and_beside_it_the_message_for_the_staff(here, step, at_gate):
    body = shown(here, at_gate(here), step)
    assert f"Tidak dapat diperiksa. {UNREACHABLE}" in body
    assert f"Rincian teknis, simpeg: {MESSAGE}" in body


def test_a_target_that_is_not_set_up_is_told_as_such(here, tmp_path):
    number = registered(here)
    gone = here.assets.model_copy(update={"servers": ()})
    assert verify.inspect_asset(desk(tmp_path, assets=gone), number, "simpeg")["blockers"] == [
        "Tidak dapat diperiksa. Server atau basis data ini belum terdaftar lengkap dalam sistem; "
        "pendaftarannya dilengkapi oleh personil data center."
    ]


def test_an_accident_of_another_program_is_told_as_a_technical_failure(here, tmp_path):
    def broken(server, asset):
        raise OSError("too many open files")

    found = verify.inspect_asset(desk(tmp_path, site=broken), registered(here), "simpeg")
    assert found["blockers"] == [
        "Tidak dapat diperiksa. Terjadi kegagalan teknis; log tugas diperiksa oleh personil data center."
    ]
    assert found["details"] == ["OSError: too many open files"]


def test_a_refused_approval_names_the_blocker_without_the_message(here):
    number = planned(here)
    gates.ask(here, gate(number, Step.PLAN))
    with pytest.raises(AnswerRefused, match=UNREACHABLE) as refused:
        gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))
    assert "Cannot connect" not in str(refused.value)
    (mail,) = mails_to(here, number, "answer_refused")
    assert UNREACHABLE in mail
    assert "Cannot connect" not in mail


def test_the_disposition_and_the_reply_to_the_requester_are_without_the_message(here):
    number = asked(here)
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.REJECT, note="Server mati"))
    close.conclude(here, number)
    for text in documents(here, number, "disposition"):
        assert UNREACHABLE in text
        assert "Cannot connect" not in text
    for text in documents(here, number, "reply"):
        assert "Server mati" in text
        assert "Cannot connect" not in text


def test_a_failed_item_is_on_the_register_in_both_languages(here):
    item = first_item(here, failed(here))
    assert item.error.startswith(UNREACHABLE)
    assert item.error_detail.startswith(MESSAGE)


def test_the_report_tells_the_sentence_and_its_annex_the_message(here):
    for text in documents(here, failed(here), "report"):
        body, annex = text.split("Lampiran. Rincian Teknis")
        assert f"simpeg: {UNREACHABLE}" in body
        assert "Cannot connect" not in body
        assert f"simpeg: {MESSAGE}" in annex


def test_the_requesting_office_reads_no_technical_message(here):
    number = failed(here)
    body = shown(here, number, Step.CONFIRM)
    assert UNREACHABLE in body
    assert "Cannot connect" not in body
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    close.conclude(here, number)
    (mail,) = mails_to(here, number, "concluded")
    assert UNREACHABLE in mail
    assert "Cannot connect" not in mail


def test_a_full_destination_is_told_with_its_name_and_the_room_that_is_needed(here):
    number = approved(here)
    item_id = first_item(here, number).id
    finished(here, number, stored_bytes=10**18)
    with pytest.raises(NoSpace):
        execute.dump(here, number, item_id, 1)
    assert "Ruang pada tujuan penyimpanan utama kurang dari 3 EB" in first_item(here, number).error


def finished(here, number, stored_bytes=None):
    """Register a back-up whose artefacts lie nowhere yet; return their paths."""
    made = Manifest.model_validate(builders.manifest(request_no=number))
    if stored_bytes:
        parts = tuple(part.model_copy(update={"stored_bytes": stored_bytes}) for part in made.artefacts)
        made = made.model_copy(update={"artefacts": parts})
    where = here.place(here.policies.destinations[0])
    copies = [
        backups.StoredCopy(where.name, part.name, where.url("simpeg", part.name), part.stored_bytes, part.sha256)
        for part in made.artefacts
    ]
    with here.register.transaction() as session:
        (item,) = requests.by_number(session, number).items
        backups.record_backup(session, item, 1, made, copies)
    return [Path(where.path("simpeg", part.name)) for part in made.artefacts]


def test_a_copy_that_is_not_good_says_why_in_both_languages(here):
    number = approved(here)
    dump, globals_ = finished(here, number)
    dump.parent.mkdir(parents=True)
    dump.write_bytes(b"sesuatu yang lain")
    with pytest.raises(CheckFailed, match=r"SHA-256 recorded 3f3f.*is not there"):
        execute.check(here, number, first_item(here, number).id, 1)
    item = first_item(here, number)
    assert item.error.startswith("Salinan di tujuan penyimpanan utama tidak lulus pemeriksaan;")
    with here.register.reading() as session:
        rows = requests.by_number(session, number).items[0].backups[0].copies
        notes = {row.artefact: (row.check_note, row.check_detail) for row in rows}
    assert notes[dump.name] == (
        "Isi berkas salinan di tujuan penyimpanan utama tidak sama dengan yang ditulis; salinan tersebut tidak boleh "
        "dipakai, dan penyimpanannya diperiksa oleh personil data center. Salinan tidak dibuka dan isinya tidak "
        "dibandingkan karena kunci age tidak tersedia pada mesin ini.",
        notes[dump.name][1],
    )
    assert notes[dump.name][1].startswith("SHA-256 recorded 3f3f")
    assert notes[globals_.name][0].startswith("Berkas salinan tidak ada di tujuan penyimpanan utama;")
    confirm.report(here, number, 1)
    files.write(here, number, Paper.REPORT)
    for text in documents(here, number, "report"):
        assert "SHA-256 recorded" not in text.split("Lampiran. Rincian Teknis")[0]
        assert "SHA-256 recorded" in text
