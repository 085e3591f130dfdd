"""Cases: the queries for each server; all of them must return the same result.

Aliases give GraphQL results the same shape. `of("ours")` and so on are the requests that are sent in turn.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jamsos.access.service import document_id

NAMES = ("ours", "PostGraphile", "data loaders", "floor")
OURS, POSTGRAPHILE, LOADERS, FLOOR = NAMES
# The shown fields of a worker in the documents, and their columns.
SHOWN = {
    "fullName": "full_name",
    "sex": "sex",
    "occupation": "occupation",
    "birthDate": "birth_date",
    "version": "version",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the path, and the JSON to post; without JSON it is a GET."""

    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    asked: Mapping[str, list[Asked]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Values of the database that queries use."""

    workers: int
    villages: list[str]
    districts: list[str]


def cases(rows: Rows) -> list[Case]:
    step = max(rows.workers // 500, 1)
    return [
        _case("one worker, nested", _WORKER, range(1, rows.workers, step), "/workers/{}", "Person:{}"),
        _case("list of 100", _LIST.replace("SIZE", "100"), [100], "/first/100"),
        _case("list of 1,000", _LIST.replace("SIZE", "1000"), [1000], "/first/1000"),
        _case("filtered through a relation", _FILTERED, rows.districts, "/districts/{}/workers"),
        _case("count of a filter", _FILTERED_COUNT, rows.districts, "/districts/{}/count"),
        _case("count of all worker-months", _COUNT, [0], "/count"),
        _case("by district and month", _AGGREGATE, [0], "/aggregate"),
        _documents(rows.villages),
    ]


# --- one question in three dialects --------------------------------------------------------------------------------

_PLAIN = {"district": "district", "village": "village", "fund": "fund"}
_ROW_IDS = {
    "district": "district: districtByDistrictCode",
    "village": "village: villageByVillageCode",
    "fund": "fund: fundByFundId",
}
_NESTED = (
    "fullName sex occupation birthDate %(village)s { code name %(district)s { code name } } %(months)s(first: 12) "
    "{ nodes { month amount state %(fund)s { code name } } }"
)
_LISTED = "fullName sex occupation birthDate %(village)s { code name %(district)s { code name } }"
_PLAIN_NESTED = _NESTED % (_PLAIN | {"months": "coverageMonths"})
_PEERS_NESTED = _NESTED % (_ROW_IDS | {"months": "coverageMonths: coverageMonthsByPersonId"})
_WORKER = (
    f"query ($given: ID!) {{ answer: person(id: $given) {{ {_PLAIN_NESTED} }} }}\n"
    f"query ($given: BigInt!) {{ answer: personByRowId(rowId: $given) {{ {_PEERS_NESTED} }} }}"
)
_LIST = (
    f"{{ answer: people(first: SIZE) {{ nodes {{ id {_LISTED % _PLAIN} }} }} }}\n"
    f"{{ answer: allPeople(first: SIZE) {{ nodes {{ id: rowId {_LISTED % _ROW_IDS} }} }} }}"
)
_IN_DISTRICT = "filter: { village: { district: { code: { eq: $given } } } }"
_PEERS_IN_DISTRICT = "filter: { villageByVillageCode: { districtByDistrictCode: { code: { equalTo: $given } } } }"
_FILTERED = (
    f"query ($given: String!) {{ answer: people(first: 100, {_IN_DISTRICT}) {{ nodes {{ id {_LISTED % _PLAIN} }} }} }}\n"
    f"query ($given: String!) {{ answer: allPeople(first: 100, {_PEERS_IN_DISTRICT}) "
    f"{{ nodes {{ id: rowId {_LISTED % _ROW_IDS} }} }} }}"
)
_FILTERED_COUNT = (
    f"query ($given: String!) {{ answer: people({_IN_DISTRICT}) {{ totalCount }} }}\n"
    f"query ($given: String!) {{ answer: allPeople({_PEERS_IN_DISTRICT}) {{ totalCount }} }}"
)
_COUNT = "{ answer: coverageMonths { totalCount } }\n{ answer: allCoverageMonths { totalCount } }"
_AGGREGATE = (
    "{ answer: coverageMonthsAggregate(groupBy: [district, month]) { key { district { code name } month } count sum { amount } } }\n"
    "{ answer: allPeersCoverageByDistrictMonths { nodes { district: districtByDistrictCode { code name } month count amount } } }"
)


def _case(name: str, dialects: str, given: Any, path: str, ours: str = "{}") -> Case:
    """Build a case. `dialects`: our text (which the data loaders accept, too), and PostGraphile's, one line each."""
    plain, peers = dialects.split("\n")
    values = list(given)
    asks = "$given" in plain

    def posted(text: str, written: Callable[[Any], str]) -> list[Asked]:
        return [
            Asked("/graphql", {"query": text} | ({"variables": {"given": written(v)}} if asks else {})) for v in values
        ]

    return Case(
        name,
        {
            OURS: posted(plain, ours.format),
            POSTGRAPHILE: posted(peers, str),
            LOADERS: posted(plain, ours.format),
            FLOOR: [Asked(path.format(value)) for value in values],
        },
    )


# --- trusted documents ---------------------------------------------------------------------------------------------


def documents(villages: list[str]) -> list[tuple[str, str, str]]:
    """Return twenty different texts: ours, PostGraphile's, and the path of the hand-written SQL."""
    return [_document(villages[number % len(villages)], number + 1) for number in range(20)]


def _document(village: str, number: int) -> tuple[str, str, str]:
    shown = [name for place, name in enumerate(SHOWN) if number >> place & 1]
    fields = " ".join(shown)
    return (
        f'query Village {{ answer: village(id: "Village:{village}") {{ code name district {{ name }} '
        f"people(first: 10) {{ nodes {{ {fields} }} }} }} }}",
        f'query Village {{ answer: villageByCode(code: "{village}") {{ code name district: districtByDistrictCode {{ name }} '
        f"people: peopleByVillageCode(first: 10) {{ nodes {{ {fields} }} }} }} }}",
        f"/villages/{village}?shown={','.join(shown)}",
    )


def _documents(villages: list[str]) -> Case:
    made = documents(villages)
    return Case(
        "20 trusted documents in turn",
        {
            OURS: [Asked("/graphql", {"documentId": document_id(ours)}) for ours, _, _ in made],
            POSTGRAPHILE: [Asked("/graphql", {"documentId": document_id(peers)}) for _, peers, _ in made],
            LOADERS: [Asked("/graphql", {"query": ours}) for ours, _, _ in made],
            FLOOR: [Asked(path) for _, _, path in made],
        },
    )


# --- whether they give the same ------------------------------------------------------------------------------------

MASKED = ("fullName", "birthDate")


def same(answers: Mapping[str, Any]) -> bool:
    """Return whether all four returned the same rows and values, and whether only ours masked the required ones."""
    shapes = {name: json.dumps(_shape(answer, name), sort_keys=True) for name, answer in answers.items()}
    return len(set(shapes.values())) == 1


def _shape(value: Any, name: str, key: str = "") -> Any:
    """Normalise a result: numbers as text, months without a day, ids as in the table, lists sorted, and for a masked value whether the
    mask is correct."""
    if isinstance(value, dict):
        if set(value) == {"nodes"}:
            return _shape(value["nodes"], name)
        value = _group(value) if "amount" in value and "district" in value else value
        return {key: _shape(inner, name, key) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_shape(inner, name) for inner in value), key=lambda one: json.dumps(one, sort_keys=True))
    if key in MASKED:
        return (value in (None, "***")) == (name == OURS)
    if key == "month":
        return value[:7]
    return str(value).removeprefix("Person:")


def _group(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a row of PostGraphile's view to the shape of ours."""
    key = {"district": flat["district"], "month": flat["month"]}
    return {"key": key, "count": flat["count"], "sum": {"amount": flat["amount"]}}
