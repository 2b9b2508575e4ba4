"""The letter as it is entered: a bundle becomes its items, and the form stays as it was."""

import pytest

from cadangan.config.assets import Assets
from cadangan.errors import RequestRefused
from cadangan.register import requests
from tests.documents import builders
from tests.steps.builders import desk, registered

BUNDLE = {"name": "kepegawaian", "application": "Kepegawaian", "assets": ["simpeg", "absensi"]}


@pytest.fixture
def here(tmp_path):
    content = builders.assets().model_dump(exclude_unset=True) | {"bundles": [BUNDLE]}
    offices = [*(skpd.model_dump() for skpd in builders.sop().skpd), {"code": "DISDIK", "name": "Dinas Pendidikan"}]
    return desk(tmp_path, assets=Assets.model_validate(content), sop=builders.sop(skpd=offices))


def test_a_bundle_becomes_an_item_an_asset_each_once(here):
    number = registered(here, items=["absensi", "kepegawaian"])

    with here.register.reading() as session:
        request = requests.by_number(session, number)
        assert [item.asset for item in request.items] == ["absensi", "simpeg"]
        assert request.form["items"] == ["absensi", "kepegawaian"]


def test_a_bundle_of_another_office_is_refused_by_its_name(here):
    with pytest.raises(RequestRefused, match="“kepegawaian” milik BKPSDM"):
        registered(here, items=["kepegawaian"], skpd="DISDIK")


def test_a_mistyped_bundle_is_told_the_nearest_name(here):
    with pytest.raises(RequestRefused, match="yang paling mirip: kepegawaian"):
        registered(here, items=["kepegawaan"])
