"""A stranger's program, written from docs/verify.md alone, recomputes what an office hands out."""

import ast
import hashlib
import importlib.util
import json
import random
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.audit_bundle.service import write_year
from jamsos.errors import NotFound
from jamsos.ledger.rules import FundKind
from jamsos.legal_terms import SHIPPED
from jamsos.months import Month
from jamsos.people.rules import LifeEvent
from jamsos.registry.rules import Occupation
from jamsos.selection import manifest, ranking
from jamsos.selection.criteria import criteria_of, shipped_criteria
from jamsos.selection.rules import Terms
from tests.decrees.builders import decreed

FILE = Path(__file__).parents[2] / "verifier/recompute.py"
_SPEC = importlib.util.spec_from_file_location("recompute", FILE)
recompute = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(recompute)


def test_the_verifier_is_one_short_file_that_imports_the_standard_library_alone():
    tree = ast.parse(FILE.read_text())
    imported = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}

    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert len(FILE.read_text().splitlines()) <= 600


# who turns 65 or 18 on the first day, and a day beside it
_BORN = date(1959, 1, 1), date(1959, 1, 2), date(2006, 1, 1), date(2006, 1, 2)


def somebody(chance, number):
    def maybe(*values):
        return chance.choice(values)

    groups = sorted(
        chance.sample(
            ["farmer", "fisher", "single_mother", "disability", "driver", "other_worker"], chance.randint(0, 3)
        )
    )
    events = sorted(chance.sample([event.value for event in LifeEvent], maybe(0, 0, 0, 0, 1, 2)))
    return {
        "person_id": number, "village_code": maybe("53.15.05.2001", "53.15.05.2002", "53.15.01.2001", "53.15.12.2007", "53.10.01.2001"),
        "birth_date": maybe(None, *_BORN, date(1980, chance.randint(1, 12), 3)),
        "sex": maybe("male", "female", None), "has_nik": chance.random() < 0.9, "is_dukcapil_matched": maybe(True, False, None),
        "occupation": maybe(*[work.value for work in Occupation], None), "decile": maybe(None, *range(1, 11)),
        "decile_source": maybe("p3ke", "dtks", "dtsen", None), "groups": " ".join(groups), "events": " ".join(events),
        "has_other_payer": chance.random() < 0.1, "is_continuing": chance.random() < 0.3, "is_covered": chance.random() < 0.1,
        "is_refused_by_insurer": chance.random() < 0.1,
    }  # fmt: skip


def some_criteria(chance):
    document = dict(shipped_criteria("mabar").document)
    document["quotas"] = [
        {"at_most": chance.randint(0, 9), "region": "53.15.05"},
        {"at_most": chance.randint(0, 9), "group": "farmer"},
    ][: chance.randint(0, 2)]
    document["identity"] = {
        "nik": chance.choice(["required", "ignored"]),
        "dukcapil": chance.choice(["required", "ignored"]),
    }
    document["order"] = {"ties": chance.choice([["draw"], ["older", "draw"], ["decile", "older", "draw"]])}
    if chance.random() < 0.5:
        document["deciles"] = {
            name: value for name, value in document["deciles"].items() if name != "unknown_counts_as"
        }
    if chance.random() < 0.5:
        document["funds"] = {"palm_oil": {"only": ["farmer", "fisher"]}}
    return criteria_of(document, "random")


@pytest.mark.parametrize("seed", range(12))
def test_random_lists_are_recomputed_byte_for_byte(seed):
    chance = random.Random(seed)
    inputs = pl.DataFrame([somebody(chance, number) for number in range(1, 301)], schema=dict(ranking.INPUTS))
    criteria = some_criteria(chance)
    terms = Terms(
        2024, "53.15", Month(2024, 1), Month(2024, 12), date(2024, 1, 1), chance.choice([0, 2_016_000, 20_160_000]),
        chance.choice([None, 3, 500]), 16_800, 201_600, chance.choice([None, FundKind.palm_oil.value]),
        chance.choice([None, "farmer single_mother"]),
    )  # fmt: skip

    ours = manifest.text_of(ranking.rank(inputs, criteria, terms))
    told = {
        name: getattr(terms, name)
        for name in ("ceiling", "worker_cost", "headcount", "fund_kind", "fund_groups", "seed")
    }
    told["month_from"] = str(terms.month_from)
    theirs = recompute.csv_of(
        recompute.rank(
            rows_of(manifest.text_of(inputs)), json.loads(criteria.canonical), told, rows_of(SHIPPED.read_bytes())
        )
    )

    assert theirs.decode() == ours.decode()


def rows_of(content):
    return list(recompute.csv.DictReader(content.decode().splitlines()))


async def written(connection, folder):
    await decreed(connection)
    for name, content in (
        await write_year(connection, COMMAND_LINE, office_code="53.15", year=2024, purpose="Inspektorat")
    ).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


async def test_a_year_is_handed_out_and_recomputed_without_difference_and_a_change_is_named(
    connection, tmp_path, capsys
):
    await written(connection, tmp_path)

    assert recompute.main(tmp_path) == 0
    assert "no difference" in capsys.readouterr().out

    for name, old, new in (
        ("decree_lines.csv", "inclusion", "replacement"),
        ("postings.csv", "cash", "free"),
        ("journal.jsonl", '"kind": "receive"', '"kind": "donate"'),
        ("runs/1/list.csv", "within_budget", "below_the_cut"),
        ("balances.csv", "cash", "committed"),
    ):
        (path,) = tmp_path.glob(name.replace("runs/1", "runs/*"))
        kept, listed = path.read_bytes(), (tmp_path / "manifest.json").read_bytes()
        path.write_bytes(kept.replace(old.encode(), new.encode(), 1))
        assert path.read_bytes() != kept
        # whoever changes a file can write its hash anew
        changed = listed.replace(
            hashlib.sha256(kept).hexdigest().encode(), hashlib.sha256(path.read_bytes()).hexdigest().encode()
        )
        (tmp_path / "manifest.json").write_bytes(changed)
        assert recompute.main(tmp_path) == 1, name
        path.write_bytes(kept)
        (tmp_path / "manifest.json").write_bytes(listed)
    capsys.readouterr()


def test_a_folder_that_is_no_bundle_is_told_in_one_sentence(tmp_path, capsys):
    assert recompute.main(tmp_path) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


async def test_a_year_without_a_decree_is_refused(connection):
    with pytest.raises(NotFound):
        await write_year(connection, COMMAND_LINE, office_code="53.15", year=1999, purpose="x")
