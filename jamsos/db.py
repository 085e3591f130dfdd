"""The database: one metadata with named constraints, and the rules that PostgreSQL enforces.

The `info` of a table declares what the database enforces:
- `grows=True`: the table is append-only; a trigger refuses UPDATE, DELETE and TRUNCATE (policies.py).
- `sight="village_code"`: row-level security; the API's role sees rows whose region lies in its sight.
- `umbrella="regency_code"`: a public act (a decree, a fund), which is also visible from the villages below its regency.
- `through="fund_id"`: visible with the row of this foreign key; `within="load_id"`: only where that row lies within the
  sight.
- `view="…"`: the table is this view; `before=(…)`: statements, such as a function, that it needs;
  `query="…"`: its rows, whoever reads.
- `national=True`: law and the state's code lists, visible to everyone; only the country's sight may write.
- `seen="…"`: a separate condition for reading; everyone may write.

A table without any of these is visible to everyone who may read the schema (tests/test_policies.py lists them).

Every column has its data class, such as `info=IDENTITY` (data_classes.py), which decides who sees it unmasked in every
answer and file.

Region codes use the collation "C". So a region is a range of text (`53.15` ≤ code < `53.15~`), and an index supports
the range.
"""

import errno
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from enum import StrEnum
from typing import Any, BinaryIO

import polars as pl
from asyncpg import PostgresError
from pgpq import ArrowToPostgresBinaryEncoder
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    FromClause,
    Identity,
    LargeBinary,
    MetaData,
    ScalarSelect,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from jamsos.data_classes import OPEN, Info
from jamsos.errors import (
    DatabaseTooOld,
    DatabaseUnreachable,
    DiskFull,
    JamsosError,
    OutsideSight,
    QueryTooSlow,
    TextMalformed,
    TryAgain,
    ValueOutOfRange,
)
from jamsos.months import FIRST_DAY, LAST_DAY

SCHEMA = "programme"
FLOOR = (16,)
SEAL_LOCK = "jamsos.seal"  # shared by writers of values that others compare sealed, exclusive for a rotation

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    },
)


def identity(info: Info = OPEN) -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True, info=info)


def code(name: str, *args: Any, **options: Any) -> Column[str]:
    """Return a column of text that compares byte by byte: codes, numbers, hashes."""
    options.setdefault("nullable", False)
    return Column(name, Text(collation="C"), *args, **options)


def text_(name: str, **options: Any) -> Column[str]:
    options.setdefault("nullable", False)
    return Column(name, Text, **options)


def rupiah(name: str = "amount", **options: Any) -> Column[int]:
    """Return a column of whole rupiah."""
    options.setdefault("nullable", False)
    return Column(name, BigInteger, info=_marked(options, money=True), **options)


def month(name: str = "month", **options: Any) -> Column[Any]:
    """Return a column of a calendar month, stored as its first day."""
    options.setdefault("nullable", False)
    condition = f"extract(day from {name}) = 1 and {_is_day(name)}"
    return Column(name, Date, CheckConstraint(condition, name=name), info=_marked(options, month=True), **options)


def day(name: str, **options: Any) -> Column[Any]:
    """Return a column of a day within the bounds of `jamsos.months`.

    Without bounds the driver writes the year 9999 as infinity, which has no year and no month.
    """
    options.setdefault("nullable", False)
    return Column(name, Date, CheckConstraint(_is_day(name), name=name), **options)


def _is_day(name: str) -> str:
    return f"{name} between '{FIRST_DAY}' and '{LAST_DAY}'"


def instant(name: str = "recorded_at") -> Column[Any]:
    """Return a column of the instant at which the database recorded the row, in UTC."""
    return moment(name, nullable=False, server_default=func.now(), info=OPEN)


def moment(name: str, **options: Any) -> Column[Any]:
    """Return a column of an instant within the same bounds."""
    condition = f"{name} between '{FIRST_DAY} 00:00Z' and '{LAST_DAY} 23:59:59.999999Z'"
    return Column(name, DateTime(timezone=True), CheckConstraint(condition, name=name), **options)


def sealed(name: str, kind: str, **options: Any) -> Column[bytes]:
    """Return a column of a value that is stored only sealed. `kind` binds the seal, and a rotation reads it."""
    options.setdefault("nullable", True)
    return Column(name, LargeBinary, info=_marked(options, sealed=kind), **options)


def choice(name: str, values: type[StrEnum], **options: Any) -> Column[str]:
    """Return a column of one code of a closed list, enforced by a check."""
    options.setdefault("nullable", False)
    listed = ", ".join(f"'{value}'" for value in values)
    return Column(
        name,
        Text(collation="C"),
        CheckConstraint(f"{name} in ({listed})", name=name),
        info=_marked(options, choices=values),
        **options,
    )


OFFICE = "office_code"
ACROSS = "across_offices"


def owner() -> Column[str]:
    """Return the column of a fact's owner."""
    return code(OFFICE, ForeignKey(f"{SCHEMA}.offices.code"), info=OPEN)


def owned() -> tuple[Any, ...]:
    """Return the owner of a fact, and the key (office, id) by which facts of the same office refer to it."""
    return owner(), UniqueConstraint(OFFICE, "id")


def belongs_to(name: str, referred: Table | str, *, key: str = "id", **options: Any) -> tuple[Any, ...]:
    """Return a column that refers to a row of the same office, and its foreign key over both.

    `referred`: a table, or the name of the table itself.
    """
    options.setdefault("nullable", False)
    table = f"{SCHEMA}.{referred if isinstance(referred, str) else referred.name}"
    there = [f"{table}.{OFFICE}", f"{table}.{key}"]
    return Column(name, BigInteger, **options), ForeignKeyConstraint([OFFICE, name], there)


def reference_of(column: Column[Any]) -> ForeignKey | None:
    """Return the foreign key of a column: the shortest in which it is the last column."""
    keys = [
        key for key in column.foreign_keys if key.constraint is not None and list(key.constraint.columns)[-1] is column
    ]
    return min(keys, key=lambda key: len(key.constraint.columns), default=next(iter(column.foreign_keys), None))


def of_office(table: FromClause) -> ColumnElement[bool]:
    """Return the condition that a row belongs to the office at work; true where the transaction works for none."""
    at_work = func.nullif(func.current_setting(AT_WORK, True), "")
    return table.c[OFFICE] == func.coalesce(at_work, table.c[OFFICE])


def office_of_row(table: Table, id_: int) -> ScalarSelect[str]:
    """Return the office of a row as SQL, for rows that refer to it."""
    return select(table.c[OFFICE]).where(table.c.id == id_).scalar_subquery()


AT_WORK = "jamsos.office"  # the office for which a transaction works, set beside its sight
# The sight of a transaction, from :first to :beyond, and with it the office at work: that of the region seen, if it has one.
SEE = f"""select set_config('jamsos.sight_from', :first, true), set_config('jamsos.sight_to', :beyond, true),
    set_config('{AT_WORK}', coalesce((select code from {SCHEMA}.offices where code = left(cast(:first as text), 5)), ''), true)"""
OF_OFFICE = f"office_code = coalesce(nullif(current_setting('{AT_WORK}', true), ''), {{table}}.office_code)"


def _marked(options: dict[str, Any], **marks: Any) -> Info:
    """Return the `info` of a column: its data class (jamsos/data_classes.py) and these marks."""
    given: Info = options.pop("info", {})
    return given | marks


def copied(rows: pl.DataFrame) -> io.BytesIO:
    """Return rows in PostgreSQL's binary COPY form, which the server reads in half the time of CSV.

    Each column must have exactly the width of its column in the table (bigint: Int64, integer: Int32).
    """
    file = io.BytesIO()
    if rows.height:
        batches = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
        encoder = ArrowToPostgresBinaryEncoder(batches[0].schema)
        file.writelines((encoder.write_header(), *map(encoder.write_batch, batches), encoder.finish()))
        file.seek(0)
    return file


async def copy_rows(connection: AsyncConnection, table: str, columns: Sequence[str], rows: BinaryIO) -> None:
    """COPY rows, in the form of `copied`, into a table of the programme in this transaction.

    PostgreSQL refuses COPY under row-level security. Then the rows go through a temporary table, and each row is
    checked.
    """
    name, listed = f"{SCHEMA}.{table}", ", ".join(columns)
    is_checked: bool = (
        await connection.execute(text("select row_security_active(:name)"), {"name": name})
    ).scalar_one()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    form = {"columns": columns, "format": "binary"}
    if not is_checked:
        await driver.copy_to_table(table, source=rows, schema_name=SCHEMA, **form)
        return
    await connection.execute(text(f"create temp table arriving on commit drop as select {listed} from {name} limit 0"))
    await driver.copy_to_table("arriving", source=rows, **form)
    await connection.execute(text(f"insert into {name} ({listed}) select {listed} from arriving"))
    await connection.execute(text("drop table arriving"))


def engine_for(
    url: str, *, role: str | None = None, limits: Mapping[str, str] | None = None, **options: Any
) -> AsyncEngine:
    """Return an engine over asyncpg. With `role`, every connection uses that role; `limits` are settings of PostgreSQL."""
    settings = {"application_name": "jamsos", "timezone": "UTC", "jit": "off"} | ({"role": role} if role else {})
    settings |= limits or {}
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1).replace("postgres://", "postgresql+asyncpg://", 1),
        connect_args={"server_settings": settings},
        hide_parameters=True,  # bound values may identify a person, and an error may be printed
        **options,
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open the transaction of one request or command. Raises DatabaseUnreachable, DatabaseTooOld."""
    connection = engine.connect()
    try:
        await connection.start()
    except (OSError, OperationalError) as wrong:
        raise DatabaseUnreachable(reason=type(wrong).__name__) from wrong
    try:
        version = connection.dialect.server_version_info or ()
        if version < FLOOR:
            raise DatabaseTooOld(version=".".join(map(str, version)))
        async with connection.begin():
            yield connection
    finally:
        await connection.close()


Acting = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


def in_transaction(connection: AsyncConnection) -> Acting:
    """Return a factory that yields the open connection, for work that would open its own transactions."""
    return lambda: nullcontext(connection)


# --- the meaning of database errors ------------------------------------------------------------------------------

# PostgreSQL's codes for a conflict of two transactions: serialization failure, deadlock, lock not available.
_MET = {"40001", "40P01", "55P03"}
# Values that no column can store: a NUL in a text, a number or a day beyond its type (22000 comes from the driver itself).
_UNFIT: dict[str, type[JamsosError]] = {
    "22021": TextMalformed,
    "22000": ValueOutOfRange,
    "22003": ValueOutOfRange,
    "22008": ValueOutOfRange,
}


def refusal_of(error: BaseException | None) -> JamsosError | None:
    """Return the refusal that an error means; None when the error is unexpected."""
    if isinstance(error, JamsosError):
        return error
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return DiskFull()
    if not isinstance(error, (DBAPIError, PostgresError)):
        return None
    origin = error.orig if isinstance(error, DBAPIError) else error  # COPY bypasses SQLAlchemy
    state = getattr(origin, "sqlstate", None)
    if state in _MET:
        return TryAgain()
    if state in _UNFIT:
        return _UNFIT[state]()
    if state == "57014":
        return QueryTooSlow()
    if state == "53100":
        return DiskFull()
    if state == "42501" and "row-level security" in str(origin):
        return OutsideSight()
    if getattr(error, "connection_invalidated", False) or (state or "").startswith(("08", "57P")):
        return DatabaseUnreachable(reason=type(origin).__name__)
    return None
