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
        "destinations[2].location: SG is outside Indonesia, which PP 71/2019 does not allow",
        "policies[0].copies: pita is no name in destinations",
        "policies[1].copies: jauh is listed more than once",
    )


@pytest.mark.parametrize(
    ("key", "change"),
    [
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
