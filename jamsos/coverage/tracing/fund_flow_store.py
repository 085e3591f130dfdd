"""Fund flow queries: a fund's movements of cash, its disbursement orders, and the cash that it holds."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.sql_files import sql_file

# Donations and refunds refer to pledge codes, which are secrets of their donors, so each kind appears as one sum.
_MOVEMENTS = text(sql_file(__file__, "movements_of_cash"))
_ORDERS = text(
    """
    select d.number, y.paid_date, b.billing_code, c.number, b.month_from, b.month_to, y.amount, y.bill_id
      from programme.payments y
      join programme.documents d on d.id = y.sp2d_id
      join programme.bills b on b.id = y.bill_id
      join programme.decrees c on c.id = b.decree_id
     where y.fund_id = :fund and not exists (select from programme.journal_transactions r where r.reverses_id = y.transaction_id)
     order by y.id
    """
)
_HELD = text(
    "select coalesce(sum(balance), 0)::bigint from programme.fund_balances where fund_id = :fund and account = 'cash'"
)

_OTHERS = text(
    """
    select o.id from programme.funds f join programme.funds o on o.office_code = f.office_code and o.id <> f.id
     where f.id = :fund order by o.id
    """
)


async def movements(connection: AsyncConnection, fund_id: int) -> list[tuple[Any, ...]]:
    """Return (kind, reference, day, rupiah in or out), in order of time, without reversed transactions."""
    return [tuple(row) for row in await connection.execute(_MOVEMENTS, {"fund": fund_id})]


async def orders(connection: AsyncConnection, fund_id: int) -> list[tuple[Any, ...]]:
    """Return (SP2D, day, billing code, decree, first month, last month, rupiah, the bill's id), in order of payment."""
    return [tuple(row) for row in await connection.execute(_ORDERS, {"fund": fund_id})]


async def held(connection: AsyncConnection, fund_id: int) -> int:
    return int((await connection.execute(_HELD, {"fund": fund_id})).scalar_one())


async def other_funds(connection: AsyncConnection, fund_id: int) -> list[int]:
    """Return the ids of the regency's other funds."""
    return list((await connection.execute(_OTHERS, {"fund": fund_id})).scalars())
