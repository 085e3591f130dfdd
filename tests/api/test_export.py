"""Exports: a whole connection in one file, by its own query, page by page."""

import csv
import io
import json
import tracemalloc

import httpx
import polars as pl
import pytest
import strawberry
from sqlalchemy import text

from api.http import export, export_formats
from api.http.app import create_app
from api.resolvers import Info
from jamsos.errors import QueryTooSlow
from jamsos.settings import Settings
from tests.api import scene
from tests.api.conftest import opened, served

ROWS = 25
asked: list[dict] = []
sights: list[str] = []


@strawberry.type
class Village:
    name: str


@strawberry.type
class Worker:
    id: int
    name: str
    is_active: bool | None
    village: Village | None
    groups: list[str]


@strawberry.type
class PageInfo:
    end_cursor: str | None
    has_next_page: bool


@strawberry.type
class WorkerConnection:
    nodes: list[Worker]
    page_info: PageInfo


@strawberry.input
class WorkerFilter:
    least: int = 0
    fails_at: int | None = None


def worker(number):
    village = None if number % 10 == 0 else Village(name=f"Desa {number % 3}")
    return Worker(id=number, name=NAMES.get(number, f"W{number}"), is_active=None, village=village, groups=["a", "b"])


NAMES = {1: "=HYPERLINK(1)", 2: 'says "x", and\nmore', 3: "@sum", 4: "Ä"}


@strawberry.type
class Query:
    @strawberry.field
    async def workers(
        self, info: Info, first: int = 25, after: str | None = None, filter: WorkerFilter | None = None
    ) -> WorkerConnection:
        filter = filter or WorkerFilter()
        asked.append({"first": first, "after": after})
        sights.append(await info.context.answer("select current_setting('jamsos.sight_from')"))
        start = int(after or filter.least)
        if filter.fails_at is not None and start >= filter.fails_at:
            raise QueryTooSlow()
        numbers = range(start, min(start + first, ROWS))
        more = start + first < ROWS
        return WorkerConnection(
            nodes=[worker(number) for number in numbers],
            page_info=PageInfo(end_cursor=str(start + first), has_next_page=more),
        )

    @strawberry.field
    def single(self) -> str:
        return "x"


@pytest.fixture
async def caller(database_url, keys, sealer):
    asked.clear()
    sights.clear()
    settings = Settings(api_page_size=10)
    async with opened(settings, database_url, sealer, keys, strawberry.Schema(Query)) as caller:
        yield caller


async def get(caller, path, key="mabar", **params):
    return await caller.client.get(f"/export/{path}", params=params, headers=caller.headers(key))


async def test_an_export_walks_every_page_in_the_askers_sight(caller):
    answer = await get(caller, "workers.jsonl")

    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["id"] for row in rows] == list(range(ROWS))
    assert rows[4] == {"id": 4, "name": "Ä", "isActive": None, "groups": ["a", "b"]}
    assert asked == [{"first": 10, "after": after} for after in (None, "10", "20")]
    assert set(sights) == {"53.15"}
    assert answer.headers["content-disposition"] == 'attachment; filename="workers.jsonl"'


async def test_csv_has_a_head_dotted_relations_and_no_formulas(caller):
    answer = await get(caller, "workers.csv", fields="id,name,village.name,isActive,groups")

    head, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""))
    assert head == ["id", "name", "village.name", "isActive", "groups"]
    assert rows[0] == ["0", "W0", "", "", '["a","b"]']
    assert rows[1] == ["1", "'=HYPERLINK(1)", "Desa 1", "", '["a","b"]']
    assert rows[2][1] == 'says "x", and\nmore'
    assert len(rows) == ROWS


async def test_parquet_keeps_types(caller):
    answer = await get(caller, "workers.parquet", fields="id,isActive,village.name,groups")

    table = pl.read_parquet(io.BytesIO(answer.content))
    assert table.height == ROWS
    assert dict(table.schema) == {
        "id": pl.Int64,
        "isActive": pl.Boolean,
        "village.name": pl.String,
        "groups": pl.List(pl.String),
    }
    assert table["village.name"].to_list()[:3] == [None, "Desa 1", "Desa 2"]


async def test_parquet_of_nothing_has_its_columns(caller):
    answer = await get(caller, "workers.parquet", fields="id,village.name", filter='{"least": 99}')

    table = pl.read_parquet(io.BytesIO(answer.content))
    assert (table.height, table.columns) == (0, ["id", "village.name"])


def test_parquet_days_and_instants_are_such(tmp_path):
    lines, parquet = tmp_path / "l", tmp_path / "p"
    lines.write_bytes(
        b'{"d":"2024-07-01","at":"2024-07-01T00:00:00.5+00:00","rp":570326400}\n{"d":null,"at":null,"rp":null}\n'
    )

    export_formats.write_parquet(lines, parquet, {"d": "Date", "at": "DateTime", "rp": "Rupiah"})

    table = pl.read_parquet(parquet)
    assert dict(table.schema) == {"d": pl.Date, "at": pl.Datetime("us", "UTC"), "rp": pl.Int64}
    assert table["rp"].to_list() == [570326400, None]


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("nothing.csv", {}, "EXPORT_UNKNOWN"),
        ("single.csv", {}, "EXPORT_UNKNOWN"),
        ("workers.xlsx", {}, "EXPORT_UNKNOWN"),
        ("workers.csv", {"fields": "id,nothing"}, "REQUEST_MALFORMED"),
        ("workers.csv", {"fields": "village"}, "REQUEST_MALFORMED"),
        ("workers.csv", {"fields": "id.name"}, "REQUEST_MALFORMED"),
        ("workers.csv", {"fields": "id } } { single"}, "REQUEST_MALFORMED"),
        ("workers.csv", {"fields": ","}, "REQUEST_MALFORMED"),
        ("workers.csv", {"filtr": "{}"}, "REQUEST_MALFORMED"),
        ("workers.csv", {"orderBy": "[]"}, "REQUEST_MALFORMED"),
        ("workers.csv", {"filter": '{"nothing": 1}'}, "BAD_USER_INPUT"),
        ("workers.csv", {"filter": "nonsense"}, "BAD_USER_INPUT"),
        ("workers.csv", {"filter": '{"failsAt": 0}'}, "QUERY_TOO_SLOW"),
    ],
)
async def test_what_is_refused_is_refused_before_the_first_byte(caller, path, params, code):
    answer = await get(caller, path, **params)

    assert answer.status_code == {"EXPORT_UNKNOWN": 404, "QUERY_TOO_SLOW": 503}.get(code, 400)
    assert answer.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
async def test_an_export_that_fails_on_a_later_page_is_refused_and_sends_no_file(caller, kind):
    answer = await get(caller, f"workers.{kind}", filter='{"failsAt": 20}')

    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_SLOW"


async def test_an_export_tells_its_length_and_leaves_no_file_behind(caller, tmp_path, monkeypatch):
    monkeypatch.setattr(export.tempfile, "tempdir", str(tmp_path))

    answer = await get(caller, "workers.csv")

    assert int(answer.headers["content-length"]) == len(answer.content)
    assert list(tmp_path.iterdir()) == []


async def test_an_export_takes_ten_requests_from_the_rate_and_gives_its_connection_back(database_url, keys, sealer):
    settings = Settings(api_requests_per_second=3, api_pool_size=1)
    async with opened(settings, database_url, sealer, keys, strawberry.Schema(Query)) as caller:
        statuses = [(await get(caller, "workers.csv")).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


# --- with the programme's own schema -----------------------------------------------------------------------------


@pytest.fixture
async def programme(engine, database_url, keys, sealer):
    async with engine.begin() as connection:
        await scene.settle(connection, sealer)
    async with opened(Settings(api_page_size=4), database_url, sealer, keys) as caller:
        yield caller


async def niks(caller, key, **headers):
    params = {"fields": "id,nik"}
    headers = caller.headers(key, **headers)
    answer = await caller.client.get("/export/people.csv", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return [line.split(",")[1] for line in answer.text.splitlines()[1:]]


async def test_an_export_is_masked_like_the_api_and_leaves_its_line_for_every_page_shown(programme, engine):
    whole = [worker[0] for worker in scene.WORKERS]
    assert await niks(programme, "labuan") == ["*" * 16] * 6
    assert await niks(programme, "ntt", x_purpose="curiosity") == ["*" * 16] * 6

    assert await niks(programme, "labuan", x_purpose="yearly comparison") == whole

    async with engine.connect() as connection:
        trail = await connection.execute(
            text(
                "select actor, purpose, subject_ids, fields from programme.audit_entries where act = 'read_unmasked' order by id"
            )
        )
        assert [tuple(line) for line in trail] == [
            ("Petugas labuan", "yearly comparison", [1, 2, 3, 4], ["nik"]),
            ("Petugas labuan", "yearly comparison", [5, 6], ["nik"]),
        ]


async def test_an_export_shows_one_moment(programme, engine, monkeypatch):
    """A worker who is added between two pages is not in the file."""
    pages = export._pages

    async def slow(caller, context, given):
        async for page in pages(caller, context, given):
            yield page
            async with engine.begin() as connection:
                await connection.execute(
                    text("insert into programme.people (full_name, village_code) values ('Late', '53.15.05.2001')")
                )

    monkeypatch.setattr(export, "_pages", slow)

    assert len(await niks(programme, "labuan")) == 6
    assert len(await niks(programme, "labuan")) == 8


@strawberry.type
class Many:
    @strawberry.field
    async def workers(
        self, first: int = 25, after: str | None = None, filter: WorkerFilter | None = None
    ) -> WorkerConnection:
        start = int(after or 0)
        found = [
            Worker(id=n, name="x" * 1000, is_active=None, village=None, groups=[]) for n in range(start, start + first)
        ]
        page = PageInfo(end_cursor=str(start + first), has_next_page=start + first < filter.least)
        return WorkerConnection(nodes=found, page_info=page)


async def exported(client, rows, kind):
    """Return the received bytes, and the largest memory of client and server together."""
    received, asked = 0, {"fields": "id,name", "filter": f'{{"least": {rows}}}'}
    tracemalloc.start()
    async with client.stream("GET", f"/export/workers.{kind}", params=asked) as answer:
        async for piece in answer.aiter_raw():
            received += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return received, peak


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
async def test_memory_stays_that_of_a_page_however_many_there_are(database_url, sealer, kind):
    """Parquet compresses the equal names of these rows, so another test counts its rows."""
    app = create_app(Settings(api_page_size=500), database_url, sealer, strawberry.Schema(Many))
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=120) as client:
        await exported(client, 500, kind)
        small, held_for_small = await exported(client, 2_000, kind)
        large, held_for_large = await exported(client, 20_000, kind)

    assert kind == "parquet" or (small > 2_000_000, large > 20_000_000) == (True, True)
    assert held_for_large < held_for_small + 2_000_000
