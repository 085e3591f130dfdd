"""Added facts: lists with a fact about known persons: deciles by family card, recipients of an aid programme.

A line sets its facts for the known persons that it names, as of the list's day. Such a list never adds a person. Each
person's facts become a row of the load, which matching reads like any register row. A line that names no known person
is rejected and reported.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import polars as pl
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.months import today
from jamsos.offices.service import office_of
from jamsos.people import store as people_store
from jamsos.registry import store
from jamsos.registry.errors import ExtractAddsNothing, ExtractAhead
from jamsos.registry.files.extract import open_extract
from jamsos.registry.kept_layouts import all_layouts, keep_layout
from jamsos.registry.rules import Defect, Source
from jamsos.registry.service import file_hash, need_seal, refuse_known, sealed_parts
from jamsos.registry.validation import facts_of
from jamsos.sealing import Sealer

MEMBERS = 100  # largest family; a row's line is its family's line times this, plus its index in the family
_TYPES: dict[str, Any] = {
    "line": pl.Int64, "warnings": pl.List(pl.String), "decile": pl.Int16, "is_dukcapil_matched": pl.Boolean,
    **dict.fromkeys(("birth_date", "paid_from", "paid_to"), pl.Date), **dict.fromkeys(store.SEALED, pl.Binary),
}  # fmt: skip


@dataclass(frozen=True)
class AddedFacts:
    """The result of a list: the `persons` whose facts it set, and the rejected lines by reason. `load_id`: None after a dry run."""

    load_id: int | None
    layout: str
    register: Source
    lines: int
    persons: int
    aside: Mapping[str, Sequence[int]]


async def add_facts(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    path: Path,
    *,
    as_of: date,
    office_code: str | None = None,
    programme: str | None = None,
    is_dry_run: bool = False,
) -> AddedFacts:
    """Set the facts of a list for known persons, whole or not at all.

    `programme`: the aid programme of the list, where no column names one. Raises RegionUnknown, ExtractKnown,
    ExtractAhead, SealRotationUnfinished, and the errors of `open_extract`.
    """
    office_code = await office_of(connection, actor, office_code)
    if as_of > today():
        raise ExtractAhead(file=path.name, day=as_of)
    layouts = await all_layouts(connection)
    extract = await asyncio.to_thread(open_extract, path, None, None, layouts, wants_facts=True)
    if programme is None and not {"decile", "programme"} & extract.columns.keys():
        raise ExtractAddsNothing(file=path.name, layout=extract.layout.name)
    sha256, byte_size = await asyncio.to_thread(file_hash, path)
    await refuse_known(connection, path.name, office_code, sha256)
    await need_seal(connection, sealer)
    kind: Literal["nik", "kk"] = "kk" if extract.layout.adds == "families" else "nik"
    rows: list[dict[str, Any]] = []
    aside: dict[str, list[int]] = defaultdict(list)
    lines = 0
    for frame in extract.slices():
        told = facts_of(frame)
        lines += told.height
        for line, reason in told.filter(pl.col("reason").is_not_null()).select("line", "reason").iter_rows():
            aside[reason].append(line)
        usable = told.filter(pl.col("reason").is_null())
        usable = usable.with_columns(sealer.seal_all(kind, usable[kind]).alias("sealed"))
        known = await people_store.known_by(connection, kind, usable["sealed"].drop_nulls().to_list(), office_code)
        for each in usable.iter_rows(named=True):
            rows += _rows(each, known.get(each["sealed"], []), aside, programme, kind)
    load_id = None if is_dry_run else await store.next_load(connection)
    if load_id is not None:
        put_aside = sum(map(len, aside.values()))
        await _keep(connection, rows, aside, office_code, load_id)
        await store.add_load(
            connection, id=load_id, source=extract.register, as_of=as_of, file_name=path.name, file_sha256=sha256,
            byte_size=byte_size, sheet=extract.sheet, header_line=extract.header_line, columns=extract.columns,
            layout_id=await keep_layout(connection, actor, extract.layout), reading={}, unread=list(extract.unread),
            rows_received=len(rows) + put_aside, rows_kept=len(rows), rows_rejected=put_aside, office_code=office_code,
            loaded_by=actor.name,
        )  # fmt: skip
        for part, sealed in enumerate(await asyncio.to_thread(lambda: list(sealed_parts(sealer, path)))):
            await store.add_part(connection, load_id, part, sealed)
        await audit(connection, actor, "add_facts", subject="registry_load", subject_ids=[load_id])
    return AddedFacts(load_id, extract.layout.name, extract.register, lines, len(rows), dict(aside))


def _rows(
    line: Mapping[str, Any],
    persons: Sequence[RowMapping],
    aside: dict[str, list[int]],
    programme: str | None,
    kind: str,
) -> list[dict[str, Any]]:
    """Return the rows of one line, one a person; none where it names no known person, or a person of another name."""
    if not persons:
        aside[str(Defect.family_unknown if kind == "kk" else Defect.person_unknown)].append(line["line"])
        return []
    if kind == "nik" and line["name_key"] and persons[0]["name_key"] != line["name_key"]:
        aside[str(Defect.name_differs)].append(line["line"])
        return []
    facts = {"decile": line["decile"], "programme": line["programme"] or programme, "warnings": []}
    first = line["line"] * MEMBERS if kind == "kk" else line["line"]
    return [{**person, **facts, "line": first + number} for number, person in enumerate(persons[:MEMBERS])]


async def _keep(
    connection: AsyncConnection,
    rows: Sequence[Mapping[str, Any]],
    aside: Mapping[str, Sequence[int]],
    office_code: str,
    load_id: int,
) -> None:
    columns = ["line", *store.SEALED, *store.FACTS, "warnings"]
    kept = pl.DataFrame(
        {each: pl.Series([row.get(each) for row in rows], dtype=_TYPES.get(each, pl.String)) for each in columns}
    )
    put = [(line, reason, reason.split("_")[0], office_code) for reason, lines in aside.items() for line in lines]
    schema = {"line": pl.Int64, "reason": pl.String, "field": pl.String, "village_code": pl.String}
    rejects = pl.DataFrame(put, schema, orient="row")
    await store.add_rows(connection, store.rows_copied(load_id, kept), store.rejects_copied(load_id, rejects))
