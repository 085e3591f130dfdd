"""Enrolment acts: write the registration file for the insurer, and read its answers. Later rooms query here who was accepted."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos import table_writer
from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.decrees import service as decrees
from jamsos.decrees.rules import Leaving, last_month_of
from jamsos.decrees.service import Decree
from jamsos.enrolment import rules, store
from jamsos.enrolment.errors import AnswersContradict, AnswersKnown, NothingToSend
from jamsos.enrolment.rules import Answer, AnswerWord, Caution
from jamsos.errors import LineWrong, NotFound
from jamsos.ledger.service import committed_to, monthly_rate
from jamsos.messages import say
from jamsos.months import ALWAYS, Month, end_of
from jamsos.offices.service import office_of
from jamsos.people.rules import without_numbers
from jamsos.people.service import Identity, by_niks, unsealed
from jamsos.people.tables import people
from jamsos.sealing import Sealer
from jamsos.selection.rules import History
from jamsos.table_reader import Line, gathered, read_paper

# The headers of the file, with the person's column for each; None where the cells describe no person.
REGISTRATION = {
    "No": None, "NIK": people.c.nik_sealed, "Nama": people.c.full_name, "Tempat Lahir": people.c.birth_place,
    "Tanggal Lahir": people.c.birth_date, "Jenis Kelamin": people.c.sex, "Alamat": people.c.address,
    "Kode Desa": people.c.village_code, "Pekerjaan": people.c.occupation, "Program": None, "Dasar Penghasilan": None,
    "Bulan Mulai": None, "No SK": None,
}  # fmt: skip
_LEAVING = [column for column in REGISTRATION.values() if column is not None]
ANSWERS = ("NIK", "KPJ", "Status", "Keterangan", "Bulan Mulai")
_SEX = {"female": "P", "male": "L"}


# --- called by other rooms ---------------------------------------------------------------------------------------


class Accepted(NamedTuple):
    decree_line_id: int
    person_id: int
    membership_number: str
    start_month: Month


async def accepted(connection: AsyncConnection, decree_number: str) -> list[Accepted]:
    """Return every line of the decree and its amendments whose person is a member. Raises NotFound."""
    root = await decrees.root_of(connection, decree_number)
    rows = await store.accepted(connection, root.id)
    return [Accepted(**{**row, "start_month": Month.of(row["start_month"])}) for row in rows]


async def history(
    connection: AsyncConnection,
    *,
    office_code: str,
    month_from: Month,
    month_to: Month,
    instead_of: int | None = None,
    known_on: date | None = None,
) -> History:
    """Return what decrees and the insurer's answers decided, for a selection for these months, as known on a day if given.

    `instead_of` is a run whose decree counts as not issued: it protects nobody, nobody was sent, and its money is free.
    """
    known_at = end_of(known_on) if known_on else ALWAYS
    away = await decrees.of_run(connection, instead_of) if instead_of is not None else None
    before = month_from + -1
    there: dict[str, Any] = {"office_code": office_code, "known_at": known_at}
    continuing = await decrees.protected_in(connection, month_from=before, month_to=before, **there)
    covered = await decrees.protected_in(connection, month_from=month_from, month_to=month_to, but_for=away, **there)
    answered = await store.answers_of_year(
        connection, month_from.year, office_code, but_for=away.id if away else None, known_at=known_at
    )
    return History(
        continuing=frozenset(continuing),
        covered=frozenset(covered),
        refused=_who_was(Answer.refused, answered),
        insured_elsewhere=_who_was(Answer.already_member, answered),
        freed=await _freed(connection, away, known_at) if away else {},
    )


async def _freed(connection: AsyncConnection, away: Decree, known_at: datetime) -> dict[int, int]:
    numbers = [decree.number for decree in (await decrees.amended_decree(connection, away.number)).decrees]
    return {away.fund_id: await committed_to(connection, away.fund_id, numbers, known_at)}


def _who_was(answer: Answer, answered: Iterable[tuple[int, str]]) -> frozenset[int]:
    return frozenset(person for person, found in answered if found == answer)


async def left_by_answer(
    connection: AsyncConnection, *, of: decrees.AmendedDecree, billed: Mapping[int, Month]
) -> list[Leaving]:
    """Return the lines that must end because the insurer refused the person or names another payer. Billed months stay."""
    found = []
    for row in await store.standing(connection, of.root.id):
        line = of.lines[row["decree_line_id"]]
        if row["answer"] in rules.END_OF:
            last = last_month_of(line, line.month_from + -1, billed.get(line.id))
            if last < line.month_to:
                found.append(Leaving(line.id, rules.END_OF[row["answer"]], last))
    return found


# --- sending -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A sent batch: the file's content, the number registered, the number of existing members, and the persons by caution."""

    batch_id: int
    content: bytes
    sent: int
    carried: int
    cautions: Mapping[Caution, list[int]]


async def send(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, decree_number: str, form: str, is_retry: bool = False
) -> Sent:
    """Return the registration file of everyone in force who is no member and was not sent before. Record the batch.

    `is_retry` adds persons whom the insurer refused. Existing members need no registration. `form`: `.csv` or `.xlsx`.

    Raises NotFound, NothingToSend.
    """
    root = await decrees.root_of(connection, decree_number)
    new, carried = await _due(connection, root, is_retry=is_retry)
    known = await _known(connection, actor, sealer, root, (*new, *carried))
    content = await _file(connection, root, new, known, form)
    batch_id = await _keep_batch(connection, actor, root, new, carried, content)
    return Sent(batch_id, content, len(new), len(carried), await _cautions(connection, root, (*new, *carried)))


class Trial(NamedTuple):
    """The effect of `send` now: the number to register, the number of existing members, and the persons by caution."""

    sent: int
    carried: int
    cautions: Mapping[Caution, list[int]]


async def preview(connection: AsyncConnection, *, decree_number: str, is_retry: bool = False) -> Trial:
    """Return what `send` would do. Unseal no NIK and write nothing. Raises NotFound, NothingToSend."""
    root = await decrees.root_of(connection, decree_number)
    new, carried = await _due(connection, root, is_retry=is_retry)
    return Trial(len(new), len(carried), await _cautions(connection, root, (*new, *carried)))


async def _due(
    connection: AsyncConnection, root: Decree, *, is_retry: bool
) -> tuple[list[RowMapping], list[RowMapping]]:
    """Return the rows to register and the rows of existing members. Raises NothingToSend."""
    standing = await store.standing(connection, root.id)
    carried = [row for row in standing if row["enrolment_id"] is None and row["membership_number"]]
    new = [row for row in standing if not row["membership_number"] and _is_due(row, is_retry)]
    if not carried and not new:
        raise NothingToSend(decree=root.number)
    return new, carried


class Rewritten(NamedTuple):
    """The file of a batch, written again. `is_same`: identical to the sent bytes; facts or the form may have changed."""

    content: bytes
    sent: int
    is_same: bool


async def rewrite(connection: AsyncConnection, actor: Actor, sealer: Sealer, *, batch_id: int, form: str) -> Rewritten:
    """Return the registration file of a batch again, for a file lost in transit. Write only an audit entry. Raises NotFound."""
    batch = await store.batch(connection, batch_id)
    if batch is None or not actor.sight.first <= batch["office_code"] < actor.sight.beyond:
        raise NotFound(what="batch", which=batch_id)
    root = await decrees.root_of(connection, batch["number"])
    rows = await store.sent_in(connection, batch_id)
    content = await _file(connection, root, rows, await _known(connection, actor, sealer, root, rows), form)
    return Rewritten(content, len(rows), table_writer.sha256(content) == batch["file_sha256"])


async def _known(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, root: Decree, rows: Sequence[RowMapping]
) -> dict[int, Identity]:
    persons, purpose = [row["person_id"] for row in rows], f"registration with the insurer, decree {root.number}"
    found = await unsealed(connection, actor, sealer, persons, _LEAVING, purpose=purpose)
    return {identity.person_id: identity for identity in found}


async def _file(
    connection: AsyncConnection, root: Decree, rows: Sequence[RowMapping], known: Mapping[int, Identity], form: str
) -> bytes:
    rate = await monthly_rate(connection, month=root.month_from, is_via_apbd=True)
    written = [_registered(n, row, known[row["person_id"]], rate.base) for n, row in enumerate(rows, start=1)]
    return table_writer.sheet(form, "Pendaftaran", tuple(REGISTRATION), written)


def _is_due(row: RowMapping, is_retry: bool) -> bool:
    return row["enrolment_id"] is None or (is_retry and row["answer"] in rules.END_OF)


def _registered(number: int, row: RowMapping, who: Identity, base: int) -> tuple[Any, ...]:
    """Return one line of the file, in the order of REGISTRATION. `base` is the income from which the contribution is calculated."""
    occupation = say(f"occupation.{who.occupation}", "id") if who.occupation else None
    return (
        number, who.nik, who.full_name, who.birth_place, who.birth_date, _SEX.get(who.sex or ""), who.address,
        who.village_code, occupation, rules.PROGRAMMES, base, str(Month.of(row["month_from"])), row["number"],
    )  # fmt: skip


async def _keep_batch(
    connection: AsyncConnection,
    actor: Actor,
    root: Decree,
    new: Sequence[RowMapping],
    carried: Sequence[RowMapping],
    content: bytes,
) -> int:
    batch_id = await store.add_batch(
        connection, decree_id=root.id, worker_count=len(new), carried_count=len(carried), file_sha256=table_writer.sha256(content),
        office_code=root.office_code, sent_by=actor.name,
    )  # fmt: skip
    rows = [
        {
            "batch_id": batch_id, "decree_line_id": row["decree_line_id"], "person_id": row["person_id"],
            "start_month": row["month_from"], "village_code": row["village_code"],
        }
        for row in (*new, *carried)
    ]  # fmt: skip
    await store.add_enrolments(connection, rows)
    enrolled = await store.of_batch(connection, batch_id)
    await store.add_answers(connection, [_carried_on(enrolled[row["decree_line_id"]], row) for row in carried])
    await audit(
        connection, actor, "send_enrolment", subject="enrolment_batch", subject_ids=[batch_id],
        details={"decree": root.number, "sent": len(new), "carried": len(carried)},
    )  # fmt: skip
    return batch_id


def _carried_on(enrolment_id: int, row: RowMapping) -> dict[str, Any]:
    return {
        "enrolment_id": enrolment_id, "person_id": row["person_id"], "answer": Answer.accepted,
        "membership_number": row["membership_number"], "start_month": row["month_from"], "reason": None,
        "file_sha256": row["file_sha256"], "line": row["line"], "carried_from_id": row["member_answer_id"],
        "village_code": row["village_code"],
    }  # fmt: skip


async def _cautions(connection: AsyncConnection, root: Decree, rows: Sequence[RowMapping]) -> dict[Caution, list[int]]:
    """Return the persons by caution; omit cautions without persons."""
    elsewhere = await decrees.protected_elsewhere(connection, root)
    found: dict[Caution, list[int]] = {}
    for row in rows:
        for caution in rules.cautions(
            birth_date=row["birth_date"],
            month_from=Month.of(row["month_from"]),
            month_to=Month.of(row["month_to"]),
            last_protected=Month.of(row["last_protected"]) if row["last_protected"] else None,
            is_in_another=row["person_id"] in elsewhere,
        ):
            found.setdefault(caution, []).append(row["person_id"])
    return found


# --- answers of the insurer --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    """The result of a file: new answers by kind, known answers, persons with a different earlier answer.

    `left_aside` counts the lines about persons never sent. `unreadable` are the numbers of the lines whose NIK does not
    have sixteen digits.
    """

    recorded: Mapping[Answer, int]
    known: int
    differing: list[int]
    left_aside: int
    unreadable: list[int]


async def answers(connection: AsyncConnection, actor: Actor, sealer: Sealer, path: Path) -> Answered:
    """Read and record the insurer's answers. Raises LineWrong, AnswersContradict, AnswersKnown, and the errors of read_paper."""
    paper = read_paper(path, ANSWERS)
    replies = gathered(paper.lines, _reply)
    persons = await by_niks(connection, sealer, (reply.nik for reply in replies))
    asked = await store.latest_of(connection, sorted(set(persons.values())))
    ours = _of_persons(replies, {nik: person for nik, person in persons.items() if person in asked}, paper.name)
    await _refuse_shared_numbers(connection, ours, paper.name)
    new = {person: reply for person, reply in ours.items() if asked[person]["answer"] is None}
    _refuse_late_starts(new, asked, paper.name)
    told = {person: reply for person, reply in ours.items() if asked[person]["answer"] is not None}
    if not new and await store.file_was_read(connection, paper.sha256):
        raise AnswersKnown(file=paper.name)
    await store.add_answers(connection, [_kept(reply, asked[person], paper.sha256) for person, reply in new.items()])
    differing = [person for person, reply in told.items() if reply.says != _said(asked[person])]
    left_aside = len(replies) - len(ours)
    unreadable = [reply.line for reply in replies if not re.fullmatch("[0-9]{16}", reply.nik)]
    await store.add_file(
        connection, file_name=paper.name, file_sha256=paper.sha256, row_count=len(replies), recorded_count=len(new),
        left_aside_count=left_aside, read_by=actor.name, office_code=await office_of(connection, actor),
    )  # fmt: skip
    await audit(
        connection, actor, "read_answers", subject="person", subject_ids=sorted(new), details={"file": paper.sha256.hex()}
    )  # fmt: skip
    recorded = Counter(reply.answer for reply in new.values())
    return Answered(recorded, len(told) - len(differing), differing, left_aside, unreadable)


class Reply(NamedTuple):
    """One line of the insurer's file; it has a membership number only where the insurer accepts."""

    line: int
    nik: str
    answer: Answer
    membership_number: str | None
    reason: str | None
    start_month: Month | None

    @property
    def says(self) -> tuple[str, str | None]:
        return self.answer, self.membership_number


def _said(row: RowMapping) -> tuple[str, str | None]:
    return row["answer"], row["membership_number"]


def _reply(line: Line) -> Reply:
    """Return the answer of a line. Raises LineWrong."""
    answer = rules.ANSWER_OF[line.one_of("Status", AnswerWord)]
    is_accepted = answer == Answer.accepted
    number = line.text("KPJ") if is_accepted else None
    if number and not rules.membership_number_is_wellformed(number):
        raise LineWrong(file=line.file, line=line.number, field="KPJ", wish="enrolment.kpj")
    start = line.month("Bulan Mulai") if is_accepted and line.maybe("Bulan Mulai") else None
    remark = without_numbers(line.maybe("Keterangan") or "") or None
    return Reply(line.number, re.sub(r"[\s.'-]", "", line.text("NIK")), answer, number, remark, start)


def _of_persons(replies: Iterable[Reply], persons: Mapping[str, int], file: str) -> dict[int, Reply]:
    """Return one reply per person sent, and ignore repeated lines. Raises AnswersContradict."""
    found: dict[int, Reply] = {}
    for reply in replies:
        if (person := persons.get(reply.nik)) is None:
            continue
        first = found.setdefault(person, reply)
        if first.says != reply.says:
            raise AnswersContradict(file=file, line=reply.line, first=first.line)
    return found


async def _refuse_shared_numbers(connection: AsyncConnection, ours: Mapping[int, Reply], file: str) -> None:
    """Raise LineWrong where two persons would have one membership number."""
    given = {reply.membership_number: person for person, reply in ours.items() if reply.membership_number}
    holders = given | await store.holders_of(connection, list(given))
    for person, reply in ours.items():
        if reply.membership_number and holders[reply.membership_number] != person:
            raise LineWrong(file=file, line=reply.line, field="KPJ", wish="enrolment.kpj.other")


def _refuse_late_starts(new: Mapping[int, Reply], asked: Mapping[int, RowMapping], file: str) -> None:
    """Raise LineWrong where cover starts after the last month of the line: such a line holds a place that is never billed."""
    for person, reply in new.items():
        if reply.start_month and reply.start_month > Month.of(asked[person]["month_to"]):
            raise LineWrong(file=file, line=reply.line, field="Bulan Mulai", wish="enrolment.start")


def _kept(reply: Reply, asked: RowMapping, sha256: bytes) -> dict[str, Any]:
    return {
        "enrolment_id": asked["enrolment_id"], "person_id": asked["person_id"], "answer": reply.answer,
        "membership_number": reply.membership_number, "start_month": reply.start_month and reply.start_month.first_day,
        "reason": reply.reason, "file_sha256": sha256, "line": reply.line, "village_code": asked["village_code"],
    }  # fmt: skip
