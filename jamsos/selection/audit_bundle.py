"""Audit bundle: export a run as files for an independent check, and recompute the list from those files.

`manifest.json` contains the terms, the counts and three hashes, of `criteria.json`, `inputs.csv` and `list.csv`. The
approvals name the hash of `manifest.json` (`sha256sum` gives all four). The files contain no names and no NIK; they
identify persons by number.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit_shown, must_show
from jamsos.errors import FileMissing
from jamsos.months import Month, parse_day
from jamsos.people.tables import people, person_groups
from jamsos.selection import manifest, ranking
from jamsos.selection.criteria import criteria_of
from jamsos.selection.errors import HandoutWrong
from jamsos.selection.ranking import INPUTS, OUTCOME, RANKED, REASON
from jamsos.selection.rules import Terms
from jamsos.selection.service import criteria_of_run, kept_inputs, kept_list, run_within
from jamsos.selection.tables import selection_candidates
from jamsos.selection.verification import Verdict, figures_of

# columns of the inputs and of the list that other outputs mask
_LEAVING = [
    *(people.c[name] for name in INPUTS if name in people.c),
    *(selection_candidates.c[name] for name in RANKED if name in selection_candidates.c),
    person_groups.c.group_code,
]
MANIFEST, CRITERIA, INPUT, LIST = FILES = ("manifest.json", "criteria.json", "inputs.csv", "list.csv")


async def write_bundle(connection: AsyncConnection, actor: Actor, run_id: int, *, purpose: str) -> dict[str, bytes]:
    """Return the four files by name. The export is audited, because it contains birth dates and circumstances.

    Raises ScopeMissing, PurposeMissing, NotFound, RunBroken.
    """
    actor = replace(actor, purpose=purpose)
    must_show(actor, _LEAVING)
    run = await run_within(connection, actor, run_id)
    criteria = await criteria_of_run(connection, run)
    inputs = await kept_inputs(connection, run)
    files = {
        MANIFEST: manifest.canonical(run.stated(criteria)),
        CRITERIA: criteria.canonical,
        INPUT: manifest.text_of(inputs),
        LIST: manifest.text_of(await kept_list(connection, run)),
    }
    await audit_shown(
        connection, actor, "hand_out_run", _LEAVING, purpose=purpose, subject="selection_run", subject_ids=[run_id]
    )
    return files


def check_bundle(folder: Path) -> Verdict:
    """Recompute the list from the files of a folder and return the verdict. Raises FileMissing, HandoutWrong, CriteriaWrong."""
    files = {name: _read(folder / name) for name in FILES}
    told = _loaded(files[MANIFEST], MANIFEST)
    criteria = criteria_of(_loaded(files[CRITERIA], CRITERIA), CRITERIA)
    inputs, kept = _table(files[INPUT], INPUT, INPUTS), _table(files[LIST], LIST, RANKED)
    terms = _terms(told)
    now = ranking.rank(inputs, criteria, terms)
    return Verdict(
        parts={
            "inputs": _is(files[INPUT], told["inputs_sha256"]),
            "criteria": _is(files[CRITERIA], told["criteria_sha256"]),
            "list": manifest.sha256_of(now).hex() == told["list_sha256"],
            "kept": _is(files[LIST], told["list_sha256"]),
            "figures": figures_of(now, terms) == tuple(told[name] for name in _FIGURES),
        },
        differences=manifest.differences(kept, now),
        sha256=hashlib.sha256(files[MANIFEST]).digest(),
    )


_FIGURES = ("candidates", "eligible", "chosen", "cost")
_TOLD = (*_FIGURES, "inputs_sha256", "criteria_sha256", "list_sha256")


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileMissing(file=path)
    return path.read_bytes()


def _loaded(content: bytes, name: str) -> Any:
    try:
        return json.loads(content)
    except ValueError as wrong:
        raise HandoutWrong(file=name, reason=wrong) from None


def _table(content: bytes, name: str, kinds: Mapping[str, Any]) -> pl.DataFrame:
    enums = {column: kind for column, kind in (("outcome", OUTCOME), ("reason", REASON)) if column in kinds}
    try:
        read = pl.read_csv(content, schema=dict(kinds) | dict.fromkeys(enums, pl.String))
        return read.with_columns(pl.col(column).cast(kind) for column, kind in enums.items())
    except pl.exceptions.PolarsError as wrong:
        raise HandoutWrong(file=name, reason=str(wrong).splitlines()[0]) from None


def _terms(told: Any) -> Terms:
    """Return the terms of a manifest that has every field needed for the comparison.

    Raises HandoutWrong, MonthMalformed, DateMalformed.
    """
    try:
        fields = {name: told[name] for name in (*Terms.__dataclass_fields__, *_TOLD)}
        if (
            any(not isinstance(fields[name], int) for name in ("year", "ceiling", "worker_cost"))
            or fields["worker_cost"] < 1
        ):
            raise TypeError("year, ceiling and worker_cost must be whole numbers")
    except (KeyError, TypeError) as wrong:
        raise HandoutWrong(file=MANIFEST, reason=wrong) from None
    months = {name: Month.parse(fields[name]) for name in ("month_from", "month_to")}
    terms = {name: fields[name] for name in Terms.__dataclass_fields__}
    return Terms(**terms | months | {"as_of": parse_day(fields["as_of"])})


def _is(content: bytes, sha256: str) -> bool:
    return hashlib.sha256(content).hexdigest() == sha256
