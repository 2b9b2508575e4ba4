"""A restore in the place of what runs: saved first, switched over in one step, and taken back in one."""

import threading
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from cadangan.core.choices import ConfirmChoice
from cadangan.core.states import Result, Step
from cadangan.errors import RequestRefused, RestoreRefused
from cadangan.register import requests
from cadangan.register.models import Backup
from cadangan.steps import gates, restore_settle
from tests.backup.builders import connected
from tests.restore.builders import run, value
from tests.steps.builders import NOW, answer, at, gate
from tests.steps.restoring import ROWS, Case, office

FEWER = "DELETE FROM pegawai WHERE nip > '000000000000000300'"
OLD, NEW = 300, 500


@pytest.fixture
def here(tmp_path, postgres_18):
    """An office whose database has lost rows since its back-up."""
    with office(postgres_18, tmp_path) as made:
        made.back_up()
        run(made.target, FEWER)
        yield made


def rows(here, name=None):
    return value(here.on(name or here.database), ROWS)


def later(case, days):
    made = replace(case.office, desk=at(case.office.desk, NOW + timedelta(days=days)))
    return Case(made, case.number)


def test_what_was_backed_up_replaces_what_ran_which_is_saved_and_kept(here):
    case = here.in_place().executed()

    row = case.row()
    assert (rows(here), rows(here, row.kept)) == (NEW, OLD)
    assert here.made() == {row.kept}
    assert (row.switched_at, case.result) == (NOW, Result.SUCCEEDED)
    with here.desk.register.reading() as session:
        saved = session.get(Backup, row.safety_backup_id)
        (table,) = [each for each in saved.manifest["inventory"]["tables"] if each["name"] == "pegawai"]
        assert table["rows"] == OLD
        assert {copy.digest_check for copy in saved.copies} == {"lulus"}


def test_conforming_the_old_one_goes_when_its_time_is_over(here):
    case = here.in_place().executed().confirmed()
    restore_settle.settle(here.desk, case.number)
    kept = case.row().kept

    restore_settle.drop_over(later(case, 6).office.desk)
    assert here.made() == {kept}

    restore_settle.drop_over(later(case, 7).office.desk)
    assert here.made() == set()
    assert rows(here) == NEW
    assert case.row().dropped_at == NOW + timedelta(days=7)


def test_without_days_to_keep_it_the_old_one_goes_with_the_confirmation(here):
    here = here.changed(keep_old_days=0)
    case = here.in_place().executed().confirmed()

    restore_settle.settle(here.desk, case.number)

    assert (here.made(), rows(here)) == (set(), NEW)


def test_the_old_one_stays_when_its_back_up_is_no_longer_in_stock(here):
    case = here.in_place().executed().confirmed()
    restore_settle.settle(here.desk, case.number)
    with here.desk.register.transaction() as session:
        session.get(Backup, case.row().safety_backup_id).deleted_at = NOW

    restore_settle.drop_over(later(case, 8).office.desk)

    assert here.made() == {case.row().kept}


def test_not_conforming_the_old_one_runs_again_and_what_was_written_meanwhile_is_kept(here):
    case = here.in_place().executed()
    run(here.target, "INSERT INTO pegawai VALUES ('baru', 'Sesudah pemulihan')")
    case.confirmed(ConfirmChoice.NOT_CONFORMING)

    restore_settle.settle(here.desk, case.number)

    row = case.row()
    assert (rows(here), rows(here, row.side)) == (OLD, NEW + 1)
    assert (row.rolled_back_at, case.result) == (NOW, Result.FAILED)
    restore_settle.drop_over(later(case, 8).office.desk)
    assert (here.made(), rows(here)) == (set(), OLD)


def test_an_answer_given_anew_takes_back_what_was_accepted_while_the_old_one_is_there(here):
    case = here.in_place().executed().confirmed()
    restore_settle.settle(here.desk, case.number)

    gates.ask(here.desk, gate(case.number, Step.CONFIRM))
    said = answer("skpd", ConfirmChoice.NOT_CONFORMING, note="Ternyata kurang")
    gates.decide(here.desk, gate(case.number, Step.CONFIRM), said)
    restore_settle.settle(here.desk, case.number)

    row = case.row()
    assert (rows(here), rows(here, row.side), row.accepted_at) == (OLD, NEW, None)


def test_the_second_round_replaces_it_again(here):
    case = here.in_place().executed().confirmed(ConfirmChoice.NOT_CONFORMING)
    restore_settle.settle(here.desk, case.number)

    case.executed(round_no=2).confirmed(round_no=2)
    restore_settle.settle(here.desk, case.number)

    assert (rows(here), rows(here, case.row(2).kept)) == (NEW, OLD)
    with here.desk.register.reading() as session:
        rounds = [backup.round for backup in requests.item_by_id(session, case.item_id).backups]
    assert rounds == [1, 2]


def test_owner_privileges_settings_limit_and_comment_of_the_database_come_along(here):
    name = here.database
    run(
        here.target,
        "CREATE ROLE pemilik_simpeg LOGIN",
        "CREATE ROLE pembaca_simpeg",
        f'ALTER DATABASE "{name}" OWNER TO pemilik_simpeg',
        f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC',
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO pembaca_simpeg WITH GRANT OPTION',
        f"ALTER DATABASE \"{name}\" SET search_path TO '$user', arsip",
        f"ALTER DATABASE \"{name}\" SET timezone TO 'Asia/Jakarta'",
        f"ALTER ROLE pembaca_simpeg IN DATABASE \"{name}\" SET work_mem TO '7MB'",
        f'ALTER DATABASE "{name}" CONNECTION LIMIT 40',
        f"COMMENT ON DATABASE \"{name}\" IS 'Milik BKPSDM'",
    )
    query = f"""
        SELECT concat_ws('|', pg_get_userbyid(datdba), datconnlimit, datacl, shobj_description(d.oid, 'pg_database'),
            (SELECT string_agg(concat(setrole::regrole, setconfig), ';' ORDER BY setrole) FROM pg_db_role_setting
             WHERE setdatabase = d.oid))
        FROM pg_database d WHERE datname = '{name}'
    """
    before = value(here.target, query)
    try:
        here.in_place().executed()

        assert value(here.target, query) == before
        assert "7MB" in before
        assert value(here.target, "SHOW search_path") == '"$user", arsip'
    finally:
        for made in {name, *here.made()}:
            run(here.target, f"REASSIGN OWNED BY pemilik_simpeg TO {here.server.user}")
            run(here.on(made), "DROP OWNED BY pembaca_simpeg, pemilik_simpeg")
        run(here.target, "DROP ROLE pemilik_simpeg", "DROP ROLE pembaca_simpeg")


def test_clients_that_connect_all_the_time_lose_their_sessions_and_find_the_new_one(here, caplog):
    case = here.in_place()
    case.save()
    case.restore()
    done, seen = threading.Event(), set()

    def application():
        while not done.is_set():
            try:
                with connected(here.target) as connection:
                    for _ in range(20):
                        seen.add(connection.execute(ROWS).fetchone()[0])
            except psycopg.Error:
                continue

    clients = [threading.Thread(target=application) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        case.serve()
    finally:
        done.set()
        for client in clients:
            client.join()

    assert (rows(here), seen <= {OLD, NEW}) == (NEW, True)
    assert any("Ended session" in message for message in caplog.messages)


def test_whoever_is_not_to_be_ended_keeps_the_switch_over_from_happening(here):
    here = here.changed(sessions="refuse")
    case = here.in_place()
    case.save()
    case.restore()

    with connected(here.target) as client:
        with pytest.raises(RestoreRefused, match=f"others work there: {here.server.user} in {here.database}"):
            case.serve()
        assert client.execute(ROWS).fetchone() == (OLD,)

    case.serve()
    assert rows(here) == NEW


def test_nothing_is_replaced_that_was_not_saved(here):
    case = here.in_place()

    with pytest.raises(RestoreRefused, match="is not saved"):
        case.restore()

    assert (here.made(), rows(here)) == (set(), OLD)


def test_a_saved_one_whose_copies_are_all_bad_is_no_leave(here):
    case = here.in_place()
    case.save()
    with here.desk.register.transaction() as session:
        for saved in session.scalars(select(Backup).where(Backup.item_id == case.item_id)):
            for copy in saved.copies:
                copy.digest_check = "tidak lulus"

    with pytest.raises(RestoreRefused, match="is not saved"):
        case.restore()


def test_a_database_that_someone_else_made_in_between_is_left_alone(here):
    case = here.in_place()
    case.save()
    case.restore()
    admin, name = here.on("postgres"), here.database
    run(admin, f'ALTER DATABASE "{name}" RENAME TO "{name}_baru"', f'CREATE DATABASE "{name}"')

    with pytest.raises(RestoreRefused, match="someone else made, removed or renamed"):
        case.serve()

    assert {name, f"{name}_baru", case.row().side} <= here.databases()
    assert rows(here, f"{name}_baru") == OLD


def test_acting_twice_changes_nothing(here):
    case = here.in_place().executed()
    before = (here.databases(), case.row().kept)

    case.executed()

    assert (here.databases(), case.row().kept) == before
    assert (rows(here), rows(here, case.row().kept)) == (NEW, OLD)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"consent_number": ""}, "persetujuan tertulis"),
        ({"consent_date": "2027-01-01"}, "masa depan"),
        ({"typed_name": "simpeg"}, "ketik nama basis data"),
        ({"new_name": "lain"}, "tidak berlaku untuk pemulihan di tempat"),
        ({"target_server": "srv-cadangan"}, "hanya untuk tujuan"),
    ],
)
def test_without_consent_and_the_name_typed_out_nothing_begins(here, form, said):
    with pytest.raises(RequestRefused, match=said):
        here.in_place(**form)
