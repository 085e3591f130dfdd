"""The truth: for every operation, the one compiled statement returns the same as the plain executor over the same rows."""

import json
import os

import orjson
import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from api.context import Context
from api.mutations import Mutation
from api.operations import AGENCY, Operations, with_preparsed_documents
from api.pools import open_pools
from api.schema.build import build_schema
from api.schema.types import ENTITIES
from api.sql.cursors import open_cursor
from api.sql.entities import Kind
from jamsos.access.rules import DEFAULT_SCOPES, Actor, AgencyKind, Scope
from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api.operations import operations
from tests.api.reference import Reference
from tests.api.rights import Rights
from tests.api.world import World, settle
from tests.conftest import _own_database

EXAMPLES = int(os.environ.get("JAMSOS_TRUTH_EXAMPLES", "100"))
pytestmark = [pytest.mark.stress] if "JAMSOS_TRUTH_EXAMPLES" in os.environ else []  # `make stress` runs more
SCOPES = sorted(Scope)
REGIONS = ["ID", "53", "53.15", "53.10", "53.15.05.2001", None]
MASKED = frozenset(scope for scope in Scope if scope.startswith("read:"))
SCHEMA = with_preparsed_documents(build_schema(Mutation))
OPERATIONS = Operations(SCHEMA._schema, introspection=True)


@pytest.fixture(scope="module")
async def world(server, template, sealer):
    """Yield both sides: the compiler, and the reference over the same rows."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        tables = await settle(engine, World(sealer).make())
        async with engine.begin() as connection:
            await connection.exec_driver_sql("analyze")
        await engine.dispose()
        async with open_pools(url, Settings(api_pool_size=2, api_act_pool_size=1)) as pools:

            async def answer(operation, actor):
                found = OPERATIONS.find(operation.text, None, AGENCY)
                context = Context(actor, pools, sealer, Settings(), operation=found)
                result = await SCHEMA.execute("remembered", operation.variables, context_value=context)
                return orjson.loads(orjson.dumps(result.data)), result.errors

            yield answer, Reference(SCHEMA.as_str(), ENTITIES, tables, sealer)


@pytest.mark.parametrize("unmasked", [False, True], ids=["masked", "unmasked"])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="JAMSOS_TRUTH_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_a_compiled_answer_is_the_plain_one(world, sealer, monkeypatch, unmasked, data):
    answer, reference = world
    monkeypatch.setattr("api.compiled_schema.LOOK_UPS.take", lambda asker, weight: None)
    monkeypatch.setattr("api.sql.execution.audit", _no_line)  # the trail is a table of the world, too
    region = data.draw(st.sampled_from(REGIONS[:-1]))
    actor = Actor(
        "asker",
        region_code=region,
        scopes=frozenset(Scope) if unmasked else MASKED,
        purpose=(unmasked and "audit") or None,
    )
    operation = data.draw(operations(ENTITIES, reference.tables, unmasked))
    note(f"{operation.text}\n{json.dumps(operation.variables)}\nseen from {region}")

    assume(not _merges_unlike_fields(reference.schema, operation))
    expected = reference.run(operation.text, operation.variables, actor)
    assert expected.errors is None, expected.errors
    data, errors = await answer(operation, actor)

    assert errors is None
    assert _with_ids(data, sealer) == expected.data
    assert _keys(data) == _keys(expected.data)


def viewers():
    """Return every kind of agency, and keys with any scopes, with and without a purpose, of any region or none."""
    by_kind = st.sampled_from(list(AgencyKind)).map(DEFAULT_SCOPES.__getitem__)
    scopes = st.one_of(by_kind, st.sets(st.sampled_from(SCOPES)).map(frozenset))
    purpose, region = st.sampled_from([None, "audit"]), st.sampled_from(REGIONS)
    return st.builds(Actor, st.just("asker"), region_code=region, scopes=scopes, purpose=purpose)


@settings(
    max_examples=EXAMPLES * 3,
    deadline=None,
    derandomize="JAMSOS_TRUTH_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_every_viewer_is_answered_what_they_may_see_and_refused_the_rest(world, sealer, monkeypatch, data):
    """A refused root field is null, with path and code; the others are answered. One that cannot be null makes all data null."""
    answer, reference = world
    monkeypatch.setattr("api.compiled_schema.LOOK_UPS.take", lambda asker, weight: None)
    monkeypatch.setattr("api.sql.execution.audit", _no_line)
    actor = data.draw(viewers())
    operation = data.draw(operations(ENTITIES, reference.tables, data.draw(st.booleans())))
    note(f"{operation.text}\n{json.dumps(operation.variables)}\nby {actor}")
    assume(not _merges_unlike_fields(reference.schema, operation))
    rights = Rights(ENTITIES, actor, operation.text, operation.variables)
    refused = rights.refused
    refused_at = {path: codes for path, codes in rights.refused_at.items() if path[0] not in refused}

    expected = reference.run(operation.text, operation.variables, actor, refused, refused_at)
    found, errors = await answer(operation, actor)

    assert _with_ids(found, sealer) == expected.data
    assert _keys(found) == _keys(expected.data)
    codes = {(key,): codes for key, codes in refused.items()} | refused_at
    if expected.data is not None:
        assert {tuple(error.path) for error in errors or ()} == codes.keys()
    assert all(error.original_error.code in codes[tuple(error.path)] for error in errors or ())


def _merges_unlike_fields(schema, operation):
    """Two types in one `node` may have fields of one name with different types; GraphQL refuses that."""
    errors = validate(schema, parse(operation.text))
    assert all("conflict" in error.message for error in errors), errors
    return bool(errors)


def _with_ids(data, sealer):
    """Replace each sealed cursor by the id of its row."""
    if isinstance(data, dict):
        return {key: _with_ids(value, sealer) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_ids(value, sealer) for value in data]
    if not isinstance(data, str) or (opened := open_cursor(data, sealer)) is None:
        return data
    name, *values = opened
    thing = ENTITIES[name.split()[0]]
    key = [
        value[:7] if column.kind is Kind.month else value
        for column, value in zip(thing.key, values[-len(thing.key) :], strict=True)
    ]
    return ":".join([thing.name, *key])


def _keys(data):
    """Return the keys in order, at all levels."""
    if isinstance(data, dict):
        return [(key, _keys(value)) for key, value in data.items()]
    return [_keys(value) for value in data] if isinstance(data, list) else None


async def _no_line(*arguments, **fields):
    pass
