"""Access acts: register agencies, issue and revoke keys, recognise a key, write the audit trail.

officers.py registers officers and gives them personal keys.
"""

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
    KeyIsPersonal,
    KeyMissing,
    KeyNeeded,
    NoLiveKey,
    ProofNeeded,
    PurposeMissing,
    RegionUnknown,
    ScopeMissing,
    ScopeUnknown,
)
from jamsos.access.rules import (
    DEFAULT_SCOPES,
    Actor,
    AgencyKind,
    Officer,
    Scope,
    Sight,
    is_region,
    role_scopes,
    sight_of,
)
from jamsos.data_classes import scopes_for, shown_names
from jamsos.errors import NotFound, OutsideSight
from jamsos.months import now

OPERATOR = "operator"
KEY_DAYS, MOST_KEY_DAYS = 365, 3650
OVERLAP_HOURS, MOST_OVERLAP_HOURS = 24, 24 * 30


async def register_agency(
    connection: AsyncConnection, actor: Actor, *, code: str, name: str, kind: AgencyKind, region_code: str | None
) -> int:
    """Register an agency and return its id. Without a region it sees nothing; `ID` is the country.

    Raises RegionUnknown, OutsideSight, AgencyExists.
    """
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
    """Issue a key for a program and return it: `jms_<prefix>_<secret>`. Only its SHA-256 is stored, so it is never shown again.

    The secret has 256 random bits, so a slow password hash would add cost and no safety. An actor grants neither a
    wider region nor another scope than its own. Raises NotFound, OutsideSight, ScopeUnknown, ScopeMissing,
    KeyDaysWrong, ProofNeeded, KeyNeeded.
    """
    agency = await agency_below(connection, actor, agency_code)
    issuer = await issuer_for(connection, actor, agency)
    granted: list[str] = sorted(
        known_scopes(scopes) if scopes is not None else DEFAULT_SCOPES[AgencyKind(agency["kind"])]
    )
    key_id, key = await fresh_key(
        connection, actor, agency_id=agency["id"], label=label, scopes=granted, days=days, **issuer
    )
    await audit_of_agency(connection, actor, "issue_key", agency["id"], subject="api_key", subject_ids=[key_id])
    return key


def officer_of(actor: Actor) -> Officer:
    """Return the acting officer, for an act that binds the office. Raises ProofNeeded."""
    if actor.officer is None or actor.proof is None:
        raise ProofNeeded
    return actor.officer


async def officer_of_proof(connection: AsyncConnection, given: Iterable[tuple[str | None, str]]) -> list[Officer]:
    """Return the officers of earlier steps by their proofs and printed names, for the rule of the second person."""
    named = {proof: name for proof, name in given if proof is not None}
    found = await store.proofs(connection, list(named))
    return [Officer(row["officer_id"], named[proof], frozenset(row["voucher_ids"])) for proof, row in found.items()]


async def issuer_for(connection: AsyncConnection, actor: Actor, agency: RowMapping) -> dict[str, Any]:
    """Return the issuer of a proof to that agency, as columns of the proof.

    An operator issues only while no administrator with a key sees the agency. Raises ProofNeeded, KeyNeeded.
    """
    if actor.agency_id is not None:
        officer = officer_of(actor)
        vouchers = sorted(officer.voucher_ids | {officer.id})
        return {"issued_by": officer.name, "issued_by_id": officer.id, "voucher_ids": vouchers}
    if await store.has_administrator(connection, agency["region_code"], Scope.act_access):
        raise KeyNeeded(command="jamsos access")
    return {"issued_by": OPERATOR, "issued_by_id": None, "voucher_ids": []}


async def audit_of_agency(connection: AsyncConnection, actor: Actor, act: str, agency_id: int, **facts: Any) -> None:
    """Write the audit entry of an act on an agency. An operator's act appears in that agency's trail."""
    named = replace(actor, name=OPERATOR, agency_id=agency_id) if actor.agency_id is None else actor
    await audit(connection, named, act, **facts)


async def agency_below(connection: AsyncConnection, actor: Actor, code: str) -> RowMapping:
    """Return an agency within the actor's region. Raises NotFound, OutsideSight."""
    agency = await store.agency_by_code(connection, code)
    if agency is None:
        raise NotFound(what="agency", which=code)
    _within(actor, agency["region_code"])
    return agency


async def fresh_key(
    connection: AsyncConnection, actor: Actor, *, scopes: list[str], days: int, **values: Any
) -> tuple[int, str]:
    """Insert a new key and return its id and its text. Raises ScopeMissing, KeyDaysWrong."""
    check_grant(actor, scopes, days)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key_id = await store.add_key(
        connection, prefix=prefix, secret_hash=hashed(secret), scopes=scopes, expires_at=now() + timedelta(days=days),
        **values,
    )  # fmt: skip
    return key_id, f"jms_{prefix}_{secret}"


def check_grant(actor: Actor, scopes: Iterable[str], days: int) -> None:
    """Raise ScopeMissing or KeyDaysWrong for a key that the actor may not grant."""
    if missing := set(scopes) - actor.scopes:
        raise ScopeMissing(scope=min(missing))
    if not 1 <= days <= MOST_KEY_DAYS:
        raise KeyDaysWrong(days=days, limit=MOST_KEY_DAYS)


async def rotate_key(
    connection: AsyncConnection,
    actor: Actor,
    *,
    agency_code: str,
    label: str,
    days: int = KEY_DAYS,
    overlap_hours: int = OVERLAP_HOURS,
) -> str:
    """Issue a key that replaces the keys of a label, with the scopes of the newest of them. Return the key; it is never shown again.

    The old keys stay valid for `overlap_hours`, so that each program can change to the new key at its own time; 0 ends
    them now. An officer replaces only their own keys. Raises NotFound, OutsideSight, NoLiveKey, KeyIsPersonal,
    ProofNeeded, KeyNeeded, ScopeMissing, KeyDaysWrong.
    """
    agency = await agency_below(connection, actor, agency_code)
    live = await store.live_keys(connection, agency["id"], label)
    if not live:
        raise NoLiveKey(agency=agency_code, label=label)
    holders = {row["officer_id"] for row in live}
    if holders != {None} and holders != {actor.officer_id}:
        raise KeyIsPersonal(label=label)
    if holders == {None}:
        issuer = await issuer_for(connection, actor, agency)
    else:
        # an officer's new key has the issuer of the key that it replaces
        issuer = {name: live[0][name] for name in ("issued_by", "issued_by_id", "voucher_ids", "officer_id")}
    overlap = timedelta(hours=min(max(overlap_hours, 0), MOST_OVERLAP_HOURS))
    key_id, key = await fresh_key(
        connection, actor, agency_id=agency["id"], label=label, scopes=list(live[0]["scopes"]), days=days, **issuer
    )
    await store.end_keys(connection, [row["id"] for row in live], now() + overlap)
    ids = [*(row["id"] for row in live), key_id]
    await audit_of_agency(connection, actor, "rotate_key", agency["id"], subject="api_key", subject_ids=ids)
    return key


async def keys_of(connection: AsyncConnection, agency_code: str | None = None) -> Sequence[RowMapping]:
    """Return every key that is not revoked, with its holder, issuer, scopes and days, but never the key itself."""
    return await store.listed_keys(connection, agency_code)


def _within(actor: Actor, region_code: str | None) -> None:
    """Raise OutsideSight where the region exceeds the actor's. An actor may see an agency of a wider region but not administer it."""
    first, beyond = sight_of(region_code)
    if region_code is not None and (first < actor.sight.first or beyond > actor.sight.beyond):
        raise OutsideSight()


def known_scopes(scopes: Iterable[str]) -> set[Scope]:
    try:
        return {Scope(scope) for scope in scopes}
    except ValueError as wrong:
        raise ScopeUnknown(scope=str(wrong).split("'")[1], known=", ".join(Scope)) from None


async def revoke_keys(connection: AsyncConnection, actor: Actor, *, agency_code: str, label: str) -> int:
    """Revoke every live key of a label and return how many. Raises NotFound, OutsideSight."""
    agency = await agency_below(connection, actor, agency_code)
    revoked = await store.revoke_keys(connection, agency["id"], label)
    await audit_of_agency(connection, actor, "revoke_keys", agency["id"], subject="agency", subject_ids=[agency["id"]])
    return revoked


async def recognise(connection: AsyncConnection, key: str) -> Actor | None:
    """Return the holder of a key; None when it is unknown, wrong, revoked or expired, or its officer's term has ended.

    The caller cannot learn which.
    """
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    found = await store.key_by_prefix(connection, prefix) if mark == "jms" else None
    if found is None or not hmac.compare_digest(found["secret_hash"], hashed(secret)):
        return None
    if found["revoked_at"] or (found["expires_at"] and found["expires_at"] < now()) or not found["is_active"]:
        return None
    await store.touch_key(connection, found["key_id"])
    actor = replace(
        _actor(found, frozenset(found["scopes"])), proof=f"key {found['key_id']}", until=found["expires_at"]
    )
    return _as_officer(actor, found) if found["officer_id"] else actor


def _as_officer(actor: Actor, found: RowMapping) -> Actor:
    """Return the actor as that officer, with no more scopes than the present roles give."""
    officer = Officer(found["officer_id"], found["officer"], frozenset(found["voucher_ids"]))
    scopes = actor.scopes & role_scopes(found["roles"])
    return replace(actor, name=officer.name, officer=officer, scopes=scopes)


async def recognise_subject(
    connection: AsyncConnection, issuer: str, subject: str, agency_code: str, scopes: Iterable[str]
) -> Actor | None:
    """Return the actor of a trusted issuer's token: the officer of that subject, else the agency alone.

    None when the agency is unknown, is not the officer's, or the officer's term has ended.
    """
    actor = await recognise_agency(connection, agency_code, scopes)
    found = await store.subject_holder(connection, issuer, subject)
    if actor is None or found is None:
        return actor
    if not found["is_active"] or found["agency_id"] != actor.agency_id:
        return None
    return _as_officer(replace(actor, proof=f"token {found['subject_id']}"), found)


async def recognise_agency(connection: AsyncConnection, code: str, scopes: Iterable[str]) -> Actor | None:
    """Return the agency that a trusted issuer names, with the requested scopes that its kind may have; None when unknown."""
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


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@asynccontextmanager
async def within(connection: AsyncConnection, sight: Sight) -> AsyncIterator[None]:
    """Let the transaction see `sight` for a while. An act needs this to look up rows for an actor who sees nothing.

    A savepoint undoes a failed act together with its sight.
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
    """Write one audit entry in the transaction of the act, so that neither exists without the other.

    `details` contains counts, codes and hashes, never personal data.
    """
    await store.add_audit(
        connection,
        actor=actor.name,
        agency_id=actor.agency_id,
        officer_id=actor.officer_id,
        act=act,
        purpose=actor.purpose,
        subject=subject,
        subject_ids=list(subject_ids),
        fields=list(fields),
        request_id=actor.request_id,
        details=details or {},
    )


def must_show(actor: Actor, columns: Iterable[Column[Any]]) -> None:
    """Check that the actor may see these columns. Each data class needs its scope, and a network client must state a purpose.

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
    """Write the audit entry of an act that shows or exports these columns; the entry lists the masked ones.

    `purpose` is the default for an actor without a stated purpose, at the command line. Raises ScopeMissing,
    PurposeMissing.
    """
    must_show(actor, columns)
    named = replace(actor, purpose=actor.purpose or purpose)
    fields = shown_names(columns)
    await audit(connection, named, act, subject=subject, subject_ids=subject_ids, fields=fields, details=details)


async def earlier_answer(connection: AsyncConnection, actor: Actor, key: str, operation_hash: bytes) -> bytes | None:
    """Return the sealed answer that an operation with this key already got. Return None and claim a new key.

    None also means that an earlier act under the key ended without an answer. A concurrent transaction with the same
    key is awaited.
    Raises IdempotencyKeyReused.
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
    """Store the answer in the transaction of its acts. The answer is sealed, because it contains what the acts showed."""
    await store.keep_answer(connection, actor.agency_id or 0, key, sealed)


async def forget_answers(connection: AsyncConnection, actor: Actor, *, days: int) -> int:
    """Delete stored answers older than `days`, because they contain what acts showed. Return how many."""
    count = await store.delete_answers(connection, now() - timedelta(days=days))
    await store.delete_counts(connection, now() - timedelta(days=days))
    await audit(connection, actor, "forget_answers", subject="answer", details={"days": days, "count": count})
    return count


def document_id(body: str) -> str:
    """Return `sha256:` and the hash of the document's text."""
    return f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"


async def trust_document(connection: AsyncConnection, actor: Actor, *, name: str, body: str) -> str:
    """Allow a GraphQL document in the API from now on, and return its id."""
    found = document_id(body)
    await store.add_document(connection, document_id=found, name=name, body=body)
    await audit(connection, actor, "trust_document", subject="document", details={"id": found, "name": name})
    return found
