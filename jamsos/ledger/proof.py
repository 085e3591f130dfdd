"""Proof: check that the journal is unchanged since it was written.

The proof recomputes everything from the rows and trusts no function in the database. It reads the canonical text of a
link from journal.sql and sends that text along.
"""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.ledger.errors import JournalBroken, StampUnknown
from jamsos.ledger.rules import Broken, Head
from jamsos.sql_files import sql_file

_SQL = Path(__file__).with_name("journal.sql").read_text(encoding="utf-8")
_LINK = re.search(r"new\.hash := (.*?);\n", _SQL, re.DOTALL)[1].replace("new.", "link.")  # type: ignore[index]

_LINKS = sql_file(__file__, "broken_links", link=_LINK)
_HEADS = """
    select f.code, h.number, 'broken.head'
      from programme.journal_heads h
      join programme.funds f on f.id = h.fund_id
      left join lateral (select number, hash from programme.journal_transactions t
                          where t.fund_id = h.fund_id order by number desc limit 1) t on true
     where h.number <> coalesce(t.number, 0) or h.hash <> coalesce(t.hash, '')
     order by 1 limit 1
"""
_BALANCES = sql_file(__file__, "broken_balances")

_STAMPED = """
    select f.code, t.number, t.hash
      from programme.journal_transactions t join programme.funds f on f.id = t.fund_id
     where encode(t.hash, 'hex') = :stamp
"""


async def stamped(connection: AsyncConnection, stamp: str) -> Head:
    """Return the transaction that an earlier stamp names, which proves that the chain up to that transaction is unchanged.

    Raises StampUnknown.
    """
    found = (await connection.execute(text(_STAMPED), {"stamp": stamp.strip().lower()})).first()
    if found is None:
        raise StampUnknown(stamp=stamp[:64])
    return Head._make(found)


async def verify(connection: AsyncConnection) -> list[Head]:
    """Recompute every link, sum and balance, and return the heads of the chains by fund.

    An office that writes a head into its monthly minutes can prove later that nothing before that head was changed. An
    attacker who can rewrite the whole database can rewrite the whole chain, but not the minutes.
    Raises JournalBroken. It names the first transaction that differs from its record, else a truncated chain, else a
    wrong balance.
    """
    for query in (_LINKS, _HEADS, _BALANCES):
        if found := (await connection.execute(text(query))).first():
            raise JournalBroken(**Broken._make(found)._asdict())
    return await _heads(connection)


async def _heads(connection: AsyncConnection) -> list[Head]:
    rows = await connection.execute(
        text(
            """select f.code, h.number, h.hash from programme.journal_heads h join programme.funds f on f.id = h.fund_id
               where h.number > 0 order by 1"""
        )
    )
    return [Head._make(row) for row in rows]
