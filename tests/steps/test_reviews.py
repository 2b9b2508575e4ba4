"""The yearly review: who is asked when, which answers count, and who hears when nobody answers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cadangan.core.review import QUESTIONS, ReviewChoice
from cadangan.core.states import Step
from cadangan.documents import store
from cadangan.errors import AnswerRefused, NotConfigured, RecordMissing
from cadangan.register import reviews as rows
from cadangan.register.asset_models import AssetReview
from cadangan.register.models import AuditEntry, Notice
from cadangan.register.office import OfficeDocument
from cadangan.steps import gates, reviews
from cadangan.steps.matter import Answer
from cadangan.steps.review_gate import ReviewMatter
from cadangan.steps.review_minutes import minutes
from cadangan.steps.review_minutes import write as write_minutes
from tests.documents import builders as documents
from tests.documents.reading import odf_text, pdf_text
from tests.steps.builders import NOW, at, desk, gate, registered

RUN = reviews.Run("asset_review", "run-1")
TICKS = dict.fromkeys(QUESTIONS, True)
CONFORMS, NEEDS_ACTION = ReviewChoice.CONFORMS, ReviewChoice.NEEDS_ACTION
YEAR = timedelta(days=365)


def office(folder, registered_on=date(2025, 12, 1), **overrides):
    """A desk whose only asset was registered on that day; its review is due on 1 December 2026."""
    content = documents.assets().model_dump(exclude_unset=True)
    asset = content["servers"][0]["assets"][0] | {"registered_on": registered_on}
    content["servers"] = [content["servers"][0] | {"assets": [asset]}]
    return desk(folder, assets=type(documents.assets()).model_validate(content | {"bundles": []}), **overrides)


def asset_of(desk_):
    return next(iter(desk_.assets.by_name()))


def review_of(desk_, review_id):
    with desk_.register.transaction() as session:
        return session.get_one(AssetReview, review_id)


def mails(desk_, kind):
    with desk_.register.transaction() as session:
        return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def answer(choice, user="kasi", moment=NOW, **form):
    return Answer(choice=choice, user=user, at=moment, form=TICKS | form)


@pytest.mark.parametrize(("days_before", "opened"), [(31, 0), (30, 1), (0, 1), (-400, 1)])
def test_a_review_opens_thirty_days_before_the_year_is_over(tmp_path, days_before, opened):
    desk_ = office(tmp_path, (NOW + timedelta(days=days_before)).date().replace(year=2025))
    if days_before < 0:
        desk_ = office(tmp_path, date(2020, 1, 1))
    assert len(reviews.open_due(desk_, RUN)) == opened


def test_an_asset_without_a_day_of_registration_is_due_a_year_after_it_was_first_seen(tmp_path):
    desk_ = office(tmp_path, None)
    assert reviews.open_due(desk_, RUN) == []
    assert reviews.open_due(at(desk_, NOW + timedelta(days=330)), reviews.Run("asset_review", "run-2")) == []
    assert len(reviews.open_due(at(desk_, NOW + timedelta(days=340)), reviews.Run("asset_review", "run-3"))) == 1


def test_a_review_is_asked_for_once_and_a_second_try_of_its_task_finds_it(tmp_path):
    desk_ = office(tmp_path)
    opened = reviews.open_due(desk_, RUN)
    assert reviews.open_due(desk_, RUN) == opened
    assert reviews.open_due(at(desk_, NOW + timedelta(days=1)), reviews.Run("asset_review", "run-2")) == []
    assert len(mails(desk_, "asset_review_owner")) == 1


def test_the_owner_is_mailed_and_the_reviewers_get_the_link(tmp_path):
    desk_ = office(tmp_path)
    (review_id,) = reviews.open_due(desk_, RUN)
    reviews.tell_reviewers(desk_, review_id, "https://airflow.example/gate")
    (owner,) = mails(desk_, "asset_review_owner")
    assert "dewi@bkpsdm.example" in owner.recipients
    assert "1 Desember 2026" in owner.text
    (asked,) = mails(desk_, "asset_review")
    assert asked.recipients == ["kasi@diskominfo.example"]
    assert "https://airflow.example/gate" in asked.text


def test_a_run_by_hand_reviews_what_it_names_due_or_not(tmp_path):
    desk_ = office(tmp_path, date(2026, 10, 1))
    assert len(reviews.open_due(desk_, RUN, [asset_of(desk_)])) == 1
    with pytest.raises(NotConfigured, match="tidak_ada"):
        reviews.open_due(desk_, RUN, ["tidak_ada"])


def test_a_review_is_recorded_with_person_and_day_and_the_next_is_a_year_later(tmp_path):
    desk_ = office(tmp_path)
    (review_id,) = reviews.open_due(desk_, RUN)
    matter = ReviewMatter(desk_, review_id)
    question = matter.ask()
    assert asset_of(desk_) in question.subject
    assert "Cadangan terakhir" in question.body
    assert matter.standing() is None
    assert matter.decide(answer(CONFORMS, note="Baik")).proceeds
    review = review_of(desk_, review_id)
    assert (review.choice, review.by_user, review.note, review.reviewed_at) == (CONFORMS, "kasi", "Baik", NOW)
    assert review.ticks == TICKS
    with desk_.register.transaction() as session:
        entry = session.get_one(AuditEntry, review.audit_seq)
        (due,) = rows.dues(session, [a for _, a in desk_.assets.by_name().values()], desk_.zone, NOW.date()).values()
    assert (entry.action, entry.actor, entry.subject) == ("asset.reviewed", "kasi", review.asset)
    assert due.due_on == date(2027, 11, 23)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (answer(CONFORMS, user="dc"), "tidak memegang peran"),
        (answer(CONFORMS, restore_proved=False), "Pemulihan dari cadangan"),
        (answer(CONFORMS, exists="yes"), "masih ada"),
        (answer(NEEDS_ACTION, exists=False, note="  "), "wajib disertai catatan"),
        (answer("Setujui rencana"), "tidak ada pada gerbang ini"),
    ],
)
def test_an_answer_that_does_not_count_is_audited_mailed_and_leaves_the_review_open(tmp_path, given, why):
    desk_ = office(tmp_path)
    (review_id,) = reviews.open_due(desk_, RUN)
    matter = ReviewMatter(desk_, review_id)
    matter.ask()
    with pytest.raises(AnswerRefused, match=why):
        matter.decide(given)
    assert review_of(desk_, review_id).reviewed_at is None
    assert [mail.recipients for mail in mails(desk_, "asset_review_refused")]
    with desk_.register.transaction() as session:
        refusals = session.scalars(select(AuditEntry).where(AuditEntry.action == "answer.refused")).all()
    assert [entry.actor for entry in refusals] == [given.user]


def test_what_is_not_right_is_recorded_with_what_must_be_done(tmp_path):
    desk_ = office(tmp_path)
    (review_id,) = reviews.open_due(desk_, RUN)
    matter = ReviewMatter(desk_, review_id)
    matter.ask()
    matter.decide(answer(NEEDS_ACTION, owner_right=False, note="Pemilik pindah ke Disdik"))
    review = review_of(desk_, review_id)
    assert (review.choice, review.ticks["owner_right"]) == (NEEDS_ACTION, False)
    with pytest.raises(AnswerRefused, match="telah dijawab"):
        matter.decide(answer(CONFORMS))


def test_a_cleared_gate_asks_anew_and_the_retry_of_one_that_took_its_answer_does_not(tmp_path):
    desk_ = office(tmp_path)
    (review_id,) = reviews.open_due(desk_, RUN)
    matter = ReviewMatter(desk_, review_id)
    matter.ask()
    matter.decide(answer(CONFORMS))
    assert matter.standing().choice == CONFORMS
    assert matter.ask().asked_before
    assert matter.standing() is None


def test_managers_hear_of_overdue_reviews_once_a_month(tmp_path):
    desk_ = office(tmp_path)
    assert reviews.tell_overdue(desk_) == 0
    late = at(desk_, NOW + timedelta(days=30))
    assert reviews.tell_overdue(late) == 1
    assert reviews.tell_overdue(late) == 1
    (mail,) = mails(desk_, "asset_review_overdue")
    assert "kadis@diskominfo.example" in mail.recipients or "kabid@diskominfo.example" in mail.recipients
    assert asset_of(desk_) in mail.text
    assert "belum pernah ditinjau" in mail.text


@pytest.mark.parametrize(("registered_on", "shown"), [(date(2025, 1, 2), True), (date(2026, 1, 2), False)])
def test_the_verifier_sees_that_the_review_of_an_asset_is_overdue(tmp_path, registered_on, shown):
    desk_ = office(tmp_path, registered_on)
    number = registered(desk_, items=[asset_of(desk_)])
    body = gates.ask(desk_, gate(number, Step.VERIFY)).body
    assert ("Peninjauan aset register terlambat" in body) == shown


def test_the_minutes_of_a_run_are_kept_and_mailed_to_managers_and_reviewers(tmp_path):
    desk_ = office(tmp_path)
    with pytest.raises(RecordMissing):
        write_minutes(desk_, RUN)
    (review_id,) = reviews.open_due(desk_, RUN)
    ReviewMatter(desk_, review_id).decide(answer(NEEDS_ACTION, note="Perbarui narahubung", owner_right=False))
    write_minutes(desk_, RUN)
    (mail,) = mails(desk_, "asset_review_minutes")
    assert "kasi@diskominfo.example" in mail.recipients
    assert "Perbarui narahubung" in mail.text
    with desk_.register.reading() as session:
        documents_ = list(session.scalars(select(OfficeDocument).order_by(OfficeDocument.name)))
        whole = [store.read(row, desk_.documents()) for row in documents_ if row.name in mail.attachments]
    assert len(documents_) == 4
    assert [row.name for row in documents_ if "publik" in row.name] == [
        f"PA-2026-{review_id:05d}-berita-acara-peninjauan-publik.{suffix}" for suffix in ("fodt", "pdf")
    ]
    odf, pdf = whole
    for text in (odf_text(odf), pdf_text(pdf)):
        assert "Siti Rahmawati, S.Kom." in text
        assert "tidak terpenuhi: Pemilik (SKPD) dan narahubung benar; Perbarui narahubung" in " ".join(text.split())


def test_minutes_tell_which_reviews_still_wait(tmp_path):
    desk_ = office(tmp_path)
    reviews.open_due(desk_, RUN)
    with desk_.register.reading() as session:
        (one,) = minutes(desk_, session, rows.of_run(session, RUN.dag_id, RUN.run_id)).assets
    assert one.verdict == "belum dijawab"
