"""Selection rules: outcomes, reasons, and how many places a ceiling pays for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from jamsos.months import Month


class Outcome(StrEnum):
    chosen = "chosen"
    not_reached = "not_reached"
    excluded = "excluded"


class Reason(StrEnum):
    """Why a candidate was chosen, not reached or left out; of several, the first in this order is told."""

    within_budget = "within_budget"
    below_the_cut = "below_the_cut"
    quota_full = "quota_full"
    died = "died"
    moved = "moved"
    not_resident = "not_resident"
    wage_earner = "wage_earner"
    civil_servant = "civil_servant"
    refused = "refused"
    other_payer = "other_payer"
    already_protected = "already_protected"
    refused_by_insurer = "refused_by_insurer"
    nik_unusable = "nik_unusable"
    not_in_dukcapil = "not_in_dukcapil"
    birth_date_unknown = "birth_date_unknown"
    too_young = "too_young"
    too_old = "too_old"
    no_work = "no_work"
    no_group = "no_group"
    not_for_this_fund = "not_for_this_fund"
    decile_unknown = "decile_unknown"
    decile_too_high = "decile_too_high"


@dataclass(frozen=True)
class History:
    """What later rooms know of persons, brought by the door: ids of persons.

    continuing: protected in the last month before the first. covered: protected in the months by another decree.
    refused: refused by the insurer in an answer for the same year. insured_elsewhere: known to it as paid by somebody else.
    freed: rupiah by fund (its id) that stand committed to a decree which is thought away.
    """

    continuing: frozenset[int] = field(default_factory=frozenset)
    covered: frozenset[int] = field(default_factory=frozenset)
    refused: frozenset[int] = field(default_factory=frozenset)
    insured_elsewhere: frozenset[int] = field(default_factory=frozenset)
    freed: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """For whom, for when, and for how much a list is drawn up; with the inputs and the criteria it decides everything.

    `worker_cost` is what one worker costs over all the months, in rupiah; `rate` is the first month's. `fund_groups` are the groups the
    fund may pay for in all of them, in alphabetical order with a space between; None when it may pay for every group.
    """

    year: int
    office_code: str
    month_from: Month
    month_to: Month
    as_of: date
    ceiling: int
    headcount: int | None
    rate: int
    worker_cost: int
    fund_kind: str | None = None
    fund_groups: str | None = None

    @property
    def seed(self) -> str:
        """What the draw between equals begins with. Fixed by place and year, so that nobody can try another one."""
        return f"{self.office_code}:{self.year}"


class Cut(NamedTuple):
    """Where the money ends. `shortfall` is what the wanted headcount would cost beyond the ceiling."""

    places: int
    cost: int
    remainder: int
    shortfall: int


def cut(available: int, terms: Terms) -> Cut:
    """As many whole workers as the ceiling pays for, never more than there are (eligible, or left by quotas) or are wanted."""
    wanted = available if terms.headcount is None else min(terms.headcount, available)
    places = min(wanted, terms.ceiling // terms.worker_cost)
    cost = places * terms.worker_cost
    wish = (terms.headcount or 0) * terms.worker_cost
    return Cut(places, cost, terms.ceiling - cost, max(wish - terms.ceiling, 0))


def lacking(found: Cut, terms: Terms, distance: int) -> int | None:
    """Rupiah that the ceiling lacks for `distance` places more; None where the headcount, not the money, ends the list."""
    places = found.places + distance
    if terms.headcount is not None and places > terms.headcount:
        return None
    return places * terms.worker_cost - terms.ceiling
