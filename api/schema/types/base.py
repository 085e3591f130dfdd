"""Scopes, groupings and times that the type declarations share."""

from sqlalchemy import Column

from jamsos.access.rules import Scope

PEOPLE, MONEY, AUDIT = (Scope.read_people,), (Scope.read_money,), (Scope.read_audit,)

EITHER = (Scope.read_people, Scope.read_money)

REGION = ("village", "district", "regency", "province")

ABOVE = ("regency", "province")

OWNER = ("office", "province")


def then(column: "Column[object]") -> str:
    """Declare that this column of the row itself contains the time of its record."""
    return f"{{t}}.{column.name}"


def when(reference: "Column[object]", column: "Column[object]") -> str:
    """Declare that `column` of the row at `reference` contains the time of record, even if that row is invisible."""
    is_told = column.table.info.get("times") == column.name
    times, at = (f"{column.table.fullname}_times", "recorded_at") if is_told else (column.table.fullname, column.name)
    return f"(select w.{at} from {times} w where w.id = {{t}}.{reference.name})"
