"""Aliases: an office's other names for its villages: old names and codes, spellings, merged villages.

The list only grows: a later line of the same name replaces the earlier meaning; a line without a village ends the
alias.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.regions import store
from jamsos.regions.errors import AliasEmpty, AliasIsVillage, AliasNowhere
from jamsos.regions.rules import name_key
from jamsos.regions.service import need_regency
from jamsos.table_reader import Line, read_paper

HEADERS = ("nama", "kecamatan", "kode_desa", "sumber")
_MAY_BE_MISSING = {"kecamatan": ("",), "sumber": ("",)}
Key = tuple[str, str]


@dataclass(frozen=True)
class VillageAlias:
    """An alias in force. `district_name`: the district beside which it is written, or None for any."""

    id: int
    name: str
    district_name: str | None
    village_code: str
    village: str
    regulation: str | None
    recorded_by: str
    recorded_at: datetime


async def load_aliases(connection: AsyncConnection, actor: Actor, path: Path, *, regency_code: str) -> int:
    """Read a file of aliases, all or none, and return how many lines changed a meaning.

    Raises RegionUnknown, AliasNowhere, AliasEmpty, the errors of read_paper, and AliasIsVillage where the name is
    another village's official name.
    """
    regency = await need_regency(connection, regency_code)
    lines = read_paper(path, HEADERS, aliases=_MAY_BE_MISSING).lines
    await store.lock_aliases(connection, regency_code)
    villages = {
        code: (name, district) for code, name, district in await store.villages_within(connection, regency_code)
    }
    known = _latest(await store.aliases_of(connection, regency_code))
    fresh = []
    for line in lines:
        with line.asking():
            row = _read(line, villages, regency)
        key = _key(row)
        if _meant(known.get(key)) != _meant(row):
            row |= {"regency_code": regency_code, "recorded_by": actor.name}
            fresh.append(await store.add_alias(connection, **row))
            known[key] = row
    if fresh:
        await audit(connection, actor, "load_aliases", subject="village_alias", subject_ids=fresh)
    return len(fresh)


async def aliases(connection: AsyncConnection, regency_code: str) -> list[VillageAlias]:
    """Return the aliases in force, by village."""
    names = {code: name for code, name, _ in await store.villages_within(connection, regency_code)}
    counting = [
        row for row in _latest(await store.aliases_of(connection, regency_code)).values() if row["village_code"]
    ]
    return sorted(
        (
            VillageAlias(
                row["id"], row["name"], row["district_name"], row["village_code"], names.get(row["village_code"], ""),
                row["regulation"], row["recorded_by"], row["recorded_at"],
            )
            for row in counting
        ),
        key=lambda each: (each.village_code, each.name),
    )  # fmt: skip


def _latest(rows: Sequence[RowMapping]) -> dict[Key, Any]:
    return {_key(row): row for row in rows}


def _key(row: Any) -> Key:
    return name_key(row["district_name"] or ""), name_key(row["name"])


def _meant(row: Any) -> tuple[str | None, str | None] | None:
    return (row["village_code"], row["regulation"]) if row else None


def _read(line: Line, villages: dict[str, tuple[str, str]], regency: str) -> dict[str, Any]:
    name, district, village = line.text("nama"), line.maybe("kecamatan"), line.maybe("kode_desa")
    if not name_key(name):
        raise AliasEmpty(name=name[:40])
    code = {each.replace(".", ""): each for each in villages}.get((village or "").replace(".", ""))
    if village and code is None:
        raise AliasNowhere(code=village[:20], regency=regency)
    for other, (official, its_district) in villages.items():
        is_there = district is None or name_key(district) == name_key(its_district)
        if code and other != code and is_there and name_key(name) in (name_key(official), other.replace(".", "")):
            raise AliasIsVillage(name=name[:40], code=other)
    return {"name": name, "district_name": district, "village_code": code, "regulation": line.maybe("sumber")}
