"""Draft: every statement that builds the present tables on an empty database.

`python -m jamsos.migrations.draft` (`make baseline`) writes the baseline, whose statements are frozen in a file.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from jamsos import policies
from jamsos.tables import metadata

BASELINE = Path(__file__).parent / "versions/0001_baseline.sql"
NEXT = "\n-- next\n"


def statements() -> Iterator[str]:
    """Yield the statements in an executable order."""
    yield from policies.roles()
    yield from policies.warehouse()
    yield from policies.functions()
    for table in sorted(metadata.sorted_tables, key=lambda table: "view" in table.info):
        yield from _of(table)
    for table in metadata.sorted_tables:
        yield from policies.of_table(table)
    for table in metadata.sorted_tables:
        yield from table.info.get("also", ())


def _of(table: Table) -> Iterator[str]:
    if view := table.info.get("view"):
        yield from table.info.get("before", ())
        yield view
        return
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    yield str(CreateTable(table).compile(dialect=dialect)).strip()
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield str(CreateIndex(index).compile(dialect=dialect)).strip()


def baseline() -> str:
    """Return the text of the baseline for the present tables."""
    return NEXT.join(statements()) + "\n"


def read(path: Path) -> list[str]:
    """Return the statements of a file that `baseline` wrote."""
    return path.read_text(encoding="utf-8").split(NEXT)


if __name__ == "__main__":
    BASELINE.write_text(baseline(), encoding="utf-8")
