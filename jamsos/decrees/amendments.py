"""Amendments: later decrees that end lines and give their places to others. An earlier decree never changes."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import officer_of
from jamsos.decrees import rules, store
from jamsos.decrees.approvals import missing_steps
from jamsos.decrees.errors import AmendmentNotApproved, LeavingWrong, NothingToAmend, SuccessorWrong
from jamsos.decrees.rules import (
    Cautioned,
    DecreeKind,
    EndReason,
    Filling,
    Leaving,
    Line,
    LineAction,
    Named,
    Place,
)
from jamsos.decrees.service import (
    AmendedDecree,
    Decree,
    audit_decree,
    check_day,
    check_number,
    digest,
    keep,
    months_of,
    protected_in,
)
from jamsos.errors import LineWrong, NotFound
from jamsos.months import Month, today
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from jamsos.sealing import Sealer
from jamsos.selection import service as selection
from jamsos.selection.rules import History
from jamsos.table_reader import Line as PaperLine
from jamsos.table_reader import gathered, read_paper

END_BY_EVENT = {
    LifeEvent.died: EndReason.died,
    LifeEvent.moved: EndReason.moved,
    LifeEvent.became_wage_earner: EndReason.became_wage_earner,
    LifeEvent.became_civil_servant: EndReason.became_civil_servant,
    LifeEvent.refused: EndReason.refused,
}


@dataclass(frozen=True)
class Amendment:
    """An amending decree: how many persons left, how many follow, the places that stay vacant, and the cautions."""

    decree: Decree
    ended: int
    filled: int
    open_places: int
    cautions: Sequence[Cautioned]


@dataclass(frozen=True)
class Draft:
    """The effect of an amendment: the lines to freeze, the missing steps of approval, and the cautions."""

    root: Decree
    lines: Sequence[Mapping[str, Any]]
    ended: int
    filled: int
    open_places: int
    list_sha256: bytes
    missing: Sequence[str]
    cautions: Sequence[Cautioned]


async def amend_decree(
    connection: AsyncConnection,
    actor: Actor,
    *,
    number: str,
    of: AmendedDecree,
    signed_date: date,
    legal_base: str | None = None,
    **changes: Any,
) -> Amendment:
    """Issue the amendment that draft_amendment returns for the same facts, after the approvals that the criteria require.

    Raises ProofNeeded, DecreeNumberMalformed, DecreeNumberTaken, AmendmentNotApproved, and the errors of draft_amendment.
    """
    officer = officer_of(actor)
    await check_number(connection, of.root.office_code, number)
    draft = await draft_amendment(connection, of=of, signed_date=signed_date, **changes)
    if draft.missing:
        raise AmendmentNotApproved(of=of.root.number, steps=", ".join(draft.missing), sha256=draft.list_sha256.hex())
    root = draft.root
    decree = await keep(
        connection, draft.lines,
        number=number, kind=DecreeKind.amendment, signed_date=signed_date, year=root.year,
        **months_of(root.month_from, root.month_to), legal_base=legal_base or root.legal_base, amends_id=root.id,
        fund_id=root.fund_id, rate=root.rate, worker_count=draft.filled, amount=0, office_code=root.office_code,
        issued_by=officer.name, officer_id=officer.id,
    )  # fmt: skip
    await audit_decree(connection, actor, "amend_decree", decree)
    return Amendment(decree, draft.ended, draft.filled, draft.open_places, draft.cautions)


async def draft_amendment(
    connection: AsyncConnection,
    *,
    of: AmendedDecree,
    signed_date: date,
    leavings: Sequence[Leaving] = (),
    named: Sequence[Named] = (),
    fill_from: Month | None = None,
    billed: Mapping[int, Month],
    history: History | None = None,
) -> Draft:
    """Return an amendment that ends lines and gives their places to others. Write nothing.

    The quota in person-months and the committed money stay the same.

    - `of`: the result of decree_to_amend.
    - `named`: who fills a place that is already vacant or becomes vacant in this amendment. A named person is on the
      run's list, meets the criteria now, and has no other decree in those months. Persons whose line was ended, or whom
      the insurer refused, may be named again.
    - `fill_from`: from this month the next of the run take every other vacant place, as far as they still meet the
      criteria.
    - `billed`: the last billed month of each line, by line; billed months never move.
    - `history`: from enrolment, whom the insurer refused or insures for another payer.

    Raises NotFound, DecreeDateWrong, LeavingWrong, SuccessorWrong, NothingToAmend.
    """
    root, lines = of.root, of.lines
    mistake = rules.signing_mistake(signed_date, root.year, root.month_to, today(), root.signed_date, of.last_signed)
    check_day(mistake, signed_date)
    _check_leavings(leavings, lines, billed)
    places = rules.open_places(lines.values(), leavings)
    wanted = {each.line_id: each for each in [*_successors(leavings), *named]}
    _check_named([*_successors(leavings), *named], places)
    persons = {each.person_id for each in wanted.values()}
    known = history or History()
    is_filled = places and (fill_from or persons)
    waiting = await _waiting(connection, root, fill_from, signed_date, known, persons) if is_filled else {}
    ranked = iter([person for person in waiting if person not in persons])
    filled = rules.fill(places, wanted, ranked, fill_from)
    await _check_eligible(connection, root, [each for each in filled if each.person_id in persons], waiting)
    if not leavings and not filled:
        raise NothingToAmend(decree=root.number)
    amending = _amending_lines(leavings, filled, lines, waiting)
    sha256, run = digest(amending), await selection.run_by_id(connection, run_of(root))
    missing = await missing_steps(connection, run, sha256)
    billed_to = max(billed.values(), default=None)
    cautions = rules.amendment_cautions(amending, signed_date, billed_to, known.refused)
    return Draft(root, amending, len(leavings), len(filled), len(places) - len(filled), sha256, missing, cautions)


def _successors(leavings: Sequence[Leaving]) -> list[Named]:
    return [
        Named(each.line_id, each.successor_id, each.successor_from)
        for each in leavings
        if each.successor_id is not None
    ]


def _check_leavings(leavings: Sequence[Leaving], lines: Mapping[int, Line], billed: Mapping[int, Month]) -> None:
    seen: set[int] = set()
    for leaving in leavings:
        line = lines.get(leaving.line_id)
        if line is None:
            raise NotFound(what="decree_line", which=leaving.line_id)
        mistake = rules.leaving_mistake(line, leaving.last_month, billed.get(line.id))
        if leaving.line_id in seen or mistake:
            wish = mistake or "decree.leaving.twice"
            raise LeavingWrong(line=line.number, decree=line.decree, last_month=leaving.last_month, wish=wish)
        seen.add(leaving.line_id)


def _check_named(named: Sequence[Named], places: Sequence[Place]) -> None:
    by_line = {place.line_id: place for place in places}
    persons, taken = Counter(each.person_id for each in named), Counter(each.line_id for each in named)
    for each in named:
        mistake = rules.naming_mistake(each, by_line)
        if mistake is None and taken[each.line_id] > 1:
            mistake = "decree.successor.held"
        if mistake is None and persons[each.person_id] > 1:
            mistake = "decree.successor.twice"
        if mistake:
            raise SuccessorWrong(person=each.person_id, wish=mistake)


async def _check_eligible(
    connection: AsyncConnection, root: Decree, named: Sequence[Filling], waiting: Mapping[int, Mapping[str, Any]]
) -> None:
    """Raise SuccessorWrong where a named person does not meet the criteria, or a decree already protects them in those months."""
    protected: dict[tuple[Month, Month], dict[int, str]] = {}
    for each in named:
        months = each.month_from, each.month_to
        if months not in protected:
            protected[months] = await protected_in(
                connection, office_code=root.office_code, month_from=each.month_from, month_to=each.month_to
            )
        if each.person_id in protected[months]:
            raise SuccessorWrong(person=each.person_id, wish="decree.successor.protected")
        if each.person_id not in waiting:
            raise SuccessorWrong(person=each.person_id, wish="decree.successor.not_eligible")


def run_of(root: Decree) -> int:
    """Return the run whose list a determination froze."""
    assert root.run_id is not None  # noqa: S101 - a determination has a run
    return root.run_id


async def _waiting(
    connection: AsyncConnection,
    root: Decree,
    fill_from: Month | None,
    signed: date,
    history: History,
    named: Collection[int],
) -> dict[int, dict[str, Any]]:
    """Return who may follow, by rank: not reached by the run, in no decree of these months, and eligible now.

    A `named` person is not excluded by cover or by an earlier refusal. The months of the place decide, and the insurer
    must answer again.
    """
    run = await selection.run_by_id(connection, run_of(root))
    first = fill_from or root.month_from
    covered = await protected_in(
        connection, office_code=root.office_code, month_from=root.month_from, month_to=root.month_to
    )
    known = replace(
        history, covered=frozenset(covered).difference(named), refused=history.refused.difference(named)
    )  # fmt: skip
    return await selection.waiting_of(
        connection, run, fund_id=root.fund_id, months=(first, root.month_to), as_of=signed, history=known, named=named
    )


def _amending_lines(
    leavings: Sequence[Leaving],
    filled: Sequence[Filling],
    lines: Mapping[int, Line],
    waiting: Mapping[int, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the lines of the amendment: first terminations, then replacements. Each names the line that it ends or follows."""
    ending = [
        {
            "action": LineAction.termination, "person_id": lines[leaving.line_id].person_id, "reason": leaving.reason,
            "month_from": lines[leaving.line_id].month_from.first_day, "month_to": leaving.last_month.first_day,
            "group_code": lines[leaving.line_id].group_code, "village_code": lines[leaving.line_id].village_code,
            "replaces_line_id": leaving.line_id,
        }
        for leaving in leavings
    ]  # fmt: skip
    following = [
        {
            "action": LineAction.replacement, "person_id": filling.person_id, "reason": None,
            **months_of(filling.month_from, filling.month_to), "group_code": waiting[filling.person_id]["group_code"],
            "village_code": waiting[filling.person_id]["village_code"], "replaces_line_id": filling.line_id,
        }
        for filling in filled
    ]  # fmt: skip
    return [row | {"line": line} for line, row in enumerate(ending + following, start=1)]


async def left_by_event(
    connection: AsyncConnection, *, of: AmendedDecree, as_of: date, billed: Mapping[int, Month]
) -> list[Leaving]:
    """Return the lines that must end because of a life event up to that day.

    The last month is the month of the event, or the last billed month if later.
    """
    found = []
    for row in await store.left_by_event(connection, of.root.id, as_of):
        line = of.lines[row["line_id"]]
        last = rules.last_month_of(line, Month.of(row["event_date"]), billed.get(line.id))
        if last < line.month_to:
            found.append(Leaving(line.id, END_BY_EVENT[LifeEvent(row["kind"])], last))
    return found


CHANGES = ("nik", "alasan", "bulan_terakhir", "nik_pengganti", "bulan_mulai")


class Changes(NamedTuple):
    """The changes in the office's file: whose lines end, and who takes a place that is already vacant."""

    leavings: list[Leaving]
    named: list[Named]


async def read_changes(connection: AsyncConnection, sealer: Sealer, path: Path, of: AmendedDecree) -> Changes:
    """Return the leavings and the named successors from the office's file.

    A row without `alasan` and `bulan_terakhir` names who takes the place that the person of `nik` left vacant. Raises
    LineWrong, and the errors of read_paper.
    """
    paper = read_paper(path, CHANGES, aliases={"bulan_mulai": ("",)})
    niks = {line.text("nik") for line in paper.lines} | {line.values["nik_pengganti"].strip() for line in paper.lines}
    persons = await people.by_niks(connection, sealer, niks - {""})
    held, left = rules.held_by(of.lines.values()), rules.left_open_by(of.lines.values())
    found = gathered(
        paper.lines,
        lambda line: (line, _leaving(line, persons, held) if _says_end(line) else _named(line, persons, left)),
    )
    _refuse_twice(found)
    return Changes(
        [change for _, change in found if isinstance(change, Leaving)],
        [change for _, change in found if isinstance(change, Named)],
    )


def _says_end(line: PaperLine) -> bool:
    return bool(line.maybe("alasan") or line.maybe("bulan_terakhir") or not line.maybe("nik_pengganti"))


def _refuse_twice(found: Sequence[tuple[PaperLine, Leaving | Named]]) -> None:
    """Raise LineWrong where one line would end twice, or one place would have two successors."""
    seen: set[int] = set()
    for line, change in found:
        if change.line_id in seen:
            raise LineWrong(file=line.file, line=line.number, field="nik", wish="decree.leaving.twice")
        seen.add(change.line_id)


def _leaving(line: PaperLine, persons: Mapping[str, int], held: Mapping[int, Line]) -> Leaving:
    leaves = held.get(persons.get(line.text("nik"), 0))
    if leaves is None:
        raise LineWrong(file=line.file, line=line.number, field="nik", wish="decree.leaving.nobody")
    reason = rules.REASONS[line.one_of("alasan", rules.EndWord)]
    return Leaving(leaves.id, reason, line.month("bulan_terakhir"), _successor(line, persons), _first_month(line))


def _named(line: PaperLine, persons: Mapping[str, int], left: Mapping[int, Line]) -> Named:
    place = left.get(persons.get(line.text("nik"), 0))
    successor = _successor(line, persons)
    if place is None or successor is None:
        raise LineWrong(file=line.file, line=line.number, field="nik", wish="decree.leaving.not_open")
    return Named(place.id, successor, _first_month(line))


def _successor(line: PaperLine, persons: Mapping[str, int]) -> int | None:
    successor = line.maybe("nik_pengganti")
    if successor and successor not in persons:
        raise LineWrong(file=line.file, line=line.number, field="nik_pengganti", wish="decree.leaving.unknown")
    return persons[successor] if successor else None


def _first_month(line: PaperLine) -> Month | None:
    return line.month("bulan_mulai") if line.maybe("bulan_mulai") else None
