"""Registries that close themselves: what is added half is named here, by what it lacks.

A register, a word of a closed list, a report, a mart and a mutation each stand in several places. Each test takes the whole of
one place and asks for it in the others, so that nothing needs to be added to a test.
"""

import ast
from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
import yaml

from api.mutations import Mutation
from api.schema.build import build_schema
from cli.main import jamsos
from jamsos import messages, tables
from jamsos.registry.rules import Source
from reports.printing import DOCUMENTS

ROOT = Path(__file__).parents[1]
CATALOGUE = messages.catalogue()
DBT = ROOT / "warehouse/dbt/models/marts"
DESCRIPTIONS = (ROOT / "api/schema/descriptions.toml").read_text()
FORMATS = (ROOT / "docs/formats.md").read_text()


# --- words of closed lists ---------------------------------------------------------------------------------------


def closed_lists(base=StrEnum):
    for one in base.__subclasses__():
        if one.__module__.startswith("jamsos."):
            yield one
        yield from closed_lists(one)


def worded():
    """Each prefix of the catalogue under which nothing but values of a closed list stands (`source.p3ke`), with the lists it may be of."""
    below = defaultdict(set)
    for key in CATALOGUE:
        prefix, _, last = key.rpartition(".")
        # under `code.` stand only the option words that differ from their code: DTKS is DTKS in both languages
        if prefix and not prefix.startswith("code."):
            below[prefix].add(last)
    lists = sorted(set(closed_lists()), key=lambda found: (found.__module__, found.__name__))
    for prefix, found in below.items():
        fitting = [one for one in lists if len(found & set(one)) > 2 and found <= {*one, "none", "unknown"}]
        if fitting:
            yield pytest.param(prefix, fitting, id=prefix)


@pytest.mark.parametrize(("prefix", "lists"), list(worded()))
def test_a_list_that_is_told_in_words_has_a_word_for_each_of_its_values(prefix, lists):
    lacking = [{f"{prefix}.{value}" for value in one} - CATALOGUE.keys() for one in lists]

    assert min(lacking, key=len) == set()


def test_the_lists_that_are_told_in_words_are_found():
    assert {"source", "register", "group", "event"} <= {one.id for one in worded()}


@pytest.mark.parametrize("source", list(Source))
def test_a_register_is_told_described_documented_and_recognised(source):
    layouts = [
        path
        for path in (ROOT / "jamsos/registry/registers").glob("*.toml")
        if f'register = "{source}"' in path.read_text()
    ]

    assert {f"source.{source}", f"register.{source}"} <= CATALOGUE.keys()
    assert f'"Source.{source}" = ' in DESCRIPTIONS
    assert layouts or source is Source.office, "no layout recognises it"
    assert f"`{source}`" in FORMATS or source is Source.office


# --- reports -----------------------------------------------------------------------------------------------------


def test_a_report_is_a_module_a_template_a_command_an_exposure_a_test_and_a_row():
    """Each is found in its own place, so that one in a single place is seen."""
    modules = {path.stem for path in (ROOT / "reports/documents").glob("*.py") if "NAME = " in path.read_text()}
    exposures = yaml.safe_load((DBT / "_exposures.yml").read_text())["exposures"]
    group = jamsos.get_command(click.Context(jamsos), "report")
    told = (ROOT / "docs/reports.md").read_text()
    printed = {
        path.name for path in (ROOT / "reports/templates").iterdir() if (path / f"{path.name}.html").exists()
    } - {
        "base",
        "decree_annex",
        "gift_receipt",
        "gift_year",
        "selection_letter",
    }  # papers of one person or gift, of their rooms

    assert modules == set(DOCUMENTS) == printed
    assert modules == {one["name"] for one in exposures if one["name"] in modules}
    for name in modules:
        command = name.replace("_", "-")
        assert command in group.list_commands(click.Context(group))
        assert f"report {command}" in told
        assert f"report.{name}.help" in CATALOGUE
        assert (ROOT / f"tests/reports/test_{name}.py").exists()


def test_an_exposure_names_something_that_is_there():
    exposures = yaml.safe_load((DBT / "_exposures.yml").read_text())["exposures"]

    assert {one["name"] for one in exposures if one["name"] in DOCUMENTS} == set(DOCUMENTS)
    for one in exposures:
        for ref in one["depends_on"]:
            assert (DBT / f"{ref.split(chr(39))[1]}.sql").exists(), ref


# --- marts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mart", sorted(path.stem for path in DBT.glob("*.sql")))
def test_a_mart_has_a_contract_a_grain_and_a_line_in_the_document(mart):
    (model,) = yaml.safe_load((DBT / f"{mart}.yml").read_text())["models"]
    columns = {column["name"]: column for column in model["columns"]}

    assert model["name"] == mart
    assert model["description"].startswith("One row per")
    assert all(column.get("description") for column in columns.values())
    assert f"`{mart}`" in (ROOT / "docs/warehouse.md").read_text()


# --- mutations ---------------------------------------------------------------------------------------------------

# They write nothing and show nobody.
SILENT = {
    "allocate", "compareSelections", "previewAmendment", "previewEnrolment", "previewSelection", "selectionFairness", "tellCriteria",
    "verifyJournal", "verifySelection",
}  # fmt: skip


def functions():
    """Every function of the API and the programme, by module and name, with what its body calls as far as imports tell."""
    found = {}
    for path in [*ROOT.glob("api/**/*.py"), *ROOT.glob("jamsos/**/*.py")]:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text())
        names = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names.setdefault(node.name, f"{module}.{node.name}")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(f"{module}.{node.name}", set()).update(called(node, names))
        for name, target in names.items():  # what a module hands on of another
            found.setdefault(f"{module}.{name}", set()).add(target)
    return found


def called(function, names):
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            yield f"{names[node.value.id]}.{node.attr}"


@pytest.fixture(scope="module")
def house():
    schema = build_schema(Mutation)
    fields = {schema.config.name_converter.from_field(one): one for one in Mutation.__strawberry_definition__.fields}
    return SimpleNamespace(functions=functions(), fields=fields)


def reaches(start, functions, goals):
    seen, left = set(), [start]
    while left:
        name = left.pop()
        if name in goals:
            return True
        if name not in seen:
            seen.add(name)
            left += functions.get(name, ())
    return False


AUDITED = {"jamsos.access.service.audit", "jamsos.access.service.audit_shown"}


def resolver(field):
    wrapped = field.base_resolver.wrapped_func
    return f"{wrapped.__module__}.{wrapped.__name__}"


def test_every_mutation_leads_to_a_line_in_the_audit_trail_or_is_named_as_silent(house):
    """By the calls that the code shows; whether the line is written is what the tests of its room prove."""
    mute = {name for name, field in house.fields.items() if not reaches(resolver(field), house.functions, AUDITED)}

    assert mute == SILENT
    assert len(house.fields) - len(mute) > 40


def test_every_table_of_a_room_is_gathered():
    """A room's tables that nobody gathers are migrated by nobody."""
    rooms = {path.parent.name for path in ROOT.glob("jamsos/*/tables.py")}

    assert rooms <= set(tables.__all__)


# --- messages ----------------------------------------------------------------------------------------------------


def asked_keys():
    """Every key that the code says by name, and the beginning of each that it puts together."""
    for path in [
        path
        for room in ("api", "cli", "jamsos", "reports", "warehouse", "web")
        for path in ROOT.glob(f"{room}/**/*.py")
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("t", "say")
                and node.args
            ):
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield path.name, key.value, False
                elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                    yield path.name, key.values[0].value, True


def test_every_sentence_that_the_code_says_stands_in_the_catalogue():
    keys = list(asked_keys())
    lacking = {
        (file, key)
        for file, key, is_beginning in keys
        if not (any(known.startswith(key) for known in CATALOGUE) if is_beginning else key in CATALOGUE)
    }

    assert lacking == set()
    assert len(keys) > 300
