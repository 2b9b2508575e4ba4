"""A back-up counts once it was restored; what came of that stands in the register and in the report."""

import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from cadangan.config.assets import Assets
from cadangan.config.restoring import Scratch
from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.states import Result
from cadangan.documents import render
from cadangan.engines import engine as engine_of
from cadangan.engines.contract import Login, Site
from cadangan.errors import RehearsalFailed
from cadangan.hosts import local
from cadangan.register import rehearsals, requests, scans
from cadangan.register.models import Copy
from cadangan.steps import execute, rehearse
from tests.documents import builders
from tests.documents.reading import texts
from tests.engines.files.trees import filled as filled_tree
from tests.engines.sqlite.conftest import filled as filled_file
from tests.restore.builders import SAMPLE, run
from tests.services.postgres import databases_on, target_on
from tests.steps.builders import desk, policies
from tests.steps.test_close import approved, item_of
from tests.stream.builders import KEY, RECIPIENT

NOBODY = Login(None, None, "", "")
SCRATCH = {"engine": "postgres", "server": "srv-kepegawaian", "database": "postgres", "allow_source_server": True}


@pytest.fixture
def here(tmp_path, postgres_18):
    """A function that gives a desk, a request whose item is dumped and checked, and the item's id."""
    with databases_on(postgres_18) as new:
        source = new()
        run(source, SAMPLE)

        def dumped(change=None, identity=KEY, scratch=SCRATCH, places=("utama",), **policy):
            rules = policies(
                tmp_path,
                destinations=[{"name": name, "url": f"file://{tmp_path}/{name}"} for name in places],
                policies=[{"name": "default", "copies": list(places), **policy}],
            )
            stream = rules.stream.model_copy(update={"recipients": (RECIPIENT,)})
            rehearsal = rules.rehearsal.model_copy(update={"scratch": (Scratch.model_validate(scratch),)})
            made = desk(
                tmp_path,
                policies=rules.model_copy(update={"stream": stream, "rehearsal": rehearsal}),
                site=lambda server, asset: nullcontext(Site(target_of(asset), local)),
                identity=lambda: identity,
            )
            number = approved(made)
            item_id, _ = item_of(made, number)
            execute.dump(made, number, item_id, 1)
            execute.check(made, number, item_id, 1)
            return made, number, item_id

        def target_of(asset):
            return target_on(postgres_18, "postgres") if asset.database == "postgres" else source

        yield dumped


def rows(made, item_id):
    with made.register.reading() as session:
        (backup,) = requests.item_by_id(session, item_id).backups
        return [(row.verdict, row.reason, row.place) for row in backup.rehearsals]


def result(made, number):
    return item_of(made, number)[1]


def report_of(made, number):
    with made.register.reading() as session:
        made_report = render.report(requests.by_number(session, number), made.sop, made.assets)
        return texts(made_report)["fodt"]


def test_a_back_up_that_is_proved_succeeds_and_the_report_says_so(here):
    made, number, item_id = here()

    rehearse.rehearse(made, number, item_id, 1)

    assert rows(made, item_id) == [("lulus", "", "srv-kepegawaian")]
    assert result(made, number) == Result.SUCCEEDED
    with made.register.reading() as session:
        (backup,) = requests.item_by_id(session, item_id).backups
        assert rehearsals.last_proved(session, backup.id) == made.now()
    assert "Uji pulih simpeg : lulus" in report_of(made, number)


def test_a_back_up_that_does_not_restore_fails_the_item_with_what_differs(here):
    made, number, item_id = here()
    with made.register.transaction() as session:
        (backup,) = requests.item_by_id(session, item_id).backups
        manifest = Manifest.model_validate(backup.manifest)
        first, *others = manifest.inventory.tables
        more = first.model_copy(update={"rows": first.rows + 1})
        wrong = manifest.model_copy(
            update={"inventory": manifest.inventory.model_copy(update={"tables": (more, *others)})}
        )
        backup.manifest = wrong.model_dump(mode="json")
        place = made.place(made.policies.destinations[0])
        path = place.path(backup.asset, parse(backup.name).manifest())
    Path(path).write_text(wrong.model_dump_json())

    with pytest.raises(RehearsalFailed, match="baris"):
        rehearse.rehearse(made, number, item_id, 1)

    assert rows(made, item_id)[0][0] == "tidak lulus"
    assert result(made, number) == Result.FAILED
    text = report_of(made, number)
    assert "Uji pulih simpeg : tidak lulus" in text
    assert f"memuat {first.rows} baris; manifes mencatat {first.rows + 1} baris" in text


def test_a_damaged_copy_fails_the_item_in_words_for_people(here):
    made, number, item_id = here()
    with made.register.reading() as session:
        url = next(copy.url for copy in requests.item_by_id(session, item_id).backups[0].copies if ".dump." in copy.url)
    path = Path(url.removeprefix("file://"))
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(RehearsalFailed):
        rehearse.rehearse(made, number, item_id, 1)

    verdict, reason, _ = rows(made, item_id)[0]
    assert verdict == "tidak lulus"
    assert "utama tidak sama dengan yang ditulis" in reason


def spoil(made, item_id, how):
    """Damage the first copy of the dump and return its row's id."""
    with made.register.reading() as session:
        first = next(copy for copy in requests.item_by_id(session, item_id).backups[0].copies if ".dump." in copy.url)
    path = Path(first.url.removeprefix("file://"))
    if how == "rot":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        shutil.move(path.parent, f"{path.parent}.dipindah")
    return first.id


@pytest.mark.parametrize(
    ("how", "said"),
    [("rot", "utama tidak sama dengan yang ditulis"), ("away", "tidak ada di tujuan penyimpanan utama")],
)
def test_another_copy_is_rehearsed_when_the_first_is_bad_or_not_there_and_that_is_said(here, how, said):
    made, number, item_id = here(places=("utama", "kedua"))
    copy_id = spoil(made, item_id, how)

    rehearse.rehearse(made, number, item_id, 1)

    ((verdict, reason, _),) = rows(made, item_id)
    assert verdict == "lulus"
    assert said in reason
    assert result(made, number) == Result.SUCCEEDED
    with made.register.reading() as session:
        (backup,) = requests.item_by_id(session, item_id).backups
        assert backup.rehearsals[0].destination == "kedua"
        assert scans.known(session)[0].copy_id == copy_id, "the next scan begins with it"
        assert session.get_one(Copy, copy_id).digest_check == "tidak dijalankan"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"identity": None}, "Kunci dekripsi"),
        ({"rehearse": "never"}, "tidak meminta uji pulih"),
        ({"rehearse_max_bytes": 1000}, "melebihi batas"),
        ({"scratch": SCRATCH | {"allow_source_server": False}}, "server sumbernya sendiri"),
        ({"scratch": SCRATCH | {"server": "srv-lain"}}, "belum terdaftar"),
    ],
)
def test_what_is_not_rehearsed_says_why_and_does_not_fail_the_item(here, options, reason):
    made, number, item_id = here(**options)

    rehearse.rehearse(made, number, item_id, 1)

    ((verdict, why, _),) = rows(made, item_id)
    assert verdict == "tidak dijalankan"
    assert reason in why
    assert result(made, number) == Result.SUCCEEDED
    assert "Uji pulih simpeg : tidak dijalankan" in report_of(made, number)


def test_an_embedded_server_is_enough(here):
    made, number, item_id = here(scratch={"engine": "postgres"})

    rehearse.rehearse(made, number, item_id, 1)

    assert rows(made, item_id) == [("lulus", "", "embedded")]
    assert "server sementara" in report_of(made, number)


def sqlite_file(folder):
    return filled_file(folder / "data" / "arsip.db")


def file_tree(folder):
    return filled_tree(folder / "pohon")


@pytest.mark.parametrize(("engine", "made_in"), [("sqlite", sqlite_file), ("files", file_tree)])
def test_what_has_no_server_is_rehearsed_in_a_temporary_folder(tmp_path, engine, made_in):
    path = made_in(tmp_path)
    (server,) = [each for each in builders.assets().servers if each.name == "srv-kepegawaian"]
    asset = server.assets[0].model_copy(update={"database": str(path)})
    server = server.model_copy(update={"engine": engine, "conn_id": None, "assets": (asset,)})
    rules = policies(tmp_path)
    rules = rules.model_copy(
        update={
            "stream": rules.stream.model_copy(update={"recipients": (RECIPIENT,)}),
            "restore": rules.restore.model_copy(update={"staging_dir": str(tmp_path / "uji")}),
        }
    )
    (tmp_path / "uji").mkdir()
    made = desk(
        tmp_path,
        assets=Assets(servers=(server,)),
        policies=rules,
        site=lambda server, asset: nullcontext(Site(engine_of(engine).target_of(NOBODY, asset.database), local)),
        identity=lambda: KEY,
    )
    number = approved(made)
    item_id, _ = item_of(made, number)
    execute.dump(made, number, item_id, 1)
    execute.check(made, number, item_id, 1)

    rehearse.rehearse(made, number, item_id, 1)

    assert rows(made, item_id) == [("lulus", "", "embedded")]
    assert result(made, number) == Result.SUCCEEDED
    assert list((tmp_path / "uji").iterdir()) == []
