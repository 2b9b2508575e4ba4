"""When a request closes, nothing that its unfinished tries left stays in the vault, and nothing else goes."""

import contextlib
import signal
from datetime import timedelta

import psutil
import pytest

from cadangan.config.destinations import Destination
from cadangan.core.choices import ConfirmChoice
from cadangan.core.naming import Kind
from cadangan.core.states import Result, Status, Step
from cadangan.register import backups, requests
from cadangan.steps import close, gates, tidy
from cadangan.vault.draft import Draft
from tests.services.sshd import running_sshd, sftp_place
from tests.steps import builders
from tests.steps.builders import NOW, answer, desk, gate
from tests.steps.test_close import item_of, reported
from tests.steps.test_gates import status
from tests.vault.builders import manifest, name, store

NAMES = ("utama", "kedua")


@pytest.fixture
def here(tmp_path):
    """A desk whose plans have two destinations in local folders."""
    destinations = [{"name": each, "url": f"file://{tmp_path}/{each}"} for each in NAMES]
    policy = {"name": "default", "copies": list(NAMES)}
    return desk(tmp_path, policies=builders.policies(tmp_path, destinations=destinations, policies=[policy]))


def place_of(here, which):
    return here.place(next(found for found in here.policies.destinations if found.name == which))


def confirmed(here, result=Result.FAILED):
    """The number of a request that is about to close, and the name of a try of its item."""
    number = reported(here, result)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    return number, name(request_no=number, item_id=item_of(here, number)[0], at=NOW)


def left_over(place, backup):
    """Leave a file behind as a worker does that is killed while it writes."""
    draft = Draft(place, backup.asset, backup.artefact(Kind.DUMP))
    draft.write(b"setengah")
    draft.close()


def test_what_a_killed_last_try_left_is_swept_at_every_destination(here):
    number, work = confirmed(here)
    places = [place_of(here, each) for each in NAMES]
    for place in places:
        left_over(place, work)
    # Killed between the manifests: whole at one destination only, which is not finished.
    half = store(places[:1], name(request_no=number, item_id=work.item_id, at=NOW + timedelta(minutes=1)))

    close.conclude(here, number)

    assert status(here, number) == Status.FAILED
    assert [place.files("simpeg") for place in places] == [set(), set()]
    assert half.manifest() not in places[0].files("simpeg")


def test_what_is_registered_complete_or_anothers_stays(here):
    number, work = confirmed(here, Result.SUCCEEDED)
    places = [place_of(here, each) for each in NAMES]
    registered, complete, other = (
        name(request_no=number, item_id=work.item_id, at=NOW + timedelta(minutes=1)),
        name(request_no=number, item_id=work.item_id, at=NOW + timedelta(minutes=2)),
        name(request_no="BR-2026-00099", item_id=99),
    )
    store(places, registered)
    store(places, complete)
    places[1].remove("simpeg", registered.manifest())
    with here.register.transaction() as session:
        backups.record_backup(session, requests.item_by_id(session, work.item_id), 1, manifest(registered), ())
    left_over(places[0], other)
    before = [place.files("simpeg") for place in places]
    left_over(places[0], work)

    close.conclude(here, number)

    assert [place.files("simpeg") for place in places] == before


def moved(here, which, url):
    """The desk of an office that moved a destination after the plan was frozen."""
    destinations = tuple(
        Destination(name=each.name, url=url) if each.name == which else each for each in here.policies.destinations
    )
    return type(here)(**here.__dict__ | {"policies": here.policies.model_copy(update={"destinations": destinations})})


def test_a_destination_that_policies_no_longer_have_does_not_fail_the_close(here, tmp_path, caplog):
    number, work = confirmed(here)
    left_over(place_of(here, "utama"), work)

    close.conclude(moved(here, "kedua", f"file://{tmp_path}/lain"), number)

    assert place_of(here, "utama").files("simpeg") == set()
    assert "kedua is not swept: policies.yaml no longer has it" in caplog.text


@contextlib.contextmanager
def one_over_sftp(here, folder):
    """Give the desk with its second destination behind an sshd, and the processes of its session there."""
    folder.mkdir()
    with running_sshd(folder) as server:
        far = sftp_place(server, folder / "jauh", "kedua")

        def place(destination):
            return far if destination.name == "kedua" else builders.place(destination)

        (listener,) = (each for each in psutil.Process().children() if f"{folder}/sshd_config" in each.cmdline())
        yield type(here)(**here.__dict__ | {"place": place}), listener.children(recursive=True)


def send(processes, number):
    for process in processes:
        # The one that answered the wait for the server's start may end meanwhile.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def test_a_destination_that_is_gone_is_logged_and_the_other_is_swept(here, tmp_path, caplog):
    with one_over_sftp(here, tmp_path / "ssh") as (there, processes):
        number, work = confirmed(there)
        for each in NAMES:
            left_over(place_of(there, each), work)
        send(processes, signal.SIGKILL)
        psutil.wait_procs(processes, timeout=5)

        close.conclude(there, number)

    assert status(there, number) == Status.FAILED
    assert place_of(there, "utama").files("simpeg") == set()
    assert "Destination kedua is not swept" in caplog.text


def test_a_destination_that_hangs_does_not_hang_the_close(here, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(tidy, "_ANSWER_SECONDS", 1.0)
    with one_over_sftp(here, tmp_path / "ssh") as (there, processes):
        number, work = confirmed(there)
        for each in NAMES:
            left_over(place_of(there, each), work)
        send(processes, signal.SIGSTOP)
        try:
            close.conclude(there, number)
        finally:
            send(processes, signal.SIGCONT)

    assert place_of(there, "utama").files("simpeg") == set()
    assert "Destination kedua is not swept: no answer within 1 s" in caplog.text
