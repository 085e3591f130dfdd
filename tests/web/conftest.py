"""The public pages over the warehouse of the small programme."""

from contextlib import asynccontextmanager

import httpx
import pytest

from api.http.app import create_app
from jamsos.settings import Settings
from tests.warehouse.conftest import built, built_again, papers
from web.office import Office
from web.site import create_site

__all__ = ["built", "built_again", "papers"]
OFFICE = Office(
    "53.15", "Pemerintah Kabupaten Manggarai Barat", "Dinas Tenaga Kerja", "Labuan Bajo", {"53.15.05": [0, 2]}
)


def composed(url, sealer, settings=None, office=OFFICE):
    """The API with the pages beside it, as the command door lays them."""
    settings = settings or Settings()
    return create_app(settings, url, sealer, beside=create_site(settings, url, sealer, office))


@asynccontextmanager
async def visiting(app):
    """A visitor without a browser, who follows no redirect by herself."""
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://office") as client,
    ):
        yield client


@pytest.fixture
async def visitor(built, sealer):
    async with visiting(composed(built[0], sealer)) as client:
        yield client
