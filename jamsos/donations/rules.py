"""Donation rules: pledge codes, how to find a code in a bank's text, and the outcome of a bank line."""

import re
import secrets
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

ALPHABET = (
    # without 0 O 1 I L; 31 is a prime, so one wrong or two swapped letters are detected
    "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
)
PREFIX = "DON"
FREE = 6
LENGTH = len(PREFIX) + FREE + 1


class MatchOutcome(StrEnum):
    """The outcome of a bank line. exact, partial, over: the amount against the open rest of the pledge; the money enters the fund.

    unknown: no pledge is named. duplicate: the pledge was paid whole before. refunded: money returned to the donor.
    outgoing: money out that refunds no donation: the bank's fees, which the office pays, and payments recorded
    elsewhere.
    settled: provider and bank reported the same money, which is booked only once.
    assigned: an officer assigned the money to a fund, without a pledge. returning: an officer decided to refund it.
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
    """An officer's decision about a waiting line. `told`: another line already reported the same money."""

    pledge = "pledge"
    fund = "fund"
    giver = "giver"
    told = "told"


class PledgeState(StrEnum):
    """The state of a pledge for its donor. expired: nothing arrived in time; later money is still accepted."""

    waiting = "waiting"
    partial = "partial"
    exact = "exact"
    over = "over"
    refunded = "refunded"
    expired = "expired"


class Pledge(NamedTuple):
    """The state of a pledge: the rupiah still `open`, `paid` into its fund, and `aside` because they were paid twice."""

    id: int
    code: str
    fund_id: int
    open: int
    paid: int
    aside: int


def fresh_code() -> str:
    """Return a new code: `DON` and seven characters, the last of which is a check character."""
    return checked("".join(secrets.choice(ALPHABET) for _ in range(FREE)))


def fresh_codes(count: int) -> list[str]:
    """Return as many distinct codes, for printed forms."""
    found: set[str] = set()
    while len(found) < count:
        found.add(fresh_code())
    return sorted(found)


def checked(free: str) -> str:
    """Return the code for six free letters."""
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(free, start=1))
    return f"{PREFIX}{free}{ALPHABET[total % len(ALPHABET)]}"


def is_well_formed(code: str) -> bool:
    """Return whether `fresh_code` could have returned this code."""
    free = code[len(PREFIX) : -1]
    return len(code) == LENGTH and set(free) <= set(ALPHABET) and code == checked(free)


def plain(code: str) -> str:
    """Return a code in canonical form: capitals and digits only."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def codes_in(text: str) -> set[str]:
    """Return everything in a bank's text that may be a pledge code: its words, and our codes even where blanks split them.

    Statements break their texts into lines of a fixed width, so a word may continue in the next line.
    """
    written = f"{text} {text.replace(chr(10), '')}".upper()
    words = {word for word in re.split(r"[^A-Z0-9]+", written) if 4 <= len(word) <= 25}
    return words | set(_own_codes(plain(text)))


def references_in(text: str) -> set[str]:
    """Return every word in a bank's text that may be a payment provider's reference: it has a digit."""
    return {word for word in re.split(r"[^A-Za-z0-9-]+", text) if 6 <= len(word) <= 64 and re.search(r"\d", word)}


def _own_codes(squeezed: str) -> Iterator[str]:
    for found in re.finditer(f"(?={PREFIX})", squeezed):
        if is_well_formed(code := squeezed[found.start() : found.start() + LENGTH]):
            yield code


def pledge_state(amount: int, arrived: int, returned: int, is_late: bool) -> PledgeState:
    """Return the state of a pledge of `amount`: `arrived` in its fund, `returned` from there to the donor."""
    if arrived == 0:
        return PledgeState.expired if is_late else PledgeState.waiting
    if returned >= arrived:
        return PledgeState.refunded
    kept = arrived - returned
    if kept == amount:
        return PledgeState.exact
    return PledgeState.partial if kept < amount else PledgeState.over


def judge(signed: int, pledge: Pledge | None) -> MatchOutcome:
    """Return the outcome of a line of `signed` rupiah, in (+) or out (−), for the pledge that it names."""
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
