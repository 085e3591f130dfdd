"""Acts that bind the office are done by an officer with a personal key, and by nobody else.

The acts are those that say so of themselves; their inputs are made from the schema, because an act is refused before it looks at them.
"""

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type
from sqlalchemy import text
from strawberry.utils.str_converters import to_camel_case

from api.mutations import Mutation
from api.mutations.base import MutationField
from api.schema.build import build_schema
from jamsos.access.rules import Scope
from tests.officers import program_key

SCHEMA = build_schema(Mutation)._schema
FIELDS = {to_camel_case(field.python_name): field for field in Mutation.__strawberry_definition__.fields}
BINDING = sorted(
    name for name, field in FIELDS.items()
    if any(isinstance(extension, MutationField) and extension.binds for extension in field.extensions)
)  # fmt: skip
VALUES = {
    "Int": 1,
    "Boolean": True,
    "Date": "2024-01-05",
    "Month": "2024-01",
    "Rupiah": 1,
    "NIK": "5315990101990099",
    "DateTime": "2024-01-05T00:00:00Z",
}


def example(kind):
    if isinstance(kind, GraphQLNonNull):
        return example(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [example(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        needed = {name: field for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)}
        return {name: example(field.type) for name, field in needed.items()}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return VALUES.get(kind.name, "x")


def asked(name):
    kind = SCHEMA.mutation_type.fields[name].args["input"].type
    query = f"mutation($input: {get_named_type(kind).name}!) {{ {name}(input: $input) {{ refusal {{ code }} }} }}"
    return query, {"input": example(kind)}


def test_the_acts_that_bind_are_these():
    assert BINDING == [
        "amendDecree", "answerComplaint", "approveRun", "carryOver", "changeOfficer", "decideComplaint", "decideMatchReview",
        "inviteOfficer", "issueApiKey", "issueDecree", "linkOfficerSubject", "mergePeople", "registerOfficer", "releaseCommitment",
        "remedyComplaint", "reopenMinutes", "resolveBankLine", "resolveDifference", "reverseTransaction", "signMinutes",
        "splitPerson", "withdrawLifeEvent",
    ]  # fmt: skip


@pytest.mark.parametrize("name", BINDING)
def test_an_act_that_binds_says_so_and_has_no_typed_officer(name):
    field = SCHEMA.mutation_type.fields[name]

    assert field.description.endswith("Needs the personal key of an officer.")
    assert not {"officer", "officerId", "officeSignatory"} & set(get_named_type(field.args["input"].type).fields)


async def test_an_act_that_binds_is_refused_to_a_program_and_to_nobody(caller, engine):
    """One database for all acts: nothing is written by any of them."""
    async with engine.begin() as connection:
        key = await program_key(connection, "mabar", scopes=[*Scope])
        before = (await connection.execute(text("select count(*) from programme.audit_entries"))).scalar_one()

    for name in BINDING:
        query, variables = asked(name)
        by_program = (await caller.data(query, variables, key=key))[name]
        by_nobody = (await caller.data(query, variables, key=None))[name]
        assert (name, by_program["refusal"]["code"]) == (name, "PROOF_NEEDED")
        assert (name, by_nobody["refusal"]["code"]) == (name, "SCOPE_MISSING")

    async with engine.connect() as connection:
        after = (await connection.execute(text("select count(*) from programme.audit_entries"))).scalar_one()
    assert after == before


async def test_the_audit_trail_names_agency_and_officer(caller, engine):
    await caller.data(
        "mutation($input: RegisterAgencyInput!) { registerAgency(input: $input) { refusal { code } } }",
        {"input": {"code": "komodo", "name": "x", "kind": "village_office", "regionCode": "53.15.05"}},
    )

    async with engine.connect() as connection:
        [row] = await connection.execute(
            text("""select a.code, o.name, e.actor from programme.audit_entries e
                      join programme.agencies a on a.id = e.agency_id join programme.officers o on o.id = e.officer_id""")
        )
    assert tuple(row) == ("mabar", "Maria Jebarus", "Maria Jebarus")
