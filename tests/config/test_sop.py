"""sop.yaml: references hold, and roles are filled by the right people on the right day."""

from datetime import date

import pytest

from cadangan.config.sop import Sop
from tests.config.contents import person, role, sop, step
from tests.config.refusals import violations

DEPUTY = {"user": "dc", "first_day": "2026-11-23", "last_day": "2026-11-27"}


def users(content, role_name: str, *, skpd: str = "BKPSDM", day: str = "2026-11-23") -> list[str]:
    return [person.user for person in Sop.model_validate(content).in_role(role_name, skpd, date.fromisoformat(day))]


def roles(**overrides):
    return sop()["roles"] | overrides


def test_holders_fill_a_role():
    assert users(sop(), "planner") == ["kasi"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-22", ["kasi"]),
        ("2026-11-23", ["kasi", "dc"]),
        ("2026-11-27", ["kasi", "dc"]),
        ("2026-11-28", ["kasi"]),
    ],
)
def test_a_deputy_fills_a_role_from_the_first_day_to_the_last(day, expected):
    assert users(sop(roles=roles(planner=role("kasi", deputies=[DEPUTY]))), "planner", day=day) == expected


def test_contacts_fill_a_role_for_requests_of_their_own_office_only():
    assert users(sop(), "confirmer", skpd="BKPSDM") == ["kasi", "budi"]
    assert users(sop(), "confirmer", skpd="DISDIK") == ["kasi", "siti"]
    assert users(sop(), "planner", skpd="DISDIK") == ["kasi"]


def test_nobody_fills_a_role_twice():
    content = sop(roles=roles(planner=role("dc", deputies=[DEPUTY])))
    assert users(content, "planner") == ["dc"]


def test_a_person_is_found_by_log_in():
    loaded = Sop.model_validate(sop())
    assert loaded.person("kasi").email == "kasi@contoh.example"
    assert loaded.person("orang-lain") is None


def test_unknown_references_are_told_all_at_once():
    content = sop(
        skpd=[{"code": "BKPSDM", "name": "Satu"}, {"code": "BKPSDM", "name": "Dua"}],
        people=[person("kasi"), person("kasi"), person("budi", skpd="DINKES")],
        roles={
            "planner": role("kasi", "ani", deputies=[DEPUTY]),
            "confirmer": role(skpd_contacts=True),
            "empty": role(),
        },
        steps={
            "register": {"number": 1, "title": "Mengajukan", "actor": "SKPD"},
            "verify": step(2, role="verifier"),
            "plan": step(2, role="planner"),
            "execute": step(4, role=None),
        },
        late={
            "shares": [{"share": 50, "to": ["in_charge"]}, {"share": 100, "to": ["in_charge", "manager"]}],
            "watcher_silent": ["boss"],
        },
    )
    assert violations(Sop, content) == (
        "skpd: the code BKPSDM is used more than once",
        "people: the log-in kasi is used more than once",
        "people[2].skpd: DINKES is no code in skpd",
        "roles.staff: is missing; it names the people who carry plans out",
        "roles.planner: ani is no log-in in people",
        "roles.planner: dc is no log-in in people",
        "roles.empty.people: nobody fills this role",
        "late.shares[1].to: manager is no name in roles",
        "late.watcher_silent: boss is no name in roles",
        "steps.confirm: is missing",
        "steps.verify.role: verifier is no name in roles",
        "steps.execute.role: none given; this is no name in roles",
        "steps: the number 2 is used more than once",
    )


def test_a_deputyship_cannot_end_before_it_starts():
    backwards = DEPUTY | {"last_day": "2026-11-20"}
    (line,) = violations(Sop, sop(roles=roles(planner=role("kasi", deputies=[backwards]))))
    assert line.startswith("roles.planner.deputies[0]: ")
    assert "comes before first_day" in line


@pytest.mark.parametrize("nip", ["197008081990021001", "-"])
def test_a_nip_has_18_digits_or_is_absent(nip):
    assert Sop.model_validate(sop(people=[*sop()["people"], person("ani", nip=nip)])).person("ani").nip == nip


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("people[0].nip", {"people": [person("kasi", nip="19700808199002100")]}),
        ("people[0].email", {"people": [person("kasi", email="kasi")]}),
        ("repeats", {"repeats": 2}),
        ("number_prefix", {"number_prefix": "br"}),
        ("office.mail_from", {"office": sop()["office"] | {"mail_from": ""}}),
        ("steps.verify.standard", {"steps": sop()["steps"] | {"verify": step(2, standard="0m")}}),
        ("steps.plan.standard", {"steps": sop()["steps"] | {"plan": step(3, standard="1 jam")}}),
        ("steps.plan.forbid[0]", {"steps": sop()["steps"] | {"plan": step(3, forbid=["planner"])}}),
        ("steps.close.[key]", {"steps": sop()["steps"] | {"close": step(6)}}),
        ("skpd", {"skpd": []}),
    ],
)
def test_a_wrong_value_is_told_with_its_path(key, change):
    assert [line.partition(":")[0] for line in violations(Sop, sop(**change))] == [key]


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ([50], "shares: 100 is missing; people must hear of a step that is late"),
        ([50, 50, 100], "shares: 50 is used more than once"),
    ],
)
def test_every_share_has_one_entry_and_the_breach_one(shares, problem):
    late = {"shares": [{"share": share, "to": ["in_charge"]} for share in shares]}
    assert any(problem in line for line in violations(Sop, sop(late=late)))
