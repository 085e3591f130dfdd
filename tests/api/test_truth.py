"""The truth: whatever is asked, the one compiled statement answers as the plain executor does over the same rows."""

import json
import os

import orjson
import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from api.context import Context
from api.mutations import Mutation
from api.operations import Operations, Remembered
from api.pools import open_pools
from api.schema import build_schema
from api.types import THINGS
from jamsos.access.rules import Actor, Scope
from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api.operations import operations
from tests.api.reference import Reference
from tests.api.world import World, settle
from tests.conftest import _own_database

EXAMPLES = int(os.environ.get("JAMSOS_TRUTH_EXAMPLES", "100"))
REGIONS = ["ID", "53", "53.15", "53.10", "53.15.05.2001", None]
MASKED = frozenset(scope for scope in Scope if scope.startswith("read:"))
SCHEMA = build_schema(Mutation)
SCHEMA.extensions = (*SCHEMA.extensions, Remembered)
OPERATIONS = Operations(SCHEMA._schema, introspection=True)


@pytest.fixture(scope="module")
async def world(server, template, sealer):
    """Both sides: how a query is answered by the compiler, and the reference over the same rows."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        tables = await settle(engine, World(sealer).make())
        async with engine.begin() as connection:
            await connection.exec_driver_sql("analyze")
        await engine.dispose()
        async with open_pools(url, Settings(api_pool_size=2, api_act_pool_size=1)) as pools:

            async def answer(operation, actor):
                found = OPERATIONS.find(operation.text, None, suggestions=True)
                context = Context(actor, pools, sealer, Settings(), operation=found)
                result = await SCHEMA.execute("remembered", operation.variables, context_value=context)
                return orjson.loads(orjson.dumps(result.data)), result.errors

            yield answer, Reference(SCHEMA.as_str(), THINGS, tables, sealer)


@pytest.mark.parametrize("unmasked", [False, True], ids=["masked", "unmasked"])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="JAMSOS_TRUTH_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_a_compiled_answer_is_the_plain_one(world, monkeypatch, unmasked, data):
    answer, reference = world
    monkeypatch.setattr("api.reading.LOOK_UPS.take", lambda asker, weight: None)
    monkeypatch.setattr("api.sql.answering.audit", _no_line)  # the trail is a table of the world, too
    region = data.draw(st.sampled_from(REGIONS))
    actor = Actor(
        "asker",
        region_code=region,
        scopes=frozenset(Scope) if unmasked else MASKED,
        purpose=(unmasked and "audit") or None,
    )
    operation = data.draw(operations(THINGS, reference.tables, unmasked))
    note(f"{operation.text}\n{json.dumps(operation.variables)}\nseen from {region}")

    assume(not _merges_unlike_fields(reference.schema, operation))
    expected = reference.run(operation.text, operation.variables, actor)
    assert expected.errors is None, expected.errors
    data, errors = await answer(operation, actor)

    assert errors is None
    assert data == expected.data
    assert _keys(data) == _keys(expected.data)


def _merges_unlike_fields(schema, operation):
    """Two types in one `node` may have fields of one name and different types; the language refuses that."""
    errors = validate(schema, parse(operation.text))
    assert all("conflict" in error.message for error in errors), errors
    return bool(errors)


def _keys(data):
    """The keys in their order, all the way down."""
    if isinstance(data, dict):
        return [(key, _keys(value)) for key, value in data.items()]
    return [_keys(value) for value in data] if isinstance(data, list) else None


async def _no_line(*arguments, **fields):
    pass
