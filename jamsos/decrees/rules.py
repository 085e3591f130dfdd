"""Decree rules: what a decree may do to the list, and why somebody leaves it."""

from enum import StrEnum


class DecreeKind(StrEnum):
    determination = "determination"
    amendment = "amendment"


class LineAction(StrEnum):
    inclusion = "inclusion"
    termination = "termination"
    replacement = "replacement"


class EndReason(StrEnum):
    died = "died"
    moved = "moved"
    became_wage_earner = "became_wage_earner"
    became_civil_servant = "became_civil_servant"
    refused = "refused"
    too_old = "too_old"
    duplicate = "duplicate"
    found_ineligible = "found_ineligible"
    refused_by_insurer = "refused_by_insurer"
