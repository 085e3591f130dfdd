"""Selection rules: outcomes, reasons, and the number of places that a ceiling pays for."""

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
    """Why a candidate was chosen, not reached or excluded. Of several reasons, the first in this order is given."""

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
    """Ids of persons that later rooms know, passed in by the API or the command line.

    continuing: protected in the month before the first. covered: protected in the months by another decree.
    refused: refused by the insurer in an answer for the same year. insured_elsewhere: paid by somebody else, by the
    insurer's answer.
    freed: rupiah by fund id, committed to a decree that the comparison leaves out.
    """

    continuing: frozenset[int] = field(default_factory=frozenset)
    covered: frozenset[int] = field(default_factory=frozenset)
    refused: frozenset[int] = field(default_factory=frozenset)
    insured_elsewhere: frozenset[int] = field(default_factory=frozenset)
    freed: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """For whom, for when, and for how much a list is made. Terms, inputs and criteria determine the list.

    `worker_cost` is the cost of one worker over all the months, in rupiah; `rate` is the rate of the first month.
    `fund_groups` are the groups that the fund may pay for in all of them, in alphabetical order, separated by spaces.
    None means every group.
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
        """The seed of the draw. Region and year determine it, so that nobody can try another one."""
        return f"{self.office_code}:{self.year}"


class Cut(NamedTuple):
    """Where the money ends. `shortfall` is the cost of the wanted headcount beyond the ceiling."""

    places: int
    cost: int
    remainder: int
    shortfall: int


def cut(available: int, terms: Terms) -> Cut:
    """Return how many whole workers the ceiling pays for: never more than are available (eligible and within quotas) or wanted."""
    wanted = available if terms.headcount is None else min(terms.headcount, available)
    places = min(wanted, terms.ceiling // terms.worker_cost)
    cost = places * terms.worker_cost
    wish = (terms.headcount or 0) * terms.worker_cost
    return Cut(places, cost, terms.ceiling - cost, max(wish - terms.ceiling, 0))


def lacking(found: Cut, terms: Terms, distance: int) -> int | None:
    """Return the rupiah that the ceiling lacks for `distance` more places; None where the headcount, not the money, ends the list."""
    places = found.places + distance
    if terms.headcount is not None and places > terms.headcount:
        return None
    return places * terms.worker_cost - terms.ceiling
