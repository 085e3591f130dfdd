"""Matching: the bank's statement read against the pledges. Only what the bank says makes a pledge money.

A line is kept sealed, with what it says about a pledge. Money that names a pledge enters the pledge's fund; money that names none, or
comes twice, is kept aside and counted until somebody decides.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, regency_of
from jamsos.donations import rules, store
from jamsos.donations.rules import MatchOutcome, Pledge
from jamsos.errors import LineWrong
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import DocumentKind
from jamsos.papers import Line, Paper, read_paper
from jamsos.sealing import Sealer

_HEADERS = ["Tanggal", "Keterangan", "Debet", "Kredit", "Saldo", "No Referensi"]


@dataclass(frozen=True)
class Matched:
    """What a statement brought: lines by outcome, lines read before, rupiah into and back out of the funds."""

    lines: Mapping[MatchOutcome, int]
    repeated: int
    booked: int
    refunded: int


class _Booked(NamedTuple):
    outcome: MatchOutcome | None  # None: the same line was read before
    rupiah: int


async def match_statement(connection: AsyncConnection, actor: Actor, sealer: Sealer, path: Path) -> Matched:
    """Read a bank statement, whole or not at all.

    Raises FileKnown, LineWrong, BudgetExceeded where a refund was promised to a decree meanwhile, and what read_paper raises.
    """
    paper = read_paper(path, _HEADERS)
    await ledger.refuse_known_file(connection, paper)
    await store.wait_turn(connection)
    statement_id = await _keep(connection, actor, paper)
    found = []
    for line in paper.lines:
        with line.asking():
            found.append(await _match(connection, actor, sealer, line, statement_id))
    await audit(connection, actor, "donations.match", subject="document", subject_ids=[statement_id])
    outcomes = Counter(booked.outcome for booked in found)
    return Matched(
        {outcome: outcomes[outcome] for outcome in MatchOutcome if outcomes[outcome]},
        repeated=outcomes[None],
        booked=sum(max(booked.rupiah, 0) for booked in found),
        refunded=-sum(min(booked.rupiah, 0) for booked in found),
    )


async def _keep(connection: AsyncConnection, actor: Actor, paper: Paper) -> int:
    last = max(line.day("Tanggal") for line in paper.lines)
    return await ledger.keep_document(
        connection, kind=DocumentKind.bank_statement, number=paper.sha256.hex()[:16], day=last,
        regency_code=await regency_of(connection, actor), file_sha256=paper.sha256,
    )  # fmt: skip


async def _match(connection: AsyncConnection, actor: Actor, sealer: Sealer, line: Line, statement_id: int) -> _Booked:
    signed, day = _signed(line), line.day("Tanggal")
    line_id = await store.add_bank_line(
        connection, statement_id=statement_id, line=line.number, booked_date=day, amount=signed,
        reference=line.maybe("No Referensi"), line_sha256=_fingerprint(line),
        description_sealed=sealer.seal("bank_line", line.text("Keterangan")),
    )  # fmt: skip
    if line_id is None:
        return _Booked(None, 0)
    pledge = await _named(connection, line)
    outcome = rules.judge(signed, pledge)
    transaction_id = await _book(connection, actor, pledge, outcome, signed, day, statement_id) if pledge else None
    is_about_pledge = pledge is not None and outcome is not MatchOutcome.outgoing
    await store.add_match(
        connection, bank_line_id=line_id, pledge_id=pledge.id if pledge and is_about_pledge else None,
        outcome=outcome, amount=signed, transaction_id=transaction_id,
    )  # fmt: skip
    return _Booked(outcome, signed if transaction_id else 0)


def _signed(line: Line) -> int:
    """Rupiah in (+) or out (−); a line has one of the two. Raises LineWrong."""
    out, into = (line.rupiah(header, at_least=0) if line.maybe(header) else 0 for header in ("Debet", "Kredit"))
    if bool(out) == bool(into):
        raise LineWrong(file=line.file, line=line.number, field="Debet/Kredit", wish="donations.one_side")
    return into - out


def _fingerprint(line: Line) -> bytes:
    """The same line again, in this statement or in one that overlaps it; the balance tells equal gifts apart."""
    return hashlib.sha256("\n".join(line.values[header].strip() for header in _HEADERS).encode()).digest()


async def _named(connection: AsyncConnection, line: Line) -> Pledge | None:
    """The one pledge whose code stands in the line; a line that names two is for somebody to read."""
    found = await store.pledges_by_code(connection, rules.codes_in(line.text("Keterangan")))
    return found[0] if len(found) == 1 else None


async def _book(
    connection: AsyncConnection,
    actor: Actor,
    pledge: Pledge,
    outcome: MatchOutcome,
    signed: int,
    day: date,
    statement_id: int,
) -> int | None:
    """The journal's transaction; None when the line moves no money of the fund."""
    about: dict[str, Any] = {
        "fund_id": pledge.fund_id,
        "day": day,
        "reference": pledge.code,
        "document_id": statement_id,
    }
    match outcome:
        case MatchOutcome.exact | MatchOutcome.partial | MatchOutcome.over:
            return await ledger.take_gift(connection, actor, amount=signed, **about)
        case MatchOutcome.refunded if -signed > pledge.aside:
            return await ledger.give_back(connection, actor, amount=-signed, **about)
    return None
