"""Access queries."""

from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.tables import agencies, api_keys, audit_entries


async def add_agency(connection: AsyncConnection, **values: Any) -> int | None:
    """The new agency's id, None when the code is taken."""
    statement = upsert(agencies).values(**values).on_conflict_do_nothing().returning(agencies.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def agency_by_code(connection: AsyncConnection, code: str) -> RowMapping | None:
    return (await connection.execute(select(agencies).where(agencies.c.code == code))).mappings().one_or_none()


async def add_key(connection: AsyncConnection, **values: Any) -> int:
    return int((await connection.execute(insert(api_keys).values(**values).returning(api_keys.c.id))).scalar_one())


async def key_by_prefix(connection: AsyncConnection, prefix: str) -> RowMapping | None:
    """The key with its agency's kind, code and region; revoked and expired keys too, for the rules to refuse."""
    statement = (
        select(
            api_keys,
            agencies.c.code.label("agency_code"),
            agencies.c.kind.label("agency_kind"),
            agencies.c.region_code,
        )
        .join(agencies)
        .where(api_keys.c.prefix == prefix)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def touch_key(connection: AsyncConnection, key_id: int) -> None:
    await connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=func.now()))


async def revoke_keys(connection: AsyncConnection, agency_id: int, label: str) -> int:
    statement = (
        update(api_keys)
        .where(api_keys.c.agency_id == agency_id, api_keys.c.label == label, api_keys.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    return (await connection.execute(statement)).rowcount


async def add_audit(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(audit_entries).values(**values))
