"""Reading a file: what YAML gets wrong is told, and everything is told at once."""

import pytest

from cadangan.config.assets import FILE, Assets, load_assets
from cadangan.config.loading import load
from cadangan.config.sop import Sop
from cadangan.errors import ConfigError
from tests.config.contents import assets, person, sop
from tests.config.refusals import violations


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CADANGAN_CONFIG", str(tmp_path))
    return tmp_path


def refusal(text: str | bytes, folder) -> str:
    (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as refused:
        load_assets()
    return str(refused.value)


def test_a_missing_file_is_named(folder):
    with pytest.raises(ConfigError, match=r"Cannot read .*assets\.yaml") as refused:
        load(FILE, Assets)
    assert "No such file" in refused.value.violations[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("servers: [", "expected node content"),
        ("servers: []\nservers: []", "key servers is given more than once"),
        ("servers:\n  - {name: a, name: b}", "key name is given more than once"),
        ("servers: [{day: 2026-02-30}]", "day is out of range for month"),
        (b"servers: [\xff]", "can't decode byte 0xff"),
        ("servers: [!!python/object/apply:os.getpid []]", "could not determine a constructor"),
        ("\tservers: []", "cannot start any token"),
    ],
    ids=["open bracket", "key twice", "nested key twice", "no such day", "not UTF-8", "code", "tab"],
)
def test_what_is_not_yaml_is_told(folder, text, message):
    assert message in refusal(text, folder)


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "servers"])
def test_a_file_without_a_mapping_is_refused(folder, text):
    assert "(file): Input should be a valid dictionary" in refusal(text, folder)


def test_every_violation_is_told_at_once_with_its_path(folder):
    message = refusal("servers:\n  - {name: A b, engine: oracle, assets: [], colour: red}", folder)
    assert [line.partition(":")[0] for line in message.splitlines()[1:]] == [
        "  - servers[0].name",
        "  - servers[0].engine",
        "  - servers[0].assets",
        "  - servers[0].colour",
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NO", "False"),
        ("on", "True"),
        ("0011", "9"),
        ("12:30", "750"),
        ("1.10", "1.1"),
        ("197008081990021001", "197008"),
    ],
)
def test_text_that_yaml_reads_as_something_else_is_told_with_the_remedy(folder, written, read):
    message = refusal(
        "servers: [{name: a, engine: postgres, conn_id: c, assets: "
        f"[{{name: b, application: c, database: d, owner: {written}}}]}}]",
        folder,
    )
    assert f"servers[0].assets[0].owner: Input should be a valid string (YAML reads it as {read}" in message
    assert "put the text in quotes" in message


def test_the_shape_is_checked_before_the_references():
    content = sop(people=[person("kasi"), person("kasi", nip="12")])
    assert [line.partition(":")[0] for line in violations(Sop, content)] == ["people[1].nip"]


def test_a_merged_mapping_may_be_overridden(folder):
    (folder / FILE).write_text(
        "servers:\n"
        "  - &one {name: a, engine: postgres, conn_id: c,"
        " assets: [{name: b, application: c, database: d, owner: e}]}\n"
        "  - {<<: *one, name: z, assets: [{name: y, application: c, database: d, owner: e}]}\n"
    )
    assert [server.name for server in load_assets().servers] == ["a", "z"]


def test_a_good_content_is_taken():
    assert Assets.model_validate(assets()).by_name()["simpeg"][0].conn_id == "pg_satu"
