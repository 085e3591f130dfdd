"""The office: what stands on its paper, from a small file that it edits itself."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jamsos.errors import FileMissing, OfficeFileWrong

SHIPPED = Path(__file__).parent / "office.toml"


@dataclass(frozen=True)
class Office:
    """Blank texts are printed as lines to be written on."""

    regency_code: str
    government: str
    agency: str
    address: str
    place: str
    legal_base: list[str]
    signatory: dict[str, str]
    insurer: dict[str, str]
    tiles: dict[str, list[int]]


def read_office(path: Path = SHIPPED) -> Office:
    """Raises FileMissing, OfficeFileWrong naming the key."""
    if not path.is_file():
        raise FileMissing(file=path)
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Office(**found)
    except (tomllib.TOMLDecodeError, TypeError) as wrong:
        raise OfficeFileWrong(file=path, reason=wrong) from None
