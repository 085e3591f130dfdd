"""Annex: the list of a decree as the office prints it, in Indonesian.

Without a purpose the annex is masked, and anybody may see it: no full numbers, no birth dates, no addresses. With a
purpose it is whole, and the audit trail records the act.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Column, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos import table_writer
from jamsos.access.rules import Actor
from jamsos.db import in_transaction
from jamsos.decrees import store
from jamsos.decrees.rules import LineAction
from jamsos.decrees.service import Decree, decree_by_number
from jamsos.decrees.tables import decree_lines
from jamsos.errors import DateMalformed
from jamsos.issuance.service import Origin, Subject, found_whole, issue
from jamsos.messages import say
from jamsos.months import Month, now, parse_day
from jamsos.people.service import Identity, unsealed
from jamsos.people.tables import people
from jamsos.sealing import Sealer, mask
from jamsos.table_reader import gathered, read_paper

KIND = "decree_annex"
# The column under each header, or None where the cells describe no person. The remark names the group that received the place.
_OPEN: dict[str, Column[Any] | None] = {
    "No": None, "Nama": people.c.full_name, "NIK": people.c.nik_sealed, "Jenis Kelamin": people.c.sex, "Desa/Kelurahan": None,
    "Kecamatan": None, "Keterangan": decree_lines.c.group_code,
}  # fmt: skip
_WHOLE: dict[str, Column[Any] | None] = {
    "No": None, "Nama": people.c.full_name, "NIK": people.c.nik_sealed, "No. KK": people.c.kk_sealed, "Jenis Kelamin": people.c.sex,
    "Tempat Lahir": people.c.birth_place, "Tanggal Lahir": people.c.birth_date, "Alamat": people.c.address, "Desa/Kelurahan": None,
    "Kecamatan": None, "Keterangan": decree_lines.c.group_code,
}  # fmt: skip
_NEEDED = ("No", "NIK", "Nama")
_SEX = {"female": "P", "male": "L", None: ""}


@dataclass(frozen=True)
class Annex:
    """The list of a decree as printed. `is_whole`: with unmasked numbers, birth dates and addresses."""

    decree: Decree
    headers: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    is_whole: bool
    renewed: Sequence["AnnexDifference"] = ()  # where today's words differ from the signed ones


async def annex(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, number: str, form: str, purpose: str | None = None
) -> bytes:
    """Return issued_sheet of a decree's lines. Raises NotFound."""
    found = await listed(connection, actor, sealer, number=number, purpose=purpose)
    return await issued_sheet(connection, actor, found, form=form, purpose=purpose)


async def issued_sheet(
    connection: AsyncConnection, actor: Actor, found: Annex, *, form: str, purpose: str | None = None
) -> bytes:
    """Return an annex as a file's content, entered into the register of issue; `form` is `.csv` or `.xlsx`."""
    content = table_writer.sheet(form, "Lampiran", found.headers, found.rows)
    decree = found.decree
    about = f"{decree.number} {'whole' if found.is_whole else 'masked'} {form}"
    subject = Subject(KIND, about, decree.office_code, decree.year, decree.number, decree.signed_date)
    origin = Origin({"form": form}, {"xlsxwriter": version("xlsxwriter")}, hashlib.sha256(content).digest(), now())

    async def written(_serial: str) -> tuple[bytes, list[list[float]]]:
        return content, []

    return await issue(in_transaction(connection), actor, subject, origin, written, is_kept=False, printed_for=purpose)


async def listed(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, number: str, purpose: str | None = None
) -> Annex:
    """Return the annex, masked, or whole with a purpose. Either way the act is audited. Raises NotFound."""
    decree = await decree_by_number(connection, number)
    lines = await store.annex(connection, decree.id)
    said, headers = purpose or f"annex of decree {number}, numbers masked", _WHOLE if purpose else _OPEN
    known = await _known(connection, actor, sealer, lines, headers, said)
    written = _whole if purpose else _masked
    rows = [written(line, known[line["person_id"]]) for line in lines]
    later = [(line, row) for line, row in zip(lines, rows, strict=True) if _was_renewed(line)]
    current = await _current(connection, actor, sealer, [line for line, _ in later], headers, said)
    renewed = [
        AnnexDifference(line["line"], header)
        for line, row in later
        for header, signed, now_known in zip(headers, row, written(line, current[line["current_id"]]), strict=True)
        if signed != now_known
    ]
    return Annex(decree, tuple(headers), rows, is_whole=bool(purpose), renewed=renewed)


def _was_renewed(line: RowMapping) -> bool:
    """Return whether the person is known in another version, or under another id, than was signed."""
    return (line["person_id"], line["person_version"]) != (line["current_id"], line["current_version"])


async def _known(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    lines: Sequence[RowMapping],
    headers: Mapping[str, Column[Any] | None],
    purpose: str,
) -> dict[int, Identity]:
    persons, columns = sorted({line["person_id"] for line in lines}), _columns(headers)
    versions = {line["person_id"]: line["person_version"] for line in lines}
    found = await unsealed(connection, actor, sealer, persons, columns, purpose=purpose, versions=versions)
    return {who.person_id: who for who in found}


async def _current(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    lines: Sequence[RowMapping],
    headers: Mapping[str, Column[Any] | None],
    purpose: str,
) -> dict[int, Identity]:
    """Return the persons of lines as they are known now, by their current id."""
    if not lines:
        return {}
    persons, columns = sorted({line["current_id"] for line in lines}), _columns(headers)
    found = await unsealed(connection, actor, sealer, persons, columns, purpose=purpose)
    return {who.person_id: who for who in found}


def _columns(headers: Mapping[str, Column[Any] | None]) -> list[Column[Any]]:
    return [one for one in headers.values() if one is not None]


def _masked(line: RowMapping, who: Identity) -> tuple[Any, ...]:
    nik = mask(who.nik) if who.nik else None
    return line["line"], who.full_name, nik, _SEX[who.sex], line["village"], line["district"], _remark(line)


def _whole(line: RowMapping, who: Identity) -> tuple[Any, ...]:
    return (
        line["line"], who.full_name, who.nik, who.kk, _SEX[who.sex], who.birth_place, who.birth_date, who.address,
        line["village"], line["district"], _remark(line),
    )  # fmt: skip


def _remark(line: RowMapping) -> str:
    """Return the effect of the decree on this line, in words."""
    fields: dict[str, Any] = {
        "month_from": Month.of(line["month_from"]),
        "month_to": Month.of(line["month_to"]),
        "line": line["before_line"],
        "number": line["before_number"],
        "reason": f"end.{line['reason']}",
        "group": f"group.{line['group_code']}",
    }
    action = LineAction(line["action"])
    never = action == LineAction.termination and line["month_to"] < line["month_from"]
    said = "return" if line["is_return"] else f"{action}.never" if never else action
    return say(f"annex.{said}", "id", **fields)


class AnnexDifference(NamedTuple):
    """A difference between a signed annex and the frozen list. `column` None: the whole line is missing or surplus."""

    line: int
    column: str | None


class Signed(NamedTuple):
    """A line of a signed annex: its number, and its cells by header."""

    line: int
    cells: Mapping[str, str]


class CheckedSheet(NamedTuple):
    """The result of a check. `is_issued`: the office issued exactly these bytes. Otherwise only the lines can be compared."""

    is_issued: bool
    differences: list[AnnexDifference]


async def check(connection: AsyncConnection, actor: Actor, sealer: Sealer, *, number: str, path: Path) -> CheckedSheet:
    """Compare a file with the register of issued documents, or else its lines with the frozen list.

    Raises NotFound, LineWrong, and the errors of read_paper.
    """
    if content := await asyncio.to_thread(_bytes_of, path):
        issued = await found_whole(connection, content)
        if issued and (issued.kind, issued.number) == (KIND, number):
            return CheckedSheet(True, [])
    paper = read_paper(path, tuple(_WHOLE), aliases={header: ("",) for header in _WHOLE if header not in _NEEDED})
    given = gathered(
        paper.lines,
        lambda line: Signed(
            line.whole("No"), {header: line.values[header] for header in line.values if header != "No"}
        ),
    )
    return CheckedSheet(False, await check_lines(connection, actor, sealer, number=number, given=given))


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


async def check_lines(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, number: str, given: Sequence[Signed]
) -> list[AnnexDifference]:
    """Compare a signed annex with the frozen lines, by line number, in every column that it has. Empty when they agree.

    The check is audited. Raises NotFound.
    """
    decree = await decree_by_number(connection, number)
    frozen = {line["line"]: line for line in await store.annex(connection, decree.id)}
    compared = {header: _WHOLE.get(header) for said in given for header in said.cells}
    known = await _known(
        connection, actor, sealer, list(frozen.values()), compared, f"checking the annex of decree {number}"
    )
    times = Counter(each.line for each in given)
    found = {
        AnnexDifference(line, None) for line in frozen.keys() | times.keys() if line not in frozen or times[line] != 1
    }
    for said in given:
        if line := frozen.get(said.line):
            true = dict(zip(_WHOLE, _whole(line, known[line["person_id"]]), strict=True))
            found |= {
                AnnexDifference(said.line, column)
                for column in said.cells
                if not _agrees(column, said.cells[column], true[column])
            }
    return sorted(found, key=lambda each: (each.line, each.column or ""))


def _agrees(column: str, said: str, true: Any) -> bool:
    """Return whether a cell agrees, whatever its case and spacing. A masked NIK agrees, too."""
    if isinstance(true, date) and (day := _day(said)):
        return day == true
    text = _plain(str(true or ""))
    return _plain(said) in ((text, mask(text)) if column == "NIK" else (text,))


def _day(said: str) -> date | None:
    """Return the day in the format of the annex, of a data file, or of a spreadsheet."""
    with suppress(DateMalformed):
        return parse_day(said.strip().removesuffix(" 00:00:00"))
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
