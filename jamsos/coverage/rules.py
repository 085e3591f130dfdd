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


@dataclass(frozen=True)
class BenefitState:
    """The benefits that a worker's paid months give in one month."""

    consecutive: int
    is_protected: bool
    is_lapsed: bool
    has_full_death_benefit: bool
    has_scholarship: bool


def benefit_state(paid: Sequence[Run], month: Month, waiting: Waiting) -> BenefitState:
    """Return the benefits in a month. A waiting period counts consecutive paid months before `month`, which must be paid itself.

    A month that is not paid is not protected; a person is lapsed when unpaid for longer than the grace period.
    """
    before = consecutive(paid, month + -1)
    is_paid = consecutive(paid, month) > 0
    last = max((run.last for run in paid if run.first <= month), default=None)
    unpaid = month - min(last, month) if last else 0
    return BenefitState(
        consecutive=consecutive(paid, month),
        is_protected=is_paid,
        is_lapsed=unpaid > waiting.get(WaitingPeriod.lapse, 0),
        has_full_death_benefit=is_paid and before >= waiting.get(WaitingPeriod.full_death_benefit, 0),
        has_scholarship=is_paid and before >= waiting.get(WaitingPeriod.scholarship, 0),
    )


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
