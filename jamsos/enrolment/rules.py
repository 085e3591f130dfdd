"""Enrolment rules: the insurer's possible answers, and the cautions before the office sends."""

import re
from datetime import date
from enum import StrEnum

from jamsos import legal_terms
from jamsos.decrees.rules import EndReason
from jamsos.legal_terms import Term
from jamsos.months import Month

PROGRAMMES = "JKK+JKM"


class Answer(StrEnum):
    accepted = "accepted"
    refused = "refused"
    already_member = "already_member"


class AnswerWord(StrEnum):
    """The words for the answers in the insurer's file."""

    DITERIMA = "DITERIMA"
    DITOLAK = "DITOLAK"
    SUDAH_PESERTA = "SUDAH_PESERTA"


ANSWER_OF = {
    AnswerWord.DITERIMA: Answer.accepted,
    AnswerWord.DITOLAK: Answer.refused,
    AnswerWord.SUDAH_PESERTA: Answer.already_member,
}
# Another payer pays for a person who is a member already: the office never sends its own members again.
END_OF = {Answer.refused: EndReason.refused_by_insurer, Answer.already_member: EndReason.other_payer}


class Caution(StrEnum):
    """A fact that the office should know about a worker before it sends. No caution excludes the worker."""

    reaches_age_limit = "reaches_age_limit"
    late_start = "late_start"
    gap = "gap"
    two_decrees = "two_decrees"


def membership_number_is_wellformed(number: str) -> bool:
    """Return whether a membership number (KPJ) has 11 digits."""
    return bool(re.fullmatch(r"[0-9]{11}", number))


def cautions(
    *, birth_date: date | None, month_from: Month, month_to: Month, last_protected: Month | None, is_in_another: bool
) -> list[Caution]:
    """Return the cautions. `last_protected` is the last earlier month in which a decree protected the person."""
    limit = legal_terms.needed(Term.registration_age_limit, month_from)
    waiting = (
        legal_terms.in_force(Term.full_death_benefit_months, month_from) or 0
    )  # a period that begins later does not end within the year
    found = {
        Caution.reaches_age_limit: birth_date is not None
        and month_from <= Month(birth_date.year + limit, birth_date.month) <= month_to,
        Caution.late_start: last_protected is None and month_from.month + waiting > 12,
        Caution.gap: last_protected is not None and last_protected < month_from + -1,
        Caution.two_decrees: is_in_another,
    }
    return [caution for caution, stands in found.items() if stands]
