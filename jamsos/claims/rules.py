"""Claim rules: kinds of benefits and which paid month makes a claim valid."""

from enum import StrEnum


class ClaimKind(StrEnum):
    death = "death"
    work_injury = "work_injury"
    work_death = "work_death"
    scholarship = "scholarship"
