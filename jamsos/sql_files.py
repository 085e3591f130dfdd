"""SQL files: a rule in SQL has a file of its own, named after what the rule decides.

The file is beside the module that needs the rule. Comment lines at its start state what the rule decides and why. `--
next` separates statements, and the module fills in each `{name}`.
"""

import re
from functools import cache
from pathlib import Path

_PART = re.compile(r"\{([a-z_]+)\}")
_HEADING = re.compile(r"\A\s*(?:--[^\n]*\n\s*)*")


@cache
def sql_statements(module: str, name: str, **parts: str) -> tuple[str, ...]:
    """Return the statements of `name`.sql beside a module (its `__file__`), without their headings.

    Raise KeyError for a part that is not given.
    """
    written = Path(module).with_name(f"{name}.sql").read_text(encoding="utf-8")
    filled = (_HEADING.sub("", each).rstrip() for each in written.split("-- next\n"))
    return tuple(_PART.sub(lambda found: parts[found[1]], each) for each in filled if each)


def sql_file(module: str, name: str, **parts: str) -> str:
    """Return the only statement of `name`.sql beside a module. Raise ValueError where there are several."""
    (only,) = sql_statements(module, name, **parts)
    return only
