"""The rights of a key, and the codes that a region sees."""

import pytest

from jamsos.access.rules import COUNTRY, DEFAULT_SCOPES, NOTHING, Actor, AgencyKind, Scope, Sight, is_region, sight_of


@pytest.mark.parametrize("code", ["ID", "53", "53.15", "53.15.05", "53.15.05.2001"])
def test_a_region_is_a_whole_level(code):
    assert is_region(code)


@pytest.mark.parametrize("code", ["", "5", "53.", "53.1", "53.15.05.200", "53.15.05.2001.1", "id", "53 15", "53.15\n"])
def test_what_is_no_whole_level_is_no_region(code):
    assert not is_region(code)


@pytest.mark.parametrize(
    ("region", "sight"),
    [(None, NOTHING), ("ID", COUNTRY), ("53.15", Sight("53.15", "53.15~")), ("53", Sight("53", "53~"))],
)
def test_a_region_sees_what_its_code_begins(region, sight):
    assert sight_of(region) == Actor("mabar", region_code=region).sight == sight


def test_an_actor_asks_for_one_request_and_stays_the_same_otherwise():
    actor = Actor("mabar", 7, AgencyKind.regency_office, "53.15", frozenset({"read:people"}), proof="key 3")

    assert actor.asking("audit", "request-1") == Actor(
        "mabar", 7, AgencyKind.regency_office, "53.15", frozenset({"read:people"}), "audit", "request-1", "key 3"
    )


def test_an_actor_may_what_the_scopes_say():
    actor = Actor("golo", scopes=DEFAULT_SCOPES[AgencyKind.village_office])

    assert actor.may(Scope.read_people) and actor.may(Scope.act_complaints)
    assert not actor.may(Scope.read_money) and not actor.may(Scope.unmask_identity)


def test_only_a_regency_acts_on_everything_and_an_analyst_only_reads():
    acting = {kind for kind, scopes in DEFAULT_SCOPES.items() if Scope.act_claims in scopes}

    assert acting == {AgencyKind.regency_office, AgencyKind.bpjs_branch}
    assert DEFAULT_SCOPES[AgencyKind.analyst] == {Scope.read_people, Scope.read_money}
