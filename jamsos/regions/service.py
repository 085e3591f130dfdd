"""Region acts: read the state's code lists."""

import csv
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.errors import RegionUnknown
from jamsos.errors import FileMissing
from jamsos.regions import store
from jamsos.regions.errors import RegionFileWrong
from jamsos.regions.rules import village_kind

SHIPPED = Path(__file__).parent / "data"
_FILES = {
    "provinces.csv": ["code", "name"],
    "regencies.csv": ["code", "province_code", "name"],
    "districts.csv": ["code", "regency_code", "name"],
    "villages.csv": ["code", "district_code", "name"],
}


async def load_regions(connection: AsyncConnection, folder: Path = SHIPPED) -> int:
    """Read provinces, regencies, districts and villages from `folder`, and return how many codes were read.

    Raises FileMissing, RegionFileWrong.
    """
    read = {name: _rows(folder / name, header) for name, header in _FILES.items()}
    for row in read["villages.csv"]:
        row["kind"] = village_kind(row["code"])
    for table, rows in zip(store.LEVELS, read.values(), strict=True):
        await store.keep(connection, table, rows)
    return sum(map(len, read.values()))


def shipped_names() -> dict[str, str]:
    """Return the names of the shipped regions by code, for callers without a database."""
    return {row["code"]: row["name"] for name, header in _FILES.items() for row in _rows(SHIPPED / name, header)}


def _rows(path: Path, header: list[str]) -> list[dict[str, str]]:
    if not path.exists():
        raise FileMissing(file=path)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != header:
            raise RegionFileWrong(file=path, line=1, expected=",".join(header))
        depth = _code_length(header)
        return [_checked(row, path, line, depth) for line, row in enumerate(reader, start=2)]


def _code_length(header: list[str]) -> int:
    return {"name": 2, "province_code": 5, "regency_code": 8, "district_code": 13}[header[1]]


def _checked(row: dict[str, str], path: Path, line: int, length: int) -> dict[str, str]:
    if None in row.values() or len(row["code"]) != length:
        raise RegionFileWrong(file=path, line=line, expected=f"a code of {length} characters")
    return row


async def need_region(connection: AsyncConnection, code: str) -> str:
    """Return the name of the region. Raises RegionUnknown."""
    if (name := await store.name_of(connection, code)) is None:
        raise RegionUnknown(code=code)
    return name


async def need_regency(connection: AsyncConnection, code: str) -> str:
    """Return the name of the regency or city. Raises RegionUnknown, also for a region of another level."""
    if code.count(".") != 1:
        raise RegionUnknown(code=code[:20])
    return await need_region(connection, code)
