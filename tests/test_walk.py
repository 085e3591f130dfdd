"""The walk: the whole programme by its commands, killed in the middle and begun again, and one worker followed from an extract's
row to the lines of a PDF."""

import csv
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos.coverage.tracing.fund_flow import fund_flow_of
from jamsos.db import engine_for
from jamsos.disclosure import is_small
from jamsos.sealing import read_key_file
from tests.attackers import follows, unknown
from tests.reports.paper import files_of

pytestmark = pytest.mark.year

ROOT = Path(__file__).parents[1]
PEOPLE = 400
KILLED_AFTER = 40  # commands: in the midst of the first year's bills


def jamsos(home, url, *arguments, given=None, **options):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
    environment |= {"JAMSOS_HOME": str(home), "JAMSOS_DATABASE_URL": url, "JAMSOS_LANGUAGE": "en", "COLUMNS": "200"}
    environment["JAMSOS_SEAL_KEY_FILE"] = str(home / "seal.key")
    environment |= {"PYTHONPATH": str(ROOT)} | (given or {})
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )


def run(home, url, *arguments):
    process = jamsos(home, url, *arguments)
    said, _ = process.communicate()
    assert process.returncode == 0, said[-3000:]
    return said


class Programme:
    """A finished demo: its database, files and reports, and what it said on the way."""

    def __init__(self, home: Path, url: str, said: str) -> None:
        self.home, self.url, self.said = home, url, said
        self.sample, self.out = home / "demo" / "sample", home / "out"

    async def ask(self, query, **values):
        engine = engine_for(self.url, poolclass=NullPool)
        async with engine.connect() as connection:
            rows = (await connection.execute(text(query), values)).mappings().all()
        await engine.dispose()
        return rows

    async def one(self, query, **values):
        (row,) = await self.ask(query, **values)
        return row

    def printed(self, name):
        return "\n".join(page.extract_text() for page in PdfReader(self.out / name).pages)


@pytest.fixture(scope="module")
async def programme(server, tmp_path_factory, module_database_url):
    home = tmp_path_factory.mktemp("walk")
    url = module_database_url
    run(home, url, "database", "upgrade")
    run(home, url, "seal", "key")
    demo = ("demo", "--no-serve", "--people", str(PEOPLE), "--out", str(home / "out"))
    first = jamsos(home, url, *demo)
    said = []
    for line in first.stdout:
        said.append(line)
        if sum(line.startswith("$") for line in said) == KILLED_AFTER:
            os.killpg(first.pid, signal.SIGKILL)
            break
    first.stdout.close()
    assert first.wait() == -signal.SIGKILL, "".join(said)[-3000:]
    assert not list((home / "out").glob("*.pdf"))
    return Programme(home, url, run(home, url, *demo))


async def test_a_killed_walk_goes_on_and_its_books_balance(programme):
    assert "$ jamsos sample write" not in programme.said
    assert "$ jamsos report contribution-reconciliation --year 2025" in programme.said
    assert "ledger verify" in programme.said

    unbalanced = await programme.ask(
        "select transaction_id from programme.postings group by transaction_id, fund_id having sum(amount) <> 0"
    )
    twice = await programme.ask(
        "select count(*) from programme.worker_months group by person_id, month having count(*) > 1"
    )

    assert (unbalanced, twice) == ([], [])


async def test_the_story_comes_out_to_the_rupiah(programme):
    """400 people tell a thirtieth of it: 33 of 1,000 workers, 94 of 2,829."""
    rows = await programme.ask(
        "select number, worker_count, amount from programme.decrees where kind = 'determination' order by number"
    )
    billed = await programme.ask(
        """select fund_code as code, sum(amount) as amount, count(distinct person_id) > 0 as any from marts.coverage_months
           group by fund_code order by fund_code"""
    )

    decrees = {row["number"]: (row["worker_count"], row["amount"]) for row in rows}
    assert decrees["298/KEP/HK/2024"] == (33, 33 * 16_800 * 12)
    assert decrees["14/KEP/HK/2025"] == (94, 94 * 16_800 * 12)
    amounts = {row["code"]: row["amount"] for row in billed}
    assert amounts["APBD-2024"] == 33 * 16_800 * 12
    assert amounts["APBD-2025"] == 94 * 16_800 * 12


async def test_every_decree_is_approved_by_three_officers_with_three_keys(programme):
    rows = await programme.ask(
        """select d.kind, count(distinct a.step) as steps, count(distinct a.officer) as officers, count(distinct a.proof) as keys
             from programme.decrees d
             join programme.decrees root on root.id = coalesce(d.amends_id, d.id)
             join programme.selection_runs r on r.id = root.run_id
             left join programme.run_approvals a on a.run_id = r.id
                  and a.list_sha256 = case when d.run_id is null then d.list_sha256 else r.manifest_sha256 end
            group by d.id"""
    )

    assert {row["kind"] for row in rows} == {"determination", "amendment"}
    assert {(row["steps"], row["officers"], row["keys"]) for row in rows} == {(3, 3, 3)}


async def test_one_worker_is_followed_from_an_extract_row_to_a_line_in_a_pdf(programme):
    # somebody protected for the whole of 2024, whom DTKS knew
    worker = await programme.one(
        """select w.person_id, p.nik_sealed, r.line, r.nik_sealed as row_nik, l.file_name
           from programme.worker_months w
           join programme.people p on p.id = w.person_id
           join programme.person_sources s on s.person_id = p.id
           join programme.registry_rows r on r.id = s.row_id
           join programme.registry_loads l on l.id = r.load_id
           where l.source = 'dtks' and w.month < '2025-01-01' group by 1, 2, 3, 4, 5 having count(*) = 12
           order by w.person_id limit 1"""
    )
    nik = read_key_file(programme.home / "seal.key").unseal("nik", worker["nik_sealed"])

    # 1. the register: the row of the file that says so
    with (programme.sample / "register" / worker["file_name"]).open(newline="") as file:
        received = list(csv.reader(file, delimiter=";"))[worker["line"] - 1]
    assert nik in [re.sub(r"\D", "", cell) for cell in received]
    assert worker["row_nik"] == worker["nik_sealed"]

    # 2. the selection: chosen, with a rank and a reason; 3. the decree's line
    person = {"person": worker["person_id"]}
    chosen = await programme.one(
        "select rank, outcome, reason from programme.selection_candidates where person_id = :person and run_id = 1",
        **person,
    )
    line = await programme.one(
        """select l.id, l.village_code, d.number from programme.decree_lines l join programme.decrees d on d.id = l.decree_id
           where l.person_id = :person and d.year = 2024 and l.action <> 'termination'""",
        **person,
    )
    assert chosen["outcome"] in ("chosen", "not_reached") and chosen["rank"] > 0 and chosen["reason"]
    assert line["number"].endswith("/KEP/HK/2024")

    # 4. the insurer's answer is the one its file gave
    answer = await programme.one(
        "select answer, membership_number from programme.enrolment_answers where person_id = :person and start_month < '2025-01-01'",
        **person,
    )
    with (programme.sample / "bpjs" / "jawaban-pendaftaran-2024.csv").open(newline="") as file:
        (told,) = [row for row in csv.DictReader(file) if row["NIK"] == nik]
    assert (answer["answer"], answer["membership_number"]) == ("accepted", told["KPJ"])

    # 5. twelve worker-months, each paid by one SP2D and confirmed
    months = await programme.ask(
        """select c.month, c.amount, c.state, d.number as sp2d from programme.coverage_months c
           join programme.payments p on p.id = c.payment_id join programme.documents d on d.id = p.sp2d_id
           where c.person_id = :person and c.month < '2025-01-01' order by c.month""",
        **person,
    )
    assert [(row["amount"], row["state"]) for row in months] == [(16_800, "confirmed")] * 12

    # 6. the warehouse counts the worker, without a name
    mart = await programme.ask(
        "select month, state, district_code from marts.coverage_months where person_id = :person and month < '2025-01-01'",
        **person,
    )
    assert {(row["state"], row["district_code"]) for row in mart} == {("confirmed", line["village_code"][:8])}

    # 7. the PDF: the district's line holds the worker, and the payments' lines hold the SP2D; no NIK, no name
    printed = programme.printed("coverage-statement-53.15-2024.pdf")
    assert line["village_code"][:8] in printed
    flowing = re.sub(r"\s+", "", printed)
    assert all(row["sp2d"] in flowing for row in months)
    assert nik not in flowing and told["Nama"] not in printed


async def test_the_reports_say_what_the_books_say_and_can_be_asked_again(programme):
    paid = (await programme.one("select sum(paid_amount) as amount from marts.bills where month_from < '2025-01-01'"))[
        "amount"
    ]
    printed = programme.printed("contribution-reconciliation-53.15-2024.pdf")

    assert f"{paid:,}".replace(",", ".") in printed
    for file in sorted(programme.out.glob("*.pdf")):
        assert "PROVEN: " in run(programme.home, programme.url, "report", "verify", str(file))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_stranger_recomputes_a_year_without_difference(programme, tmp_path, year):
    asked = ("audit", "bundle", str(tmp_path), "--year", str(year), "--purpose", "Inspektorat", "--regency", "53.15")
    run(programme.home, programme.url, *asked)

    verifier = [sys.executable, "-I", str(ROOT / "verifier/recompute.py"), str(tmp_path)]
    found = subprocess.run(verifier, capture_output=True, text=True)

    assert (found.returncode, found.stdout.splitlines()[-1]) == (0, "no difference"), found.stdout[-3000:]


async def test_attackers_find_no_small_count_in_the_public_marts_and_the_reports_beside_them(programme):
    """A year's months, its different persons and its sums are one release. Most counts of 33 workers in twelve districts are small."""
    suppressed = 0
    for year in (2024, 2025):
        files = files_of((programme.out / f"coverage-statement-53.15-{year}.pdf").read_bytes())
        tables = {
            name.removesuffix(".csv"): list(csv.DictReader(files[name].decode("utf-8-sig").splitlines()))
            for name in files
        }
        [target] = tables["target-dan-realisasi"]
        for dimension, report, part in (
            ("district", "kecamatan", "district_code"),
            ("group", "dasar-penetapan", "part"),
        ):
            cells = await programme.ask(
                f"select month, {dimension}_code as part, workers, is_hidden from marts.public_coverage_by_{dimension} "
                f"where extract(year from month) = {year} order by 1, 2"
            )
            columns = {row["month"]: {} for row in cells}
            for row in cells:
                assert row["is_hidden"] == (row["workers"] is None) and not is_small(row["workers"] or 0)
                columns[row["month"]][row["part"]] = row["workers"]
            persons = {row[part]: None if row["workers"] == "*" else int(row["workers"]) for row in tables[report]}
            order = sorted({*persons, *(each for column in columns.values() for each in column)})
            totals = {row["month"]: row["paid"] for row in tables["bulan"]}
            view = [
                (tuple(column.get(each, 0) for each in order), known(totals[month.isoformat()]))
                for month, column in columns.items()
            ]
            view.append((tuple(persons.get(each, 0) for each in order), known(target["paid_workers"])))
            assert follows(view, has_persons=True) == {}, (year, dimension)
            suppressed += len(unknown(view))
        for name, count, total in PARTS:
            *_, last = rows = [known(row[count]) for row in tables[name]]
            total = last if total is None else known(tables[total[0]][-1][total[1]])
            view = [(tuple(rows[:-1] if total is last and name in WITH_TOTAL else rows), total)]
            assert not any(is_small(each or 0) for each in view[0][0]), (year, name, view)
            assert follows(view) == {}, (year, name, view)
            suppressed += len(unknown(view))
    assert suppressed > 100


WITH_TOTAL = ("klaim", "perubahan")
PARTS = [
    *(
        (name, "workers", ("target-dan-realisasi", "paid_workers"))
        for name in ("jenis-kelamin", "desil", "disabilitas", "ketersambungan")
    ),
    ("klaim", "claims", None),
    ("perubahan", "terminations", None),
    ("perubahan", "replacements", None),
    ("sebab-pemberhentian", "lines", ("perubahan", "terminations")),
]


def known(figure):
    return None if figure == "*" else int(figure)


async def test_no_page_of_a_fund_tells_a_small_count_nor_the_rest_of_one(programme):
    engine = engine_for(programme.url, poolclass=NullPool)
    async with engine.connect() as connection:
        codes = (await connection.execute(text("select code from programme.funds order by code"))).scalars().all()
        flows = {code: await fund_flow_of(connection, code) for code in codes}
    await engine.dispose()

    shown = [
        each.worker_months for flow in flows.values() for each in [*flow.months.values(), *flow.districts.values()]
    ]
    assert all(flow.closes for flow in flows.values()) and not any(is_small(count or 0) for count in shown)
    # one worker of each month is paid by gifts, and APBD pays the others: neither is told by district
    assert (flows["DONASI-2024"].worker_months, flows["DONASI-2024"].months) == (None, {})
    assert len(flows["APBD-2024"].months) == 12 and flows["APBD-2024"].districts == {}


async def test_the_insurers_differences_are_typed_and_on_paper(programme):
    kinds = await programme.ask("select distinct kind from marts.coverage_differences")

    assert kinds
    assert "SELISIH DAN SEBABNYA" in programme.printed("contribution-reconciliation-53.15-2025.pdf")


async def test_money_for_some_groups_is_decreed_for_them_only_and_the_others_are_told(programme):
    reasons = await programme.ask(
        """select c.reason, c.group_code = any(string_to_array(r.fund_groups, ' ')) as is_paid_for, count(*) > 0 as any
           from programme.selection_candidates c join programme.selection_runs r on r.id = c.run_id
           where r.year = 2026 and c.reason in ('within_budget', 'not_for_this_fund') group by 1, 2 order by 1"""
    )
    decreed = await programme.ask(
        """select distinct l.group_code from programme.decree_lines l join programme.decrees d on d.id = l.decree_id
           where d.number = '9/KEP/HK/2026'"""
    )

    assert [tuple(row.values()) for row in reasons] == [
        ("not_for_this_fund", False, True),
        ("within_budget", True, True),
    ]
    assert {row["group_code"] for row in decreed} <= {"farmer", "day_labourer", "fisher", "boat_crew", "artisan"}


FIRST_DAY = [
    shlex.split(line.split(" #")[0])[1:]
    for line in (ROOT / "docs/walk.md").read_text().split("## The first day")[1].split("## ")[0].splitlines()
    if line.startswith("jamsos ")
]


def test_every_command_of_the_first_day_works_as_it_is_written(programme, tmp_path):
    """In the order of the page, at the width of a terminal, in Indonesian; the complaint's words are typed when they are asked for."""
    assert len(FIRST_DAY) > 20
    for words in FIRST_DAY:
        given = {"JAMSOS_LANGUAGE": "id", "COLUMNS": "100"}
        process = jamsos(programme.home, programme.url, *words, given=given, cwd=tmp_path, stdin=subprocess.PIPE)
        said, _ = process.communicate("Kartu saya belum datang.\n")

        assert process.returncode == 0, (words, said[-1000:])
        assert said.strip()
        assert [line for line in said.splitlines() if line[:1] in "┏┃┡│└" and len(line) > 100] == []
    assert {"perbaikan.xlsx", "surat.txt", "lampiran.xlsx"} <= {file.name for file in tmp_path.iterdir()}


async def test_the_next_start_does_nothing_again(programme):
    out = str(programme.out)
    again = run(programme.home, programme.url, "demo", "--no-serve", "--people", str(PEOPLE), "--out", out)

    assert "$ jamsos" not in again
    assert again.count("jms_") == 10


def test_the_demo_refuses_a_database_that_holds_other_data(programme, tmp_path):
    process = jamsos(tmp_path, programme.url, "demo", "--no-serve", "--people", str(PEOPLE))
    said, _ = process.communicate()

    assert (process.returncode, "DEMO_NEEDS_EMPTY_DATABASE" in said) == (1, True)
