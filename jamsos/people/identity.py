"""Identity acts: merge two ids into one person, or split one person into two. Events move rows between persons; nothing is lost.

The surviving id keeps its number. The merged id still answers and refers to it. A person on a list in force keeps both
id and NIK: the database refuses to remove them (jamsos/coverage/tables.py), and the act raises PersonOnList.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor, Officer
from jamsos.access.service import audit, officer_of
from jamsos.errors import NotFound
from jamsos.people import identity_store, rules, store
from jamsos.people.errors import PersonEnded, PersonOnList, PersonsSame, SexesDiffer, SplitNeedsRows, SplitTakesAll
from jamsos.people.rules import IdentityEvent
from jamsos.people.service import keep, regroup


class Grounds(NamedTuple):
    """The reason, and the decision on a review if any. The remark contains no numbers of persons.

    `despite_sex`: the officer confirms that two persons of different sex are the same person.
    """

    remark: str
    decision_id: int | None = None
    despite_sex: bool = False

    def check(self) -> None:
        """Raise ReasonNeeded or ReasonNamesSomebody."""
        rules.check_reason(self.remark)

    def recorded(self, officer: Officer) -> dict[str, Any]:
        return {
            "officer": officer.name,
            "officer_id": officer.id,
            "remark": self.remark,
            "decision_id": self.decision_id,
        }


async def merge(connection: AsyncConnection, actor: Actor, *, person_id: int, other_id: int, grounds: Grounds) -> int:
    """Merge `other_id` into `person_id` with all its rows, and return the number of rows.

    The NIK moves as well if the surviving person has none. Raises ProofNeeded, ReasonNeeded, NotFound, PersonsSame,
    SexesDiffer, PersonEnded, PersonOnList.
    """
    officer_of(actor)
    grounds.check()
    await store.begin(connection)
    if person_id == other_id:
        raise PersonsSame(person=person_id)
    stays, ends = await _living(connection, person_id), await _living(connection, other_id)
    if not grounds.despite_sex and None not in (stays["sex"], ends["sex"]) and stays["sex"] != ends["sex"]:
        raise SexesDiffer(person=person_id, other=other_id)
    rows = list(await identity_store.rows_of(connection, other_id))
    nik = ends["nik_sealed"] if stays["nik_sealed"] is None else None
    with _guarded(other_id):
        await identity_store.end_id(connection, other_id, person_id, drops_nik=nik is not None)
    await _record(connection, actor, IdentityEvent.merged, (other_id, person_id), rows, grounds, stays["village_code"])
    await settle(connection, person_id, rows, (person_id,), nik)
    return len(rows)


class Split(NamedTuple):
    """The person who gets the rows: a new id, or a merged id that is restored."""

    person_id: int
    rows: int


async def split(
    connection: AsyncConnection,
    actor: Actor,
    *,
    person_id: int,
    row_ids: Sequence[int] = (),
    back_id: int | None = None,
    grounds: Grounds,
) -> Split:
    """Move these rows, or all rows that `back_id` brought, to another person: to that restored id, or to a new one.

    The person keeps the id, and keeps the NIK as long as a remaining row has that NIK. Raises ProofNeeded,
    ReasonNeeded, NotFound, PersonEnded, SplitNeedsRows, SplitTakesAll, PersonOnList.
    """
    officer_of(actor)
    grounds.check()
    await store.begin(connection)
    person = await _living(connection, person_id)
    have = await identity_store.rows_of(connection, person_id)
    if back_id is not None:
        row_ids = await identity_store.rows_brought(connection, person_id, back_id)
    rows = sorted(set(row_ids))
    if unknown := [row for row in rows if row not in have]:
        raise NotFound(what="row", which=unknown[0])
    if not rows:
        raise SplitNeedsRows(person=person_id)
    if len(rows) == len(have):
        raise SplitTakesAll(person=person_id)
    leaving = {have[row] for row in rows} - {None}
    staying = {nik for row, nik in have.items() if row not in rows}
    home, nik = await _home(connection, person, back_id, {n for n in leaving if n}, staying)
    await _record(connection, actor, IdentityEvent.parted, (person_id, home), rows, grounds, person["village_code"])
    await _take_along(connection, actor, (person_id, home), rows, grounds)
    await settle(connection, home, rows, (person_id, home), nik)
    return Split(home, len(rows))


async def _home(
    connection: AsyncConnection,
    person: RowMapping,
    back_id: int | None,
    leaving: set[bytes],
    staying: set[bytes | None],
) -> tuple[int, bytes | None]:
    """Return the person who gets the rows, and the NIK that this person gets."""
    goes = person["nik_sealed"] if person["nik_sealed"] in leaving - staying else None
    if goes is not None:
        with _guarded(person["id"]):
            await identity_store.drop_nik(connection, person["id"])
    ended = [back_id] if back_id is not None else await identity_store.ended_with(connection, person["id"], leaving)
    unowned = await identity_store.free(connection, leaving)
    nik = goes if goes is not None else unowned[0] if len(unowned) == 1 else None
    if len(ended) == 1:
        has_nik = await identity_store.revive(connection, ended[0])
        if back_id is not None:
            await identity_store.lead_back(connection, back_id, person["id"])
        return ended[0], None if has_nik else nik
    return await identity_store.new_id(connection), nik


async def move(
    connection: AsyncConnection, actor: Actor, *, row_id: int, from_id: int, to_id: int, grounds: Grounds
) -> None:
    """Move one row to another person; both persons have other rows. The working tables are recreated."""
    await store.begin(connection)
    person = await _living(connection, to_id)
    await _record(connection, actor, IdentityEvent.moved, (from_id, to_id), [row_id], grounds, person["village_code"])
    await _take_along(connection, actor, (from_id, to_id), [row_id], grounds)
    await settle(connection, to_id, [row_id], (from_id, to_id))


async def settle(
    connection: AsyncConnection,
    person_id: int,
    rows: Sequence[int],
    concerned: Sequence[int],
    nik: bytes | None = None,
) -> None:
    """Assign these rows to a person, who may be new, and recompute everybody concerned from their rows."""
    await identity_store.place(connection, person_id, rows, concerned, nik)
    await keep(connection)
    await regroup(connection)


async def _record(
    connection: AsyncConnection,
    actor: Actor,
    kind: IdentityEvent,
    ids: tuple[int, int],
    rows: Sequence[int],
    grounds: Grounds,
    village_code: str | None,
) -> None:
    """Write the event, end the links of the rows, and write the audit entry."""
    values: dict[str, Any] = {"kind": kind, "from_person_id": ids[0], "to_person_id": ids[1], "rows_moved": len(rows)}
    event_id = await identity_store.add_event(
        connection, **values, **grounds.recorded(officer_of(actor)), recorded_by=actor.name, village_code=village_code
    )
    await identity_store.end_links(connection, event_id, rows)
    await audit(connection, actor, f"people_{kind}", subject="person", subject_ids=ids, details={"rows": len(rows)})


async def _take_along(
    connection: AsyncConnection, actor: Actor, ids: tuple[int, int], rows: Sequence[int], grounds: Grounds
) -> None:
    """Withdraw the events that these rows brought from the person whom the rows leave."""
    officer = officer_of(actor)
    by = {"officer": officer.name, "officer_id": officer.id, "reason": grounds.remark, "recorded_by": actor.name}
    withdrawn = await identity_store.withdraw_with(connection, ids[0], rows, ids[1], **by)
    if withdrawn:
        details = {"events": withdrawn}
        await audit(connection, actor, "withdraw_event", subject="person", subject_ids=[ids[0]], details=details)


async def _living(connection: AsyncConnection, person_id: int) -> RowMapping:
    """Return a person who is not merged into another. Raises NotFound, PersonEnded."""
    found = (await store.by_ids(connection, [person_id])).get(person_id)
    if found is None:
        raise NotFound(what="person", which=person_id)
    if found["merged_into_id"] is not None:
        raise PersonEnded(person=person_id, into=found["merged_into_id"])
    return found


@contextmanager
def _guarded(person_id: int) -> Iterator[None]:
    """Raise PersonOnList where the database refuses to take id or NIK from a person on a list in force."""
    try:
        yield
    except IntegrityError as wrong:
        if "on a list in force" in str(wrong.orig):
            raise PersonOnList(person=person_id) from None
        raise
