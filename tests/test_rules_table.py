"""docs/rules.md: every place exists, and every value is the one in the code or data beside it."""

import ast
import csv
import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs/rules.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| rule |")
]
RULES = {row[0]: dict(zip(("value", "decided", "guarded", "shown"), row[1:], strict=True)) for row in ROWS}


def place(cell):
    path, _, name = cell.strip("`").partition(": ")
    return ROOT / path, name


def defined(path):
    """The names that a module defines, with those of its classes as `Class.name`."""
    for node in ast.parse(path.read_text()).body:
        yield from names(node)
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            yield from (f"{node.name}.{name}" for name in names(inner))


def names(node):
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_there_is_a_rule_for_each_line_and_no_rule_twice():
    assert len(ROWS) == len(RULES) >= 60
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("rule", RULES)
def test_what_decides_a_rule_and_what_shows_it_are_there(rule):
    for cell in (RULES[rule]["decided"], RULES[rule]["shown"]):
        path, name = place(cell)
        assert path.is_file(), cell
        if path.suffix == ".py":
            assert name in set(defined(path)), cell
    assert RULES[rule]["shown"].startswith("`tests/")


@pytest.mark.parametrize("rule", [rule for rule, row in RULES.items() if row["guarded"]])
def test_what_guards_a_rule_stands_in_the_database(rule):
    path, name = place(RULES[rule]["guarded"])
    assert re.search(rf"\b{name}\b", path.read_text()), rule
    if path.suffix == ".sql":
        baseline = (ROOT / "jamsos/migrations/versions/0001_baseline.sql").read_text()
        assert f"create function programme.{name}(" in baseline


def value(of):
    """What stands at a place: of a module, a TOML document, or a table with a header (the newest row that fits)."""
    where, _, name = of.partition(": ")
    counted = re.fullmatch(r"len\((.+)\)", name)
    name = counted[1] if counted else name
    if where.endswith(".csv"):
        rows = [line for line in csv.reader((ROOT / where).read_text().splitlines()) if line]
        width = len(name.split(","))
        column = rows[0].index("value" if "value" in rows[0] else "amount")
        return next(row[column] for row in rows if row[:width] == name.split(","))
    if where.endswith(".toml"):
        found = tomllib.loads((ROOT / where).read_text())
        for key in name.split("."):
            found = found[key]
    elif "." in name:
        class_, field = name.split(".")
        found = getattr(importlib.import_module(where), class_).model_fields[field].default
    else:
        found = getattr(importlib.import_module(where), name)
    return str(len(found) if counted else found)


@pytest.mark.parametrize("rule", [rule for rule, row in RULES.items() if row["value"]])
def test_the_value_of_a_rule_is_the_one_that_decides(rule):
    told, of = re.fullmatch(r"(?:Rp)?([\d.]+)(?: \w+)? \(`(.+)`\)", RULES[rule]["value"]).groups()

    assert told == value(of)


def test_every_legal_term_and_every_guard_has_its_rule():
    table = (ROOT / "docs/rules.md").read_text()
    terms = {line.partition(",")[0] for line in (ROOT / "jamsos/data/legal_terms.csv").read_text().splitlines()[1:]}
    guards = set(
        re.findall(
            r"create function programme\.(refuse_\w+)",
            "".join(file.read_text() for file in ROOT.glob("jamsos/**/*.sql") if file.parent.name != "versions"),
        )
    )

    assert {term for term in terms if f": {term}`" not in table} == set()
    assert {guard for guard in guards if guard not in table} == set()
