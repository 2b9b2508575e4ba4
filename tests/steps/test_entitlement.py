"""Deputies: an answer counts when it was given within the dates of the deputyship, by the office's calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from cadangan.core.choices import VerifyChoice
from cadangan.core.states import Status, Step
from cadangan.errors import AnswerRefused
from cadangan.register import requests
from cadangan.steps import gates
from tests.documents import builders
from tests.steps.builders import NOW, answer, at, desk, gate
from tests.steps.test_gates import asked, forbidding, mails, refusals, status

# Tuesday and Wednesday; Sumber is seven hours ahead of UTC.
FIRST_MOMENT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
LAST_MOMENT = datetime(2026, 11, 25, 16, 59, tzinfo=UTC)


@pytest.fixture
def here(tmp_path):
    """An office in which kasi is Plh. for the verifier on 24 and 25 November."""
    roles = builders.sop().model_dump(mode="json")["roles"]
    roles["verifier"]["deputies"] = [{"user": "kasi", "first_day": "2026-11-24", "last_day": "2026-11-25"}]
    return desk(tmp_path, sop=builders.sop(roles=roles))


def decide(here, number, moment):
    """Let the deputy approve at `moment`."""
    there = at(here, moment)
    return gates.decide(there, gate(number, Step.VERIFY), answer("kasi", VerifyChoice.APPROVE, moment))


@pytest.mark.parametrize("moment", [FIRST_MOMENT, LAST_MOMENT])
def test_a_deputy_decides_from_the_first_day_to_the_last(here, moment):
    number = asked(here)
    decide(here, number, moment)
    assert status(here, number) == Status.VERIFIED
    with here.register.reading() as session:
        (decision,) = requests.by_number(session, number).decisions
        assert (decision.by_user, decision.by_role) == ("kasi", "Kepala Bidang Aplikasi Informatika")


@pytest.mark.parametrize("moment", [NOW, FIRST_MOMENT - timedelta(minutes=1), LAST_MOMENT + timedelta(minutes=1)])
def test_a_deputy_before_and_after_is_refused_and_that_is_on_record(here, moment):
    number = asked(here)
    with pytest.raises(AnswerRefused, match="tidak memegang peran"):
        decide(here, number, moment)
    assert status(here, number) == Status.SUBMITTED
    assert [row.actor for row in refusals(here, number)] == ["kasi"]


def test_the_holder_decides_beside_the_deputy(here):
    number = asked(here)
    there = at(here, FIRST_MOMENT)
    gates.decide(there, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE, FIRST_MOMENT))
    assert status(here, number) == Status.VERIFIED


@pytest.mark.parametrize(
    ("answered", "taken", "counts"),
    [
        (LAST_MOMENT, LAST_MOMENT + timedelta(hours=9), True),
        (FIRST_MOMENT - timedelta(minutes=1), FIRST_MOMENT + timedelta(minutes=1), False),
    ],
)
def test_the_day_of_the_answer_counts_not_the_one_on_which_it_is_taken(here, answered, taken, counts):
    number = asked(here)
    later = at(here, taken)
    if counts:
        gates.decide(later, gate(number, Step.VERIFY), answer("kasi", VerifyChoice.APPROVE, answered))
    else:
        with pytest.raises(AnswerRefused, match="tidak memegang peran"):
            gates.decide(later, gate(number, Step.VERIFY), answer("kasi", VerifyChoice.APPROVE, answered))
    assert status(here, number) == (Status.VERIFIED if counts else Status.SUBMITTED)


def test_a_deputy_who_entered_the_letter_does_not_verify_it(here):
    here = forbidding(here, "recorder")
    number = asked(here, recorded_by="kasi")
    with pytest.raises(AnswerRefused, match="mencatat permohonan ini"):
        decide(here, number, FIRST_MOMENT)


@pytest.mark.parametrize(
    ("moment", "told"),
    [(NOW, ["kabid"]), (FIRST_MOMENT, ["kabid", "kasi"]), (LAST_MOMENT + timedelta(minutes=1), ["kabid"])],
)
def test_the_link_goes_to_deputies_in_office_only(here, moment, told):
    number = asked(here)
    gates.tell_deciders(at(here, moment), gate(number, Step.VERIFY), "http://airflow.example/gate")
    assert [recipients for recipients, _ in mails(here, "gate_opened")] == [[f"{u}@diskominfo.example"] for u in told]


def test_the_holders_own_letter_is_the_deputys_to_verify(here):
    here = forbidding(here, "requester")
    number = asked(here, requester_nip=builders.KABID_NIP)
    gates.tell_deciders(at(here, FIRST_MOMENT), gate(number, Step.VERIFY), "http://airflow.example/gate")
    assert [recipients for recipients, _ in mails(here, "gate_opened")] == [["kasi@diskominfo.example"]]
    decide(here, number, FIRST_MOMENT)
    assert status(here, number) == Status.VERIFIED
