"""The database: one metadata with named constraints, and the promises PostgreSQL keeps for us.

A table says in its `info` what the database shall guard:
- `grows=True`: facts only grow; UPDATE, DELETE and TRUNCATE are refused by trigger (guards.py).
- `sight="village_code"`: row-level security; the API's role sees rows whose region lies in its sight.
- `umbrella="office_code"`: a public act (a decree, a fund): also seen from the villages below it.
- `through="fund_id"`: seen with the row that this foreign key names, `within="load_id"`: only where that row lies within the sight.
- `national=True`: law and the state's code lists, seen by everyone, written only with the country in sight.
- `seen="…"`: a condition of its own, for reading; everyone may write.
A table with none is seen by everyone who may read the schema (tests/test_policies.py lists them).

Facts have an owner, the office (a regency, a province, the ministry) that pays. A table with `*owned()` carries it and says so in its
keys: `*belongs_to("fund_id", funds)` refers to a fund of the same office. A row without `office_code` belongs to the office of the only
owned row that it refers to; where it refers to several, the database compares their offices (jamsos/ownership.py):
- `same_office="journal"`: the SQL file that already keeps the rows it refers to together, so no comparison is made.
- a column's `ACROSS`: this reference may lead to another office, and why.
- `installation_wide={"number": "…"}`: a unique key, by its columns, that holds over all offices, and why.
Every column carries its data class, `info=IDENTITY` (data_classes.py): who may see it whole, in every answer and file.
Region codes collate "C", so that a region is a range of text (`53.15` ≤ code < `53.15~`) and an index serves it.
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
SEAL_LOCK = "jamsos.seal"  # shared by whoever writes what others compare sealed, alone by a rotation

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
    """Text that is compared byte by byte: codes, numbers, hashes."""
    options.setdefault("nullable", False)
    return Column(name, Text(collation="C"), *args, **options)


def text_(name: str, **options: Any) -> Column[str]:
    options.setdefault("nullable", False)
    return Column(name, Text, **options)


def rupiah(name: str = "amount", **options: Any) -> Column[int]:
    """Whole rupiah."""
    options.setdefault("nullable", False)
    return Column(name, BigInteger, info=_marked(options, money=True), **options)


def month(name: str = "month", **options: Any) -> Column[Any]:
    """A calendar month, stored as its first day."""
    options.setdefault("nullable", False)
    condition = f"extract(day from {name}) = 1 and {_is_day(name)}"
    return Column(name, Date, CheckConstraint(condition, name=name), info=_marked(options, month=True), **options)


def day(name: str, **options: Any) -> Column[Any]:
    """A day within the bounds of `jamsos.months`: the driver writes the year 9999 as infinity, which has no year and no month."""
    options.setdefault("nullable", False)
    return Column(name, Date, CheckConstraint(_is_day(name), name=name), **options)


def _is_day(name: str) -> str:
    return f"{name} between '{FIRST_DAY}' and '{LAST_DAY}'"


def instant(name: str = "recorded_at") -> Column[Any]:
    """When the database learned of it, UTC."""
    return moment(name, nullable=False, server_default=func.now(), info=OPEN)


def moment(name: str, **options: Any) -> Column[Any]:
    """An instant within the same bounds."""
    condition = f"{name} between '{FIRST_DAY} 00:00Z' and '{LAST_DAY} 23:59:59.999999Z'"
    return Column(name, DateTime(timezone=True), CheckConstraint(condition, name=name), **options)


def sealed(name: str, kind: str, **options: Any) -> Column[bytes]:
    """A value that stands only sealed; `kind` binds the seal and tells a rotation what to re-seal."""
    options.setdefault("nullable", True)
    return Column(name, LargeBinary, info=_marked(options, sealed=kind), **options)


def choice(name: str, values: type[StrEnum], **options: Any) -> Column[str]:
    """One of a closed list, kept by a check."""
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
    """Return a column that refers to a row of the same office, and its foreign key over both. `referred`: a table, or its own name."""
    options.setdefault("nullable", False)
    table = f"{SCHEMA}.{referred if isinstance(referred, str) else referred.name}"
    there = [f"{table}.{OFFICE}", f"{table}.{key}"]
    return Column(name, BigInteger, **options), ForeignKeyConstraint([OFFICE, name], there)


def reference_of(column: Column[Any]) -> ForeignKey | None:
    """Return the foreign key that a column stands for: the shortest whose last column it is."""
    keys = [
        key for key in column.foreign_keys if key.constraint is not None and list(key.constraint.columns)[-1] is column
    ]
    return min(keys, key=lambda key: len(key.constraint.columns), default=next(iter(column.foreign_keys), None))


def of_office(table: FromClause) -> ColumnElement[bool]:
    """Return the condition that a row is of the office for which the transaction works; true where it works for none."""
    at_work = func.nullif(func.current_setting(AT_WORK, True), "")
    return table.c[OFFICE] == func.coalesce(at_work, table.c[OFFICE])


def office_of_row(table: Table, id_: int) -> ScalarSelect[str]:
    """Return the office of a row as SQL, for what is added to it."""
    return select(table.c[OFFICE]).where(table.c.id == id_).scalar_subquery()


AT_WORK = "jamsos.office"  # the office for which a transaction works, set beside its sight
# The sight of a transaction, from :first to :beyond, and with it the office at work: that of the region seen, if it has one.
SEE = f"""select set_config('jamsos.sight_from', :first, true), set_config('jamsos.sight_to', :beyond, true),
    set_config('{AT_WORK}', coalesce((select code from {SCHEMA}.offices where code = left(cast(:first as text), 5)), ''), true)"""
OF_OFFICE = f"office_code = coalesce(nullif(current_setting('{AT_WORK}', true), ''), {{table}}.office_code)"


def _marked(options: dict[str, Any], **marks: Any) -> Info:
    """The data class that a declaration gives (jamsos/data_classes.py), and what the database must know of the column."""
    given: Info = options.pop("info", {})
    return given | marks


def copied(rows: pl.DataFrame) -> io.BytesIO:
    """Rows in PostgreSQL's binary COPY form, which the server takes in half the time of CSV; each column has the very width of its
    column in the table (bigint: Int64, integer: Int32)."""
    file = io.BytesIO()
    if rows.height:
        batches = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
        encoder = ArrowToPostgresBinaryEncoder(batches[0].schema)
        file.writelines((encoder.write_header(), *map(encoder.write_batch, batches), encoder.finish()))
        file.seek(0)
    return file


async def copy_rows(connection: AsyncConnection, table: str, columns: Sequence[str], rows: BinaryIO) -> None:
    """COPY rows, as `copied` makes them, into a table of the programme, in this transaction.

    PostgreSQL does not COPY under row security; there the rows come by a working table, and are checked one by one.
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
    """An engine over asyncpg; with `role`, every connection works as that role; `limits` are PostgreSQL's settings."""
    settings = {"application_name": "jamsos", "timezone": "UTC", "jit": "off"} | ({"role": role} if role else {})
    settings |= limits or {}
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1).replace("postgres://", "postgresql+asyncpg://", 1),
        connect_args={"server_settings": settings},
        hide_parameters=True,  # what is bound may name a person, and an error may be printed
        **options,
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One request or command is one transaction, opened at the door. Raises DatabaseUnreachable, DatabaseTooOld."""
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
    """For work that would open transactions: it stays within the one that is open."""
    return lambda: nullcontext(connection)


# --- what an error means ----------------------------------------------------------------------------------------

# PostgreSQL's codes for two acts that met: serialization failure, deadlock, lock not available.
_MET = {"40001", "40P01", "55P03"}
# Values that no column holds: a NUL in a text, a number or a day beyond its type (22000 is said by the driver itself).
_UNFIT: dict[str, type[JamsosError]] = {
    "22021": TextMalformed,
    "22000": ValueOutOfRange,
    "22003": ValueOutOfRange,
    "22008": ValueOutOfRange,
}


def refusal_of(error: BaseException | None) -> JamsosError | None:
    """The refusal that an error means, None when it is unexpected."""
    if isinstance(error, JamsosError):
        return error
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return DiskFull()
    if not isinstance(error, (DBAPIError, PostgresError)):
        return None
    origin = error.orig if isinstance(error, DBAPIError) else error  # COPY goes past SQLAlchemy
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
