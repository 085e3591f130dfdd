"""The office: the contents of its letterhead, from a small file that it edits itself."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from jamsos.errors import FileMissing
from reports.errors import OfficeFileWrong

SHIPPED = Path(__file__).parent / "office.toml"
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Signatory:
    __pydantic_config__ = _STRICT

    title: str
    name: str = ""
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True)
class BudgetAccount:
    """A code of the regional budget's chart of accounts, with its name."""

    __pydantic_config__ = _STRICT

    code: str
    name: str


@dataclass(frozen=True)
class Insurer:
    __pydantic_config__ = _STRICT

    name: str
    address: str
    signatory: Signatory


@dataclass(frozen=True)
class Office:
    """Empty texts are printed as lines to write on. `tiles`: the column and row of each district on the map. `accounts`: the budget
    code for each programme (`jkk`, `jkm`)."""

    __pydantic_config__ = _STRICT

    regency_code: str
    government: str
    agency: str
    address: str
    place: str
    recipient: list[str]
    legal_base: list[str]
    purpose: list[str]
    annexes: list[str]
    signatory: Signatory
    insurer: Insurer
    tiles: dict[str, list[int]]
    accounts: dict[str, BudgetAccount] = field(default_factory=dict)


def read_office(path: Path = SHIPPED) -> Office:
    """Return the office. Raises FileMissing, OfficeFileWrong with the key."""
    if not path.is_file():
        raise FileMissing(file=path)
    try:
        return office_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise OfficeFileWrong(file=path, entry=".".join(map(str, first["loc"])), reason=first["msg"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise OfficeFileWrong(file=path, entry="TOML", reason=wrong) from None


def office_of(values: dict[str, Any]) -> Office:
    return TypeAdapter(Office).validate_python(values)
