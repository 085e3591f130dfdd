"""Run manifest: tables and terms as canonical text with its SHA-256, for independent verification.

A table is CSV with a header, `\\n` at the end of each line, ISO dates, `true`/`false`, and an empty field for unknown.
The manifest and the criteria are JSON with sorted keys, no spaces and no end of line (`jq -cSj .`). `sha256sum` of an
exported file gives the hash.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import polars as pl

from jamsos.months import Month

BLOCK = 50_000  # rows of one stored block of inputs


def text_of(table: pl.DataFrame) -> bytes:
    return table.write_csv(null_value="").encode()


def sha256_of(table: pl.DataFrame) -> bytes:
    return hashlib.sha256(text_of(table)).digest()


# The columns of a run in its manifest, beside the hash of the criteria and the seed of the draw.
STATED = (
    "year", "office_code", "month_from", "month_to", "as_of", "ceiling", "headcount", "rate", "worker_cost", "fund_code", "fund_kind",
    "fund_groups", "candidates", "eligible", "chosen", "cost", "inputs_sha256", "list_sha256", "run_by", "run_at",
)  # fmt: skip


def stated(run: Mapping[str, Any], seed: str, criteria_sha256: bytes) -> dict[str, Any]:
    """Return the terms, figures and hashes of a run as one flat document of text, whole numbers and nulls. It names no person."""
    return {name: _plain(run[name]) for name in STATED} | {"seed": seed, "criteria_sha256": criteria_sha256.hex()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Month | date) else value


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a document, the same for the same content."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256_of_document(document: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(document)).digest()


class Block(NamedTuple):
    """A part of a run's inputs, in order of person, as Parquet."""

    first_person_id: int
    last_person_id: int
    content: bytes


def blocks_of(inputs: pl.DataFrame) -> list[Block]:
    parts = inputs.iter_slices(BLOCK)
    return [Block(part["person_id"][0], part["person_id"][-1], _parquet(part)) for part in parts]


def bounds_of(inputs: pl.DataFrame) -> list[tuple[int, int]]:
    """Return the first and the last person of each block."""
    return [(part["person_id"][0], part["person_id"][-1]) for part in inputs.iter_slices(BLOCK) if part.height]


def _parquet(table: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    table.write_parquet(file, compression="zstd", compression_level=3, statistics=False)
    return file.getvalue()


def inputs_of(contents: Sequence[bytes]) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(io.BytesIO(content)) for content in contents])


class Difference(NamedTuple):
    """A person whose row in the recomputed list differs from the stored list, and the columns that differ.

    A rank is None for the excluded, and for a person who is absent from that list.
    """

    person_id: int
    kept_rank: int | None
    kept_reason: str | None
    now_rank: int | None
    now_reason: str | None
    columns: list[str]


def differences(kept: pl.DataFrame, now: pl.DataFrame, most: int = 20) -> list[Difference]:
    """Return the first persons, by rank, whose rows differ between the two lists; empty when the lists are equal."""
    both = kept.join(now, on="person_id", how="full", coalesce=True, suffix="_now")
    compared = [name for name in kept.columns if name != "person_id"]
    differ = [~pl.col(name).eq_missing(pl.col(f"{name}_now")) for name in compared]
    found = both.filter(pl.any_horizontal(differ)).with_columns(
        differ=pl.concat_list(
            pl.when(is_other).then(pl.lit(name)) for name, is_other in zip(compared, differ, strict=True)
        ).list.drop_nulls()
    )
    found = found.sort(pl.min_horizontal("rank", "rank_now"), "person_id", nulls_last=True)
    shown = found.select("person_id", "rank", "reason", "rank_now", "reason_now", "differ").head(most)
    return [Difference(*row) for row in shown.iter_rows()]
