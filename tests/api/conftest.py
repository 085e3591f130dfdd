"""The API in this process: the application over its own database, with a key for every kind of client."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import httpx
import pytest
import uvicorn
from sqlalchemy.pool import NullPool

from api.http.app import create_app
from cli.printer import document_printer
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.db import engine_for
from jamsos.offices.service import add_office
from jamsos.settings import Settings
from tests.conftest import _admin
from tests.officers import ADMINISTRATOR, STAFF, personal_key, program_key

REGIONS = {
    "mabar": (AgencyKind.regency_office, "53.15"),
    "manggarai": (AgencyKind.regency_office, "53.10"),
    "golo": (AgencyKind.village_office, "53.15.05.2001"),
    "ntt": (AgencyKind.province, "53"),
    "labuan": (AgencyKind.bpjs_branch, "53.15"),
    "bpk": (AgencyKind.auditor, "ID"),
    "smeru": (AgencyKind.analyst, "53"),
    "adrift": (AgencyKind.regency_office, None),
}


# Agencies whose key belongs to an officer; the others have keys of programs.
OFFICERS = {code: f"Petugas {code}" for code in ("manggarai", "ntt", "labuan", "adrift")} | {"mabar": "Maria Jebarus"}


async def keys_for(engine, codes=tuple(REGIONS)):
    """Register agencies by the table above; return their keys by code."""
    keys = {}
    async with engine.begin() as connection:
        if "manggarai" in codes:
            await add_office(connection, COMMAND_LINE, "53.10")
        for code in codes:
            kind, region = REGIONS[code]
            await service.register_agency(connection, COMMAND_LINE, code=code, name=code, kind=kind, region_code=region)
            if code in OFFICERS:
                roles = (STAFF, ADMINISTRATOR)
                keys[code] = await personal_key(connection, code, OFFICERS[code], roles, label="desk")
            else:
                keys[code] = await program_key(connection, code, label="desk")
    return keys


class Caller:
    """Sends requests as a client."""

    def __init__(self, client, keys):
        self.client, self.keys = client, keys

    def headers(self, key=None, **more):
        return ({"Authorization": f"Bearer {self.keys.get(key, key)}"} if key else {}) | {
            name.replace("_", "-"): value for name, value in more.items()
        }

    async def post(self, query, variables=None, key=None, **headers):
        body = {"query": query} | ({"variables": variables} if variables else {})
        return await self.client.post("/graphql", json=body, headers=self.headers(key, **headers))

    async def run(self, query, variables=None, key="mabar", **headers):
        """Return the whole response; fail if it is not JSON."""
        return (await self.post(query, variables, key, **headers)).json()

    async def data(self, query, variables=None, key="mabar", **headers):
        answer = await self.run(query, variables, key, **headers)
        assert "errors" not in answer, json.dumps(answer["errors"], indent=1)
        return answer["data"]

    async def code(self, query, variables=None, key="mabar", **headers):
        """Return the code of the one error."""
        (error,) = (await self.run(query, variables, key, **headers))["errors"]
        return error["extensions"]["code"]


@asynccontextmanager
async def opened(settings, database_url, sealer, keys, schema=None) -> AsyncIterator[Caller]:
    app = create_app(settings, database_url, sealer, schema, printer=document_printer())
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://office") as client,
    ):
        yield Caller(client, keys)


@pytest.fixture(scope="session")
async def keyed_template(server, template):
    """Build a template database with every agency of the table above; return its name, and the keys by code."""
    name = f"{template}_keys"
    await _admin(server, f"drop database if exists {name}", f"create database {name} template {template}")
    engine = engine_for(server.replace("{database}", name), poolclass=NullPool)
    keys = await keys_for(engine)
    await engine.dispose()
    return name, keys


@pytest.fixture
def keys(keyed_template, database_url):
    """Return the keys of the agencies in `database_url`."""
    return dict(keyed_template[1])


@pytest.fixture
async def caller(database_url, keys, sealer):
    async with opened(Settings(), database_url, sealer, keys) as caller:
        yield caller


@pytest.fixture(autouse=True)
def unexpected(caplog):
    """Print the place of an unexpected error, because the API itself never shows it."""
    yield
    for record in caplog.get_records("call"):
        if getattr(record, "places", None):
            sys.stdout.write("\n  ".join([record.error, *record.places, ""]))


@asynccontextmanager
async def served(app, **options):
    """Serve the application with a real uvicorn on a free port; yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, **options))
    server.capture_signals = nullcontext
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
