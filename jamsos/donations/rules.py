"""Donation rules: codes of pledges, how a code is found in a bank's text, and what a bank line says about a pledge."""

import re
import secrets
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

ALPHABET = (
    "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L; 31 is a prime, so one wrong or two swapped letters show
)
PREFIX = "DON"
FREE = 6
LENGTH = len(PREFIX) + FREE + 1


class MatchOutcome(StrEnum):
    """exact, partial, over: what the line brings beside what the pledge still owes; that money enters the fund.

    unknown: no pledge is named. duplicate: the pledge was paid whole before. refunded: money went back to the donor.
    outgoing: money out that gives no gift back: the bank's fees, which the office bears, and payments recorded elsewhere.
    settled: the same money was told of before, by the payment provider and by the bank; it is booked once.
    assigned: somebody decided that it is for a fund, without a pledge. returning: somebody decided that it goes back.
    """

    exact = "exact"
    partial = "partial"
    over = "over"
    unknown = "unknown"
    duplicate = "duplicate"
    refunded = "refunded"
    outgoing = "outgoing"
    settled = "settled"
    assigned = "assigned"
    returning = "returning"


WAITING = (MatchOutcome.unknown, MatchOutcome.duplicate)


class LineDecision(StrEnum):
    """What somebody decides about a line that was kept aside. told: the same money is in the books by another line."""

    pledge = "pledge"
    fund = "fund"
    giver = "giver"
    told = "told"


class PledgeState(StrEnum):
    """Where a pledge stands for its donor. expired: nothing came in time; money that comes later is taken all the same."""

    waiting = "waiting"
    partial = "partial"
    exact = "exact"
    over = "over"
    refunded = "refunded"
    expired = "expired"


class Pledge(NamedTuple):
    """Where a pledge stands: still `open`, `paid` into its fund, and lying `aside` because it came twice."""

    id: int
    code: str
    fund_id: int
    open: int
    paid: int
    aside: int


def fresh_code() -> str:
    """`DON` and seven characters, the last of which checks the others; never reads like another word or number."""
    return checked("".join(secrets.choice(ALPHABET) for _ in range(FREE)))


def fresh_codes(count: int) -> list[str]:
    """As many different ones, to be printed on paper forms."""
    found: set[str] = set()
    while len(found) < count:
        found.add(fresh_code())
    return sorted(found)


def checked(free: str) -> str:
    """The code of six free letters."""
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(free, start=1))
    return f"{PREFIX}{free}{ALPHABET[total % len(ALPHABET)]}"


def is_well_formed(code: str) -> bool:
    """Whether it is a code that `fresh_code` could have given."""
    free = code[len(PREFIX) : -1]
    return len(code) == LENGTH and set(free) <= set(ALPHABET) and code == checked(free)


def plain(code: str) -> str:
    """A code as it is compared: capitals and digits only."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def codes_in(text: str) -> set[str]:
    """Everything in a bank's text that may be a pledge's code: its words, and our own codes even where blanks cut them.

    Statements break their texts into lines of a fixed width, wherever that falls: a word may go on in the next.
    """
    written = f"{text} {text.replace(chr(10), '')}".upper()
    words = {word for word in re.split(r"[^A-Z0-9]+", written) if 4 <= len(word) <= 25}
    return words | set(_own_codes(plain(text)))


def references_in(text: str) -> set[str]:
    """Everything in a bank's text that may be a payment provider's reference; it holds a digit."""
    return {word for word in re.split(r"[^A-Za-z0-9-]+", text) if 6 <= len(word) <= 64 and re.search(r"\d", word)}


def _own_codes(squeezed: str) -> Iterator[str]:
    for found in re.finditer(f"(?={PREFIX})", squeezed):
        if is_well_formed(code := squeezed[found.start() : found.start() + LENGTH]):
            yield code


def pledge_state(amount: int, arrived: int, returned: int, is_late: bool) -> PledgeState:
    """Of `amount` promised: `arrived` in its fund, `returned` from there to the donor."""
    if arrived == 0:
        return PledgeState.expired if is_late else PledgeState.waiting
    if returned >= arrived:
        return PledgeState.refunded
    kept = arrived - returned
    if kept == amount:
        return PledgeState.exact
    return PledgeState.partial if kept < amount else PledgeState.over


def judge(signed: int, pledge: Pledge | None) -> MatchOutcome:
    """What a line of `signed` rupiah, in (+) or out (−), says about the pledge it names."""
    if signed < 0:
        gives_back = pledge is not None and -signed <= max(pledge.paid, pledge.aside)
        return MatchOutcome.refunded if gives_back else MatchOutcome.outgoing
    if pledge is None:
        return MatchOutcome.unknown
    if pledge.open <= 0:
        return MatchOutcome.duplicate
    if signed == pledge.open:
        return MatchOutcome.exact
    return MatchOutcome.partial if signed < pledge.open else MatchOutcome.over
