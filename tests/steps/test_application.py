"""An application's database and its uploads are backed up by one request, from the letter to the report."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from cadangan.config.assets import Assets
from cadangan.core.states import Result
from cadangan.documents.views.evidence import outcomes
from cadangan.errors import ApprovalMissing
from cadangan.operators.desk import site_of
from cadangan.register import requests
from cadangan.steps import confirm, execute, rehearse
from tests.steps.builders import desk, policies
from tests.steps.test_close import approved
from tests.stream.builders import KEY, RECIPIENT


def register(folder, **tree):
    common = {"application": "Arsip", "owner": "BKPSDM"}
    database = {"name": "arsip-db", "database": str(folder / "arsip.db"), **common}
    uploads = {"name": "arsip-unggahan", "database": str(folder / "unggahan"), **common, **tree}
    servers = [
        {"name": "srv-a", "engine": "sqlite", "assets": [database]},
        {"name": "srv-b", "engine": "files", "assets": [uploads]},
    ]
    bundle = {"name": "arsip", "application": "Arsip", "assets": ["arsip-db", "arsip-unggahan"]}
    return Assets.model_validate({"servers": servers, "bundles": [bundle]})


@pytest.fixture
def here(tmp_path):
    with closing(sqlite3.connect(tmp_path / "arsip.db")) as connection:
        connection.executescript("CREATE TABLE naskah (isi); INSERT INTO naskah VALUES ('surat'), ('nota')")
    (tmp_path / "unggahan" / "cache").mkdir(parents=True)
    (tmp_path / "unggahan" / "surat.pdf").write_bytes(b"isi" * 100)
    (tmp_path / "unggahan" / "cache" / "a").write_text("sementara")
    return desk(
        tmp_path,
        assets=register(tmp_path, exclude=["cache"]),
        policies=policies(tmp_path, stream={"recipients": [RECIPIENT]}),
        site=partial(site_of, stream=policies(tmp_path).stream),
        identity=lambda: KEY,
    )


def items_of(here, number):
    with here.register.reading() as session:
        return [item.id for item in requests.by_number(session, number).items]


def test_both_are_in_one_report(here):
    number = approved(here, items=["arsip"])
    for item_id in items_of(here, number):
        execute.dump(here, number, item_id, 1)
        execute.check(here, number, item_id, 1)
        rehearse.rehearse(here, number, item_id, 1)
    assert confirm.report(here, number, 1)

    with here.register.reading() as session:
        found = outcomes(requests.by_number(session, number), here.assets)
        contents = [outcome.last.contents for outcome in found]
        checks = {copy.contents_check for outcome in found for copy in outcome.last.copies}
    assert [outcome.result for outcome in found] == [Result.SUCCEEDED] * 2
    assert contents == ["1 tabel, 2 baris, 0 sekuens, 0 objek besar", "1 berkas, 300 B"]
    assert checks == {"lulus"}


def test_what_is_left_out_is_part_of_what_was_approved(here, tmp_path):
    number = approved(here, items=["arsip"])
    changed = replace(here, assets=register(tmp_path, exclude=["cache", "*.pdf"]))

    with pytest.raises(ApprovalMissing, match="changed since the plan"):
        execute.dump(changed, number, items_of(here, number)[1], 1)
