"""Claim acts: read the insurer's file of paid benefits, and link each claim to the paid month that made it valid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.claims import rules, store
from jamsos.claims.rules import KINDS, ClaimKind
from jamsos.errors import FileKnown, LineWrong
from jamsos.offices.service import office_of
from jamsos.sealing import Sealer
from jamsos.table_reader import Line, Paper, gathered, read_paper

HEADERS = ["No Klaim", "KPJ", "NIK", "Jenis", "Tanggal Kejadian", "Tanggal Bayar", "Jumlah"]
_BLOCK = 2_000


@dataclass(frozen=True)
class ClaimsLoaded:
    """The result of a file of claims.

    `kinds`: the recorded claims and their rupiah, by kind. `without_month`: how many of them fall in an unpaid month.
    `known`: claim numbers read before. `unknown_lines`: lines about persons who are not members of the programme.
    """

    kinds: Mapping[ClaimKind, tuple[int, int]]
    without_month: int
    known: int
    unknown_lines: Sequence[int]


async def load_claims(connection: AsyncConnection, actor: Actor, sealer: Sealer, path: Path) -> ClaimsLoaded:
    """Read the insurer's claims, and match each by membership number or else by NIK.

    Raises FileKnown, LineWrong, and the errors of read_paper.
    """
    paper = read_paper(path, HEADERS)
    if await store.file_known(connection, paper.sha256):
        raise FileKnown(file=paper.name)
    claims = gathered(paper.lines, lambda line: _claim(line, paper))
    members = await _members(connection, sealer, paper.lines)
    ours = [(claim, member) for claim, member in zip(claims, members, strict=True) if member]
    office = await office_of(connection, actor)
    rows = [row | {"office_code": office} for row in await _linked(connection, ours)]
    kept = await _keep(connection, rows)
    await audit(connection, actor, "claims.load", subject="claim", details={"kept": len(kept)})
    return ClaimsLoaded(
        kinds=_by_kind(kept),
        without_month=sum(row["valid_month"] is None for row in kept),
        known=len(rows) - len(kept),
        unknown_lines=[claim["line"] for claim, member in zip(claims, members, strict=True) if member is None],
    )


async def balance(connection: AsyncConnection) -> list[store.Balance]:
    """Return premiums and benefits by fund and group, for the visible months."""
    return await store.balance(connection)


def _claim(line: Line, paper: Paper) -> dict[str, Any]:
    """Return the facts of a line. Raises LineWrong."""
    kind = KINDS.get(line.text("Jenis").upper())
    if kind is None:
        raise LineWrong(file=line.file, line=line.number, field="Jenis", wish="paper.choice")
    return {
        "number": line.text("No Klaim"),
        "kind": kind,
        "event_date": line.day("Tanggal Kejadian"),
        "paid_date": line.day("Tanggal Bayar"),
        "amount": line.rupiah("Jumlah"),
        "file_sha256": paper.sha256,
        "line": line.number,
    }


async def _members(connection: AsyncConnection, sealer: Sealer, lines: Sequence[Line]) -> list[store.Member | None]:
    """Return the member of each line: by membership number, or by NIK where the number is unknown or missing."""
    numbers = [line.maybe("KPJ") for line in lines]
    niks = sealer.seal_all("nik", pl.Series([line.maybe("NIK") for line in lines], dtype=pl.String)).to_list()
    by_number: dict[str, store.Member] = {}
    by_nik: dict[bytes, store.Member] = {}
    for start in range(0, len(lines), _BLOCK):
        block = slice(start, start + _BLOCK)
        by_number |= await store.members_by_number(connection, {number for number in numbers[block] if number})
        by_nik |= await store.members_by_nik(connection, {nik for nik in niks[block] if nik})
    return [
        (by_number.get(number) if number else None) or (by_nik.get(nik) if nik else None)
        for number, nik in zip(numbers, niks, strict=True)
    ]


async def _linked(
    connection: AsyncConnection, ours: Sequence[tuple[dict[str, Any], store.Member]]
) -> list[dict[str, Any]]:
    paid = await store.paid_months_of(connection, {member.person_id for _, member in ours})
    rows = []
    for claim, member in ours:
        months = paid.get(member.person_id, {})
        month = rules.valid_month(claim["event_date"], months)
        under = {"person_id": months[month], "valid_month": month.first_day} if month else {"valid_month": None}
        rows.append(claim | member._asdict() | under)
    return rows


async def _keep(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert the new rows and return them. Of a number that appears twice in the file the first row counts."""
    first = {row["number"]: row for row in reversed(rows)}
    distinct, fresh = list(first.values()), set[str]()
    for start in range(0, len(distinct), _BLOCK):
        fresh |= await store.add_claims(connection, distinct[start : start + _BLOCK])
    return [row for row in distinct if row["number"] in fresh]


def _by_kind(rows: Sequence[dict[str, Any]]) -> dict[ClaimKind, tuple[int, int]]:
    amounts = {kind: [row["amount"] for row in rows if row["kind"] is kind] for kind in ClaimKind}
    return {kind: (len(each), sum(each)) for kind, each in amounts.items() if each}
