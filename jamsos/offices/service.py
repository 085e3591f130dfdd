"""Office acts: add an office, and determine the office of an act."""

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.errors import RegionUnknown
from jamsos.access.rules import Actor, sight_of
from jamsos.access.service import audit
from jamsos.errors import OutsideSight
from jamsos.offices import store
from jamsos.offices.errors import OfficeExists, OfficeNeeded, OfficeUnknown
from jamsos.offices.rules import kind_of
from jamsos.regions.service import need_region

MINISTRY = "Kementerian Ketenagakerjaan"


async def add_office(connection: AsyncConnection, actor: Actor, code: str, name: str | None = None) -> None:
    """Add the office of a region. Without a name it has the region's name. Raises RegionUnknown, OutsideSight, OfficeExists."""
    kind = kind_of(code)
    if kind is None:
        raise RegionUnknown(code=code[:20])
    region = MINISTRY if code == "ID" else await need_region(connection, code)
    first, beyond = sight_of(code)
    if first < actor.sight.first or beyond > actor.sight.beyond:
        raise OutsideSight()
    if not await store.add(connection, code=code, name=name or region, kind=kind):
        raise OfficeExists(code=code)
    await audit(connection, actor, "add_office", subject="office", details={"code": code})


async def need_office(connection: AsyncConnection, code: str) -> str:
    """Return the code of an office. Raises RegionUnknown, OfficeUnknown."""
    if code not in (known := await store.codes(connection)):
        if code != "ID":
            await need_region(connection, code)
        raise OfficeUnknown(code=code[:20], offices=", ".join(known))
    return code


async def office_of(connection: AsyncConnection, actor: Actor, given: str | None = None) -> str:
    """Return the office of an act: the given one, the one at work, the actor's, or the only one.

    Raises RegionUnknown, OfficeUnknown, OfficeNeeded.
    """
    if chosen := given or await store.at_work(connection):
        return await need_office(connection, chosen)
    known = await store.codes(connection)
    own = actor.region_code or ""
    within = [code for code in known if code in (own, own[:5])] or known
    if len(within) != 1:
        raise OfficeNeeded(offices=", ".join(known))
    return within[0]
