"""The letter's form offers what the asset register has."""

import pytest
import yaml

from cadangan import paths
from cadangan.operators import form


@pytest.fixture
def config(tmp_path, monkeypatch):
    for file in paths.config_dir().iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    content = yaml.safe_load((tmp_path / "assets.yaml").read_text())
    content["bundles"] = [{"name": "kepegawaian", "application": "Kepegawaian", "assets": ["simpeg"]}]
    (tmp_path / "assets.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setenv(paths.CONFIG_VARIABLE, str(tmp_path))


@pytest.mark.usefixtures("config")
def test_bundles_are_offered_beside_single_assets():
    items = form.letter()["items"].schema
    assert items["examples"] == ["simpeg", "kepegawaian"]
    assert items["values_display"]["kepegawaian"] == "kepegawaian – Kepegawaian (paket: simpeg)"
