"""Every mutation names its scope, describes itself, and answers with a payload that may hold a refusal."""

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from api.mutations import Mutation
from api.mutations.base import MutationField
from api.schema.build import build_schema
from jamsos.access.rules import Scope

SCHEMA = build_schema(Mutation)
WITHOUT_KEY = {"accept_invitation"}  # an invited officer has no key yet
FIELDS = {field.python_name: field for field in Mutation.__strawberry_definition__.fields}
TYPES = SCHEMA._schema.mutation_type.fields


@pytest.mark.parametrize("name", FIELDS)
def test_a_mutation_names_its_scope(name):
    scopes = [extension.scope for extension in FIELDS[name].extensions if isinstance(extension, MutationField)]

    assert len(scopes) == 1
    if name in WITHOUT_KEY:
        assert scopes == [None]
        return
    assert scopes[0] in Scope
    assert scopes[0].startswith("act:")


@pytest.mark.parametrize("name", TYPES)
def test_a_mutation_answers_with_a_payload_of_its_name(name):
    payload = get_named_type(TYPES[name].type)

    assert payload.name == name[0].upper() + name[1:] + "Payload"
    assert [interface.name for interface in payload.interfaces] == ["Payload"]


@pytest.mark.parametrize("name", TYPES)
def test_a_mutation_takes_one_input_of_its_name(name):
    (argument,) = TYPES[name].args.items()

    assert argument[0] == "input"
    assert get_named_type(argument[1].type).name == name[0].upper() + name[1:] + "Input"


def test_no_mutation_slips_in_beside_the_pattern():
    assert set(TYPES) == {SCHEMA.config.name_converter.from_field(field) for field in FIELDS.values()}


def test_every_type_and_its_fields_are_described():
    undescribed = [name for kind in SCHEMA._schema.type_map.values() for name in _undescribed(kind)]

    assert len(SCHEMA._schema.type_map) > 900
    assert undescribed == []


def _undescribed(kind):
    if kind.name.startswith("__"):
        return
    if not kind.description:
        yield kind.name
    for holder in ("fields", "values"):
        parts = getattr(kind, holder, {})
        yield from (f"{kind.name}.{part}" for part, made in parts.items() if not made.description)
    if isinstance(kind, GraphQLObjectType) and not isinstance(kind, GraphQLInputObjectType):
        for field, made in kind.fields.items():
            yield from (
                f"{kind.name}.{field}({argument})" for argument, given in made.args.items() if not given.description
            )
