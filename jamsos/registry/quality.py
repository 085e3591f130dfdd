"""Quality: the defects of a load, by kind and by village, without personal data.

The report has counts, the first lines with each defect, and the treatment. A row counts once for each of its defects.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import NotFound
from jamsos.regions.store import villages_within
from jamsos.registry import store
from jamsos.registry.rules import SAMPLES, Defect, Source, Treatment


@dataclass
class DefectCount:
    """The rows with a defect. `lines`: the first five in the file."""

    defect: Defect
    treatment: Treatment
    rows: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class VillageCount:
    """The defects of a village's rows by treatment. `district` is None for an unknown village; then `name` is a code."""

    code: str
    name: str
    district: str | None
    by: Counter[Treatment] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.by.total()


@dataclass(frozen=True)
class AliasUse:
    """An alias that located the villages of `rows` rows, and who recorded it."""

    name: str
    district: str | None
    village_code: str
    village: str
    regulation: str | None
    recorded_by: str
    recorded_at: datetime
    rows: int


@dataclass(frozen=True)
class Quality:
    """The quality of one load. `repaired`: how many of its rows a repair has replaced; `defects` and `villages`: most first."""

    load_id: int
    file_name: str
    sheet: str | None
    source: Source
    as_of: date
    loaded_at: datetime
    loaded_by: str
    file_sha256: str
    rows_received: int
    rows_kept: int
    rows_rejected: int
    repaired: int
    defects: list[DefectCount]
    villages: list[VillageCount]
    aliases: list[AliasUse]


async def quality(connection: AsyncConnection, load_id: int) -> Quality:
    """Return the quality of a load. Raises NotFound."""
    load = await store.load_by_id(connection, load_id)
    if load is None:
        raise NotFound(what="load", which=load_id)
    names = {code: (name, district) for code, name, district in await villages_within(connection, load["office_code"])}
    defects: dict[str, DefectCount] = {}
    villages: dict[str, VillageCount] = {}
    for row in await store.defects_of(connection, load_id):
        code, treatment = row["village_code"], Treatment(row["treatment"])
        name, district = names.get(code, (code, None))
        villages.setdefault(code, VillageCount(code, name, district)).by[treatment] += row["row_count"]
        found = defects.setdefault(row["defect"], DefectCount(Defect(row["defect"]), treatment))
        found.rows += row["row_count"]
        found.lines = sorted([*found.lines, *row["sample_lines"]])[:SAMPLES]
    return Quality(
        load_id, load["file_name"], load["sheet"], Source(load["source"]), load["as_of"], load["loaded_at"], load["loaded_by"],
        load["file_sha256"].hex(), load["rows_received"], load["rows_kept"], load["rows_rejected"],
        len(await store.repaired_lines(connection, load_id)),
        sorted(defects.values(), key=lambda each: (-each.rows, each.defect)),
        sorted(villages.values(), key=lambda each: (-each.total, each.code)),
        [
            AliasUse(
                use["name"], use["district_name"], use["village_code"], names.get(use["village_code"], (use["village_code"], None))[0],
                use["regulation"], use["recorded_by"], use["recorded_at"], use["row_count"],
            )
            for use in await store.alias_uses_of(connection, load_id)
        ],
    )  # fmt: skip
