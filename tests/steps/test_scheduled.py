"""A scheduled run with a real database and vault: what is backed up, what is refused, what is told."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cadangan.config.assets import Assets
from cadangan.core.plan import Plan
from cadangan.core.states import Result, Status
from cadangan.engines.contract import Site
from cadangan.engines.postgres import Target
from cadangan.errors import ApprovalMissing, NotConfigured, RequestFailed, RunMissed, TargetUnfit
from cadangan.hosts import local
from cadangan.register import notices, requests, stock
from cadangan.steps import execute, rehearse, scheduled
from tests.backup.builders import connected
from tests.config import contents
from tests.services.postgres import databases_on
from tests.steps.builders import NOW, at, desk, policies

UNREACHABLE = Target("127.0.0.1", 1, "nobody", "secret", "sapk")
REGISTERED = Assets.model_validate(
    contents.assets(servers=[contents.server(assets=[contents.asset(), contents.asset(name="sapk", database="sapk")])])
)


def rules(folder, limits=None, **schedule):
    given = contents.schedule(**schedule)
    return policies(
        folder, policies=[{"name": "malam", "copies": ["utama"], "schedule": given, "limits": limits or {}}]
    )


def select(*names):
    return {"select": {"assets": list(names)}}


@pytest.fixture
def databases(postgres_18):
    """The servers' databases by asset; sapk is not there."""
    with databases_on(postgres_18) as new:
        target = new()
        with connected(target) as connection:
            connection.execute("CREATE TABLE pegawai AS SELECT generate_series(1, 100) AS nip")
        yield {"simpeg": target, "sapk": UNREACHABLE}


@pytest.fixture
def here(tmp_path, databases):
    return desk(
        tmp_path,
        assets=REGISTERED,
        policies=rules(tmp_path, **select("simpeg", "sapk")),
        site=lambda server, asset: nullcontext(Site(databases[asset.name], local)),
    )


def run(due_at=NOW, run_id="scheduled__1", **overrides):
    values = {
        "policy": "malam",
        "dag_id": "scheduled_backup__malam",
        "run_id": run_id,
        "due_at": due_at,
        "started_by": "airflow",
    }
    return scheduled.Run(**(values | overrides))


def number_of(here, run_id="scheduled__1"):
    with here.register.reading() as session:
        return requests.by_run(session, "scheduled_backup__malam", run_id).number


def through(here, item_ids):
    """Dump and check every item as the tasks do, and return what failed."""
    number, failures = number_of(here), []
    for item_id in item_ids:
        try:
            execute.dump(here, number, item_id, 1)
            execute.check(here, number, item_id, 1)
            rehearse.rehearse(here, number, item_id, 1)
        except Exception as err:
            failures.append(err)
    return failures


def facts(here):
    with here.register.reading() as session:
        request = requests.by_run(session, "scheduled_backup__malam", "scheduled__1")
        results = {item.asset: (item.result, len(item.backups)) for item in request.items}
        return request.status, request.result, results, [(n.recipients, n.subject, n.text) for n in request.notices]


def test_one_asset_that_fails_stops_no_other_and_the_run_tells_the_truth(here):
    failures = through(here, scheduled.begin(here, run()))
    scheduled.conclude(here, number_of(here))
    status, result, results, mails = facts(here)
    assert len(failures) == 1
    assert (status, result) == (Status.DONE, Result.PARTIAL)
    assert results == {"simpeg": ("Berhasil", 1), "sapk": ("Gagal", 0)}
    ((recipients, subject, text),) = mails
    assert recipients == ["dc@diskominfo.example"]
    assert subject == "[Berhasil sebagian] Back-up terjadwal malam – TJ-2026-00001"
    assert "sapk" in text
    assert "simpeg" not in text
    assert "1 dari 2 objek" in text
    with pytest.raises(RequestFailed, match=r"TJ-2026-00001 ended as SELESAI \(Berhasil sebagian\).*sapk"):
        scheduled.check(here, number_of(here))


def test_a_run_of_which_all_is_good_is_green_and_silent(here, tmp_path):
    here = replace(here, policies=rules(tmp_path, **select("simpeg")))
    assert through(here, scheduled.begin(here, run())) == []
    scheduled.conclude(here, number_of(here))
    scheduled.check(here, number_of(here))
    assert facts(here) == (Status.DONE, Result.SUCCEEDED, {"simpeg": ("Berhasil", 1)}, [])


def test_the_failed_asset_can_be_done_again_and_the_run_becomes_good(here, databases):
    ids = scheduled.begin(here, run())
    through(here, ids)
    scheduled.conclude(here, number_of(here))
    databases["sapk"] = databases["simpeg"]
    assert through(here, ids[1:]) == []
    scheduled.conclude(here, number_of(here))
    with here.register.transaction() as session:
        for notice in notices.pending(session, requests.by_number(session, number_of(here)).id):
            notices.mark_sent(session, notice.id, here.now())
    scheduled.check(here, number_of(here))
    assert facts(here)[:2] == (Status.DONE, Result.SUCCEEDED)


def test_beginning_twice_is_one_run(here):
    assert scheduled.begin(here, run()) == scheduled.begin(here, run())
    with here.register.reading() as session:
        assert len(requests.by_number(session, number_of(here)).plans) == 1


def test_an_ended_standing_approval_is_refused_on_record_and_told(here, tmp_path):
    ended = contents.approval(valid_until="2026-11-22")
    here = replace(here, policies=rules(tmp_path, approval=ended, **select("simpeg")))
    with pytest.raises(ApprovalMissing, match="ended on 2026-11-22"):
        scheduled.begin(here, run())
    scheduled.conclude(here, number_of(here))
    status, _, results, mails = facts(here)
    assert (status, results["simpeg"]) == (Status.FAILED, ("Gagal", 0))
    assert "ended on 2026-11-22" in " ".join(mails[0][2].split())


def test_an_approval_that_is_replaced_between_plan_and_dump_stops_the_dump(here, tmp_path):
    ids = scheduled.begin(here, run())
    other = contents.approval(number="800/99/DISKOMINFO")
    changed = replace(here, policies=rules(tmp_path, approval=other, **select("simpeg", "sapk")))
    assert {type(failure) for failure in through(changed, ids)} == {ApprovalMissing}
    assert facts(here)[2]["simpeg"] == (None, 0)


@pytest.mark.parametrize(
    ("late", "schedule", "runs"),
    [
        (timedelta(days=3), {}, True),
        (timedelta(hours=5), {"catch_up_hours": 6}, True),
        (timedelta(hours=7), {"catch_up_hours": 6}, False),
        (timedelta(minutes=10), {"catch_up_hours": 0}, True),
        (timedelta(minutes=16), {"catch_up_hours": 0}, False),
        # NOW is Monday, 09.00 at the office.
        (timedelta(hours=2), {"cron": [], "windows": [{"start": "07:00", "end": "12:00"}]}, True),
        (timedelta(hours=11), {"cron": [], "windows": [{"start": "22:00", "end": "04:00"}]}, False),
        (timedelta(hours=1), {"cron": [], "windows": [{"days": ["sunday"], "start": "08:00", "end": "10:00"}]}, False),
    ],
)
def test_a_missed_run_is_made_up_for_by_rule(here, tmp_path, late, schedule, runs):
    here = replace(here, policies=rules(tmp_path, **select("simpeg"), **schedule))
    if runs:
        assert scheduled.begin(here, run(NOW - late))
        return
    with pytest.raises(RunMissed, match="not made up for"):
        scheduled.begin(here, run(NOW - late))
    scheduled.conclude(here, number_of(here))
    assert facts(here)[0] == Status.CANCELLED
    with here.register.reading() as session:
        assert stock.failed_last(session) == {"simpeg"}, "nothing of it may expire after that"
    assert facts(here)[3][0][1].startswith("[Terlewat]")
    with pytest.raises(RequestFailed):
        scheduled.check(here, number_of(here))


def test_no_dump_begins_after_its_window_has_closed(here, tmp_path):
    window = {"cron": [], "windows": [{"start": "08:00", "end": "10:00"}]}
    here = replace(here, policies=rules(tmp_path, **select("simpeg"), **window))
    ids = scheduled.begin(here, run())
    late = at(here, datetime.fromisoformat("2026-11-23T10:02+07:00"))
    (failure,) = through(late, ids)
    assert isinstance(failure, ApprovalMissing)
    assert "ended" in str(failure)


def test_a_run_by_hand_is_never_late(here, tmp_path):
    here = replace(here, policies=rules(tmp_path, catch_up_hours=0, **select("simpeg")))
    assert scheduled.begin(here, run(due_at=None, started_by="dc"))
    with here.register.reading() as session:
        assert requests.by_number(session, number_of(here)).recorded_by == "dc"


def test_what_an_inspection_finds_stops_the_dump_of_its_asset(here, databases):
    with connected(databases["simpeg"]) as connection:
        connection.execute("DROP ROLE IF EXISTS buta")
        connection.execute("CREATE ROLE buta LOGIN PASSWORD 'rahasia'")
    databases["simpeg"] = replace(databases["simpeg"], user="buta", password="rahasia")
    ids = scheduled.begin(here, run())
    failures = through(here, ids)
    assert isinstance(failures[0], TargetUnfit), failures
    assert "pegawai" in str(failures[0])
    assert facts(here)[2]["simpeg"] == ("Gagal", 0)


def test_limits_of_the_policy_take_the_place_of_the_streams(here, tmp_path):
    here = replace(here, policies=rules(tmp_path, limits={"lock_timeout": 7, "bandwidth": 2.5}, **select("simpeg")))
    (item_id,) = scheduled.begin(here, run())
    with here.register.transaction() as session:
        request = requests.by_number(session, number_of(here))
        plan = Plan.model_validate_json(request.plans[-1].body)
        site = Site(UNREACHABLE, local)
        job = execute._job(here, session, plan, plan.items[0], 1)(site, ())
    assert (job.policy.lock_timeout, job.policy.bandwidth, job.policy.idle_timeout) == (7, 2.5, 900)
    assert job.item_id == item_id


def test_assets_registered_later_are_in_the_next_run(here, tmp_path):
    here = replace(here, policies=rules(tmp_path, select={"servers": ["srv-satu"]}))
    assert len(scheduled.begin(here, run())) == 2
    more = [contents.asset(name=name, database=name) for name in ("simpeg", "sapk", "baru")]
    later = replace(here, assets=Assets.model_validate(contents.assets(servers=[contents.server(assets=more)])))
    assert len(scheduled.begin(later, run(run_id="scheduled__2"))) == 3


def test_the_items_of_one_server_are_its_own(here, tmp_path):
    two = [
        contents.server(),
        contents.server(name="srv-dua", conn_id="x", assets=[contents.asset(name="sapk", database="sapk")]),
    ]
    here = replace(here, assets=Assets.model_validate({"servers": two}))
    first, second = scheduled.begin(here, run())
    assert scheduled.items_on(here, number_of(here), "srv-satu") == [first]
    assert scheduled.items_on(here, number_of(here), "srv-dua") == [second]


def test_a_policy_without_a_schedule_begins_nothing(here):
    with pytest.raises(NotConfigured, match="no schedule for policy siang"):
        scheduled.begin(here, run(policy="siang"))
