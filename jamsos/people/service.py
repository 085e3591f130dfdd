"""People acts: match rows to persons, record their life events, and unseal numbers for a stated purpose."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, audit_shown, must_show, officer_of
from jamsos.errors import NotFound, SealKeyOld
from jamsos.months import today
from jamsos.offices.service import office_of
from jamsos.people import identity_store, rules, store
from jamsos.people.errors import DeathAhead, EventWithdrawn, PersonElsewhere, PersonEnded, WhoNeeded
from jamsos.people.linkage import review_store
from jamsos.people.linkage import service as linkage
from jamsos.people.rules import EVENT_WORDS, LifeEvent
from jamsos.sealing import Sealer, mask
from jamsos.table_reader import Line, gathered, read_paper
from jamsos.worker_groups import Group

Report = Callable[[int, int | None], None]
EVENT_HEADERS = ["nik", "orang", "peristiwa", "tanggal", "keterangan"]


@dataclass(frozen=True)
class MatchResult:
    """The result of a matching. `rows_remembered`: identical to a decided row. `waiting`: rows without a person until a review."""

    rows_by_nik: int
    rows_by_household: int
    rows_by_likeness: int
    rows_remembered: int
    people_new: int
    people_changed: int
    waiting: int
    reviews_new: int
    events_new: int

    @property
    def has_found(self) -> bool:
        return self.rows_by_nik + self.rows_by_household + self.rows_by_likeness + self.rows_remembered > 0

    def and_then(self, later: "MatchResult") -> "MatchResult":
        """Return the sum of both passes; `waiting` is that of the later pass."""
        counts = {name: count + getattr(later, name) for name, count in vars(self).items()}
        return MatchResult(**counts | {"waiting": later.waiting})


async def match_people(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    *,
    office_code: str | None = None,
    progress: Report = lambda done, total: None,
) -> MatchResult:
    """Find or create the person of every row in the regency's registers without one.

    First by NIK, then by household, name and birth date, then, without a NIK, by likeness. A row with a NIK under
    clearly another name, or with only a likely person, waits for an officer. A second run changes nothing. Raises
    RegionUnknown, and PersonElsewhere where the actor sees only a part of the country.
    """
    office_code = await office_of(connection, actor, office_code)
    result = await _pass(connection, office_code, progress, by_likeness=False)
    while True:  # each match may enable another; likeness follows after all matches by number
        latest = await _pass(connection, office_code, progress, by_likeness=True)
        result = result.and_then(latest)
        if not latest.has_found:
            break
    await audit(connection, actor, "match_people", details={"office": office_code, **vars(result)})
    return result


async def _pass(connection: AsyncConnection, office_code: str, progress: Report, *, by_likeness: bool) -> MatchResult:
    await store.begin(connection)
    by_nik, by_household, remembered = await _find(connection, office_code, progress)
    await linkage.adopt(connection)
    alike, alone = await _find_the_rest(connection) if by_likeness else (0, 0)
    progress(4, _STEPS)
    await store.step(connection, "concerned")
    new, changed, events = await keep(connection, progress)
    reviews = await linkage.ask_newcomers(connection)
    reviews += sum([await store.step(connection, name, **{kind: kind}) for name, kind in _REVIEWS])
    reviews += await store.ask_namesakes(
        connection, [pair for pair in await store.namesakes(connection) if rules.same_name(*pair[2:])]
    )
    reviews += await linkage.ask(connection) if by_likeness else 0
    await regroup(connection)
    progress(_STEPS, _STEPS)
    waiting = await store.waiting(connection)
    return MatchResult(by_nik, by_household + alone, alike, remembered, new, changed, waiting, reviews, events)


_REVIEWS = (("other_names", "other_name"), ("several", "several"))
_FIND = (
    "kin", "kin_known", "inhabitants", "inhabitants_known", "families", "witnesses", "found",
    "adopt", "adopt_newcomers", "adopt_matched", "adopt_found",
)  # fmt: skip
_STEPS = 8


async def _find(connection: AsyncConnection, office_code: str, progress: Report) -> tuple[int, int, int]:
    """Fill `temp_matched` with the person of each arrival. Return the counts by NIK, by household, and by an officer's decision."""
    await store.step(connection, "arrivals", regency=office_code)
    await store.step(connection, "arrivals_known")
    await store.step(connection, "remembered")
    await store.step(connection, "settled")
    progress(1, _STEPS)
    await _estrange(connection)
    progress(2, _STEPS)
    for name in ("newcomers", "repaired", "repaired_newcomers"):
        await store.step(connection, name)
    by_nik = await store.step(connection, "matched", **store.NIK)
    remembered = await store.step(connection, "matched_by_memory", **store.HUMAN)
    progress(3, _STEPS)
    for name in ("matched_known", "seekers", "seekers_known", *_FIND):
        await store.step(connection, name)
    by_household = await store.step(connection, "matched_by_household", **store.HOUSEHOLD)
    return by_nik, by_household, remembered


async def _find_the_rest(connection: AsyncConnection) -> tuple[int, int]:
    """Return how many rows without a NIK matched by likeness, and how many are new persons."""
    alike = await linkage.find(connection)
    for name in ("nameless", "nameless_whole", "nameless_alike"):
        await store.step(connection, name)
    return alike, await store.step(connection, "matched_alone", **store.HOUSEHOLD)


async def _estrange(connection: AsyncConnection) -> None:
    """Exclude rows from matching by NIK where their name clearly differs from that of the NIK's owner."""
    await store.step(connection, "contested")
    contested = await store.bearers(connection)
    pairs = [(nik, name) for nik, bearers in contested.items() for name in rules.strangers(bearers)]
    if pairs:
        await store.estrange(connection, *zip(*pairs, strict=True))


async def keep(connection: AsyncConnection, progress: Report = lambda done, total: None) -> tuple[int, int, int]:
    """Write the persons in `temp_concerned`, their rows and the registers' events.

    Return the numbers of new persons, changed persons and events. Raises PersonElsewhere.
    """
    await store.step(connection, "voices")
    progress(5, _STEPS)
    await store.step(connection, "facts")
    progress(6, _STEPS)
    try:
        changed = await store.step(connection, "changed")
        new = await store.step(connection, "newborn")
    except IntegrityError as wrong:
        if "people_nik_sealed_key" in str(wrong.orig):
            raise PersonElsewhere() from None
        raise
    await store.step(connection, "sources")
    progress(7, _STEPS)
    return new, changed, await store.step(connection, "life_events")


async def regroup(connection: AsyncConnection) -> None:
    """Recompute the groups of the persons in `temp_concerned` and of the heads of their households."""
    await store.step(connection, "touched")
    await store.step(connection, "touched_living")
    await store.step(connection, "circumstances")
    lives = await store.circumstances(connection)
    await store.keep_groups(connection, {written: rules.groups_of(life) for written, life in lives.items()})


# --- called by other rooms ---------------------------------------------------------------------------------------


async def by_nik(connection: AsyncConnection, sealer: Sealer, nik: str) -> int | None:
    """Return the person with this NIK. Raises SealKeyOld when this process started before the sealing key changed."""
    return (await by_niks(connection, sealer, [nik])).get(nik)


async def by_niks(connection: AsyncConnection, sealer: Sealer, niks: Iterable[str]) -> dict[str, int]:
    """Return persons by NIK; unknown NIKs are absent. Raises SealKeyOld."""
    version = await store.sealed_with(connection)
    if version is not None and version not in sealer.versions:
        raise SealKeyOld(needed=version, newest=sealer.version)
    wanted = {sealed: nik for nik in set(niks) for sealed in sealer.seal_every("nik", nik)}
    found = await store.ids_by_nik(connection, wanted)
    return {wanted[sealed]: person_id for sealed, person_id in found.items()}


async def ids_of(connection: AsyncConnection, person_id: int) -> list[int]:
    """Return every id of this person, the surviving one first; empty for an unknown id."""
    return await store.ids_of(connection, person_id)


async def is_family_card(connection: AsyncConnection, sealer: Sealer, person_id: int, kk: str) -> bool:
    """Return whether this is the number of the person's family card in the registers."""
    found = (await store.by_ids(connection, [person_id])).get(person_id)
    return found is not None and found["kk_sealed"] in sealer.seal_every("kk", kk)


@dataclass(frozen=True)
class Identity:
    """The unsealed facts of a person. Facts that were not requested are None, and the name is empty."""

    person_id: int
    nik: str | None = None
    kk: str | None = None
    full_name: str = ""
    sex: str | None = None
    birth_place: str | None = None
    birth_date: date | None = None
    address: str | None = None
    village_code: str | None = None
    occupation: str | None = None


async def unsealed(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    person_ids: Sequence[int],
    columns: Collection[Column[Any]],
    *,
    purpose: str,
    versions: Mapping[int, int] | None = None,
) -> list[Identity]:
    """Return persons with these columns unsealed, in the order of `person_ids`. The audit trail records who saw what of whom, and why.

    Columns of other tables in the same output need the same scopes and are recorded, too. `versions`: the version of
    each person to show; without it the current one. Raises NotFound for the first unknown id, ScopeMissing,
    PurposeMissing.
    """
    must_show(actor, columns)
    found = await (
        store.by_ids(connection, person_ids) if versions is None else store.by_versions(connection, versions)
    )
    if missing := [person_id for person_id in person_ids if person_id not in found]:
        raise NotFound(what="person", which=missing[0])
    await audit_shown(connection, actor, "unseal", columns, purpose=purpose, subject="person", subject_ids=person_ids)
    wanted = {column.name for column in columns}
    return [_identity(sealer, found[person_id], wanted) for person_id in person_ids]


def _identity(sealer: Sealer, person: RowMapping, wanted: set[str]) -> Identity:
    facts: dict[str, Any] = {
        name: person[name] for name in Identity.__dataclass_fields__ if name in wanted and name in person
    }
    for kind in ("nik", "kk"):
        if f"{kind}_sealed" in wanted and (sealed := person[f"{kind}_sealed"]):
            facts[kind] = sealer.unseal(kind, sealed)
    return Identity(person_id=person["id"], **facts)


async def word_for(connection: AsyncConnection, person_id: int, fact: str, before: datetime) -> RowMapping | None:
    """Return the register row of a person's fact: source, as_of, file_name, line; as matched before an instant."""
    return await store.word_for(connection, person_id, fact, before)


async def event_before(
    connection: AsyncConnection, person_id: int, kind: LifeEvent, day: date, known_at: datetime
) -> RowMapping | None:
    """Return the first event of a kind up to a day, recorded until an instant and not withdrawn by then."""
    return await store.event_before(connection, person_id, kind, day, known_at)


async def register_of(connection: AsyncConnection, load_id: int) -> RowMapping:
    """Return source, as_of and file_name of a load."""
    return await store.register_of(connection, load_id)


# --- life events -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventsResult:
    """The result of an events file. `known`: events recorded before. `unknown_lines`: lines with an unknown NIK.

    `withdrawn_lines`: an earlier file of that name reported the same line, and that event was withdrawn, so it is not
    recorded again.
    """

    recorded: int
    known: int
    unknown_lines: list[int]
    withdrawn_lines: list[int]


async def load_events(connection: AsyncConnection, actor: Actor, sealer: Sealer, path: Path) -> EventsResult:
    """Record deaths, moves, new jobs and refusals from a file, by NIK, or by person number for people without one.

    Raises LineWrong, WhoNeeded, DeathAhead, ReasonNamesSomebody, and the errors of read_paper.
    """
    paper = read_paper(path, EVENT_HEADERS, aliases={"orang": [""]})
    events = gathered(paper.lines, lambda line: (line, *_event(line)))
    people = await _told_of(connection, sealer, paper.lines)
    villages = await store.villages_of(connection, people.values())
    rows: dict[int, dict[str, Any]] = {
        line.number: {
            "person_id": people[line.number], "kind": kind, "event_date": day, "evidence": f"{paper.name}:{line.number}",
            "remark": line.maybe("keterangan"), "village_code": villages[people[line.number]],
        }
        for line, kind, day in events if line.number in people
    }  # fmt: skip
    withdrawn = await store.withdrawn_of(connection, paper.name)
    silent = {number for number, row in rows.items() if tuple(row[name] for name in store.TOLD) in withdrawn}
    told = [row for number, row in rows.items() if number not in silent]
    recorded = await store.add_events(connection, told)
    await audit(connection, actor, "load_events", details={"file_sha256": paper.sha256.hex(), "recorded": recorded})
    unknown = [line.number for line in paper.lines if line.number not in people]
    return EventsResult(recorded, len(told) - recorded, unknown, sorted(silent))


async def _told_of(connection: AsyncConnection, sealer: Sealer, lines: Sequence[Line]) -> dict[int, int]:
    """Return the living person of each line, by line number; lines with an unknown person are absent."""
    ids = {line.number: line.whole("orang") for line in lines if line.maybe("orang")}
    niks = {line.number: _digits(line.text("nik")) for line in lines if line.number not in ids}
    owners, living = await by_niks(connection, sealer, niks.values()), await store.living(connection, ids.values())
    return {number: owners[nik] for number, nik in niks.items() if nik in owners} | {
        number: living[person] for number, person in ids.items() if person in living
    }


def _event(line: Line) -> tuple[LifeEvent, date]:
    kind, day = EVENT_WORDS[line.one_of("peristiwa", rules.EventWord)], line.day("tanggal")
    with line.asking():
        _check_told(kind, day, line.maybe("keterangan"))
        if line.maybe("nik") and line.maybe("orang"):
            raise WhoNeeded()
    return kind, day


def _check_told(kind: LifeEvent, day: date, remark: str | None) -> None:
    """Raise DeathAhead or ReasonNamesSomebody. Only a move or a new job may be in the future, and a remark is stored unsealed."""
    rules.check_words(remark or "")
    if kind is LifeEvent.died and day > today():
        raise DeathAhead(day=day)


def _digits(nik: str) -> str:
    return "".join(character for character in nik if character.isdigit())


async def record_event(
    connection: AsyncConnection,
    actor: Actor,
    *,
    person_id: int,
    kind: LifeEvent,
    day: date,
    evidence: str,
    remark: str | None = None,
) -> bool:
    """Record one event of a person; a merged id refers to the surviving one. Return False for a known event.

    Raises NotFound, DeathAhead, ReasonNamesSomebody.
    """
    _check_told(kind, day, remark)
    found = await store.living(connection, [person_id])
    if person_id not in found:
        raise NotFound(what="person", which=person_id)
    person_id = found[person_id]
    villages = await store.villages_of(connection, [person_id])
    row = {
        "person_id": person_id, "kind": kind, "event_date": day, "evidence": evidence, "remark": remark,
        "village_code": villages[person_id],
    }  # fmt: skip
    is_new = await store.add_events(connection, [row]) == 1
    await audit(connection, actor, "record_event", subject="person", subject_ids=[person_id], details={"kind": kind})
    return is_new


async def withdraw_event(connection: AsyncConnection, actor: Actor, *, event_id: int, reason: str) -> int:
    """Withdraw a wrong event, and return its person. The event stays stored but has no effect. The reason contains no numbers.

    The same event of the ids merged into the person is withdrawn, too, because a split may restore them. No register of
    today reports it again; a later register, file or letter does. Raises ProofNeeded, ReasonNeeded,
    ReasonNamesSomebody, NotFound, PersonEnded, EventWithdrawn.
    """
    officer, reason = officer_of(actor), reason.strip()
    rules.check_reason(reason)
    event = await store.event(connection, event_id)
    if event is None:
        raise NotFound(what="event", which=event_id)
    person_id: int = event["person_id"]
    if event["merged_into_id"] is not None:
        raise PersonEnded(person=person_id, into=event["merged_into_id"])
    withdrawn = await store.withdraw(
        connection, event, officer=officer.name, officer_id=officer.id, reason=reason, recorded_by=actor.name
    )
    if event_id not in withdrawn:
        raise EventWithdrawn(event=event_id)
    details = {"events": withdrawn, "kind": event["kind"]}
    await audit(connection, actor, "withdraw_event", subject="person", subject_ids=[person_id], details=details)
    return person_id


# --- one person --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Portrait:
    """A person as an officer may see them on a screen: masked numbers, and the source of every fact."""

    person: RowMapping
    nik: str | None
    kk: str | None
    groups: list[Group]
    sources: Sequence[RowMapping]
    events: Sequence[RowMapping]
    identity: Sequence[RowMapping]
    reviews_open: int


async def portrait(connection: AsyncConnection, sealer: Sealer, person_id: int) -> Portrait:
    """Return the portrait of a person. Raises NotFound."""
    person = (await store.by_ids(connection, [person_id])).get(person_id)
    if person is None:
        raise NotFound(what="person", which=person_id)
    nik, kk = (
        mask(sealer.unseal(kind, sealed)) if (sealed := person[f"{kind}_sealed"]) else None for kind in ("nik", "kk")
    )
    return Portrait(
        person,
        nik,
        kk,
        await store.groups_of(connection, person_id),
        await store.sources_of(connection, person_id),
        await store.events_of(connection, person_id),
        await identity_store.events_of(connection, person_id),
        await review_store.open_of(connection, person_id),
    )
