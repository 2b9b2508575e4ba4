"""Statuses: which change is allowed, and what a request's result is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.states import Result, Status, check_change, overall
from cadangan.errors import StateConflict


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Status.SUBMITTED, Status.VERIFIED),
        (Status.VERIFIED, Status.DISPOSED),
        (Status.DISPOSED, Status.PLANNED),
        (Status.PLANNED, Status.EXECUTING),
        (Status.EXECUTING, Status.AWAITING_CONFIRMATION),
        (Status.AWAITING_CONFIRMATION, Status.DONE),
        (Status.AWAITING_CONFIRMATION, Status.EXECUTING),
        (Status.FAILED, Status.EXECUTING),
        (Status.PLANNED, Status.SUBMITTED),
    ],
)
def test_the_sop_allows_the_way_forward_repeats_and_reopened_gates(old, new):
    check_change(old, new, "BR-2026-00001")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Status.SUBMITTED, Status.EXECUTING),
        (Status.SUBMITTED, Status.DONE),
        (Status.REJECTED, Status.EXECUTING),
        (Status.RETURNED, Status.PLANNED),
        (Status.DONE, Status.EXECUTING),
        (Status.DONE, Status.SUBMITTED),
        (Status.DISPOSED, Status.EXECUTING),
    ],
)
def test_no_status_is_reached_around_the_gates(old, new):
    with pytest.raises(StateConflict, match="BR-2026-00001"):
        check_change(old, new, "BR-2026-00001")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([Result.SUCCEEDED, Result.SUCCEEDED], Result.SUCCEEDED),
        ([Result.SUCCEEDED, Result.FAILED], Result.PARTIAL),
        ([Result.FAILED], Result.FAILED),
        ([], Result.FAILED),
    ],
)
def test_the_result_of_a_request_follows_from_its_items(items, expected):
    assert overall(items) is expected


@given(st.lists(st.sampled_from([Result.SUCCEEDED, Result.FAILED])))
def test_one_failed_item_is_never_reported_as_success(items):
    if Result.FAILED in items:
        assert overall(items) is not Result.SUCCEEDED
