"""Every engine answers what is asked of one, and can be registered."""

import re
from typing import get_args

import pytest

from cadangan.config.assets import Server
from cadangan.core.naming import Kind, parse
from cadangan.engines import ENGINES, engine
from tests.conftest import ROOT
from tests.core.test_naming import name as backup_name

OFFERED = {"METHOD", "PORT", "target_of", "inspect", "open_dump", "reading"}

RESTORING = {
    "create",
    "drop",
    "embedded",
    "examine_target",
    "exists",
    "harmless",
    "is_empty",
    "open_load",
    "side",
    "sides",
    "take_stock",
}


@pytest.mark.parametrize("name", [name for name in ENGINES if hasattr(engine(name), "open_load")])
def test_an_engine_that_restores_offers_what_the_contract_names(name):
    assert set(vars(engine(name))) >= RESTORING


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_offers_what_the_contract_names(name):
    assert set(vars(engine(name))) >= OFFERED


def test_the_asset_register_knows_the_engines():
    assert set(get_args(Server.model_fields["engine"].annotation)) == set(ENGINES)


def test_the_manual_names_what_an_engine_offers():
    manual = (ROOT / "docs" / "how-to" / "add-an-engine.md").read_text()
    assert set(re.findall(r"^\| `(\w+)", manual, re.MULTILINE)) == OFFERED


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_file_has_a_name_that_tells_its_back_up(kind):
    assert parse(backup_name().artefact(kind)) == backup_name()
