"""When a whole request is due, as Airflow asks for it."""

import pytest
from airflow import plugins_manager
from airflow.serialization.decoders import decode_deadline_alert
from airflow.serialization.encoders import encode_deadline_alert

from cadangan.triggers.deadline import RequestDue, due_at, request_deadline
from tests.core.calendars import wib


@pytest.mark.parametrize(
    ("start", "form", "due"),
    [
        # 09.15, 10.15, the next day at 10.15, 10.30.
        ("2026-11-23 09:00", {}, "2026-11-24 10:30"),
        ("2026-11-27 16:25", {}, "2026-12-01 08:55"),
        ("2026-11-28 20:00", {"urgent": True}, "2026-11-29 21:30"),
        ("2026-11-23 09:00", {"window_start": "2026-11-26T13:00:00+07:00"}, "2026-11-27 13:15"),
    ],
    ids=["morning", "over the weekend", "urgent", "not before Thursday"],
)
def test_the_standards_of_all_steps_add_up_on_the_working_time_clock(
    start: str, form: dict[str, object], due: str
) -> None:
    assert due_at(wib(start), form) == wib(due)


def test_airflow_finds_the_reference_again_that_the_dag_names() -> None:
    plugins_manager.ensure_plugins_loaded()
    alert = decode_deadline_alert(encode_deadline_alert(request_deadline()))
    assert isinstance(alert.reference.inner_ref, RequestDue)
    assert alert.callback.path == "cadangan.triggers.deadline.overdue"


def test_a_letter_whose_data_is_wrong_gets_no_deadline_and_is_entered(caplog: pytest.LogCaptureFixture) -> None:
    class Session:
        """What Airflow hands over, with one run in it."""

        def execute(self, statement: object) -> "Session":
            return self

        def one_or_none(self) -> "Session":
            return self

        run_after = wib("2026-11-23 09:00")
        conf = {"window_start": "besok"}  # noqa: RUF012

    assert RequestDue()._evaluate_with(session=Session(), dag_id="backup_request", run_id="r") is None
    assert "gets no deadline" in caplog.text
