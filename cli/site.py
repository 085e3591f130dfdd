"""The public site beside the API, with the office file."""

from starlette.applications import Starlette

from cli.printer import letterhead
from cli.runtime import database_url, sealer
from jamsos.settings import settings
from web.office import Office
from web.site import create_site


def site() -> Starlette | None:
    """Return the site, or None if the settings disable it. Raises FileMissing, OfficeFileWrong."""
    if not settings().web:
        return None
    return create_site(settings(), database_url(), sealer(), office())


def office() -> Office:
    found = letterhead()
    return Office(found.regency_code, found.government, found.agency, found.address, found.tiles)
