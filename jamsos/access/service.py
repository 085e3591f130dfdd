"""Access acts: registering agencies, giving and revoking keys, recognising a key, writing the trail."""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access import store
from jamsos.access.errors import (
    AgencyExists,
    IdempotencyKeyReused,
    KeyDaysWrong,
    KeyMissing,
    NoLiveKey,
    PurposeMissing,
    RegionUnknown,
    ScopeMissing,
    ScopeUnknown,
)
from jamsos.access.rules import DEFAULT_SCOPES, Actor, AgencyKind, Scope, Sight, is_region, sight_of
from jamsos.data_classes import scopes_for, shown_names
from jamsos.errors import NotFound, OutsideSight
from jamsos.months import now

KEY_DAYS, MOST_KEY_DAYS = 365, 3650
OVERLAP_HOURS, MOST_OVERLAP_HOURS = 24, 24 * 30


async def register_agency(
    connection: AsyncConnection, actor: Actor, *, code: str, name: str, kind: AgencyKind, region_code: str | None
) -> int:
    """A new agency's id. Without a region it sees nothing; `ID` is the country. Raises RegionUnknown, OutsideSight, AgencyExists."""
    if region_code is not None and not is_region(region_code):
        raise RegionUnknown(code=region_code[:20])
    _within(actor, region_code)
    agency_id = await store.add_agency(connection, code=code, name=name, kind=kind, region_code=region_code)
    if agency_id is None:
        raise AgencyExists(code=code)
    await audit(connection, actor, "register_agency", subject="agency", subject_ids=[agency_id])
    return agency_id


async def issue_key(
    connection: AsyncConnection,
    actor: Actor,
    *,
    agency_code: str,
    label: str,
    scopes: Iterable[str] | None = None,
    days: int = KEY_DAYS,
) -> str:
    """A fresh key, shown this once: `jms_<prefix>_<secret>`. Only its SHA-256 is kept.

    The secret has 256 random bits, so a slow password hash would add cost and no safety. Nobody gives more than they
    have: not a wider region, not another scope. Raises NotFound, OutsideSight, ScopeUnknown, ScopeMissing, KeyDaysWrong.
    """
    agency = await _agency_below(connection, actor, agency_code)
    granted: list[str] = sorted(_known(scopes) if scopes is not None else DEFAULT_SCOPES[AgencyKind(agency["kind"])])
    key_id, key = await _fresh_key(connection, actor, agency["id"], label, granted, days)
    await audit(connection, actor, "issue_key", subject="api_key", subject_ids=[key_id])
    return key


async def _agency_below(connection: AsyncConnection, actor: Actor, code: str) -> RowMapping:
    """Raises NotFound, OutsideSight."""
    agency = await store.agency_by_code(connection, code)
    if agency is None:
        raise NotFound(what="agency", which=code)
    _within(actor, agency["region_code"])
    return agency


async def _fresh_key(
    connection: AsyncConnection, actor: Actor, agency_id: int, label: str, granted: list[str], days: int
) -> tuple[int, str]:
    """Its id and the key itself. Raises ScopeMissing, KeyDaysWrong."""
    if missing := set(granted) - actor.scopes:
        raise ScopeMissing(scope=min(missing))
    if not 1 <= days <= MOST_KEY_DAYS:
        raise KeyDaysWrong(days=days, limit=MOST_KEY_DAYS)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key_id = await store.add_key(
        connection,
        agency_id=agency_id,
        label=label,
        prefix=prefix,
        secret_hash=_hash(secret),
        scopes=granted,
        expires_at=now() + timedelta(days=days),
    )
    return key_id, f"jms_{prefix}_{secret}"


async def rotate_key(
    connection: AsyncConnection,
    actor: Actor,
    *,
    agency_code: str,
    label: str,
    days: int = KEY_DAYS,
    overlap_hours: int = OVERLAP_HOURS,
) -> str:
    """A fresh key in the place of those of that label, with the scopes of the newest of them, shown this once.

    The old ones stay good for `overlap_hours`, so that every program can take up the new one in its own time; 0 ends them
    now. Raises NotFound, OutsideSight, NoLiveKey, ScopeMissing, KeyDaysWrong.
    """
    agency = await _agency_below(connection, actor, agency_code)
    live = await store.live_keys(connection, agency["id"], label)
    if not live:
        raise NoLiveKey(agency=agency_code, label=label)
    overlap = timedelta(hours=min(max(overlap_hours, 0), MOST_OVERLAP_HOURS))
    key_id, key = await _fresh_key(connection, actor, agency["id"], label, list(live[0]["scopes"]), days)
    await store.end_keys(connection, [row["id"] for row in live], now() + overlap)
    await audit(connection, actor, "rotate_key", subject="api_key", subject_ids=[*(row["id"] for row in live), key_id])
    return key


async def keys_of(connection: AsyncConnection, agency_code: str | None = None) -> Sequence[RowMapping]:
    """Every key that is not revoked: agency, label, prefix, scopes, when it was made, expires and was last used; never the key."""
    return await store.listed_keys(connection, agency_code)


def _within(actor: Actor, region_code: str | None) -> None:
    """Seeing a province's agency from below is not ruling it. Raises OutsideSight."""
    first, beyond = sight_of(region_code)
    if region_code is not None and (first < actor.sight.first or beyond > actor.sight.beyond):
        raise OutsideSight()


def _known(scopes: Iterable[str]) -> set[Scope]:
    try:
        return {Scope(scope) for scope in scopes}
    except ValueError as wrong:
        raise ScopeUnknown(scope=str(wrong).split("'")[1], known=", ".join(Scope)) from None


async def revoke_keys(connection: AsyncConnection, actor: Actor, *, agency_code: str, label: str) -> int:
    """Revoke every live key of that label; returns how many. Raises NotFound, OutsideSight."""
    agency = await _agency_below(connection, actor, agency_code)
    revoked = await store.revoke_keys(connection, agency["id"], label)
    await audit(connection, actor, "revoke_keys", subject="agency", subject_ids=[agency["id"]])
    return revoked


async def recognise(connection: AsyncConnection, key: str) -> Actor | None:
    """Who holds this key, None when it is unknown, wrong, revoked or expired: the asker is not told which. Keys of one label that follow
    each other prove one holder, by the number of the first: while both are good, they make no two officers.
    """
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    found = await store.key_by_prefix(connection, prefix) if mark == "jms" else None
    if found is None or not hmac.compare_digest(found["secret_hash"], _hash(secret)):
        return None
    if found["revoked_at"] or (found["expires_at"] and found["expires_at"] < now()):
        return None
    await store.touch_key(connection, found["key_id"])
    return replace(
        _actor(found, frozenset(found["scopes"])), proof=f"key {found['first_id']}", until=found["expires_at"]
    )


async def recognise_agency(connection: AsyncConnection, code: str, scopes: Iterable[str]) -> Actor | None:
    """The agency that a trusted issuer names, with those of the scopes that its kind may have; None when unknown."""
    found = await store.agency_named(connection, code)
    if found is None:
        return None
    allowed = DEFAULT_SCOPES[AgencyKind(found["kind"])]
    return _actor(found, frozenset(scope for scope in scopes if scope in allowed))


def _actor(found: RowMapping, scopes: frozenset[str]) -> Actor:
    return Actor(
        name=found["code"],
        agency_id=found["agency_id"],
        kind=AgencyKind(found["kind"]),
        region_code=found["region_code"],
        scopes=scopes,
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@asynccontextmanager
async def within(connection: AsyncConnection, sight: Sight) -> AsyncIterator[None]:
    """For as long as it lasts the transaction sees that region: for an act that looks something up for who sees nothing.

    A savepoint: what fails inside is undone, and the sight with it.
    """
    async with connection.begin_nested():
        before = await store.look(connection, sight)
        yield
    await store.look(connection, before)


async def audit(
    connection: AsyncConnection,
    actor: Actor,
    act: str,
    *,
    subject: str | None = None,
    subject_ids: Iterable[int] = (),
    fields: Iterable[str] = (),
    details: dict[str, Any] | None = None,
) -> None:
    """One line in the trail, in the same transaction as the act: no act without its line, no line without its act.

    `details` holds counts, codes and hashes, never personal data.
    """
    await store.add_audit(
        connection,
        actor=actor.name,
        agency_id=actor.agency_id,
        act=act,
        purpose=actor.purpose,
        subject=subject,
        subject_ids=list(subject_ids),
        fields=list(fields),
        request_id=actor.request_id,
        details=details or {},
    )


def must_show(actor: Actor, columns: Iterable[Column[Any]]) -> None:
    """Judge what is shown or leaves by its columns: each needs its data class's scope, and whoever asks over the network says why.

    Raises ScopeMissing, PurposeMissing.
    """
    scopes = scopes_for(columns)
    for scope in scopes:
        if not actor.may(Scope(scope)):
            raise ScopeMissing(scope=scope)
    if scopes and actor.agency_id is not None and not actor.purpose:
        raise PurposeMissing()


async def audit_shown(
    connection: AsyncConnection,
    actor: Actor,
    act: str,
    columns: Collection[Column[Any]],
    *,
    purpose: str,
    subject: str,
    subject_ids: Sequence[int] = (),
    details: dict[str, Any] | None = None,
) -> None:
    """`audit` of an act that shows or hands out these columns; its entry lists those that are masked.

    `purpose` stands where the actor stated none, at the command line. Raises ScopeMissing, PurposeMissing.
    """
    must_show(actor, columns)
    named = replace(actor, purpose=actor.purpose or purpose)
    fields = shown_names(columns)
    await audit(connection, named, act, subject=subject, subject_ids=subject_ids, fields=fields, details=details)


async def earlier_answer(connection: AsyncConnection, actor: Actor, key: str, operation_hash: bytes) -> bytes | None:
    """The sealed answer that this key's operation already got, None when the key is new and now ours, or its act ended without an answer.

    While another transaction works under the same key, this one waits for its end. Raises IdempotencyKeyReused.
    """
    if actor.agency_id is None:
        raise KeyMissing()
    if await store.claim_operation(connection, actor.agency_id, key, operation_hash):
        return None
    found = await store.operation_of(connection, actor.agency_id, key)
    if not hmac.compare_digest(found["operation_hash"], operation_hash):
        raise IdempotencyKeyReused()
    answer: bytes | None = found["answer_sealed"]
    return answer


async def keep_answer(connection: AsyncConnection, actor: Actor, key: str, sealed: bytes) -> None:
    """Keep the answer beside the acts, in their transaction: it holds what the acts showed, so it stands sealed."""
    await store.keep_answer(connection, actor.agency_id or 0, key, sealed)


async def forget_answers(connection: AsyncConnection, actor: Actor, *, days: int) -> int:
    """Forget answers kept for repetition that are older than `days`: they hold what acts showed. Returns how many."""
    count = await store.delete_answers(connection, now() - timedelta(days=days))
    await store.delete_counts(connection, now() - timedelta(days=days))
    await audit(connection, actor, "forget_answers", subject="answer", details={"days": days, "count": count})
    return count


def document_id(body: str) -> str:
    """`sha256:` and the hash of the document's text."""
    return f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"


async def trust_document(connection: AsyncConnection, actor: Actor, *, name: str, body: str) -> str:
    """From now on the API answers this GraphQL document by its id, which is returned."""
    found = document_id(body)
    await store.add_document(connection, document_id=found, name=name, body=body)
    await audit(connection, actor, "trust_document", subject="document", details={"id": found, "name": name})
    return found
