import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.ledger import rules
from jamsos.ledger.rules import Account, GroupRule, Lack, Posting, Rate, Share
from jamsos.months import Month
from jamsos.worker_groups import Group
from tests.money import TOBACCO

PARTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=6).map(
    lambda cuts: [b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 10_000], strict=True)]
)


def test_the_tobacco_share_is_divided_to_the_rupiah():
    assert rules.divide(1_114_448_000, TOBACCO) == {
        "welfare": 557_224_000,
        "health": 445_779_200,
        "law_enforcement": 111_444_800,
    }


def test_of_the_tobacco_share_only_the_half_for_welfare_pays_contributions():
    parts = rules.divide(1_114_448_000, TOBACCO)

    assert rules.for_contributions(parts, TOBACCO) == {"welfare": 557_224_000}
    assert rules.for_contributions({"general": 1_000}, ()) == {"general": 1_000}


def test_a_rupiah_that_cannot_be_divided_goes_to_the_largest_remainder():
    thirds = [Share("a", 3_333, True), Share("b", 3_333, True), Share("c", 3_334, True)]

    assert rules.divide(100, thirds) == {"a": 33, "b": 33, "c": 34}
    assert rules.divide(1, thirds) == {"c": 1}


@given(st.integers(1, 10**13), PARTS)
def test_nothing_is_lost_in_dividing_and_no_part_is_a_rupiah_off(amount, parts):
    shares = [Share(f"f{i}", part, True) for i, part in enumerate(parts)]

    divided = rules.divide(amount, shares)

    assert sum(divided.values()) == amount
    assert all(abs(divided.get(s.field, 0) * 10_000 - amount * s.basis_points) < 10_000 for s in shares)


@given(st.integers(0, 100), st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50)))
def test_drawing_takes_exactly_the_amount_or_nothing(amount, available):
    drawn = rules.draw(amount, available)

    assert (drawn is None) == (amount > sum(available.values()))
    if drawn is not None:
        assert sum(drawn.values()) == amount
        assert all(0 < part <= available[field] for field, part in drawn.items())


def test_every_act_moves_both_halves_of_the_books_to_zero():
    parts = {"welfare": 10, "health": 4}
    money = {Account.cash, Account.received, Account.contribution, Account.refund, Account.carried}
    for act in (
        rules.receiving, rules.committing, rules.releasing, rules.billing, rules.paying,
        rules.carrying_out, rules.carrying_in, rules.refunding,
    ):  # fmt: skip
        postings = act(parts)
        assert sum(p.amount for p in postings if p.account in money) == 0
        assert sum(p.amount for p in postings if p.account not in money) == 0
        assert sum(p.amount for p in [*postings, *rules.reversing(postings)]) == 0


def test_the_digest_does_not_depend_on_the_order_of_the_postings():
    postings = [Posting("b", Account.cash, 5), Posting("a", Account.received, -5)]

    assert rules.digest(postings) == rules.digest(postings[::-1])
    assert rules.digest(postings) != rules.digest([postings[0]])


def test_a_fund_without_shares_may_be_used_whole():
    assert rules.divide(5, []) == {"general": 5}


def test_of_the_rules_that_have_begun_the_last_decides_which_groups_a_fund_pays_for():
    first, *_, second = Group
    began = [
        GroupRule(first, Month(2024, 1), True),
        GroupRule(second, Month(2024, 1), True),
        GroupRule(first, Month(2024, 3), False),
        GroupRule(second, Month(2024, 5), False),
    ]

    assert rules.allowed_in(began, Month(2023, 12)) == frozenset()
    assert rules.allowed_in(began, Month(2024, 1)) == {first, second}
    assert rules.allowed_in(began, Month(2024, 3)) == rules.allowed_in(began, Month(2024, 4)) == {second}
    assert rules.allowed_in(began, Month(2024, 5)) == frozenset()


def test_a_rate_is_the_sum_of_its_programmes():
    assert Rate(jkk=10_000, jkm=6_800, jht=20_000, base=1_000_000).total == 36_800


def test_a_promise_is_not_overdrawn_and_the_first_that_would_be_is_told():
    held = {Account.free: {"general": -100, "welfare": -50}, Account.committed: {}, Account.payable: {}}

    assert rules.lack(held, rules.committing({"general": 100, "welfare": 50})) is None
    assert rules.lack(held, rules.committing({"general": 100, "welfare": 51})) == Lack(51, 50)
    assert rules.lack(held, rules.committing({"health": 1})) == Lack(1, 0)
    assert rules.lack(held, rules.billing({"general": 1})) == Lack(1, 0)
    cash = {account: {} for account in Account}
    assert rules.lack(cash, rules.receiving({"general": 1_000})) is None


MOVES = {
    rules.receiving: "cash -received budget -free",
    rules.committing: "free -committed",
    rules.releasing: "committed -free",
    rules.billing: "committed -payable",
    rules.paying: "contribution -cash payable -budget",
    rules.carrying_out: "carried -cash free -budget",
    rules.carrying_in: "cash -carried budget -free",
    rules.refunding: "refund -cash free -budget",
}


@pytest.mark.parametrize("act", MOVES, ids=lambda act: act.__name__)
def test_an_act_moves_each_field_from_account_to_account(act):
    moved = act({"general": 7, "welfare": 5})

    assert moved == [
        Posting(field, Account(name.removeprefix("-")), -amount if name.startswith("-") else amount)
        for field, amount in (("general", 7), ("welfare", 5))
        for name in MOVES[act].split()
    ]
    assert rules.reversing(moved) == [Posting(field, account, -amount) for field, account, amount in moved]


def test_nothing_is_drawn_from_a_field_that_holds_nothing():
    assert rules.draw(5, {"welfare": 0, "health": -3, "general": 5}) == {"general": 5}


def test_the_digest_is_that_of_one_posting_a_line():
    postings = [Posting("welfare", Account.free, -2), Posting("general", Account.free, 2)]

    assert rules.digest(postings) == hashlib.sha256(b"general free 2\nwelfare free -2").digest()
