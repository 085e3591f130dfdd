"""Inputs: what a build reads of the programme, counted, so that a release says what it was made of."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
import yaml
from sqlalchemy import Column, DateTime, Table

from jamsos.db import SCHEMA
from jamsos.tables import metadata
from warehouse.profile import APPLICATION

_SOURCES = Path(__file__).parent / "dbt/models/staging/jamsos/_jamsos__sources.yml"


def sources() -> list[Table]:
    """Return the tables and views of the programme that the models read, in their order."""
    (declared,) = yaml.safe_load(_SOURCES.read_text(encoding="utf-8"))["sources"]
    return [metadata.tables[f"{SCHEMA}.{table['name']}"] for table in declared["tables"]]


def instant_of(table: Table) -> Column[Any] | None:
    """Return the column that says when the database learned of a row."""
    found = [
        column for column in table.columns if isinstance(column.type, DateTime) and column.server_default is not None
    ]
    return found[0] if found else None


def count_inputs(url: str, schema: str = SCHEMA) -> dict[str, dict[str, Any]]:
    """Return the rows of each table, and when the newest was recorded where the table says it."""
    connection = psycopg2.connect(url, application_name=APPLICATION)
    try:
        with connection, connection.cursor() as cursor:
            return dict(_counted(cursor, schema))
    finally:
        connection.close()


def _counted(cursor: Any, schema: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for table in sources():
        if "view" in table.info:
            continue  # its rows are those of other tables
        recorded = instant_of(table)
        newest = f"max({recorded.name})" if recorded is not None else "null"
        cursor.execute(f"select count(*), {newest} from {schema}.{table.name}")
        rows, stamp = cursor.fetchone()
        told = stamp.isoformat() if isinstance(stamp, datetime) else None
        yield table.name, {"rows": rows, "newest": told}
