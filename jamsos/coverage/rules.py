"""Coverage rules: the state of a worker-month, runs and gaps of paid months with their benefits, and kinds of differences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from jamsos.months import Month


class CoverageState(StrEnum):
    billed = "billed"
    paid = "paid"
    confirmed = "confirmed"


class Difference(StrEnum):
    """How the insurer receipt differs from the bill and the payments of the office.

    not_confirmed: paid, but not in the receipt. unknown_member: a membership number of no person. not_billed: a member,
    but not in this bill. wrong_month: in this bill for other months. not_paid: billed, but not paid by the office.
    short, over: another amount. double: the same member and month twice, confirmed before, or paid under two ids that
    were found to be one worker. not_registered: named by the decree for a confirmed month, but never billed. died,
    moved, other_payer: paid for a month after a death, a move or another payer, whenever that became known.
    """

    not_confirmed = "not_confirmed"
    unknown_member = "unknown_member"
    not_billed = "not_billed"
    wrong_month = "wrong_month"
    not_paid = "not_paid"
    short = "short"
    over = "over"
    double = "double"
    not_registered = "not_registered"
    died = "died"
    moved = "moved"
    other_payer = "other_payer"


class Owner(StrEnum):
    """Who must resolve a difference: the office of the programme, the treasury, or the insurer."""

    office = "office"
    treasury = "treasury"
    insurer = "insurer"


OWNERS = dict.fromkeys(Difference, Owner.insurer) | {
    Difference.not_billed: Owner.office,
    Difference.not_paid: Owner.treasury,
    Difference.not_registered: Owner.office,
    Difference.died: Owner.office,
    Difference.moved: Owner.office,
    Difference.other_payer: Owner.office,
}


class Resolution(StrEnum):
    """How a difference was resolved.

    confirmed_later, billed_later, withdrawn (its reason was withdrawn): recorded by the programme itself. credited:
    counted in a later bill.
    refunded: paid back. corrected: the list of the insurer or of the office was corrected. accepted: both sides accept
    the difference, for the given reason.
    """

    confirmed_later = "confirmed_later"
    billed_later = "billed_later"
    withdrawn = "withdrawn"
    credited = "credited"
    refunded = "refunded"
    corrected = "corrected"
    accepted = "accepted"


FOUND = {Resolution.confirmed_later, Resolution.billed_later, Resolution.withdrawn}  # recorded by the programme itself


class WaitingPeriod(StrEnum):
    """A period in months. lapse: unpaid months after which protection ends. The others: consecutive paid months before a benefit."""

    lapse = "lapse"
    full_death_benefit = "full_death_benefit"
    scholarship = "scholarship"


Waiting = Mapping[WaitingPeriod, int]  # only the periods in force


class Run(NamedTuple):
    """Consecutive months, both ends included."""

    first: Month
    last: Month

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def runs(months: Iterable[Month]) -> list[Run]:
    """Return the runs of consecutive months, in order."""
    found: list[Run] = []
    for month in sorted(set(months)):
        if found and month == found[-1].last + 1:
            found[-1] = Run(found[-1].first, month)
        else:
            found.append(Run(month, month))
    return found


def gaps(paid: Sequence[Run]) -> list[Run]:
    """Return the gaps between the runs."""
    return [Run(before.last + 1, after.first + -1) for before, after in pairwise(paid)]


def consecutive(paid: Sequence[Run], month: Month) -> int:
    """Return how many consecutive months up to and including `month` were paid; 0 when `month` is not paid."""
    return next((month - run.first + 1 for run in paid if run.first <= month <= run.last), 0)


class EndOfCover(StrEnum):
    """Why a spell of cover ends, unless its next month is paid.

    continued: another line goes on with the next month. gap: paid again after unpaid months of grace. lapsed: the months of grace ran
    out. died: with the day of death. The others: the worker's line or need ended, and no month after it is in grace.
    """

    continued = "continued"
    gap = "gap"
    lapsed = "lapsed"
    died = "died"
    moved = "moved"
    became_wage_earner = "became_wage_earner"
    became_civil_servant = "became_civil_servant"
    refused = "refused"
    too_old = "too_old"
    duplicate = "duplicate"
    found_ineligible = "found_ineligible"
    refused_by_insurer = "refused_by_insurer"
    other_payer = "other_payer"


class Spell(NamedTuple):
    """Paid months in a row under one decree line, and the days on which they protect (`worker_spells.sql`).

    `run_from`: the first month of the unbroken run of paid months, over all lines, that these belong to.
    """

    run_from: Month
    month_from: Month
    month_to: Month
    protected_from: date
    protected_to: date
    end_reason: EndOfCover


class Cover(StrEnum):
    """A worker's cover on a day. grace: the month is unpaid and cover has not lapsed. ended: not by unpaid months; see the reason."""

    none = "none"
    paid = "paid"
    grace = "grace"
    lapsed = "lapsed"
    ended = "ended"


@dataclass(frozen=True)
class BenefitState:
    """What a worker's paid months are worth on one day. `consecutive`: months in a row, up to that of the day or the last paid one."""

    cover: Cover
    consecutive: int
    has_full_death_benefit: bool
    has_scholarship: bool
    end_reason: EndOfCover | None = None
    protected_to: date | None = None

    @property
    def is_protected(self) -> bool:
        return self.cover in (Cover.paid, Cover.grace)

    @property
    def is_lapsed(self) -> bool:
        return self.cover is Cover.lapsed


def benefit_state(spells: Sequence[Spell], day: date, waiting: Waiting) -> BenefitState:
    """Return the cover on a day. It is protected within a spell's days: its months are paid, or unpaid for no longer than the grace.

    A waiting period counts consecutive paid months before the month of the day, which must be paid itself.
    """
    found = next((each for each in spells if each.protected_from <= day <= each.protected_to), None)
    if found is None:
        return _unprotected([each for each in spells if each.protected_from <= day])
    month = Month.of(day)
    is_paid = month <= found.month_to
    count = min(month, found.month_to) - found.run_from + 1
    return BenefitState(
        cover=Cover.paid if is_paid else Cover.grace,
        consecutive=count,
        has_full_death_benefit=is_paid and count > waiting.get(WaitingPeriod.full_death_benefit, 0),
        has_scholarship=is_paid and count > waiting.get(WaitingPeriod.scholarship, 0),
        end_reason=found.end_reason,
        protected_to=found.protected_to,
    )


def _unprotected(before: Sequence[Spell]) -> BenefitState:
    if not before:
        return BenefitState(Cover.none, 0, False, False)
    last = max(before, key=lambda each: each.month_from)
    cover = Cover.lapsed if last.end_reason in (EndOfCover.lapsed, EndOfCover.gap) else Cover.ended
    return BenefitState(cover, 0, False, False, last.end_reason, last.protected_to)


def reopening_mistake(is_signer: bool, reason: str, days: tuple[date, date, date]) -> str | None:
    """Return why minutes cannot be reopened, as a catalogue key; None when they can.

    `days` are the days of the signing, of the reopening, and today.
    """
    signed, opened, today = days
    if is_signer:
        return "reopening.officer"
    if not reason.strip():
        return "reopening.reason"
    return None if signed <= opened <= today else "reopening.day"
