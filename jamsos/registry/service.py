"""Registry acts: load an extract, whole or not at all, and report its quality."""

import asyncio
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl
from isal import isal_zlib
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.errors import FileMissing, NotFound, SealRotationUnfinished
from jamsos.months import day_of, today
from jamsos.offices.service import office_of
from jamsos.regions.aliases import aliases as aliases_of
from jamsos.regions.store import villages_within
from jamsos.registry import store
from jamsos.registry.errors import (
    ExtractAhead,
    ExtractAllRejected,
    ExtractChanged,
    ExtractElsewhere,
    ExtractKnown,
    ExtractReadWrong,
    RepairMarkerLost,
    RepairUnchanged,
    SourceNeeded,
)
from jamsos.registry.files.extract import Extract, open_extract
from jamsos.registry.kept_layouts import all_layouts, keep_layout
from jamsos.registry.layouts import GENERAL
from jamsos.registry.repairs import returned as returned_rows
from jamsos.registry.repairs.returned import ReturnedRows
from jamsos.registry.repairs.workbook import WorkbookMarker, marker_of
from jamsos.registry.rules import REJECTING, SAMPLES, Defect, Reading, Source
from jamsos.registry.validation import Checked, Checker, Survey
from jamsos.registry.village_matching import Alias
from jamsos.sealing import Sealer

PART = 4 * 1024 * 1024
_NOT_A_REPAIR = (Defect.repair_added, Defect.repair_elsewhere, Defect.repair_late)
Report = Callable[[int, int | None], None]
T = TypeVar("T")


@dataclass(frozen=True)
class LoadResult:
    """The result of a load. `load_id` is None after a dry run; `defects` counts rows by code, rejected and noted ones.

    How the file was read: `source`, `as_of`, `layout`, `sheet`, `header_line`, `columns` (our field → the header as
    written). `unread`: headers of unread columns. `told`: facts given once for all rows. `samples`: the first lines
    with each defect, only after a dry run; the quality of a load has them otherwise. For a repair workbook also the
    repaired load, and how many rows were unchanged.
    """

    load_id: int | None
    rows_received: int
    rows_kept: int
    rows_rejected: int
    defects: dict[str, int]
    source: Source
    as_of: date
    sheet: str | None
    header_line: int
    columns: dict[str, str]
    samples: dict[str, list[int]]
    layout: str = GENERAL
    unread: Sequence[str] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    repaired_load_id: int | None = None
    rows_unchanged: int = 0


async def load_extract(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    path: Path,
    *,
    source: Source | None,
    as_of: date,
    office_code: str | None = None,
    reading: Reading | None = None,
    is_dry_run: bool = False,
    progress: Report = lambda done, total: None,
) -> LoadResult:
    """Read, validate and store one file, whole or not at all. A repair workbook determines its register, day and regency.

    `source` None: the register of its layout. `reading`: the officer's instructions. Without them all rows together
    decide; a file that is read wrong is refused with the better reading: ExtractReadWrong, ExtractElsewhere.
    Raises RegionUnknown, ExtractKnown for known bytes, ExtractAhead, ExtractChanged, ExtractAllRejected when no row is
    usable, SourceNeeded, SealRotationUnfinished, and the errors of `open_extract`. A repair workbook also raises
    NotFound, RepairMarkerLost, RepairColumnsLost and RepairUnchanged. After an error nothing is stored.
    """
    office_code = await office_of(connection, actor, office_code)
    before = _state_of(path)
    sha256, byte_size = await asyncio.to_thread(file_hash, path)
    await refuse_known(connection, path.name, office_code, sha256)
    await need_seal(connection, sealer)
    if marker := await asyncio.to_thread(marker_of, path):
        origin = await returned_rows.origin_of(connection, marker)
        source, as_of, office_code = Source(origin["source"]), origin["as_of"], origin["office_code"]
    if as_of > today():
        raise ExtractAhead(file=path.name, day=as_of)
    reading = reading or Reading()
    extract = await asyncio.to_thread(open_extract, path, source, reading, await all_layouts(connection))
    if source is None and extract.layout.name == GENERAL:
        raise SourceNeeded(file=path.name, known=", ".join(Source))
    source = extract.register
    repairs = await _repairs(connection, path, marker, extract)
    villages = await villages_within(connection, office_code)
    others = await known_aliases(connection, office_code)
    known = frozenset(extract.columns) | frozenset(extract.told)
    checker = Checker(source, known, villages, as_of, marker.region_code if marker else "", others, reading)
    async with connection.begin_nested(), _meanwhile(lambda: _packed(sealer, path, is_dry_run)) as packing:
        load_id = 0 if is_dry_run else await store.next_load(connection)
        keep = _Keeping(sealer, source, office_code, load_id, is_dry_run)
        slices = repairs.changed(extract) if repairs else extract.slices()
        async for rows, rejects in _ahead(map(keep.prepared, map(checker.check, slices))):
            if not is_dry_run:
                await store.add_rows(connection, rows, rejects)
            progress(keep.received, extract.rows)
        content = await packing
        if _state_of(path) != before:
            raise ExtractChanged(file=path.name)
        if repairs is None:
            _refuse_if_read_wrong(path.name, checker.survey, reading)
            _refuse_if_elsewhere(path.name, keep, reading)
        _refuse_if_useless(path.name, keep, is_repair=repairs is not None)
        if not is_dry_run:
            await store.add_load(
                connection, id=load_id, source=source, as_of=as_of, file_name=path.name, file_sha256=sha256,
                byte_size=byte_size, sheet=extract.sheet, header_line=extract.header_line, columns=extract.columns,
                layout_id=await keep_layout(connection, actor, extract.layout), reading=reading.as_json(),
                unread=list(extract.unread),
                rows_received=keep.received, rows_kept=keep.kept, rows_rejected=keep.rejected, office_code=office_code,
                loaded_by=actor.name,
            )  # fmt: skip
            await store.add_alias_uses(connection, load_id, keep.aliases)
            if marker:
                await store.add_repairs(connection, load_id, marker.load_id, keep.repairs)
            for part, sealed in enumerate(content):
                await store.add_part(connection, load_id, part, sealed)
            await audit(connection, actor, "load_extract", subject="registry_load", subject_ids=[load_id])
    defects = dict(sorted(keep.defects.items()))
    return LoadResult(
        None if is_dry_run else load_id, keep.received, keep.kept, keep.rejected, defects,
        source, as_of, extract.sheet, extract.header_line, extract.columns, keep.samples,
        extract.layout.name, extract.unread, extract.told,
        marker.load_id if marker else None, repairs.unchanged if repairs else 0,
    )  # fmt: skip


async def _repairs(
    connection: AsyncConnection, path: Path, marker: WorkbookMarker | None, extract: Extract
) -> ReturnedRows | None:
    """Return the rows of a repair workbook, or None. Raises RepairMarkerLost for a file with repair keys but without its marker."""
    if marker:
        return await returned_rows.begin(connection, marker, extract)
    if "repairs" in extract.columns:
        raise RepairMarkerLost(file=path.name)
    return None


async def known_aliases(connection: AsyncConnection, office_code: str) -> list[Alias]:
    """Return the office's other names for the villages of the regency."""
    return [
        Alias(each.id, each.name, each.district_name, each.village_code)
        for each in await aliases_of(connection, office_code)
    ]


async def loads(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Return every load, oldest first."""
    return await store.all_loads(connection)


def file_hash(path: Path) -> tuple[bytes, int]:
    """Return (SHA-256, bytes) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest(), path.stat().st_size


def _state_of(path: Path) -> tuple[int, int, int]:
    """Return values that change when a program writes the file. Raises FileMissing."""
    if not path.is_file():
        raise FileMissing(file=path.name)
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns


async def refuse_known(connection: AsyncConnection, file_name: str, office_code: str, sha256: bytes) -> None:
    """Raise ExtractKnown for known bytes. A concurrent load of the same bytes waits here until the other ends."""
    if known := await store.load_by_hash(connection, office_code, sha256):
        raise ExtractKnown(file=file_name, day=day_of(known["loaded_at"]), load=known["id"])


async def need_seal(connection: AsyncConnection, sealer: Sealer) -> None:
    """Raise SealRotationUnfinished where new values would get another seal than the old ones, and matching would miss them."""
    version = await store.sealed_with(connection)
    if version not in (None, sealer.version):
        raise SealRotationUnfinished(sealed=version, newest=sealer.version)


@dataclass
class _Keeping:
    """Converts validated slices for storage, and counts them."""

    sealer: Sealer
    source: Source
    office_code: str
    load_id: int
    is_dry_run: bool
    kept: int = 0
    rejected: int = 0
    defects: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[int]] = field(default_factory=dict)
    repairs: list[tuple[int, int, str]] = field(default_factory=list)
    aliases: Counter[int] = field(default_factory=Counter)

    @property
    def received(self) -> int:
        return self.kept + self.rejected

    def prepared(self, checked: Checked) -> tuple[io.BytesIO, io.BytesIO]:
        """Return (rows, rejects) in the form of COPY, with sealed numbers."""
        self.kept += checked.rows.height
        self.rejected += checked.rejects.height
        self.defects.update(checked.defects())
        for code, lines in checked.lines().items() if self.is_dry_run else ():
            self.samples[code] = [*self.samples.get(code, []), *lines][:SAMPLES]
        self.aliases.update(dict(checked.rows["alias_id"].drop_nulls().value_counts().iter_rows()))
        if "repaired_line" in checked.rows.columns:
            self.repairs += checked.rows.select("line", "repaired_line", "village_code").rows()
        rows = checked.rows.with_columns(_household(self.source))
        sealed = [self.sealer.seal_all(kind, rows[column]).alias(name) for name, (kind, column) in store.SEALED.items()]
        rejects = checked.rejects.with_columns(pl.col("village_code").fill_null(self.office_code))
        return store.rows_copied(self.load_id, rows.with_columns(sealed)), store.rejects_copied(self.load_id, rejects)


def _household(source: Source) -> pl.Expr:
    """Return the register's own family number where there is no KK number.

    It is valid within the register only, unless it is a KK number.
    """
    own = pl.when(pl.col("kk").is_null()).then(pl.col("household").str.strip_chars())
    return pl.when(own.str.contains(r"^\d{16}$")).then(own).otherwise(pl.lit(f"{source}:") + own).alias("household")


async def _ahead(slices: Iterator[T]) -> AsyncIterator[T]:
    """Yield each slice while a thread computes the next one."""
    coming = asyncio.ensure_future(asyncio.to_thread(next, slices, None))
    try:
        while (ready := await coming) is not None:
            coming = asyncio.ensure_future(asyncio.to_thread(next, slices, None))
            yield ready
    finally:
        await asyncio.gather(coming, return_exceptions=True)


@asynccontextmanager
async def _meanwhile(work: Callable[[], T]) -> AsyncIterator[asyncio.Future[T]]:
    """Run work in a thread during the block, and wait for its end at the end of the block."""
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        yield working
    finally:
        await asyncio.gather(working, return_exceptions=True)


def _refuse_if_read_wrong(file_name: str, survey: Survey, reading: Reading) -> None:
    """Raise ExtractReadWrong where most rows agree with their NIK only in the other reading, without an instruction."""
    if reading.dates is None and (days := survey.better_days()):
        other, as_read, turned = days
        raise ExtractReadWrong(
            file=file_name, what="reading.days", as_read=as_read, turned=turned, how=f"reading.{other}",
            option=f"--dates {other.replace('_', '-')}", keep="--dates as-written",
        )  # fmt: skip
    if reading.sex is None and (sexes := survey.better_sexes()):
        as_read, turned = sexes
        raise ExtractReadWrong(
            file=file_name, what="reading.sexes", as_read=as_read, turned=turned, how="reading.sex_turned",
            option="--sex turned", keep="--sex as-written",
        )  # fmt: skip


def _refuse_if_elsewhere(file_name: str, keep: "_Keeping", reading: Reading) -> None:
    """Raise ExtractElsewhere where most rows are of villages outside the regency, but some are within."""
    elsewhere = keep.defects[Defect.outside_regency]
    if not reading.takes_elsewhere and keep.kept and elsewhere >= 3 and elsewhere * 2 > keep.received:
        raise ExtractElsewhere(file=file_name, elsewhere=elsewhere, rows=keep.received, region=keep.office_code)


def _refuse_if_useless(file_name: str, keep: _Keeping, *, is_repair: bool) -> None:
    """Raise RepairUnchanged or ExtractAllRejected where no row is usable: a register without any usable row is the wrong file.

    A repair may consist of rejected rows only, because the office can correct them again.
    """
    if is_repair and keep.received == 0:
        raise RepairUnchanged(file=file_name)
    if keep.kept == 0 and not (is_repair and any(code not in _NOT_A_REPAIR for code in keep.defects)):
        reason = max((code for code in keep.defects if code in REJECTING), key=keep.defects.__getitem__)
        raise ExtractAllRejected(file=file_name, rows=keep.rejected, reason=reason, why=f"defect.{reason}")


def _packed(sealer: Sealer, path: Path, is_dry_run: bool) -> list[bytes]:
    """Return the sealed parts of the file to store; none after a dry run."""
    return [] if is_dry_run else list(sealed_parts(sealer, path))


def sealed_parts(sealer: Sealer, path: Path) -> Iterator[bytes]:
    """Yield the compressed file in sealed parts."""
    held = bytearray()
    with path.open("rb") as file:
        packer = isal_zlib.compressobj(level=1)
        while piece := file.read(PART):
            held += packer.compress(piece)
            if len(held) >= PART:
                yield sealer.seal_bytes("file", bytes(held))
                held.clear()
    yield sealer.seal_bytes("file", bytes(held) + packer.flush())


async def received_file(connection: AsyncConnection, actor: Actor, sealer: Sealer, load_id: int) -> bytes:
    """Return the file exactly as received. Audited. Raises NotFound."""
    parts = await store.parts_of(connection, load_id)
    if not parts:
        raise NotFound(what="load", which=load_id)
    await audit(connection, actor, "received_file", subject="registry_load", subject_ids=[load_id], fields=["file"])
    return zlib.decompress(b"".join(sealer.unseal_bytes("file", part) for part in parts))
