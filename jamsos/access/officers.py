"""Officers: the persons of an agency, their roles and terms, and how each gets a personal key.

An invitation is a one-time code. Its issuer never sees the key that the officer makes with the code. The key records
its issuer, and that officer does not count as a second person beside the holder.
"""

import hmac
import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access import store
from jamsos.access.errors import (
    InvitationWrong,
    OfficerExists,
    OfficerInactive,
    OfficerWrong,
    ScopeMissing,
    SubjectTaken,
)
from jamsos.access.quotas import DAY, Quota
from jamsos.access.rules import Actor, AgencyKind, Officer, OfficerRole, Scope, officer_scopes, role_scopes
from jamsos.access.service import (
    KEY_DAYS,
    agency_below,
    audit_of_agency,
    check_grant,
    fresh_key,
    hashed,
    issuer_for,
    known_scopes,
)
from jamsos.errors import NotFound
from jamsos.months import now, today

INVITATION_HOURS, MOST_INVITATION_HOURS = 72, 24 * 14
TRIES = 5
_MARK = "jmi"


async def register_officer(
    connection: AsyncConnection,
    actor: Actor,
    *,
    agency_code: str,
    name: str,
    roles: Collection[OfficerRole] = (OfficerRole.staff,),
    active_from: date | None = None,
    active_to: date | None = None,
) -> int:
    """Register an officer and return the id. Raises NotFound, OutsideSight, ProofNeeded, KeyNeeded, OfficerWrong, OfficerExists."""
    agency = await agency_below(connection, actor, agency_code)
    issuer = await issuer_for(connection, actor, agency)
    name, first = " ".join(name.split()), active_from or today()
    _check(name, roles, first, active_to)
    by = {"recorded_by": issuer["issued_by"], "recorded_by_id": issuer["issued_by_id"]}
    officer_id = await store.add_officer(connection, agency_id=agency["id"], name=name, **by)
    if officer_id is None:
        raise OfficerExists(name=name, agency=agency_code)
    await store.add_term(
        connection, agency_id=agency["id"], officer_id=officer_id, roles=sorted(roles), active_from=first,
        active_to=active_to, **by,
    )  # fmt: skip
    await audit_of_agency(
        connection, actor, "register_officer", agency["id"], subject="officer", subject_ids=[officer_id],
        details={"roles": sorted(roles)},
    )  # fmt: skip
    return officer_id


async def change_officer(
    connection: AsyncConnection,
    actor: Actor,
    *,
    agency_code: str,
    name: str,
    roles: Collection[OfficerRole] | None = None,
    active_to: date | None = None,
) -> None:
    """Give an officer other roles, or end the term. Raises NotFound, OutsideSight, ProofNeeded, KeyNeeded, OfficerWrong."""
    agency, officer = await _officer(connection, actor, agency_code, name)
    issuer = await issuer_for(connection, actor, agency)
    before = await store.newest_term(connection, officer["id"])
    given = sorted(roles) if roles is not None else list(before["roles"])
    _check(name, given, before["active_from"], active_to)
    await store.add_term(
        connection, agency_id=agency["id"], officer_id=officer["id"], roles=given, active_from=before["active_from"],
        active_to=active_to, recorded_by=issuer["issued_by"], recorded_by_id=issuer["issued_by_id"],
    )  # fmt: skip
    await audit_of_agency(
        connection, actor, "change_officer", agency["id"], subject="officer", subject_ids=[officer["id"]],
        details={"roles": given, "active_to": str(active_to or "")},
    )  # fmt: skip


def _check(name: str, roles: Collection[str], first: date, last: date | None) -> None:
    """Raise OfficerWrong with the first mistake."""
    if not name.strip():
        raise OfficerWrong(wish="officer.name")
    if not roles:
        raise OfficerWrong(wish="officer.roles")
    if last is not None and last < first:
        raise OfficerWrong(wish="officer.days")


async def _officer(
    connection: AsyncConnection, actor: Actor, agency_code: str, name: str
) -> tuple[RowMapping, RowMapping]:
    """Return an agency within the sight, and its officer. Raises NotFound, OutsideSight."""
    agency = await agency_below(connection, actor, agency_code)
    officer = await store.officer_by_name(connection, agency["id"], " ".join(name.split()))
    if officer is None:
        raise NotFound(what="officer", which=name[:80])
    return agency, officer


async def officers_of(connection: AsyncConnection, agency_code: str | None = None) -> list[RowMapping]:
    """Return officers with roles, term and number of live keys."""
    return list(await store.listed_officers(connection, agency_code))


async def invite(
    connection: AsyncConnection,
    actor: Actor,
    *,
    agency_code: str,
    name: str,
    label: str | None = None,
    scopes: Iterable[str] | None = None,
    days: int = KEY_DAYS,
    hours: int = INVITATION_HOURS,
) -> str:
    """Return a one-time code with which that officer makes a personal key. It is stored only as a hash and never shown again.

    Raises NotFound, OutsideSight, ProofNeeded, KeyNeeded, OfficerInactive, ScopeUnknown, ScopeMissing, KeyDaysWrong.
    """
    agency, officer = await _officer(connection, actor, agency_code, name)
    issuer = await issuer_for(connection, actor, agency)
    term = await store.newest_term(connection, officer["id"])
    if term["active_to"] is not None and term["active_to"] < today():
        raise OfficerInactive(name=officer["name"])
    usual = officer_scopes(AgencyKind(agency["kind"]), term["roles"])
    granted = sorted(known_scopes(scopes) if scopes is not None else usual)
    if missing := set(granted) - role_scopes(term["roles"]):
        raise ScopeMissing(scope=min(missing))
    # an administrator grants what the agency may do, not only what the administrator's own role may do
    within = replace(actor, scopes=actor.scopes | officer_scopes(actor.kind, OfficerRole)) if actor.kind else actor
    check_grant(within, granted, days)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(16)
    expires = now() + timedelta(hours=min(max(hours, 1), MOST_INVITATION_HOURS))
    invitation_id = await store.add_invitation(
        connection, agency_id=agency["id"], officer_id=officer["id"], label=label or officer["name"], prefix=prefix,
        secret_hash=hashed(secret), scopes=granted, days=days, expires_at=expires, **issuer,
    )  # fmt: skip
    await audit_of_agency(
        connection, actor, "invite_officer", agency["id"], subject="officer", subject_ids=[officer["id"]],
        details={"invitation": invitation_id},
    )  # fmt: skip
    return f"{_MARK}_{prefix}_{secret}"


def of_invitation(code: str) -> Quota:
    """Return the quota of attempts at one invitation, from all addresses."""
    return Quota("accept invitation", _parts(code)[0], TRIES, DAY * MOST_INVITATION_HOURS // 24)


def _parts(code: str) -> tuple[str, str]:
    mark, _, rest = code.strip().partition("_")
    prefix, _, secret = rest.partition("_")
    return (prefix[:64], secret) if mark == _MARK else ("", "")


class Accepted(NamedTuple):
    """An accepted invitation. `key` is never shown again."""

    officer: str
    agency: str
    key: str


async def accept(connection: AsyncConnection, *, code: str, request_id: str | None = None) -> Accepted:
    """Make the key of the invited officer. The caller spends `of_invitation` first. Raises InvitationWrong."""
    prefix, secret = _parts(code)
    found = await store.invitation_by_prefix(connection, prefix)
    if found is None or not hmac.compare_digest(found["secret_hash"], hashed(secret)):
        raise InvitationWrong
    if not await store.accept_invitation(connection, found["id"]):
        raise InvitationWrong
    officer = Officer(found["officer_id"], found["officer"])
    actor = Actor(
        officer.name, found["agency_id"], AgencyKind(found["kind"]), found["region_code"], frozenset(Scope),
        request_id=request_id, officer=officer,
    )  # fmt: skip
    issued = {name: found[name] for name in ("agency_id", "officer_id", "label", "issued_by", "issued_by_id")}
    key_id, key = await fresh_key(
        connection, actor, scopes=list(found["scopes"]), days=found["days"], voucher_ids=list(found["voucher_ids"]), **issued
    )  # fmt: skip
    await audit_of_agency(
        connection, actor, "accept_invitation", found["agency_id"], subject="api_key", subject_ids=[key_id],
        details={"invitation": found["id"]},
    )  # fmt: skip
    return Accepted(officer.name, found["code"], key)


async def link_subject(
    connection: AsyncConnection, actor: Actor, *, agency_code: str, name: str, issuer: str, subject: str
) -> None:
    """Record that a subject of the OpenID issuer is this officer.

    Raises NotFound, OutsideSight, ProofNeeded, KeyNeeded, SubjectTaken.
    """
    agency, officer = await _officer(connection, actor, agency_code, name)
    issued = await issuer_for(connection, actor, agency)
    is_new = await store.add_subject(
        connection, agency_id=agency["id"], officer_id=officer["id"], issuer=issuer, subject=subject, **issued
    )
    if not is_new:
        raise SubjectTaken
    await audit_of_agency(
        connection, actor, "link_subject", agency["id"], subject="officer", subject_ids=[officer["id"]]
    )
