"""Counts and sums of worker-months come from maintained sums if those contain enough, otherwise from the rows."""

import pytest

from api.mutations import Mutation
from api.operations import AGENCY, Operations
from api.schema.build import build_schema
from api.sql.viewers import viewer_of
from jamsos.access.rules import COMMAND_LINE

SCHEMA = build_schema(Mutation)
OPERATIONS = Operations(SCHEMA._schema, introspection=False)


def statement(query):
    operation = OPERATIONS.find(query, None, AGENCY)
    viewer = viewer_of(COMMAND_LINE)
    return SCHEMA.compiler.operation(operation.document, operation.node, {}, viewer).sql


@pytest.mark.parametrize(
    "query",
    [
        "{ coverageMonths { totalCount } }",
        '{ coverageMonths(filter: {month: {gte: "2024-03"}, not: {fund: {code: {eq: "APBD"}}}}) { totalCount } }',
        '{ village(id: "Village:53.15.05.2001") { coverageMonths { totalCount } } }',
        "{ coverageMonthsAggregate(groupBy: [district, month, fund, year]) { count sum { amount jkkAmount } min { month } } }",
        '{ coverageMonthsAggregate(filter: {village: {district: {code: {eq: "53.15.05"}}}}) { count } }',
    ],
    ids=["all", "filtered", "of a village", "figures", "filtered figures"],
)
def test_what_is_shared_and_added_needs_no_row(query):
    sql = statement(query)
    assert "programme.worker_month_sums" in sql
    assert "programme.coverage_months" not in sql


@pytest.mark.parametrize(
    "query",
    [
        "{ coverageMonths(filter: {state: {eq: paid}}) { totalCount } }",
        "{ coverageMonths(filter: {or: [{month: {isNull: true}}, {amount: {gt: 1}}]}) { totalCount } }",
        '{ coverageMonths(asOf: "2024-05-01T00:00:00Z") { totalCount } }',
        '{ person(id: "Person:1") { coverageMonths { totalCount } } }',
        "{ coverageMonthsAggregate(groupBy: [state]) { count } }",
        "{ coverageMonthsAggregate { avg { amount } } }",
        "{ coverageMonthsAggregate { max { amount } } }",
        "{ coverageMonthsAggregate { countDistinct { person } } }",
        "{ coverageMonths { nodes { month } } }",
    ],
    ids=["state", "amount", "past", "person", "by state", "average", "greatest", "persons", "rows"],
)
def test_whatever_asks_for_more_looks_at_the_rows(query):
    assert "worker_month_sums" not in statement(query)


@pytest.mark.parametrize(
    "query",
    [
        "{ people { totalCount } }",
        '{ people(filter: {village: {district: {code: {eq: "53.15.05"}}}, sex: {eq: female}}) { totalCount } }',
        '{ village(id: "Village:53.15.05.2001") { people { totalCount } } }',
        "{ peopleAggregate(groupBy: [district, sex]) { key { sex } count } }",
    ],
    ids=["all", "filtered", "of a village", "by place and sex"],
)
def test_people_are_counted_by_place_sex_and_work_without_looking_at_them(query):
    sql = statement(query)
    assert "programme.person_sums" in sql
    assert "programme.people " not in sql


@pytest.mark.parametrize(
    "query",
    [
        "{ people(filter: {version: {gt: 1}}) { totalCount } }",
        "{ people(filter: {coverageMonths: {some: {state: {eq: paid}}}}) { totalCount } }",
        "{ peopleAggregate { countDistinct { village } } }",
        "{ peopleAggregate { max { updatedAt } } }",
    ],
    ids=["version", "through a relation", "places", "newest"],
)
def test_whatever_else_is_asked_of_people_looks_at_them(query):
    assert "person_sums" not in statement(query)
