"""Nonsense: for any value in a mutation or an id, the API returns a refusal with a code, never an internal error."""

import os

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_input_field,
)
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from api.mutations import Mutation
from api.schema.build import build_schema
from api.schema.types import ENTITIES
from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api import scene
from tests.api.conftest import keys_for, opened
from tests.conftest import _own_database

EXAMPLES = int(os.environ.get("JAMSOS_NONSENSE_EXAMPLES", "6"))
SCHEMA = build_schema(Mutation)._schema
TEXTS = st.sampled_from(
    [
        *("", " ", "x", "0", "-1", "2024", "\0", "\U0001f30a", "١٢٣", "x" * 5000, "%s%n{0}", "../../etc/passwd"),
        *("'; drop table programme.people; --", "53.15", "53.15.05.2001", "53", "ID", "APBD-2024", "B-2024-01"),
        *("298/KEP/HK/2024", "labuan", "mabar", "desk"),
    ]
)
WHOLES = st.sampled_from([0, 1, -1, 7, 12, 2024, 16_800, 201_600_000, 2**31 - 1, -(2**31)])
VALUES = {
    "String": TEXTS,
    "ID": st.one_of(
        TEXTS,
        st.sampled_from(["1", "999999", "Person:1", "Person:999999", "SelectionRun:1", "SelectionRun:999", "9" * 40]),
    ),
    "Int": WHOLES,
    "Float": st.sampled_from([0.0, -1.5, 1e300]),
    "Boolean": st.booleans(),
    "Rupiah": st.one_of(WHOLES, st.sampled_from([2**53, -(2**53)])),
    "BigInt": st.one_of(WHOLES, st.sampled_from([2**53, -(2**53)])),
    "Month": st.sampled_from(["2024-01", "2024-12", "0001-01", "9999-12", "2023-07"]),
    "Date": st.sampled_from(["2024-01-31", "0001-01-01", "9999-12-31", "2024-02-29"]),
    "DateTime": st.sampled_from(
        ["2024-01-31T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2024-02-29T12:00:00.123456+08:00"]
    ),
    "NIK": st.sampled_from(["5315995203850001", "0000000000000000", "9999999999999999"]),
    "JSON": st.sampled_from([None, {}, [], 1, "x", {"a": {"b": [1, None]}}, [{"x": 1}]]),
}  # fmt: skip


def values(type_):
    """Return a strategy for any value that the language allows for `type_`, without files."""
    if isinstance(type_, GraphQLNonNull):
        return values(type_.of_type)
    if isinstance(type_, GraphQLList):
        return st.lists(values(type_.of_type), max_size=2)
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from(sorted(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        required = {name: values(field.type) for name, field in type_.fields.items() if is_required_input_field(field)}
        optional = {name: values(field.type) for name, field in type_.fields.items() if name not in required}
        return st.fixed_dictionaries(required, optional=optional)
    return VALUES.get(type_.name, st.none())


@pytest.fixture(scope="module")
async def office(server, template, sealer):
    """Yield the API over the scene, and its keys."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        keys = await keys_for(engine)
        async with engine.begin() as connection:
            await scene.settle(connection, sealer)
        await engine.dispose()
        async with opened(Settings(api_requests_per_second=1_000_000), url, sealer, keys) as caller:
            yield caller


def codes(answer, name):
    found = [error["extensions"]["code"] for error in answer.get("errors", ())]
    payload = (answer.get("data") or {}).get(name)
    refusal = payload and payload.get("refusal")
    return found + ([refusal["code"]] if refusal else [])


@pytest.mark.parametrize("name", sorted(SCHEMA.mutation_type.fields))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_an_act_with_nonsense_is_refused_by_name(office, name, data):
    field = SCHEMA.mutation_type.fields[name]
    type_ = field.args["input"].type
    given = data.draw(values(type_))
    note(given)

    query = f"mutation($input: {type_}) {{ {name}(input: $input) {{ refusal {{ code message }} }} }}"
    answer = await office.run(query, {"input": given}, key=data.draw(st.sampled_from(["mabar", "bpk"])), x_purpose="x")

    assert "INTERNAL_ERROR" not in codes(answer, name), answer
    assert "KeyError" not in str(answer) and "Traceback" not in str(answer)


KEYS = ("", "1", "999999", "-1", "9" * 30, "1:2024-13", "1:0000-01", "1:2024-01:x", "x", ":", "1 or 1=1", "\0")
IDS = st.one_of(
    TEXTS, st.builds("{}:{}".format, st.sampled_from([thing.name for thing in ENTITIES]), st.sampled_from(KEYS))
)


@settings(max_examples=EXAMPLES * 40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_an_id_or_a_cursor_of_nonsense_is_refused_by_name(office, data):
    thing = ENTITIES[data.draw(st.sampled_from([thing.name for thing in ENTITIES]))]
    given = {"id": data.draw(IDS), "at": data.draw(st.one_of(st.none(), IDS)), "n": data.draw(WHOLES)}
    note(f"{thing.name} {given}")

    one = thing.name[0].lower() + thing.name[1:]
    query = f"""query($id: ID!, $at: String, $n: Int) {{
        one: {one}(id: $id) {{ id }} node(id: $id) {{ id }} nodes(ids: [$id]) {{ id }}
        after: {thing.plural}(first: $n, after: $at) {{ nodes {{ id }} }}
        before: {thing.plural}(last: $n, before: $at) {{ nodes {{ id }} }} }}"""
    answer = await office.run(query, given, key="bpk")

    assert "INTERNAL_ERROR" not in codes(answer, "one"), answer


@settings(max_examples=EXAMPLES * 40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_a_filter_of_nonsense_is_refused_by_name(office, data):
    thing = ENTITIES[data.draw(st.sampled_from([thing.name for thing in ENTITIES]))]
    given = {"filter": data.draw(shallow(SCHEMA.type_map[f"{thing.name}Filter"], 2))}
    note(f"{thing.name} {given}")

    query = f"query($filter: {thing.name}Filter) {{ found: {thing.plural}(filter: $filter) {{ totalCount }} }}"
    answer = await office.run(query, given, key="mabar", x_purpose="x")

    assert "INTERNAL_ERROR" not in codes(answer, "found"), answer


def shallow(type_, depth):
    """Return a filter with a few levels only, because filter types refer to each other in cycles."""
    fields = {name: field.type for name, field in type_.fields.items()}
    plain = {name: of for name, of in fields.items() if not _is_deep(of)}
    offered = {name: values(of) for name, of in plain.items()}
    if depth:
        offered |= {name: _within(of, depth) for name, of in fields.items() if name not in plain}
    if not offered:
        return st.just({})
    return st.lists(st.sampled_from(sorted(offered)), min_size=0, max_size=2, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: offered[name] for name in names})
    )


def _is_deep(type_):
    named = get_named_type(type_)
    return isinstance(named, GraphQLInputObjectType) and (
        named.name[:-6] in ENTITIES or named.name.endswith("ListFilter")
    )


def _within(type_, depth):
    found = shallow(get_named_type(type_), depth - 1)
    return st.lists(found, max_size=2) if isinstance(type_, GraphQLList) else found
