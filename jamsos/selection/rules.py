"""Selection rules: order, cut, and a reason for everyone."""

from enum import StrEnum


class Outcome(StrEnum):
    chosen = "chosen"
    not_reached = "not_reached"
    excluded = "excluded"


class Reason(StrEnum):
    """Why a candidate was chosen, not reached or left out."""

    within_budget = "within_budget"
    below_the_cut = "below_the_cut"
    nik_unusable = "nik_unusable"
    birth_date_unknown = "birth_date_unknown"
    too_young = "too_young"
    too_old = "too_old"
    no_work = "no_work"
    decile_too_high = "decile_too_high"
    no_group = "no_group"
    other_payer = "other_payer"
    died = "died"
    moved = "moved"
    wage_earner = "wage_earner"
    civil_servant = "civil_servant"
    refused = "refused"
    not_resident = "not_resident"
    refused_by_insurer = "refused_by_insurer"
