"""Coverage rules: the state of a worker-month, runs and gaps of paid months and what they are worth, and how bill and receipt differ."""

from collections.abc import Iterable, Mapping, Sequence, Set
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
    """What the insurer receipt says otherwise than our bill and payments.

    not_confirmed: paid, but not in the receipt. unknown_member: a number nobody of ours has. not_billed: one of ours, not in this
    bill. wrong_month: in this bill for other months. not_paid: billed, but not paid by us. short, over: another amount.
    double: the same member and month twice, confirmed before, or paid under two ids that were found to be one worker.
    not_registered: named by the decree for a month the bill was answered for, but never billed. died, moved, other_payer: paid for a
    month after the one in which the worker died, moved away or came to be paid for by somebody else, whenever that became known.
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
    """Who has to settle a difference: the office of the programme, the treasury, the insurer."""

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
    """How a difference was settled.

    confirmed_later, billed_later, withdrawn (what it rested on is no longer held): found by the programme itself. credited: counted in
    a later bill. refunded: paid back. corrected: the insurer's or our list was mended. accepted: both sides let it stand, for the
    reason given.
    """

    confirmed_later = "confirmed_later"
    billed_later = "billed_later"
    withdrawn = "withdrawn"
    credited = "credited"
    refunded = "refunded"
    corrected = "corrected"
    accepted = "accepted"


FOUND = {Resolution.confirmed_later, Resolution.billed_later, Resolution.withdrawn}  # what nobody needs to say


class WaitingPeriod(StrEnum):
    """lapse: unpaid months after which protection ends. The others: consecutive paid months before the benefit is due."""

    lapse = "lapse"
    full_death_benefit = "full_death_benefit"
    scholarship = "scholarship"


Waiting = Mapping[WaitingPeriod, int]  # a period that is not in force is missing


class Run(NamedTuple):
    """Months in a row, both ends included."""

    first: Month
    last: Month

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def runs(months: Iterable[Month]) -> list[Run]:
    """Unbroken stretches of the given months, in order."""
    found: list[Run] = []
    for month in sorted(set(months)):
        if found and month == found[-1].last + 1:
            found[-1] = Run(found[-1].first, month)
        else:
            found.append(Run(month, month))
    return found


def gaps(paid: Sequence[Run]) -> list[Run]:
    """What lies between the stretches."""
    return [Run(before.last + 1, after.first + -1) for before, after in pairwise(paid)]


def consecutive(paid: Sequence[Run], month: Month) -> int:
    """Months paid in a row up to and with `month`; 0 when it is not paid."""
    return next((month - run.first + 1 for run in paid if run.first <= month <= run.last), 0)


@dataclass(frozen=True)
class BenefitState:
    """What a worker's paid months are worth in one month."""

    consecutive: int
    is_protected: bool
    is_lapsed: bool
    has_full_death_benefit: bool
    has_scholarship: bool


def benefit_state(paid: Sequence[Run], month: Month, waiting: Waiting) -> BenefitState:
    """A benefit with a waiting period is due once that many months in a row were paid before `month`, which is paid itself.

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


def reopening_mistake(signers: Set[str], officer: str, reason: str, days: tuple[date, date, date]) -> str | None:
    """Why minutes cannot be opened again, a key of the catalogue; `days` of the signing, the opening, and today."""
    signed, opened, today = days
    if not officer or officer in signers:
        return "reopening.officer"
    if not reason.strip():
        return "reopening.reason"
    return None if signed <= opened <= today else "reopening.day"
