"""The lower bound: hand-written code for speed alone: one SQL statement per query, whose JSON is returned unchanged.

No keys, no rights, no masks, no limits, no GraphQL. `python -m benchmarks.api.floor URL PORT`.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.api.cases import SHOWN

POOL = 8

_VILLAGE = """left join lateral (
    select v.code, v.name, to_json(d) as district from programme.villages v
    left join lateral (select d.code, d.name from programme.districts d where d.code = v.district_code) d on true
    where v.code = p.village_code) v on true"""
_WORKER = f"""
select to_json(r) from (
    select p.full_name as "fullName", p.sex, p.occupation, p.birth_date as "birthDate", to_json(v) as village,
        (select to_json(c) from (select coalesce(json_agg(m), '[]') as nodes from (
            select to_char(m.month, 'YYYY-MM') as month, m.amount, m.state, to_json(f) as fund
            from (select * from programme.coverage_months m where m.person_id = p.id order by m.month limit 12) m
            left join lateral (select f.code, f.name from programme.funds f where f.id = m.fund_id) f on true
            order by m.month) m) c) as "coverageMonths"
    from programme.people p {_VILLAGE} where p.id = $1::text::bigint) r"""
_ROWS = f"""
select json_build_object('nodes', coalesce(json_agg(r), '[]')) from (
    select p.id, p.full_name as "fullName", p.sex, p.occupation, p.birth_date as "birthDate", to_json(v) as village
    from ({{cut}}) p {_VILLAGE} order by p.id) r"""
_OF_DISTRICT = """
    from programme.people p where exists (
        select from programme.villages v join programme.districts d on d.code = v.district_code
        where v.code = p.village_code and d.code = $1)"""
_AGGREGATE = """
select json_agg(r) from (
    select json_build_object('district', to_json(d), 'month', to_char(g.month, 'YYYY-MM')) as key, g.count,
        json_build_object('amount', g.amount) as sum
    from (select left(village_code, 8) as district, month, count(*) as count, sum(amount)::bigint as amount
        from programme.coverage_months group by 1, 2) g
    left join lateral (select d.code, d.name from programme.districts d where d.code = g.district) d on true
    order by g.district, g.month) r"""
_VILLAGE_PAGE = """
select to_json(r) from (
    select v.code, v.name,
        (select to_json(d) from (select d.name from programme.districts d where d.code = v.district_code) d) as district,
        (select json_build_object('nodes', coalesce(json_agg(p), '[]')) from (
            select {shown} from programme.people where village_code = v.code order by id limit 10) p) as people
    from programme.villages v where v.code = $1) r"""

STATEMENTS = {
    "/workers/{given}": _WORKER,
    "/first/100": _ROWS.format(cut="select * from programme.people order by id limit 100"),
    "/first/1000": _ROWS.format(cut="select * from programme.people order by id limit 1000"),
    "/districts/{given}/workers": _ROWS.format(cut=f"select p.* {_OF_DISTRICT} order by p.id limit 100"),
    "/districts/{given}/count": f"select json_build_object('totalCount', count(*)) {_OF_DISTRICT}",
    "/count": "select json_build_object('totalCount', count(*)) from programme.coverage_months",
    "/aggregate": _AGGREGATE,
    "/villages/{given}": _VILLAGE_PAGE,
}


def _route(path: str, statement: str) -> Route:
    async def endpoint(request: Request) -> Response:
        made = statement
        if shown := request.query_params.get("shown"):
            made = statement.format(shown=", ".join(f'{SHOWN[name]} as "{name}"' for name in shown.split(",")))
        async with request.app.state.pool.acquire() as connection:
            return Response(
                await connection.fetchval(made, *request.path_params.values()), media_type="application/json"
            )

    return Route(path, endpoint)


def app(url: str) -> Starlette:
    async def ready(connection: "asyncpg.Connection[Any]") -> None:
        await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=POOL, max_size=POOL, init=ready) as app.state.pool:
            yield

    return Starlette(routes=[_route(*one) for one in STATEMENTS.items()], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1]), port=int(sys.argv[2]), http="httptools", access_log=False, log_level="warning")
