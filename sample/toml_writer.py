"""TOML writer: one value per line, tables of tables with headings; sufficient for the plan of a sample."""

import json
from datetime import date
from typing import Any


def to_toml(document: dict[str, Any]) -> str:
    """Write texts, numbers, days, lists of those, tables and lists of tables; None is omitted."""
    return "\n".join(_table(document, "")).strip() + "\n"


def _table(table: dict[str, Any], path: str) -> list[str]:
    lines = [
        f"{name} = {_value(value)}" for name, value in table.items() if value is not None and not _is_nested(value)
    ]
    for name, value in table.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            lines += ["", f"[{here}]", *_table(value, here)]
        elif _is_nested(value):
            lines += [line for each in value for line in ("", f"[[{here}]]", *_table(each, here))]
    return lines


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False)
