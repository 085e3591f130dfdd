"""Registry acts: loading an extract, whole or not at all, and telling how good it is."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.errors import ExtractAllRejected, ExtractKnown, FileMissing, NotFound, SealRotationUnfinished
from jamsos.regions.service import need_region
from jamsos.regions.store import villages_within
from jamsos.registry import store
from jamsos.registry.checking import Checked, check
from jamsos.registry.reading import Extract, read_extract
from jamsos.registry.rules import Source
from jamsos.sealing import Sealer

PART = 4 * 1024 * 1024
Report = Callable[[int, int | None], None]


@dataclass(frozen=True)
class LoadResult:
    """What a load kept. `load_id` is None after a dry run; `defects` counts rows by code, rejecting and noted ones."""

    load_id: int | None
    rows_received: int
    rows_kept: int
    rows_rejected: int
    defects: dict[str, int]


async def load_extract(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    path: Path,
    *,
    source: Source,
    as_of: date,
    regency_code: str,
    is_dry_run: bool = False,
    progress: Report = lambda done, total: None,
) -> LoadResult:
    """Read, check and keep one file in this transaction.

    Raises what `read_extract` raises, RegionUnknown, ExtractKnown for the same bytes a second time, and ExtractAllRejected
    when no row can be used, SealRotationUnfinished; nothing is kept then.
    """
    await need_region(connection, regency_code)
    content = await asyncio.to_thread(_received, path)
    sha256 = hashlib.sha256(content).digest()
    if known := await store.load_by_hash(connection, sha256):
        raise ExtractKnown(file=path.name, day=known["loaded_at"].date(), load=known["id"])
    extract = await asyncio.to_thread(read_extract, path, source)
    villages = await villages_within(connection, regency_code)
    checked = await asyncio.to_thread(check, extract.frame, villages, as_of)
    _refuse_if_useless(path, checked)
    result = LoadResult(
        None, extract.frame.height, checked.rows.height, checked.rejects.height, dict(sorted(checked.defects().items()))
    )
    if is_dry_run:
        return result
    await _need_seal(connection, sealer)
    load_id = await _keep_load(connection, actor, path, source, as_of, regency_code, content, sha256, extract, result)
    await store.add_parts(connection, load_id, _sealed_parts(sealer, content))
    households = replace(checked, rows=checked.rows.with_columns(_household(source)))
    await _keep_rows(connection, sealer, load_id, regency_code, households, progress)
    await audit(connection, actor, "load_extract", subject="registry_load", subject_ids=[load_id])
    return LoadResult(load_id, result.rows_received, result.rows_kept, result.rows_rejected, result.defects)


async def _need_seal(connection: AsyncConnection, sealer: Sealer) -> None:
    """New values are sealed as the old ones are, or nobody would be found again."""
    version = await store.sealed_with(connection)
    if version not in (None, sealer.version):
        raise SealRotationUnfinished(sealed=version, newest=sealer.version)


def _received(path: Path) -> bytes:
    if not path.is_file():
        raise FileMissing(file=path.name)
    return path.read_bytes()


def _refuse_if_useless(path: Path, checked: Checked) -> None:
    if checked.rows.is_empty():
        reason = checked.rejects["reason"].mode().sort()[0]
        raise ExtractAllRejected(file=path.name, rows=checked.rejects.height, reason=reason)


async def _keep_load(
    connection: AsyncConnection,
    actor: Actor,
    path: Path,
    source: Source,
    as_of: date,
    regency_code: str,
    content: bytes,
    sha256: bytes,
    extract: Extract,
    result: LoadResult,
) -> int:
    return await store.add_load(
        connection,
        source=source,
        as_of=as_of,
        file_name=path.name,
        file_sha256=sha256,
        byte_size=len(content),
        sheet=extract.sheet,
        header_line=extract.header_line,
        columns=extract.columns,
        rows_received=result.rows_received,
        rows_kept=result.rows_kept,
        rows_rejected=result.rows_rejected,
        regency_code=regency_code,
        loaded_by=actor.name,
    )


def _sealed_parts(sealer: Sealer, content: bytes) -> list[bytes]:
    packed = zlib.compress(content, level=1)
    return [sealer.seal_bytes("file", packed[start : start + PART]) for start in range(0, len(packed), PART)]


def _household(source: Source) -> pl.Expr:
    """A register's own number of a family means nothing in another register, unless it is a KK number."""
    household = pl.col("household")
    return (
        pl.when(household.str.contains(r"^\d{16}$"))
        .then(household)
        .otherwise(pl.lit(f"{source}:") + household)
        .alias("household")
    )


async def _keep_rows(
    connection: AsyncConnection, sealer: Sealer, load_id: int, regency_code: str, checked: Checked, progress: Report
) -> None:
    done = 0
    for rows in store.slices(checked.rows):
        sealed = [
            pl.Series(name, sealer.seal_all(kind, rows[column]), dtype=pl.Binary)
            for name, (kind, column) in store.SEALED.items()
        ]
        await store.add_rows(connection, load_id, rows.with_columns(sealed))
        done += rows.height
        progress(done, checked.rows.height)
    await store.add_rejects(connection, load_id, regency_code, checked.rejects)


async def received_file(connection: AsyncConnection, actor: Actor, sealer: Sealer, load_id: int) -> bytes:
    """The file byte for byte as it was received; an audited act. Raises NotFound."""
    parts = await store.parts_of(connection, load_id)
    if not parts:
        raise NotFound(what="load", which=load_id)
    await audit(connection, actor, "received_file", subject="registry_load", subject_ids=[load_id], fields=["file"])
    return zlib.decompress(b"".join(sealer.unseal_bytes("file", part) for part in parts))


@dataclass(frozen=True)
class Quality:
    """How good a load is: rows put aside by reason, and noted defects by village code."""

    rows_received: int
    rows_kept: int
    reasons: list[tuple[str, int]]
    by_village: list[tuple[str, str, int]]


async def quality(connection: AsyncConnection, load_id: int) -> Quality:
    """Raises NotFound."""
    load = await store.load_by_id(connection, load_id)
    if load is None:
        raise NotFound(what="load", which=load_id)
    return Quality(
        load["rows_received"],
        load["rows_kept"],
        await store.reject_reasons(connection, load_id),
        await store.warnings_by_village(connection, load_id),
    )
