"""Strawberry with SQLAlchemy and data loaders, as in its documentation: no keys, no rights, no masks.

`python -m benchmarks.api.loaders URL PORT`.
"""

import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

import strawberry
import uvicorn
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.routing import Mount
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from jamsos.coverage.tables import coverage_months
from jamsos.db import engine_for
from jamsos.ledger.tables import funds
from jamsos.people.tables import people
from jamsos.regions.tables import districts, villages

POOL = 8
Info = strawberry.Info[Any, Any]


class Loaders:
    """One set of loaders per request."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.village = DataLoader(self._one(villages, villages.c.code))
        self.district = DataLoader(self._one(districts, districts.c.code))
        self.fund = DataLoader(self._one(funds, funds.c.id))
        self.months = DataLoader(self._months)

    async def rows(self, statement: Select[Any]) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(statement)).all())

    def _one(self, table: Any, key: Any) -> Callable[[list[Any]], Any]:
        async def load(keys: list[Any]) -> list[Any]:
            found = {getattr(row, key.name): row for row in await self.rows(select(table).where(key.in_(keys)))}
            return [found.get(one) for one in keys]

        return load

    async def _months(self, keys: list[tuple[int, int]]) -> list[list[Any]]:
        c, found = coverage_months.c, defaultdict[int, list[Any]](list)
        for row in await self.rows(
            select(coverage_months).where(c.person_id.in_([key for key, _ in keys])).order_by(c.month)
        ):
            found[row.person_id].append(row)
        return [found[key][:size] for key, size in keys]


@strawberry.type
class District:
    code: str
    name: str


@strawberry.type
class Fund:
    code: str
    name: str


@strawberry.type
class CoverageMonth:
    row: strawberry.Private[Any]

    @strawberry.field
    def month(self) -> str:
        return f"{self.row.month:%Y-%m}"

    @strawberry.field
    def amount(self) -> str:
        return str(self.row.amount)

    @strawberry.field
    def state(self) -> str:
        return str(self.row.state)

    @strawberry.field
    async def fund(self, info: Info) -> Fund:
        row = await info.context["loaders"].fund.load(self.row.fund_id)
        return Fund(code=row.code, name=row.name)


@strawberry.type
class CoverageMonths:
    nodes: list[CoverageMonth]


@strawberry.type
class Person:
    row: strawberry.Private[Any]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"Person:{self.row.id}")

    @strawberry.field
    def full_name(self) -> str:
        return str(self.row.full_name)

    @strawberry.field
    def sex(self) -> str | None:
        return self.row.sex

    @strawberry.field
    def occupation(self) -> str | None:
        return self.row.occupation

    @strawberry.field
    def birth_date(self) -> str | None:
        return self.row.birth_date and self.row.birth_date.isoformat()

    @strawberry.field
    def version(self) -> int:
        return self.row.version

    @strawberry.field
    async def village(self, info: Info) -> "Village | None":
        row = await info.context["loaders"].village.load(self.row.village_code)
        return row and Village(row=row)

    @strawberry.field
    async def coverage_months(self, info: Info, first: int = 25) -> CoverageMonths:
        rows = await info.context["loaders"].months.load((self.row.id, first))
        return CoverageMonths(nodes=[CoverageMonth(row=row) for row in rows])


@strawberry.type
class People:
    rows: strawberry.Private[Select[Any]]
    first: strawberry.Private[int]

    @strawberry.field
    async def nodes(self, info: Info) -> list[Person]:
        found = await info.context["loaders"].rows(self.rows.order_by(people.c.id).limit(self.first))
        return [Person(row=row) for row in found]

    @strawberry.field
    async def total_count(self, info: Info) -> int:
        return (await info.context["loaders"].rows(self.rows.with_only_columns(func.count())))[0][0]


@strawberry.type
class Village:
    row: strawberry.Private[Any]

    @strawberry.field
    def code(self) -> str:
        return str(self.row.code)

    @strawberry.field
    def name(self) -> str:
        return str(self.row.name)

    @strawberry.field
    async def district(self, info: Info) -> District:
        row = await info.context["loaders"].district.load(self.row.district_code)
        return District(code=row.code, name=row.name)

    @strawberry.field
    def people(self, first: int = 25) -> People:
        return People(rows=select(people).where(people.c.village_code == self.row.code), first=first)


@strawberry.type
class Count:
    @strawberry.field
    async def total_count(self, info: Info) -> int:
        return (await info.context["loaders"].rows(select(func.count()).select_from(coverage_months)))[0][0]


@strawberry.type
class Key:
    code: strawberry.Private[str]
    month: str

    @strawberry.field
    async def district(self, info: Info) -> District:
        row = await info.context["loaders"].district.load(self.code)
        return District(code=row.code, name=row.name)


@strawberry.type
class Sum:
    amount: str


@strawberry.type
class Group:
    key: Key
    count: int
    sum: Sum


@strawberry.enum
class GroupBy(Enum):
    district = "district"
    month = "month"


@strawberry.input
class CodeFilter:
    eq: str


@strawberry.input
class DistrictFilter:
    code: CodeFilter


@strawberry.input
class VillageFilter:
    district: DistrictFilter


@strawberry.input
class PersonFilter:
    village: VillageFilter


def _number(id: strawberry.ID) -> str:
    return id.partition(":")[2]


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, info: Info, id: strawberry.ID) -> Person | None:
        rows = await info.context["loaders"].rows(select(people).where(people.c.id == int(_number(id))))
        return Person(row=rows[0]) if rows else None

    @strawberry.field
    async def village(self, info: Info, id: strawberry.ID) -> Village | None:
        row = await info.context["loaders"].village.load(_number(id))
        return row and Village(row=row)

    @strawberry.field
    def people(self, first: int = 25, filter: PersonFilter | None = None) -> People:
        rows = select(people)
        if filter:
            rows = rows.join(villages, villages.c.code == people.c.village_code).join(
                districts, districts.c.code == villages.c.district_code
            )
            rows = rows.where(districts.c.code == filter.village.district.code.eq)
        return People(rows=rows, first=first)

    @strawberry.field
    def coverage_months(self) -> Count:
        return Count()

    @strawberry.field
    async def coverage_months_aggregate(self, info: Info, group_by: list[GroupBy]) -> list[Group]:
        c = coverage_months.c
        district = func.left(c.village_code, 8).label("district")
        grouped = select(district, c.month, func.count().label("count"), func.sum(c.amount).label("amount"))
        rows = await info.context["loaders"].rows(grouped.group_by(district, c.month).order_by(district, c.month))
        return [
            Group(key=Key(code=r.district, month=f"{r.month:%Y-%m}"), count=r.count, sum=Sum(amount=str(r.amount)))
            for r in rows
        ]


class View(GraphQL[Any, Any]):
    def __init__(self, engine: AsyncEngine) -> None:
        schema = strawberry.Schema(Query, extensions=[ParserCache(maxsize=1000), ValidationCache(maxsize=1000)])
        super().__init__(schema, graphql_ide=None)
        self._engine = engine

    async def get_context(self, request: Any, response: Any = None) -> dict[str, Any]:
        return {"loaders": Loaders(self._engine)}


def app(url: str) -> Starlette:
    engine = engine_for(url, pool_size=POOL, max_overflow=0)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    return Starlette(routes=[Mount("/", app=View(engine))], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1]), port=int(sys.argv[2]), http="httptools", access_log=False, log_level="warning")
