"""Claim rules: kinds of benefits and which paid month makes a claim valid."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from jamsos.months import Month


class ClaimKind(StrEnum):
    death = "death"
    work_injury = "work_injury"
    work_death = "work_death"
    scholarship = "scholarship"


# As the insurer writes them.
KINDS = {
    "KEMATIAN": ClaimKind.death,
    "KECELAKAAN_KERJA": ClaimKind.work_injury,
    "KEMATIAN_KECELAKAAN_KERJA": ClaimKind.work_death,
    "BEASISWA": ClaimKind.scholarship,
}


def valid_month(event: date, paid: Collection[Month]) -> Month | None:
    """The month of the event, when it was paid; None when the cover was not ours in that month."""
    month = Month.of(event)
    return month if month in paid else None
