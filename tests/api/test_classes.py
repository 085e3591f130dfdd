"""Data classes: no relation leads from a class that a key may read into one that it may not, on any path."""

from types import SimpleNamespace

import pytest

from api.schema.types import ENTITIES
from api.sql.entities import Kind
from jamsos.access.rules import Scope
from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api.conftest import keys_for, opened
from tests.conftest import _own_database
from tests.officers import program_key

KEYS = {Kind.month: "2024-01", Kind.uuid: "1f0c9a1d-0000-4000-8000-000000000001"}
CLASSES = [Scope.read_people, Scope.read_money, Scope.read_audit]


def may_read(thing, scope):
    return not thing.needs or scope in thing.needs


def ways():
    """Return every relation into a class that the scope does not open, and every path to it."""
    for scope in CLASSES:
        for thing in ENTITIES:
            for relation in (*thing.ones.values(), *thing.collections.values()):
                target = ENTITIES[relation.target]
                if may_read(thing, scope) and not may_read(target, scope):
                    for way, query in followed(thing, relation, target).items():
                        yield pytest.param(scope, query, id=f"{scope} {thing.name}.{relation.name} {way}")


def followed(thing, relation, target):
    key = ":".join(KEYS.get(column.kind, "1") for column in target.key)
    rows, name, by_id = thing.plural, relation.name, f'{{id: {{ne: "{target.name}:{key}"}}}}'
    if relation.name in thing.collections:
        return {
            "nested": f"{{ found: {rows} {{ nodes {{ {name} {{ totalCount }} }} }} }}",
            "figures": f"{{ found: {rows} {{ nodes {{ {name}Aggregate {{ count }} }} }} }}",
            **{
                way: f"{{ found: {rows}(filter: {{{name}: {{{way}: {by_id}}}}}) {{ totalCount }} }}"
                for way in ("some", "none", "every")
            },
        }
    column = next((column.name for column in target.columns.values() if column.can_be_ordered), None)
    found = {
        "nested": f"{{ found: {rows} {{ nodes {{ {name} {{ id }} }} }} }}",
        "filter": f"{{ found: {rows}(filter: {{{name}: {by_id}}}) {{ totalCount }} }}",
    }
    if column:
        found["order"] = f"{{ found: {rows}(orderBy: [{{{name}: {{{column}: asc}}}}]) {{ totalCount }} }}"
    if name in thing.groupings:
        found["group"] = f"{{ found: {rows}Aggregate(groupBy: [{name}]) {{ count }} }}"
        found["key"] = f"{{ found: {rows}Aggregate {{ key {{ {name} {{ id }} }} }} }}"
    return found


@pytest.fixture(scope="module")
async def classes(server, template, sealer):
    async for url in _own_database(server, template):
        engine = engine_for(url)
        keys = await keys_for(engine, ("mabar",))
        async with engine.begin() as connection:
            for scope in CLASSES:
                issued = {"agency_code": "mabar", "label": scope, "scopes": [scope]}
                keys[scope] = await program_key(connection, **issued)
        await engine.dispose()
        async with opened(Settings(api_requests_per_second=10_000), url, sealer, keys) as caller:
            yield SimpleNamespace(caller=caller)


@pytest.mark.parametrize(("scope", "query"), list(ways()))
async def test_no_relation_leads_out_of_a_class(classes, scope, query):
    answer = await classes.caller.run(query, key=scope)

    assert answer["data"] == {"found": None}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["found"], "SCOPE_MISSING")
    ]
