"""A run handed out can be worked out again without our database."""

import hashlib
import json

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import FileMissing
from jamsos.selection import audit_bundle, service
from jamsos.selection.errors import HandoutWrong
from tests.selection.builders import settle
from tests.selection.test_service import run


@pytest.fixture
async def folder(connection, tmp_path):
    await settle(connection, 6)
    await settle(connection, 1, birth_date=None)
    await settle(connection, 1, decile=None, groups=("farmer", "disability"))
    kept = await run(connection, ceiling=604_800)
    for name, content in (await audit_bundle.write_bundle(connection, COMMAND_LINE, kept.id, purpose="BPK")).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


async def test_the_files_alone_give_the_same_list(folder):
    verdict = audit_bundle.check_bundle(folder)

    assert verdict.is_equal
    assert verdict.parts == dict.fromkeys(("inputs", "criteria", "list", "kept", "figures"), True)


async def test_the_hashes_are_those_of_the_files(connection, folder):
    manifest = (folder / "manifest.json").read_text()

    kept = await service.runs(connection)
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).digest() == kept[0].manifest_sha256
    assert audit_bundle.check_bundle(folder).sha256 == kept[0].manifest_sha256
    for name in ("inputs.csv", "list.csv", "criteria.json"):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() in manifest


async def test_no_name_and_no_nik_leaves_the_house(folder):
    assert not any("Somebody" in path.read_text() for path in folder.iterdir())
    assert "nik_sealed" not in (folder / "inputs.csv").read_text()


async def test_a_changed_fact_shows_where_the_list_differs(folder):
    path = folder / "inputs.csv"
    path.write_text(path.read_text().replace("1984-01-01", "2020-01-01", 1))

    verdict = audit_bundle.check_bundle(folder)

    assert verdict.parts == {"inputs": False, "criteria": True, "list": False, "kept": True, "figures": False}
    assert any(difference.now_reason == "too_young" for difference in verdict.differences)


async def test_a_changed_rank_is_named(folder):
    path = folder / "list.csv"
    lines = path.read_text().splitlines()
    lines[1], lines[2] = lines[2].replace(",2,", ",1,", 1), lines[1].replace(",1,", ",2,", 1)
    path.write_text("\n".join(lines) + "\n")

    verdict = audit_bundle.check_bundle(folder)

    assert verdict.parts["list"] and not verdict.parts["kept"]
    assert [difference.columns for difference in verdict.differences] == [["rank"], ["rank"]]


async def test_a_person_who_stands_twice_in_the_list_is_noticed(folder):
    lines = (folder / "list.csv").read_text().splitlines(keepends=True)
    (folder / "list.csv").write_text("".join([*lines, lines[-1]]))

    verdict = audit_bundle.check_bundle(folder)

    assert not verdict.is_equal and not verdict.parts["kept"]


@pytest.mark.parametrize(("name", "value"), [("chosen", 7), ("cost", 1), ("eligible", 1)])
async def test_a_figure_of_the_manifest_that_the_list_does_not_bear_out_is_noticed(folder, name, value):
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(told | {name: value}))

    assert audit_bundle.check_bundle(folder).parts["figures"] is False


@pytest.mark.parametrize("name", ["list_sha256", "cost", "worker_cost", "month_from"])
async def test_a_manifest_that_lacks_something_is_refused(folder, name):
    told = json.loads((folder / "manifest.json").read_text())
    del told[name]
    (folder / "manifest.json").write_text(json.dumps(told))

    with pytest.raises(HandoutWrong, match=name):
        audit_bundle.check_bundle(folder)


@pytest.mark.parametrize("name", ["manifest.json", "criteria.json", "inputs.csv", "list.csv"])
async def test_a_missing_or_damaged_file_is_named(folder, name):
    (folder / name).write_bytes(b"\x00nonsense")
    with pytest.raises(HandoutWrong, match=name):
        audit_bundle.check_bundle(folder)
    (folder / name).unlink()
    with pytest.raises(FileMissing, match=name):
        audit_bundle.check_bundle(folder)


async def test_handing_out_leaves_its_purpose_in_the_trail(connection, folder):
    rows = await connection.exec_driver_sql(
        "select purpose, fields from programme.audit_entries where act = 'hand_out_run'"
    )
    assert [tuple(row) for row in rows] == [("BPK", ["birth_date", "decile", "group_code", "score"])]
