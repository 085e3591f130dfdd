"""The reports over a warehouse that dbt built: they print the programme's figures, and verification finds later changes."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.access.service import audit
from jamsos.errors import WarehouseMissing
from reports.errors import FolderUnwritable, YearUnknown
from reports.issuing import print_report
from reports.marts import open_marts
from reports.printing import DOCUMENTS
from reports.verify import Answer, Difference, verify
from tests.reports import example
from tests.reports.paper import files_of, objects_of, text_of
from tests.warehouse.conftest import rows, write
from tests.warehouse.programme import CANARIES

EXPOSURES = Path(__file__).parents[2] / "warehouse/dbt/models/marts/_exposures.yml"


@pytest.fixture(scope="session")
async def kept(built, tmp_path_factory):
    """Both reports of the small programme, printed from its marts: {name: path}."""
    folder = tmp_path_factory.mktemp("out")
    return {
        name: await print_report(built[0], example.heading(name, dated=date(2024, 4, 1)), folder) for name in DOCUMENTS
    }


async def test_the_statement_says_what_was_walked(kept):
    said = text_of(kept["coverage_statement"].read_bytes())

    assert "Rp436.800,00 (empat ratus tiga puluh enam ribu delapan ratus rupiah) dari target Rp655.200,00" in said
    assert "53.15.05 Komodo" in said and "298/KEP/HK/2024" in said and "301/KEP/HK/2024" in said
    assert "santunan kematian * *" in said and "Rp10.000.000" not in said  # one death
    assert "DONASI-2024" in said


async def test_a_district_of_two_and_those_beside_it_are_suppressed_everywhere(kept):
    content = kept["coverage_statement"].read_bytes()
    rows = files_of(content)["kecamatan.csv"].decode("utf-8-sig").splitlines()

    assert [row for row in rows if "*" in row] == [
        "53.15.03,Lembor,*,*,*",
        "53.15.05,Komodo,*,*,*",
        "53.15.06,Boleng,*,*,*",
    ]
    assert "53.15.06 Boleng * * *" in text_of(content)


async def test_the_minutes_count_whom_the_decrees_name_each_month(kept):
    """January and February thirteen; in March one has died, and another took the place."""
    rows = files_of(kept["contribution_reconciliation"].read_bytes())["angka-per-bulan-dan-dana.csv"].decode(
        "utf-8-sig"
    )

    assert [line.split(",")[:6] for line in rows.splitlines()[1:]] == [
        ["2024-01-01", "APBD-2024", "13", "12", "13", "13"],
        ["2024-02-01", "APBD-2024", "13", "0", "13", "13"],
        ["2024-03-01", "APBD-2024", "13", "0", "13", "0"],
    ]


async def test_the_minutes_name_the_worker_month_that_was_not_confirmed(kept):
    said = text_of(kept["contribution_reconciliation"].read_bytes())

    assert "KI-2024-01 Januari 2024 tidak dikonfirmasi BPJS 1 0 16.800 0 (16.800)" in said
    assert "kurang dari tagihan sebesar Rp16.800,00" in said


async def test_nothing_personal_stands_in_any_byte_of_a_report(kept):
    """Neither in its words and files, nor in any stream inside, however it is packed."""
    for path in kept.values():
        content = path.read_bytes()
        everything = text_of(content).encode() + b" ".join(files_of(content).values()) + content
        everything += b" ".join(each.get_data() for each in objects_of(content) if hasattr(each, "get_data"))
        assert [canary for canary in CANARIES if canary.encode() in everything.lower()] == []


async def test_nothing_personal_stands_in_the_log_of_a_build(built, papers):
    logs = {path: path.read_bytes().lower() for path in papers.rglob("*.log")}

    assert logs
    assert [path for path, said in logs.items() for canary in CANARIES if canary.encode() in said] == []


async def test_a_report_is_proven_against_the_register_and_nothing_has_changed_since(built, kept):
    for path in kept.values():
        found = await verify(path, built[0])
        assert (found.answer, found.changed) == (Answer.proven, [])
        assert found.paper.warehouse_date == date(2024, 3, 31)
        [release] = await rows(built[0], "select id, sha256, as_of_date::text from marts.releases")
        assert tuple(found.paper.release.values()) == release
        manifest = json.loads(files_of(path.read_bytes())["manifest.json"])
        assert manifest["release"] == found.paper.release


async def test_a_report_whose_figures_did_not_change_keeps_its_bytes_and_its_release(built_again, tmp_path):
    heading = example.heading("coverage_statement", dated=date(2024, 4, 1))
    first = (await print_report(built_again, heading, tmp_path)).read_bytes()

    async def release_again(connection):
        columns = "is_replay, in_schema, as_of, as_of_date, built_at, published_at, inputs, laws, marts, code_version, dbt_version, sha256"
        await connection.execute(
            text(f"insert into store.releases (id, {columns}) select 2, {columns} from store.releases")
        )

    await write(built_again, release_again)

    assert (await print_report(built_again, heading, tmp_path)).read_bytes() == first
    assert "Rilis gudang data: 1, per 31 Maret 2024" in text_of(first)


async def test_an_honest_report_stays_proven_and_what_has_changed_since_is_told_apart(built_again, tmp_path):
    heading = example.heading("coverage_statement", dated=date(2024, 4, 1))
    path = await print_report(built_again, heading, tmp_path)

    async def change(connection):
        await connection.execute(
            text(
                """update marts.fund_movements set amount = amount + 1
                   where fund_code = 'APBD-2024' and account = 'cash' and month = '2024-01-01'"""
            )
        )
        await audit(connection, COMMAND_LINE, "load_claims")

    await write(built_again, change)

    found = await verify(path, built_again)

    changed = {figure.name: figure.differences for figure in found.changed}
    assert changed == {
        "sumber-dana": [
            Difference(1, "usable_amount", "1000000", "1000001"),
            Difference(1, "cash_amount", "563200", "563201"),
        ]
    }
    assert (found.answer, found.acts) == (Answer.proven, [("load_claims", 1)])


async def test_the_reports_role_reads_marts_and_nothing_else(built):
    for forbidden in (
        "select * from programme.people",
        "select * from staging.stg_jamsos__people",
        "create table marts.x ()",
    ):
        async with open_marts(built[0]) as marts:
            with pytest.raises(DBAPIError, match=r"denied|read-only"):
                await marts.connection.execute(text(forbidden))


async def test_a_year_without_decree_is_refused_and_nothing_is_written(built, tmp_path):
    with pytest.raises(YearUnknown):
        await print_report(built[0], example.heading("coverage_statement", year=1999), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


async def test_a_warehouse_that_was_never_built_is_refused(database_url, tmp_path):
    with pytest.raises(WarehouseMissing) as refused:
        await print_report(database_url, example.heading("coverage_statement"), tmp_path)
    assert "jamsos warehouse build" in refused.value.sentence()
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_asked(tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")

    with pytest.raises(FolderUnwritable):
        await print_report(
            "postgresql://nobody@127.0.0.1:1/none", example.heading("coverage_statement"), tmp_path / "out"
        )


async def test_an_interrupted_print_leaves_the_report_that_was_there(built, kept, tmp_path, monkeypatch):
    before = kept["coverage_statement"].read_bytes()
    path = tmp_path / kept["coverage_statement"].name
    path.write_bytes(before)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.printing.os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        await print_report(built[0], example.heading("coverage_statement", number="other"), path.parent)

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


async def test_progress_is_told_to_the_end(built, tmp_path):
    told = []
    await print_report(
        built[0], example.heading("coverage_statement"), tmp_path, progress=lambda *step: told.append(step)
    )

    assert len(told) > 20 and told == sorted(told)
    assert all(done <= total for done, total in told)


def test_the_exposures_are_the_documents_and_the_marts_they_read():
    exposures = {each["name"]: each["depends_on"] for each in yaml.safe_load(EXPOSURES.read_text())["exposures"]}

    assert exposures.keys() == DOCUMENTS.keys()
    for name, module in DOCUMENTS.items():
        printed, asked = (
            {f"ref('{mart}')" for question in questions for mart in re.findall(r"marts\.(\w+)", question.query)}
            for questions in (module.QUESTIONS.printed, module.QUESTIONS.all)
        )
        assert printed <= set(exposures[name]) <= asked, name


def test_every_question_says_its_order_and_has_a_file_of_its_own():
    for module in DOCUMENTS.values():
        assert len({question.name for question in module.QUESTIONS.all}) == len(module.QUESTIONS.all)
        for question in module.QUESTIONS.all:
            assert "order by" in question.query or "year = :year" in question.query, question.name
