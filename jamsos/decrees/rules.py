"""Decree rules: what a decree may do to the list, why somebody leaves it, and who takes the place.

A place is one person's share of the quota, month by month. Its first holder stands in a line of inclusion; whoever follows stands in a
line of replacement that names the line before. A line of termination ends a line; a line is never changed.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from jamsos.access.rules import Officer, second_person_mistake
from jamsos.months import Month


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
    other_payer = "other_payer"


class EndWord(StrEnum):
    """As the office's files say it."""

    MENINGGAL = "MENINGGAL"
    PINDAH = "PINDAH"
    PENERIMA_UPAH = "PENERIMA_UPAH"
    ASN = "ASN"
    MENOLAK = "MENOLAK"
    USIA = "USIA"
    GANDA = "GANDA"
    TIDAK_MEMENUHI_SYARAT = "TIDAK_MEMENUHI_SYARAT"
    DITOLAK_BPJS = "DITOLAK_BPJS"
    PEMBAYAR_LAIN = "PEMBAYAR_LAIN"


REASONS = dict(zip(EndWord, EndReason, strict=True))


def number_is_wellformed(number: str) -> bool:
    """`298/KEP/HK/2024`: what an office writes on one line, of letters, digits and a few marks."""
    return bool(re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z./ _-]{0,63}", number)) and number == number.strip()


def signing_mistake(
    signed: date, first_year: int, last: Month, today: date, after: date | None = None, latest: date | None = None
) -> str | None:
    """What is wrong with the day of signing, as a key of the catalogue; None when it makes sense. `after`: when the decree
    it amends was signed; `latest`: when the last amendment of that was.
    """
    if signed > today:
        return "decree.date.future"
    if signed.year < first_year - 1:
        return "decree.date.long_before"
    if Month.of(signed) > last:
        return "decree.date.after_its_months"
    if after and signed < after:
        return "decree.date.before_the_first"
    if latest and signed < latest:
        return "decree.date.before_an_amendment"
    return None


def approval_mistake(
    steps: Sequence[str], done: Mapping[str, Officer], step: str, officer: Officer, is_the_list: bool
) -> str | None:
    """Return why an officer cannot do this step now, as a key of the catalogue, or None. `done`: who did which step."""
    if step not in steps:
        return "approval.unknown"
    if not is_the_list:
        return "approval.other_list"
    if step in done:
        return "approval.done"
    if any(before not in done for before in steps[: steps.index(step)]):
        return "approval.early"
    return second_person_mistake(officer, done.values())


@dataclass(frozen=True)
class Line:
    """A line that holds a place, as it stands now: `ended` is the last month when a later decree ended it."""

    id: int
    person_id: int
    month_from: Month
    month_to: Month
    ended: Month | None = None
    has_successor: bool = False
    number: int = 0  # in the annex of its decree
    decree: str = ""
    group_code: str | None = None
    village_code: str = ""

    @property
    def is_in_force(self) -> bool:
        return self.ended is None


class Leaving(NamedTuple):
    """Somebody's line ends with `last_month` (the month before its first: never protected); a named person may follow, from the
    next month or a later one.
    """

    line_id: int
    reason: EndReason
    last_month: Month
    successor_id: int | None = None
    successor_from: Month | None = None


class Named(NamedTuple):
    """Somebody named for a place: that of the line, from its first open month or a later one."""

    line_id: int
    person_id: int
    month_from: Month | None = None


class AmendmentCaution(StrEnum):
    """What the office should know of an amendment before it is approved; none is held back for it."""

    ends_in_past = "ends_in_past"
    starts_in_past = "starts_in_past"
    months_billed = "months_billed"
    refused_before = "refused_before"


class Cautioned(NamedTuple):
    """Lines of an amendment to look at, by their numbers, and the first month touched."""

    caution: AmendmentCaution
    lines: list[int]
    month: Month


class Place(NamedTuple):
    """A quota nobody holds any more: after the line, for these months."""

    line_id: int
    month_from: Month
    month_to: Month


class Filling(NamedTuple):
    """Who takes a place, and from when."""

    line_id: int
    person_id: int
    month_from: Month
    month_to: Month


def leaving_mistake(line: Line, last_month: Month, billed: Month | None) -> str | None:
    """Why the line cannot end with that month, as a key of the catalogue; None when it can."""
    if not line.is_in_force:
        return "decree.leaving.ended"
    if billed and last_month < billed:
        return "decree.leaving.billed"
    if not line.month_from + -1 <= last_month < line.month_to:
        return "decree.leaving.outside"
    return None


def last_month_of(line: Line, happened: Month, billed: Month | None) -> Month:
    """The last month of somebody to whom something happened: that month, never before what is billed already."""
    return max(line.month_from + -1, happened, billed or happened)


def open_places(lines: Iterable[Line], leavings: Sequence[Leaving]) -> list[Place]:
    """Every place without a holder once these have left, older lines first."""
    ending = {leaving.line_id: leaving.last_month for leaving in leavings}
    ended = [(line, ending.get(line.id, line.ended)) for line in lines if not line.has_successor]
    return [
        Place(line.id, last + 1, line.month_to)
        for line, last in sorted(ended, key=lambda pair: pair[0].id)
        if last is not None and last < line.month_to
    ]


def held_by(lines: Collection[Line]) -> dict[int, Line]:
    """Person → the line that stands."""
    return {line.person_id: line for line in lines if line.is_in_force}


def left_open_by(lines: Collection[Line]) -> dict[int, Line]:
    """Person → the last line of theirs that was ended and that nobody followed; `lines` by id."""
    left = {place.line_id for place in open_places(lines, ())}
    return {line.person_id: line for line in lines if line.id in left}


def naming_mistake(named: Named, places: Mapping[int, Place]) -> str | None:
    """Why a place cannot be given as asked, as a key of the catalogue; None when it can. `places`: those open, by line."""
    place = places.get(named.line_id)
    if place is None:
        return "decree.successor.held"
    if named.month_from and not place.month_from <= named.month_from <= place.month_to:
        return "decree.successor.outside"
    return None


def fill(
    places: Sequence[Place], named: Mapping[int, Named], waiting: Iterator[int], fill_from: Month | None
) -> list[Filling]:
    """Each place gets the person named for its line, from the month named or its first open one; else, where a month is given to
    fill from, the next who waits. A place whose months are over by then stays open.
    """
    filled = []
    for place in places:
        if who := named.get(place.line_id):
            first = who.month_from or place.month_from
            filled.append(Filling(place.line_id, who.person_id, first, place.month_to))
        elif fill_from and max(fill_from, place.month_from) <= place.month_to:
            person_id = next(waiting, None)
            if person_id is not None:
                filled.append(Filling(place.line_id, person_id, max(fill_from, place.month_from), place.month_to))
    return filled


def amendment_cautions(
    lines: Iterable[Mapping[str, Any]], signed: date, billed_to: Month | None, refused: Container[int]
) -> list[Cautioned]:
    """Which lines of an amendment reach back before the month of its signing, or into months of which a bill of the decree stands
    (the last of them `billed_to`), and whom of those who follow the insurer refused before. In the order of AmendmentCaution.
    """
    found: dict[AmendmentCaution, list[tuple[int, Month]]] = {}
    for line in lines:
        is_end = line["action"] == LineAction.termination
        first = Month.of(line["month_to"]) + 1 if is_end else Month.of(line["month_from"])
        stands = {
            AmendmentCaution.ends_in_past: is_end and first < Month.of(signed),
            AmendmentCaution.starts_in_past: not is_end and first < Month.of(signed),
            AmendmentCaution.months_billed: not is_end and billed_to is not None and first <= billed_to,
            AmendmentCaution.refused_before: not is_end and line["person_id"] in refused,
        }
        for caution in (caution for caution, is_so in stands.items() if is_so):
            found.setdefault(caution, []).append((line["line"], first))
    return [
        Cautioned(caution, [number for number, _ in found[caution]], min(month for _, month in found[caution]))
        for caution in AmendmentCaution
        if caution in found
    ]
