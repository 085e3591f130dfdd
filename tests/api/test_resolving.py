"""Unmatched bank lines over the API: listed, decided, and the decision found beside the replaced match."""

import pytest

from jamsos.access.rules import Actor
from jamsos.donations import matching
from jamsos.ledger.rules import FundKind
from tests.money import add_fund

OFFICE = Actor(name="office", region_code="53.15")
WAITING = """{ donationMatches(filter: { outcome: { in: [unknown, duplicate] }, replacedBy: { none: { amount: { gt: 0 } } } }) {
    nodes { outcome amount bankLine { id description } } } }"""
ALL = "{ donationMatches { nodes { outcome replaces { outcome } replacedBy { nodes { outcome } } } } }"
RESOLVE = """mutation($input: ResolveBankLineInput!) { resolveBankLine(input: $input) { outcome refusal { code } } }"""


@pytest.fixture
async def line(caller, engine, sealer, tmp_path):
    """Return the id of a line of Rp75 without a pledge."""
    path = tmp_path / "mutasi.csv"
    path.write_text("Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi\n03/01/2024,HAMBA ALLAH,,75,75,A\n")
    async with engine.begin() as connection:
        await add_fund(connection, "DONASI-2024", kind=FundKind.donation)
        await matching.match_statement(connection, OFFICE, sealer, path)
    (node,) = (await caller.data(WAITING))["donationMatches"]["nodes"]
    assert (node["outcome"], node["amount"]) == ("unknown", 75) and "HAMBA" not in (
        node["bankLine"]["description"] or ""
    )
    return node["bankLine"]["id"]


def given(line, decision="fund", **changed):
    return {"input": {"bankLineId": line, "decision": decision, "reason": "x", "fundCode": "DONASI-2024"} | changed}


async def test_a_line_is_decided_about_and_waits_no_more(caller, line):
    assert (await caller.data(RESOLVE, given(line)))["resolveBankLine"] == {"outcome": "assigned", "refusal": None}

    assert (await caller.data(WAITING))["donationMatches"]["nodes"] == []
    assert (await caller.data(ALL))["donationMatches"]["nodes"] == [
        {"outcome": "unknown", "replaces": None, "replacedBy": {"nodes": [{"outcome": "assigned"}]}},
        {"outcome": "assigned", "replaces": {"outcome": "unknown"}, "replacedBy": {"nodes": []}},
    ]
    assert (await caller.data(RESOLVE, given(line)))["resolveBankLine"]["refusal"]["code"] == "BANK_LINE_SETTLED"


@pytest.mark.parametrize(
    ("key", "changed", "code"),
    [
        ("ntt", {}, "SCOPE_MISSING"),
        ("manggarai", {}, "NOT_FOUND"),
        ("mabar", {"decision": "giver"}, "DECISION_UNCLEAR"),
        ("mabar", {"bankLineId": "Bill:1"}, "ID_MALFORMED"),
    ],
)
async def test_who_may_not_or_says_too_little_is_refused(caller, line, key, changed, code):
    answer = await caller.data(RESOLVE, given(line, **changed), key=key)
    assert answer["resolveBankLine"]["refusal"]["code"] == code
    assert len((await caller.data(WAITING))["donationMatches"]["nodes"]) == 1
