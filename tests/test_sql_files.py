"""SQL that decides something stands in a file named by what it decides."""

import ast
import re
from pathlib import Path

import pytest

from jamsos.sql_files import sql_file, sql_statements

ROOT = Path(__file__).parents[1]
LONGEST = 9  # lines of SQL that may stand in a module: a look-up is read where it is used
SQL = re.compile(r"\b(select|insert into|update|delete from|create)\b")
MADE = re.compile(r"\b(language plpgsql|create (function|trigger|view)\b.*\b(as|returns|execute))", re.S)


def texts(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def is_rule(text):
    """Whether a text is SQL that a reader should find by its name; a docstring begins with a capital."""
    lines = [line for line in text.splitlines() if line.strip()]
    is_long = len(lines) > LONGEST and SQL.search(text) and not lines[0].strip()[0].isupper()
    return bool(is_long or (len(lines) > 4 and MADE.search(text)))


def test_no_module_of_the_programme_holds_a_rule_in_sql():
    found = [
        f"{module.relative_to(ROOT)}: {text.strip().splitlines()[0]}"
        for module in ROOT.glob("jamsos/**/*.py")
        for text in texts(ast.parse(module.read_text()))
        if is_rule(text)
    ]

    assert found == []


def test_every_sql_file_is_read_by_its_folder_and_says_first_what_it_decides():
    for file in ROOT.glob("jamsos/**/*.sql"):
        if file.parent.name == "versions":
            continue
        heading = file.read_text().partition("\n")[0]
        readers = [
            module for module in file.parent.glob("*.py") if re.search(rf'"{file.stem}(\.sql)?"', module.read_text())
        ]
        assert heading.startswith("-- ") and heading[3:4].isupper(), file
        assert readers, file


def test_a_file_is_read_without_its_headings_and_with_its_parts(tmp_path):
    (tmp_path / "rule.sql").write_text(
        "-- What is decided.\nselect {what}, '{}' -- kept\n-- next\n\n-- Why: so.\nselect 2\n"
    )

    assert sql_statements(f"{tmp_path}/store.py", "rule", what="1") == ("select 1, '{}' -- kept", "select 2")
    with pytest.raises(KeyError, match="what"):
        sql_statements(f"{tmp_path}/store.py", "rule")
    with pytest.raises(ValueError, match="too many"):
        sql_file(f"{tmp_path}/store.py", "rule", what="1")
