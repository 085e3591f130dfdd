"""Claim rules: kinds of benefits, and the paid month that makes a claim valid."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from jamsos.months import Month


class ClaimKind(StrEnum):
    death = "death"
    work_injury = "work_injury"
    work_death = "work_death"
    scholarship = "scholarship"


# The words of the insurer's file.
KINDS = {
    "KEMATIAN": ClaimKind.death,
    "KECELAKAAN_KERJA": ClaimKind.work_injury,
    "KEMATIAN_KECELAKAAN_KERJA": ClaimKind.work_death,
    "BEASISWA": ClaimKind.scholarship,
}


def valid_month(event: date, paid: Collection[Month]) -> Month | None:
    """Return the month of the event if it was paid; None when the programme did not cover that month."""
    month = Month.of(event)
    return month if month in paid else None
