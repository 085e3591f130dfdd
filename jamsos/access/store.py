"""Access queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Subquery,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Sight
from jamsos.access.tables import (
    act_counts,
    agencies,
    api_keys,
    audit_entries,
    idempotency_keys,
    officer_invitations,
    officer_subjects,
    officer_terms,
    officers,
    trusted_documents,
)
from jamsos.db import SCHEMA
from jamsos.sql_files import sql_file


async def add_agency(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert an agency and return its id; None when the code is taken."""
    statement = upsert(agencies).values(**values).on_conflict_do_nothing().returning(agencies.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def agency_by_code(connection: AsyncConnection, code: str) -> RowMapping | None:
    return (await connection.execute(select(agencies).where(agencies.c.code == code))).mappings().one_or_none()


async def add_officer(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert an officer and return the id; None when the agency has an officer of that name."""
    statement = upsert(officers).values(**values).on_conflict_do_nothing().returning(officers.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def add_term(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(officer_terms).inline().values(**values))


async def officer_by_name(connection: AsyncConnection, agency_id: int, name: str) -> RowMapping | None:
    found = select(officers).where(officers.c.agency_id == agency_id, func.lower(officers.c.name) == func.lower(name))
    return (await connection.execute(found)).mappings().one_or_none()


async def newest_term(connection: AsyncConnection, officer_id: int) -> RowMapping:
    found = select(officer_terms).where(officer_terms.c.officer_id == officer_id)
    return (await connection.execute(found.order_by(officer_terms.c.id.desc()).limit(1))).mappings().one()


def _newest_terms() -> Subquery:
    t = officer_terms.c
    return select(officer_terms).ext(distinct_on(t.officer_id)).order_by(t.officer_id, t.id.desc()).subquery()


async def listed_officers(connection: AsyncConnection, agency_code: str | None) -> Sequence[RowMapping]:
    """Return every officer with the newest term and the number of live keys."""
    o = officers.c
    newest = _newest_terms()
    keys = select(func.count()).select_from(api_keys).where(api_keys.c.officer_id == o.id, *_live()).scalar_subquery()
    found = select(
        agencies.c.code.label("agency"),
        o.id,
        o.name,
        newest.c.roles,
        newest.c.active_from,
        newest.c.active_to,
        keys.label("keys"),
    )
    found = found.join_from(officers, agencies, agencies.c.id == o.agency_id).join(newest, newest.c.officer_id == o.id)
    if agency_code is not None:
        found = found.where(agencies.c.code == agency_code)
    return (await connection.execute(found.order_by(agencies.c.code, o.id))).mappings().all()


async def add_subject(connection: AsyncConnection, **values: Any) -> bool:
    """Insert a subject, and return False where another officer has that subject."""
    statement = upsert(officer_subjects).values(**values).on_conflict_do_nothing().returning(officer_subjects.c.id)
    return (await connection.execute(statement)).scalar_one_or_none() is not None


async def add_invitation(connection: AsyncConnection, **values: Any) -> int:
    statement = insert(officer_invitations).values(**values).returning(officer_invitations.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def invitation_by_prefix(connection: AsyncConnection, prefix: str) -> RowMapping | None:
    statement = text(f"select * from {SCHEMA}.invitation_of(:prefix)")
    return (await connection.execute(statement, {"prefix": prefix})).mappings().one_or_none()


async def accept_invitation(connection: AsyncConnection, invitation_id: int) -> bool:
    """Mark an invitation as accepted, and return whether it was still open."""
    statement = text(f"select {SCHEMA}.accept_invitation(:id)")
    return bool((await connection.execute(statement, {"id": invitation_id})).scalar_one())


async def proofs(connection: AsyncConnection, given: Sequence[str]) -> dict[str, RowMapping]:
    """Return the officer of each proof, with the officers who issued it."""
    statement = text(
        f"select g.proof, p.* from unnest(cast(:given as text[])) g (proof), lateral {SCHEMA}.proven_by(g.proof) p"
    )
    found = await connection.execute(statement, {"given": list(given)})
    return {row["proof"]: row for row in found.mappings()}


async def subject_holder(connection: AsyncConnection, issuer: str, subject: str) -> RowMapping | None:
    """Return the officer of the issuer's subject, with agency and newest term."""
    statement = text(f"select * from {SCHEMA}.subject_holder(:issuer, :subject)")
    return (await connection.execute(statement, {"issuer": issuer, "subject": subject})).mappings().one_or_none()


async def has_administrator(connection: AsyncConnection, region_code: str | None, scope: str) -> bool:
    """Return whether an officer who may issue keys sees the whole region."""
    values = {"scope": scope, "region": region_code or ""}
    return bool((await connection.execute(text(sql_file(__file__, "administrator")), values)).scalar_one())


async def add_key(connection: AsyncConnection, **values: Any) -> int:
    return int((await connection.execute(insert(api_keys).values(**values).returning(api_keys.c.id))).scalar_one())


async def key_by_prefix(connection: AsyncConnection, prefix: str) -> RowMapping | None:
    """Return the key with its agency's code, kind and region. Revoked and expired keys are included; the service refuses them."""
    statement = text(f"select * from {SCHEMA}.key_holder(:prefix)")
    return (await connection.execute(statement, {"prefix": prefix})).mappings().one_or_none()


async def agency_named(connection: AsyncConnection, code: str) -> RowMapping | None:
    """Return the agency with this code. Bypass row-level security, because the actor is not known yet."""
    statement = text(f"select * from {SCHEMA}.agency_named(:code)")
    return (await connection.execute(statement, {"code": code})).mappings().one_or_none()


async def touch_key(connection: AsyncConnection, key_id: int) -> None:
    """Record that the key was used, at most once a minute."""
    used = api_keys.c.last_used_at
    stale = or_(used.is_(None), used < func.now() - text("interval '1 minute'"))
    await connection.execute(update(api_keys).where(api_keys.c.id == key_id, stale).values(last_used_at=func.now()))


async def revoke_keys(connection: AsyncConnection, agency_id: int, label: str) -> int:
    statement = (
        update(api_keys)
        .where(api_keys.c.agency_id == agency_id, api_keys.c.label == label, api_keys.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    return (await connection.execute(statement)).rowcount


async def live_keys(connection: AsyncConnection, agency_id: int, label: str) -> Sequence[RowMapping]:
    """Return the valid keys of a label, the newest first."""
    statement = select(api_keys).where(api_keys.c.agency_id == agency_id, api_keys.c.label == label, *_live())
    return (await connection.execute(statement.order_by(api_keys.c.id.desc()))).mappings().all()


async def end_keys(connection: AsyncConnection, ids: list[int], at: datetime) -> None:
    """End these keys at `at`, unless they end earlier."""
    sooner = func.least(api_keys.c.expires_at, at)
    await connection.execute(update(api_keys).where(api_keys.c.id.in_(ids)).values(expires_at=sooner))


async def listed_keys(connection: AsyncConnection, agency_code: str | None) -> Sequence[RowMapping]:
    names = ("label", "prefix", "scopes", "issued_by", "created_at", "expires_at", "last_used_at")
    found = select(
        agencies.c.code.label("agency"), officers.c.name.label("officer"), *(api_keys.c[name] for name in names)
    )
    found = found.join_from(api_keys, agencies, agencies.c.id == api_keys.c.agency_id)
    found = found.outerjoin(officers, officers.c.id == api_keys.c.officer_id).where(api_keys.c.revoked_at.is_(None))
    if agency_code is not None:
        found = found.where(agencies.c.code == agency_code)
    return (await connection.execute(found.order_by(agencies.c.code, api_keys.c.id))).mappings().all()


def _live() -> tuple[ColumnElement[bool], ...]:
    expires = api_keys.c.expires_at
    return api_keys.c.revoked_at.is_(None), or_(expires.is_(None), expires > func.now())


_SIGHT = ("jamsos.sight_from", "jamsos.sight_to")


async def look(connection: AsyncConnection, sight: Sight) -> Sight:
    """Give the transaction this sight and return its previous sight."""
    kept = (func.coalesce(func.current_setting(name, True), "") for name in _SIGHT)
    before = Sight(*(await connection.execute(select(*kept))).one())
    await connection.execute(
        select(*(func.set_config(name, end, True) for name, end in zip(_SIGHT, sight, strict=True)))
    )
    return before


async def add_audit(connection: AsyncConnection, **values: Any) -> None:
    # inline: RETURNING would need the right to read the entry as well
    await connection.execute(insert(audit_entries).inline().values(**values))


async def claim_operation(connection: AsyncConnection, agency_id: int, key: str, operation_hash: bytes) -> bool:
    """Return whether the key is new, and claim it. Waits while another transaction holds the same key."""
    statement = (
        upsert(idempotency_keys)
        .values(agency_id=agency_id, key=key, operation_hash=operation_hash)
        .on_conflict_do_nothing()
        .returning(idempotency_keys.c.id)
    )
    return (await connection.execute(statement)).scalar_one_or_none() is not None


async def operation_of(connection: AsyncConnection, agency_id: int, key: str) -> RowMapping:
    return (await connection.execute(select(idempotency_keys).where(*_is(agency_id, key)))).mappings().one()


async def keep_answer(connection: AsyncConnection, agency_id: int, key: str, answer: bytes) -> None:
    await connection.execute(update(idempotency_keys).where(*_is(agency_id, key)).values(answer_sealed=answer))


async def delete_answers(connection: AsyncConnection, before: datetime) -> int:
    """Delete the keys claimed before an instant and return how many. Only the owner has this right."""
    return (await connection.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < before))).rowcount


def _is(agency_id: int, key: str) -> tuple[ColumnElement[bool], ...]:
    return idempotency_keys.c.agency_id == agency_id, idempotency_keys.c.key == key


async def add_document(connection: AsyncConnection, *, document_id: str, name: str, body: str) -> None:
    """Insert a trusted document, unless it is already there."""
    values = {"id": document_id, "name": name, "body": body}
    await connection.execute(upsert(trusted_documents).values(**values).on_conflict_do_nothing())


_COUNT = f"""
    insert into {SCHEMA}.act_counts as kept (act, asker, count, begun_at) values (:act, :asker, 1, now())
    on conflict (act, asker) do update set
        count = case when kept.begun_at <= now() - make_interval(secs => :seconds) then 1 else least(kept.count + 1, :beyond) end,
        begun_at = case when kept.begun_at <= now() - make_interval(secs => :seconds) then now() else kept.begun_at end
    returning count, extract(epoch from begun_at + make_interval(secs => :seconds) - now())::float8
"""


async def count_act(
    connection: AsyncConnection, act: str, asker: bytes, *, most: int, seconds: int
) -> tuple[int, float]:
    """Count one request. Return the count since the period began, and the seconds until the period ends."""
    values = {"act": act, "asker": asker, "seconds": seconds, "beyond": most + 1}
    row = (await connection.execute(text(_COUNT), values)).one()
    return int(row[0]), float(row[1])


async def delete_counts(connection: AsyncConnection, before: datetime) -> int:
    """Delete the counters begun before an instant. Only the owner has this right."""
    return (await connection.execute(delete(act_counts).where(act_counts.c.begun_at < before))).rowcount
