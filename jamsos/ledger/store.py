"""Ledger queries."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    RowMapping,
    Table,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import of_office
from jamsos.ledger.rules import Account, Fund, FundKind, MovementKind, Position, Posting, Programme, Share, digest
from jamsos.ledger.tables import (
    contribution_rates,
    documents,
    fund_balances,
    fund_days,
    fund_groups,
    fund_shares,
    funds,
    journal_transactions,
    postings,
)
from jamsos.months import ALWAYS
from jamsos.offices.store import one_of_office
from jamsos.sql_files import sql_file

Balances = dict[Account, dict[str, int]]  # rupiah by account and field
_POST = text(sql_file(__file__, "post")).bindparams(
    bindparam("fields", type_=ARRAY(Text)),
    bindparam("accounts", type_=ARRAY(Text)),
    bindparam("amounts", type_=ARRAY(BigInteger)),
)


async def post(
    connection: AsyncConnection,
    *,
    fund_id: int,
    day: date,
    kind: MovementKind,
    postings: Sequence[Posting],
    reference: str | None = None,
    document_id: int | None = None,
    reverses_id: int | None = None,
    memo: str | None = None,
) -> int:
    """Insert one transaction with its postings in one statement, and return its id. The database refuses an incomplete transaction."""
    values = {
        "fund_id": fund_id,
        "day": day,
        "kind": kind,
        "reference": reference,
        "document_id": document_id,
        "reverses_id": reverses_id,
        "memo": memo,
        "sha256": digest(postings),
        "fields": [posting.field for posting in postings],
        "accounts": [str(posting.account) for posting in postings],
        "amounts": [posting.amount for posting in postings],
    }
    return int((await connection.execute(_POST, values)).scalars().first() or 0)


async def hold(connection: AsyncConnection, fund_id: int) -> Balances:
    """Return the balances by account and field, and lock the fund until commit, so that nobody else posts to it."""
    rows = await connection.execute(
        text('select * from programme.hold_fund(:fund) order by account, field collate "C"'), {"fund": fund_id}
    )
    return _by_account(rows.all())


async def balances(connection: AsyncConnection, fund_id: int) -> Balances:
    """Return the current balances by account and field."""
    columns = fund_balances.c.field, fund_balances.c.account, fund_balances.c.balance
    rows = await connection.execute(
        select(*columns).where(fund_balances.c.fund_id == fund_id).order_by(fund_balances.c.field)
    )
    return _by_account(rows.all())


async def balances_at(connection: AsyncConnection, fund_id: int, known_at: datetime) -> Balances:
    """Return the balances by account and field from the postings recorded by an instant."""
    c = postings.c
    rows = await connection.execute(
        select(c.field, c.account, cast(func.sum(c.amount), BigInteger))
        .join(journal_transactions)
        .where(c.fund_id == fund_id, journal_transactions.c.recorded_at <= known_at)
        .group_by(c.field, c.account)
        .order_by(c.field)
    )
    return _by_account(rows.all())


def _by_account(rows: Sequence[Any]) -> Balances:
    found: Balances = {account: {} for account in Account}
    for field, account, balance in rows:
        found[Account(account)][field] = balance
    return found


async def positions(connection: AsyncConnection, as_of: date | None) -> list[Position]:
    """Return the position of every fund and field with movements, at the end of a day or now."""
    moved = fund_balances if as_of is None else fund_days
    amount = moved.c.balance if as_of is None else moved.c.amount
    statement = (
        select(funds.c.code, moved.c.field, *(_figure(moved, amount, figure) for figure in Position._fields[2:]))
        .join(funds)
        .where(of_office(funds))
        .group_by(funds.c.office_code, funds.c.code, moved.c.field)
        .order_by(funds.c.office_code, funds.c.code, moved.c.field)
    )
    if as_of is not None:
        statement = statement.where(fund_days.c.day <= as_of)
    return [Position._make(row) for row in await connection.execute(statement)]


def _figure(moved: Table, amount: Column[int], figure: str) -> ColumnElement[int]:
    account = {"paid": Account.contribution, "refunded": Account.refund}.get(figure, figure)
    turned = -amount if figure in {"received", "carried", "free", "committed", "payable"} else amount
    return cast(func.coalesce(func.sum(turned).filter(moved.c.account == account), 0), BigInteger).label(figure)


async def committed_to(connection: AsyncConnection, fund_id: int, references: Sequence[str], known_at: datetime) -> int:
    """Return the rupiah committed under these references, billed or not, from the postings recorded by an instant."""
    statement = (
        select(func.coalesce(-func.sum(postings.c.amount), 0))
        .join(journal_transactions)
        .where(
            journal_transactions.c.reference.in_(references),
            journal_transactions.c.fund_id == fund_id,
            journal_transactions.c.recorded_at <= known_at,
            journal_transactions.c.kind.in_([MovementKind.commit, MovementKind.release, MovementKind.reverse]),
            postings.c.account == Account.committed,
        )
    )
    return int((await connection.execute(statement)).scalar_one())


async def transaction(connection: AsyncConnection, fund_id: int, number: int) -> RowMapping | None:
    """Return a transaction by its number in the fund's chain, and whether it is reversed."""
    later = journal_transactions.alias()
    is_reversed = select(later.c.id).where(later.c.reverses_id == journal_transactions.c.id).exists()
    statement = select(journal_transactions, is_reversed.label("is_reversed")).where(
        journal_transactions.c.fund_id == fund_id, journal_transactions.c.number == number
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def postings_of(connection: AsyncConnection, transaction_id: int) -> list[Posting]:
    c = postings.c
    rows = await connection.execute(
        select(c.field, c.account, c.amount).where(c.transaction_id == transaction_id).order_by(c.id)
    )
    return [Posting(row[0], Account(row[1]), row[2]) for row in rows]


async def add_fund(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert a fund and return its id; None when the code is taken."""
    statement = upsert(funds).values(**values).on_conflict_do_nothing().returning(funds.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def add_shares(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    await connection.execute(insert(fund_shares), rows)


async def add_group_rules(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    await connection.execute(insert(fund_groups), rows)


async def other_half(connection: AsyncConnection, transaction_id: int, fund_id: int, reference: str) -> int:
    """Return the number, in the other fund, of the transaction that carried the same money.

    A carry locks both funds and posts first out of one, then into the other. So no other carry of the pair lies between
    the two.
    """
    t = journal_transactions.c
    carried_out = exists().where(
        postings.c.transaction_id == transaction_id, postings.c.account == Account.cash, postings.c.amount < 0
    )
    after = select(t.number).where(t.id > transaction_id).order_by(t.id)
    before = select(t.number).where(t.id < transaction_id).order_by(t.id.desc())
    is_out = (await connection.execute(select(carried_out))).scalar_one()
    found = (after if is_out else before).where(
        t.fund_id == fund_id, t.kind == MovementKind.carry, t.reference == reference
    )
    return int((await connection.execute(found.limit(1))).scalar_one())


async def last_day(connection: AsyncConnection, fund_id: int) -> date | None:
    """Return the last day on which the fund's money moved."""
    found = select(func.max(journal_transactions.c.day)).where(journal_transactions.c.fund_id == fund_id)
    latest: date | None = (await connection.execute(found)).scalar_one()
    return latest


async def group_rules(connection: AsyncConnection, fund_id: int, known_at: datetime = ALWAYS) -> Sequence[RowMapping]:
    """Return every rule of the fund known at an instant, in order of month; within one month the later reading is last."""
    c = fund_groups.c
    found = select(fund_groups).where(c.fund_id == fund_id, c.recorded_at <= known_at).order_by(c.valid_from, c.id)
    return (await connection.execute(found)).mappings().all()


async def fund_by(connection: AsyncConnection, **key: Any) -> Fund | None:
    """Return the fund with this `id`, or with this `code` in the office given or at work. Raises OfficeNeeded."""
    asked = select(funds).filter_by(**key)
    if "code" in key and "office_code" not in key:
        found = await one_of_office(connection, asked, funds)
    else:
        found = (await connection.execute(asked)).mappings().one_or_none()
    if found is None:
        return None
    return Fund(**{name: found[name] for name in Fund.__dataclass_fields__} | {"kind": FundKind(found["kind"])})


async def names_of(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, str]:
    """Return names by code, those of the office at work before others'."""
    found = (
        select(funds.c.code, funds.c.name).where(funds.c.code.in_(sorted(codes))).order_by(of_office(funds), funds.c.id)
    )
    return {row.code: row.name for row in await connection.execute(found)}


async def shares_on(connection: AsyncConnection, fund_id: int, day: date) -> list[Share]:
    """Return the shares in force on a day: of each field the latest that has begun, or else the first that will begin.

    The first share applies even before it begins, so that money that arrives early is tied as well.
    """
    c = fund_shares.c
    began = c.valid_from <= day
    statement = (
        select(c.field, c.basis_points, c.pays_contributions)
        .where(c.fund_id == fund_id)
        .ext(distinct_on(c.field))
        .order_by(c.field, began.desc(), case((began, c.valid_from)).desc(), c.valid_from)
    )
    return [Share._make(row) for row in await connection.execute(statement)]


async def add_document(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert a document and return its id; None when its kind and number are known."""
    statement = upsert(documents).values(**values).on_conflict_do_nothing().returning(documents.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def file_known(connection: AsyncConnection, file_sha256: bytes) -> bool:
    statement = select(documents.c.id).where(documents.c.file_sha256 == file_sha256, of_office(documents)).limit(1)
    return (await connection.execute(statement)).first() is not None


async def rate_on(
    connection: AsyncConnection, *, programme: Programme, payer_class: str, month: date, income: int, sector: str | None
) -> RowMapping | None:
    """Return the rupiah for one month, and the base from which they are calculated.

    A sector's own rate takes precedence over the general one. Then the bracket decides: the highest that begins at or
    below the income. Then a later rule takes precedence over an earlier one, and a later reading over an earlier one of
    the same rule.
    """
    c = contribution_rates.c
    statement = (
        select(c.amount, c.base_amount)
        .where(
            c.programme == programme,
            c.payer_class == payer_class,
            c.valid_from <= month,
            or_(c.valid_to.is_(None), c.valid_to >= month),
            c.income_from <= income,
            or_(c.sector.is_(None), c.sector == sector),
        )
        .order_by(c.sector.is_(None), c.income_from.desc(), c.valid_from.desc(), c.id.desc())
        .limit(1)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def add_rates(connection: AsyncConnection, rows: list[dict[str, Any]]) -> int:
    """Insert the rates that differ from the latest reading of their rule, and return how many are new."""
    c = contribution_rates.c
    rule = (c.programme, c.payer_class, c.sector, c.income_from, c.valid_from)
    latest = await connection.execute(select(contribution_rates).ext(distinct_on(*rule)).order_by(*rule, c.id.desc()))
    known = [{**row, "id": None} for row in latest.mappings()]
    fresh = [row for row in rows if {**row, "id": None} not in known]
    if fresh:
        await connection.execute(insert(contribution_rates), fresh)
    return len(fresh)


async def count_rates(connection: AsyncConnection) -> int:
    return int((await connection.execute(select(func.count()).select_from(contribution_rates))).scalar_one())
