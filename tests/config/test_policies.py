"""policies.yaml: copies go to known places in Indonesia."""

import pytest

from cadangan.config.policies import Policies
from tests.config.contents import RECIPIENT, destination, policies
from tests.config.refusals import violations


def test_a_policy_knows_its_destinations_in_its_own_order():
    loaded = Policies.model_validate(policies(policies=[{"name": "ketat", "copies": ["kedua", "utama"]}]))
    assert [place.name for place in loaded.destinations_of(loaded.policy("ketat"))] == ["kedua", "utama"]


def test_an_unknown_policy_is_a_key_error():
    with pytest.raises(KeyError):
        Policies.model_validate(policies()).policy("lain")


def test_what_contradicts_itself_is_told_all_at_once():
    content = policies(
        destinations=[destination("utama"), destination("utama"), destination("jauh", location="SG")],
        policies=[{"name": "a", "copies": ["utama", "pita"]}, {"name": "a", "copies": ["jauh", "jauh"]}],
    )
    assert violations(Policies, content) == (
        "destinations: the name utama is used more than once",
        "policies: the name a is used more than once",
        "destinations[2].location: SG is outside Indonesia, which PP 71/2019 does not allow; choose another place, or "
        "give the reason and the legal basis in allowed_outside",
        "policies[0].copies: pita is no name in destinations",
        "policies[1].copies: jauh is listed more than once",
    )


def test_a_copy_outside_indonesia_is_allowed_with_its_reason_only():
    reason = "Izin tertulis Kominfo 12/2026, PP 71/2019 Pasal 20 ayat (2)"
    abroad = destination("jauh", location="SG", allowed_outside=reason)
    content = policies(destinations=[abroad], policies=[{"name": "a", "copies": ["jauh"]}])
    assert Policies.model_validate(content).destinations[0].allowed_outside == reason


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("destinations[0].allowed_outside", {"destinations": [destination("utama", allowed_outside="perlu")]}),
        (
            "destinations[0].immutable_days",
            {"destinations": [destination("utama", immutable_days=30), destination("kedua")]},
        ),
        ("destinations[0].url", {"destinations": [destination("utama", url="s3://"), destination("kedua")]}),
        ("policies[0].min_copies", {"policies": [{"name": "default", "copies": ["utama"], "min_copies": 2}]}),
        ("stream.recipients", {"stream": {"recipients": []}}),
        ("stream.recipients[0]", {"stream": {"recipients": ["AGE-SECRET-KEY-1" + "Q" * 58]}}),
        ("stream.recipients[0]", {"stream": {"recipients": [RECIPIENT[:-1]]}}),
        ("stream.level", {"stream": {"recipients": [RECIPIENT], "level": 20}}),
        ("stream.idle_timeout", {"stream": {"recipients": [RECIPIENT], "idle_timeout": 0}}),
        ("destinations[0].location", {"destinations": [destination("utama", location="Indonesia")]}),
        ("destinations", {"destinations": []}),
        ("policies[0].copies", {"policies": [{"name": "default", "copies": []}]}),
        (
            "policies[0].content_digest",
            {"policies": [{"name": "default", "copies": ["utama"], "content_digest": "md5"}]},
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_path(key, change):
    assert [line.partition(":")[0] for line in violations(Policies, policies(**change))] == [key]
