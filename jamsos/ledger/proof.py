"""Proof: does the journal still say what it said when it was written?

Recomputed from the rows, trusting no function kept in the database: the canonical text of a link is read from journal.sql and
sent along.
"""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.ledger.errors import JournalBroken, StampUnknown
from jamsos.ledger.rules import Broken, Head

_SQL = Path(__file__).with_name("journal.sql").read_text(encoding="utf-8")
_LINK = re.search(r"new\.hash := (.*?);\n", _SQL, re.DOTALL)[1].replace("new.", "link.")  # type: ignore[index]

_LINKS = f"""
    with links as (
        select link.*, lag(hash) over chain as hash_before, coalesce(lag(link.number) over chain, 0) as number_before,
               {_LINK} as hash_again
          from programme.journal_transactions link
        window chain as (partition by fund_id order by link.number)
    ), sums as (
        select p.transaction_id,
               sha256(convert_to(string_agg(concat_ws(' ', field, account, amount), E'\\n'
                                            order by field, account), 'UTF8')) as digest
          from programme.postings p group by 1
    ), apart as (
        select distinct transaction_id from (
            select transaction_id from programme.postings group by transaction_id, fund_id, field
            having sum(case when account in ('cash', 'received', 'contribution', 'refund', 'carried') then amount else 0 end) <> 0
                or sum(case when account in ('budget', 'free', 'committed', 'payable') then amount else 0 end) <> 0
        ) p
    )
    select f.code, l.number,
           case when l.number <> l.number_before + 1 or l.previous_hash is distinct from l.hash_before then 'broken.gap'
                when l.hash <> l.hash_again then 'broken.link'
                when s.digest is distinct from l.postings_sha256 then 'broken.postings'
                else 'broken.sum' end
      from links l
      join programme.funds f on f.id = l.fund_id
      left join sums s on s.transaction_id = l.id
      left join apart a on a.transaction_id = l.id
     where l.number <> l.number_before + 1 or l.previous_hash is distinct from l.hash_before or l.hash <> l.hash_again
        or s.digest is distinct from l.postings_sha256 or a.transaction_id is not null
     order by l.recorded_at, l.id limit 1
"""
_HEADS = """
    select f.code, h.number, 'broken.head'
      from programme.journal_heads h
      join programme.funds f on f.id = h.fund_id
      left join lateral (select number, hash from programme.journal_transactions t
                          where t.fund_id = h.fund_id order by number desc limit 1) t on true
     where h.number <> coalesce(t.number, 0) or h.hash <> coalesce(t.hash, '')
     order by 1 limit 1
"""
_BALANCES = """
    with posted as (
        select fund_id, field, account, sum(amount) as amount from programme.postings group by 1, 2, 3
    ), days as (
        select fund_id, field, account, sum(amount) as amount from programme.fund_days group by 1, 2, 3
    )
    select f.code, h.number, 'broken.balance'
      from posted p
      full join programme.fund_balances b using (fund_id, field, account)
      full join days d using (fund_id, field, account)
      join programme.funds f on f.id = fund_id
      left join programme.journal_heads h using (fund_id)
     where p.amount is distinct from b.balance or p.amount is distinct from d.amount
     order by 1 limit 1
"""

_STAMPED = """
    select f.code, t.number, t.hash
      from programme.journal_transactions t join programme.funds f on f.id = t.fund_id
     where encode(t.hash, 'hex') = :stamp
"""


async def stamped(connection: AsyncConnection, stamp: str) -> Head:
    """The transaction that an earlier stamp names: the chain up to it is still the one the minutes saw. Raises StampUnknown."""
    found = (await connection.execute(text(_STAMPED), {"stamp": stamp.strip().lower()})).first()
    if found is None:
        raise StampUnknown(stamp=stamp[:64])
    return Head._make(found)


async def verify(connection: AsyncConnection) -> list[Head]:
    """Every link, sum and balance recomputed; the heads of the chains, by fund.

    An office that writes a head into its monthly minutes can prove later that nothing before it was changed: whoever may
    rewrite the whole database may rewrite the whole chain, but not the minutes.
    Raises JournalBroken naming the first transaction that is not as it was written, then a cut tail, then a wrong balance.
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
