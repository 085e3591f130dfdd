"""Officers for tests: a person of an agency with a personal key, made once and found again.

What an administrator would hand out is inserted here, so that any number of keys can be made in any order.
"""

from datetime import date

from sqlalchemy import text

from jamsos.access import officers, service, store
from jamsos.access.rules import DEFAULT_SCOPES, Actor, AgencyKind, Officer, OfficerRole, Scope, officer_scopes

STAFF, ADMINISTRATOR = OfficerRole.staff, OfficerRole.administrator
_BY = {"recorded_by": "test"}
_EVERYTHING = Actor("test", scopes=frozenset(Scope))
_NEWEST_KEY = text("select id, voucher_ids from programme.api_keys where officer_id = :id order by id desc limit 1")


async def agency(connection, code="mabar", kind=AgencyKind.regency_office, region="53.15"):
    """The agency of that code, added where it is not."""
    if await store.agency_by_code(connection, code) is None:
        await store.add_agency(connection, code=code, name=code, kind=kind, region_code=region)
    return await store.agency_by_code(connection, code)


async def program_key(connection, agency_code, label="program", scopes=None, days=365):
    """A key of nobody."""
    found = await store.agency_by_code(connection, agency_code)
    granted = sorted(scopes if scopes is not None else DEFAULT_SCOPES[AgencyKind(found["kind"])])
    facts = {"agency_id": found["id"], "label": label, "issued_by": "test"}
    return (await service.fresh_key(connection, _EVERYTHING, scopes=granted, days=days, **facts))[1]


async def person(connection, agency_code, name, roles=(STAFF,)):
    """The id of the officer of that name, added where there is none."""
    found = await store.agency_by_code(connection, agency_code)
    known = await store.officer_by_name(connection, found["id"], name)
    if known:
        return known["id"]
    officer_id = await store.add_officer(connection, agency_id=found["id"], name=name, **_BY)
    term = {"agency_id": found["id"], "officer_id": officer_id, "roles": sorted(roles), "active_from": date(2023, 1, 1)}
    await store.add_term(connection, **term, **_BY)
    return officer_id


async def personal_key(connection, agency_code, name, roles=(STAFF,), *, label=None, issuer=None, scopes=None):
    """The key of an officer; with an issuer, made by that officer's invitation."""
    officer_id = await person(connection, agency_code, name, roles)
    if issuer:
        invitation = await officers.invite(connection, issuer, agency_code=agency_code, name=name, label=label)
        return (await officers.accept(connection, code=invitation)).key
    found = await store.agency_by_code(connection, agency_code)
    facts = {"agency_id": found["id"], "officer_id": officer_id, "label": label or name, "issued_by": "test"}
    scopes = sorted(officer_scopes(AgencyKind(found["kind"]), roles) if scopes is None else scopes)
    return (await service.fresh_key(connection, _EVERYTHING, scopes=scopes, days=365, **facts))[1]


async def officer(connection, name="Maria Jebarus", *, code="mabar", kind=AgencyKind.regency_office, region="53.15"):
    """The officer as an actor with every scope, proven by the newest key."""
    office = await agency(connection, code, kind, region)
    officer_id = await person(connection, code, name)
    key = (await connection.execute(_NEWEST_KEY, {"id": officer_id})).one_or_none()
    if key is None:
        await personal_key(connection, code, name)
        key = (await connection.execute(_NEWEST_KEY, {"id": officer_id})).one()
    return Actor(
        name=name, agency_id=office["id"], kind=kind, region_code=office["region_code"], scopes=frozenset(Scope),
        purpose="test", proof=f"key {key.id}", officer=Officer(officer_id, name, frozenset(key.voucher_ids)),
    )  # fmt: skip
