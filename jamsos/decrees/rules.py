"""Decree rules: what a decree may change, why a person leaves the list, and who takes the place.

A place is one person's share of the quota, month by month. A line of inclusion names its first holder. A line of
replacement names the next holder and the line before. A line of termination ends a line. No line ever changes.
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
    """The words for the reasons in the office's files."""

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
    """Return whether a number such as `298/KEP/HK/2024` is one line of letters, digits and a few marks."""
    return bool(re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z./ _-]{0,63}", number)) and number == number.strip()


def number_key(number: str) -> str:
    """Return a number without the differences of writing: `20/kep/hk/2025` and `20/KEP/HK/2025` are one decree."""
    return number.upper().replace(" ", "")


def signing_mistake(
    signed: date, first_year: int, last: Month, today: date, after: date | None = None, latest: date | None = None
) -> str | None:
    """Return the mistake in a signing date, as a catalogue key; None when the date is plausible.

    `after` is the signing date of the decree that it amends; `latest` is that of the last amendment.
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
    """Return why an officer cannot do this step now, as a catalogue key, or None. `done`: the officer of each step."""
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
    """A line that holds a place, as of now. `ended` is its last month where a later decree ended it."""

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
    """The end of a person's line with `last_month`, and the person who may follow, from the next month or a later one.

    A `last_month` before the first month means that the person was never protected.
    """

    line_id: int
    reason: EndReason
    last_month: Month
    successor_id: int | None = None
    successor_from: Month | None = None


class Named(NamedTuple):
    """A person named for the place of a line, from its first vacant month or a later one."""

    line_id: int
    person_id: int
    month_from: Month | None = None


class AmendmentCaution(StrEnum):
    """A fact that the office should know before it approves an amendment. No caution blocks the amendment."""

    ends_in_past = "ends_in_past"
    starts_in_past = "starts_in_past"
    months_billed = "months_billed"
    refused_before = "refused_before"


class Cautioned(NamedTuple):
    """A caution with the numbers of its lines and the first affected month."""

    caution: AmendmentCaution
    lines: list[int]
    month: Month


class Place(NamedTuple):
    """A vacant place: after the line, for these months."""

    line_id: int
    month_from: Month
    month_to: Month


class Filling(NamedTuple):
    """The person who takes a place, and the months."""

    line_id: int
    person_id: int
    month_from: Month
    month_to: Month


def leaving_mistake(line: Line, last_month: Month, billed: Month | None) -> str | None:
    """Return why the line cannot end with that month, as a catalogue key; None when it can."""
    if not line.is_in_force:
        return "decree.leaving.ended"
    if billed and last_month < billed:
        return "decree.leaving.billed"
    if not line.month_from + -1 <= last_month < line.month_to:
        return "decree.leaving.outside"
    return None


def last_month_of(line: Line, happened: Month, billed: Month | None) -> Month:
    """Return the last month of a person with an event: the month of the event, but never before the last billed month."""
    return max(line.month_from + -1, happened, billed or happened)


def open_places(lines: Iterable[Line], leavings: Sequence[Leaving]) -> list[Place]:
    """Return every place that is vacant after these leavings, older lines first."""
    ending = {leaving.line_id: leaving.last_month for leaving in leavings}
    ended = [(line, ending.get(line.id, line.ended)) for line in lines if not line.has_successor]
    return [
        Place(line.id, last + 1, line.month_to)
        for line, last in sorted(ended, key=lambda pair: pair[0].id)
        if last is not None and last < line.month_to
    ]


def held_by(lines: Collection[Line]) -> dict[int, Line]:
    """Return the line in force of each person."""
    return {line.person_id: line for line in lines if line.is_in_force}


def left_open_by(lines: Collection[Line]) -> dict[int, Line]:
    """Return by person the last line that was ended and that nobody followed, of the given `lines`."""
    left = {place.line_id for place in open_places(lines, ())}
    return {line.person_id: line for line in lines if line.id in left}


def naming_mistake(named: Named, places: Mapping[int, Place]) -> str | None:
    """Return why a place cannot go to the named person, as a catalogue key; None when it can. `places`: vacant places by line."""
    place = places.get(named.line_id)
    if place is None:
        return "decree.successor.held"
    if named.month_from and not place.month_from <= named.month_from <= place.month_to:
        return "decree.successor.outside"
    return None


def fill(
    places: Sequence[Place], named: Mapping[int, Named], waiting: Iterator[int], fill_from: Month | None
) -> list[Filling]:
    """Return the fillings: each place goes to the person named for its line, or else to the next who waits.

    A named person starts in the named month, or else in the first vacant one. The next who waits need `fill_from`; a
    place whose months are over by then stays vacant.
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
    """Return the cautions of an amendment, in the order of AmendmentCaution.

    They mark lines that reach back before the month of signing, or into months already billed (the last is
    `billed_to`). They also mark successors whom the insurer refused before.
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
