"""Key rotation: reseal every sealed value under the newest key, in one transaction.

The key file has the new key before any value is sealed with it, and has the old keys until no value needs them. So an
interrupted rotation leaves everything readable, and the next rotation completes it. Equal values stay equal, because
all change at once. Until then nothing new may be sealed (SealRotationUnfinished).
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, LargeBinary, RowMapping, Table, bindparam, text
from sqlalchemy import Text as TextType
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.db import SEAL_LOCK
from jamsos.errors import SealKeyOld
from jamsos.sealing import Sealer
from jamsos.tables import metadata

BATCH_BYTES = 16 * 1024 * 1024
BATCH_ROWS = 10_000
Report = Callable[[int, int | None], None]


def sealed_columns() -> Iterator[tuple[Table, dict[str, str]]]:
    """Yield every table with sealed columns, and the kind of each such column."""
    for table in metadata.sorted_tables:
        if kinds := {column.name: column.info["sealed"] for column in table.columns if "sealed" in column.info}:
            yield table, kinds


async def values_by_key(connection: AsyncConnection) -> dict[int, int]:
    """Return the number of sealed values by version of their key."""
    found: dict[int, int] = {}
    for table, kinds in sealed_columns():
        for column in kinds:
            counted = (
                f"select get_byte({column}, 0), count(*) from {table.fullname} where {column} is not null group by 1"
            )
            for row in await connection.execute(text(counted)):
                found[row[0]] = found.get(row[0], 0) + row[1]
    return dict(sorted(found.items()))


async def rotate(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, progress: Report = lambda done, total: None
) -> int:
    """Reseal all values under the sealer's newest key, and return how many. Writers wait until the rotation ends.

    Raises SealKeyOld for values of a newer key, SealKeyWrong for a value that does not unseal. Then nothing has
    changed.
    """
    await _hold(connection)
    by_key = await values_by_key(connection)
    if newer := [version for version in by_key if version > sealer.version]:
        raise SealKeyOld(needed=max(newer), newest=sealer.version)
    total, done = sum(count for version, count in by_key.items() if version != sealer.version), 0
    for table, kinds in sealed_columns():
        async for count in _reseal(connection, sealer, table, kinds):
            done += count
            progress(done, total)
    await audit(connection, actor, "rotate_seal", details={"key": sealer.version, "values": done})
    return done


async def _hold(connection: AsyncConnection) -> None:
    """Lock all sealed tables until the end of this transaction, and allow changes of sealed columns."""
    tables = ", ".join(table.fullname for table, _ in sealed_columns())
    await connection.execute(text(f"select pg_advisory_xact_lock(hashtext('{SEAL_LOCK}'))"))
    await connection.execute(text(f"lock table {tables} in exclusive mode"))
    await connection.execute(text("select set_config('jamsos.rotation', 'on', true)"))


async def _reseal(
    connection: AsyncConnection, sealer: Sealer, table: Table, kinds: dict[str, str]
) -> AsyncIterator[int]:
    """Yield for each batch how many values of the table were resealed. The cursor reads the rows as of its start."""
    cursor = f"sealed_{table.name}"  # a separate name, because the driver caches prepared statements with their columns
    old = " or ".join(f"get_byte({column}, 0) <> {sealer.version}" for column in kinds)
    columns = ", ".join(("cast(ctid as text) as place", *kinds))
    await connection.execute(text(f"declare {cursor} cursor for select {columns} from {table.fullname} where {old}"))
    fetch = text(f"fetch {await _batch(connection, table, kinds)} from {cursor}")
    while rows := (await connection.execute(fetch)).mappings().all():
        await _update(connection, sealer, table, kinds, rows)
        yield sum(row[column] is not None and row[column][0] != sealer.version for row in rows for column in kinds)
    await connection.execute(text(f"close {cursor}"))


async def _batch(connection: AsyncConnection, table: Table, kinds: dict[str, str]) -> int:
    """Return the rows of a batch, by size: received files are large, numbers are small."""
    largest = ", ".join(f"coalesce(max(octet_length({column})), 1)" for column in kinds)
    width: int = (await connection.execute(text(f"select greatest({largest}, 1) from {table.fullname}"))).scalar_one()
    return max(1, min(BATCH_ROWS, BATCH_BYTES // width))


async def _update(
    connection: AsyncConnection, sealer: Sealer, table: Table, kinds: dict[str, str], rows: Sequence[RowMapping]
) -> None:
    arrays = ", ".join(f":{column}" for column in kinds)
    sets = ", ".join(f"{column} = v.{column}" for column in kinds)
    statement = text(
        f"update {table.fullname} t set {sets} from unnest(:places, {arrays}) as v (place, {', '.join(kinds)})"
        " where t.ctid = cast(v.place as tid)"
    ).bindparams(
        bindparam("places", type_=ARRAY(TextType)),
        *(bindparam(column, type_=ARRAY(LargeBinary)) for column in kinds),
    )
    values: dict[str, Any] = {
        column: [_again(sealer, kind, row[column]) for row in rows] for column, kind in kinds.items()
    }
    await connection.execute(statement, values | {"places": [row["place"] for row in rows]})


def _again(sealer: Sealer, kind: str, sealed: bytes | None) -> bytes | None:
    if sealed is None or sealed[0] == sealer.version:
        return sealed
    return sealer.seal_bytes(kind, sealer.unseal_bytes(kind, sealed))
