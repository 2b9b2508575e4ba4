from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from cadangan.register import notices
from cadangan.register.models import Notice
from cadangan.register.session import Register
from tests.register.builders import NOW, later, register_letter


def _enqueue(session: Session, key: str, **overrides: Any) -> Notice:
    values: dict[str, Any] = {
        "request_id": 1,
        "kind": "gate_opened",
        "recipients": ["kabid@diskominfo.example"],
        "subject": "[Verifikasi] – BR-2026-00001",
        "html": "<p>Yth.</p>",
        "text": "Yth.",
        "attachments": ["disposisi.pdf"],
        "at": NOW,
    }
    return notices.enqueue(session, key=key, **(values | overrides))


def test_a_mail_is_written_once_per_key(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session)
        first = _enqueue(session, "a")
        assert _enqueue(session, "a", subject="lain") is first
        assert first.subject == "[Verifikasi] – BR-2026-00001"


def test_mails_of_a_request_wait_in_their_order_until_they_are_sent(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, "run-1")
        other = register_letter(session, "run-2")
        first, second = _enqueue(session, "a"), _enqueue(session, "b")
        _enqueue(session, "c", request_id=other.id)
        assert notices.pending(session, 1) == [first, second]
        notices.mark_sent(session, first.id, later(1))
    with register.reading() as session:
        assert [notice.key for notice in notices.pending(session, 1)] == ["b"]
        stored = session.get_one(Notice, first.id)
        assert (stored.state, stored.sent_at, stored.attempts, stored.attachments) == (
            notices.NoticeState.SENT,
            later(1),
            1,
            ["disposisi.pdf"],
        )


def test_a_mail_that_was_not_taken_waits_on_with_the_reason(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session)
        notice = _enqueue(session, "a")
        assert notices.claim(session, notice.id, later(1))
        notices.mark_failed(session, notice.id, later(1), "451 coba lagi")
        assert notices.pending(session, 1) == [notice]
        assert (notice.state, notice.error, notice.attempts, notice.sent_at) == ("failed", "451 coba lagi", 1, None)
        notices.mark_sent(session, notice.id, later(2))
        assert notices.pending(session, 1) == []
        assert (notice.error, notice.attempts) == ("", 2)


def test_a_mail_is_taken_by_one_task_at_a_time_until_that_one_must_have_died(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session)
        notice = _enqueue(session, "a")
        assert notices.claim(session, notice.id, NOW)
        assert not notices.claim(session, notice.id, NOW + notices.LEASE - timedelta(seconds=1))
        assert notices.pending(session, 1) == [notice]
        assert notices.claim(session, notice.id, NOW + notices.LEASE)


def test_a_mail_that_was_sent_is_not_taken_again(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session)
        notice = _enqueue(session, "a")
        notices.mark_sent(session, notice.id, NOW)
        assert not notices.claim(session, notice.id, NOW + 2 * notices.LEASE)


def test_a_task_that_took_too_long_does_not_undo_what_came_of_the_next_one(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session)
        notice = _enqueue(session, "a")
        assert notices.claim(session, notice.id, NOW)
        assert notices.claim(session, notice.id, NOW + notices.LEASE)
        notices.mark_failed(session, notice.id, NOW, "terlalu lama")
        assert (notice.state, notice.error) == ("sending", "")
        notices.mark_sent(session, notice.id, NOW + notices.LEASE)
        notices.mark_failed(session, notice.id, NOW, "terlalu lama")
        assert (notice.state, notice.error) == ("sent", "")
