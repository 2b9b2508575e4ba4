"""The gates hold under FAB as under the SimpleAuthManager: who answered is told by the log-in, not by a number."""

from cadangan.core.choices import VerifyChoice
from cadangan.core.states import Status
from cadangan.demo.stage import Stage
from tests.e2e.office import Letter


def test_a_letter_goes_through_all_gates(fab_stage: Stage) -> None:
    letter = Letter(fab_stage).verify().plan().confirm()
    assert letter.end() == "success", letter.states()
    with letter.record() as (_, request):
        assert (request.status, request.recorded_by) == (Status.DONE, "dc")
        assert [row.by_user for row in request.decisions] == ["kabid", "kasi", "skpd"]


def test_an_answer_that_does_not_count_is_refused_and_the_gate_waits_on(fab_stage: Stage) -> None:
    letter = Letter(fab_stage)
    for outsider in ("admin", "kasi"):
        letter.refused("verify.gate", outsider, VerifyChoice.APPROVE, note="")
    assert letter.status() == Status.SUBMITTED
    letter.answer("verify.gate", "kabid", VerifyChoice.REJECT, note="Bukan kewenangan kami")
    assert letter.end() == "success"
    assert letter.status() == Status.REJECTED


def test_who_entered_the_letter_does_not_verify_it(fab_stage: Stage) -> None:
    letter = Letter(fab_stage, recorder="kabid")
    refused = letter.refused("verify.gate", "kabid", VerifyChoice.APPROVE, note="")
    assert "mencatat permohonan ini" in refused.detail
    assert letter.status() == Status.SUBMITTED
