"""The sample: the same bytes for a seed, files in the forms of docs/formats.md, a truth that agrees with them, the story's numbers."""

import csv
import hashlib
import itertools
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import fastexcel
import pytest

from cli.main import jamsos
from jamsos.registry.rules import Occupation, occupation_of
from sample.errors import SampleFolderInUse
from sample.livelihoods import occupations
from sample.registers import REGISTERS
from sample.story import Story
from sample.write import write_sample

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
FORMATS = (ROOT / "docs/formats.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A sample of 2,000 people."""
    folder = tmp_path_factory.mktemp("sample") / "small"
    write_sample(folder, seed=5, people=2_000)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The sample at its usual size: folder and manifest."""
    folder = tmp_path_factory.mktemp("sample") / "whole"
    return folder, write_sample(folder)


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(path):
    """A register's rows as texts by header, keyed by line."""
    if path.suffix == ".xlsx":
        book = fastexcel.read_excel(path)
        titles = 2 if "p3ke" in path.name else 0
        sheet = book.load_sheet(0, header_row=titles, dtypes="string").to_polars()
        return dict(enumerate(sheet.iter_rows(named=True), start=titles + 2))
    separator = ";" if "dtks" in path.name else ","
    with path.open(encoding="utf-8", newline="") as file:
        return dict(enumerate(csv.DictReader(file, delimiter=separator), start=2))


def truth_of(folder, name):
    with (folder / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan_of(folder):
    return tomllib.loads((folder / "programme.toml").read_text(encoding="utf-8"))


# --- the same bytes ------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_in_another_process(small, tmp_path):
    again = tmp_path / "again"
    script = "import sys, pathlib, sample.write as w; w.write_sample(pathlib.Path(sys.argv[1]), seed=5, people=2000)"

    subprocess.run([sys.executable, "-c", script, str(again)], cwd=ROOT, check=True, env={"TZ": "Asia/Tokyo"})

    assert digests(again) == digests(small)


def test_another_seed_gives_other_people(small, tmp_path):
    write_sample(tmp_path / "other", seed=6, people=2_000)

    ours, others = truth_of(small, "people.csv"), truth_of(tmp_path / "other", "people.csv")

    assert len(ours) == len(others) == 2_000
    assert {person["name"] for person in ours[:50]} != {person["name"] for person in others[:50]}


def test_chunks_do_not_show_in_the_people(small, tmp_path, monkeypatch):
    monkeypatch.setattr("sample.population.CHUNK", 37)

    write_sample(tmp_path / "in_chunks", seed=5, people=2_000)

    assert digests(tmp_path / "in_chunks")["truth/people.csv"] == digests(small)["truth/people.csv"]


# --- invented people -------------------------------------------------------------------------------------------------


def test_every_nik_and_kk_begins_531599(whole):
    folder, _ = whole
    people = truth_of(folder, "people.csv")

    assert len(people) == 12_000
    assert all(re.fullmatch(r"531599\d{10}", person["nik"]) for person in people)
    assert len({person["nik"] for person in people}) == 12_000
    assert not {person["nik"] for person in people} & {person["kk"] for person in people}


def test_no_sixteen_digits_in_any_file_begin_otherwise(small):
    for path in small.rglob("*.csv"):
        numbers = re.findall(r"(?<!\d)\d{16}(?!\d)", path.read_text(encoding="utf-8"))
        assert all(number.startswith("531599") for number in numbers), path.name


def test_a_nik_says_birth_date_and_sex_but_for_the_corrected(whole):
    folder, _ = whole
    contradicting = 0
    for person in truth_of(folder, "people.csv"):
        year, month, day = person["birth_date"].split("-")
        day = f"{int(day) + 40 * (person['sex'] == 'P'):02}"
        agrees = person["nik"][6:12] == day + month + year[2:]
        assert agrees == (person["nik_contradicts"] == "false")
        contradicting += not agrees

    assert 10 < contradicting < 80


def test_occupations_mean_to_the_registry_what_they_mean_here():
    kinds = {Occupation.none: "none", Occupation.employed: "employed", None: "none"}
    for occupation in occupations():
        for text in (occupation["text"], *occupation["spoken"]):
            assert kinds.get(occupation_of(text), "worker") == occupation["kind"], text


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.file)
def test_a_register_has_the_header_that_formats_md_states(small, register):
    form = next(line for line in FORMATS.splitlines() if line.startswith(f"| `{register.source}` |"))
    stated = form.strip("| ").split("| ")[-1]

    header = list(next(iter(rows_of(small / register.file).values())))

    assert header == [name.strip() for name in re.split("[;,]", stated)]


@pytest.mark.parametrize(
    "path", ["peristiwa/peristiwa-2024-t2.csv", "bpjs/jawaban-pendaftaran-2024.csv", "bpjs/klaim-2024.csv",
             "dana/penerimaan-2024.csv", "dana/pembayaran-2024.csv", "donasi/komitmen-2024.csv", "donasi/rekening-koran-2024.csv"]
)  # fmt: skip
def test_a_file_has_a_header_that_formats_md_states(small, path):
    header = (small / path).read_text(encoding="utf-8").partition("\n")[0]

    assert re.search(re.escape(header), FORMATS)


# --- the truth ---------------------------------------------------------------------------------------------------------


def test_the_truth_has_one_row_for_each_row_of_each_register(small):
    told = {(row["register"], int(row["line"])) for row in truth_of(small, "rows.csv")}

    held = {(register.file, line) for register in REGISTERS for line in rows_of(small / register.file)}

    assert told == held


def test_expected_json_counts_the_defects_of_the_truth(whole):
    folder, _ = whole
    counted = {}
    for row in truth_of(folder, "rows.csv"):
        counted.setdefault(row["register"], Counter()).update(filter(None, row["defects"].split("|")))

    expected = json.loads((folder / "truth/expected.json").read_text())["registers"]

    assert {file: entry["defects"] for file, entry in expected.items()} == counted


@pytest.mark.parametrize(
    ("defect", "file", "column", "looks"),
    [
        ("nik_missing", "register/dtks-2023.csv", "nik_art", r""),
        ("nik_scientific", "register/dtks-2023.csv", "nik_art", r"5[.,]31599\d?E\+15|5\.315990E\+15"),
        ("nik_rounded", "register/dtks-2023.csv", "nik_art", r"\d{15}0"),
        ("nik_length", "register/dtks-2023.csv", "nik_art", r"\d{15}|\d{17}"),
        ("nik_letters", "register/dtks-2023.csv", "nik_art", r"[\dOI]{16}"),
        ("nik_typo", "register/dtks-2023.csv", "nik_art", r"531599\d{6}[789]\d{3}"),
        ("date_two_digits", "register/dtks-2023.csv", "tanggal_lahir", r"\d\d/\d\d/\d\d"),
        ("date_serial", "register/dtks-2023.csv", "tanggal_lahir", r"\d{3,5}"),
        ("date_placeholder", "register/dtks-2023.csv", "tanggal_lahir", r"01/01/\d{4}"),
        ("date_missing", "register/p3ke-2023.xlsx", "Tanggal Lahir", r""),
        ("village_code_missing", "register/p3ke-2023.xlsx", "Kode Kemendagri", r""),
        ("village_code_bare", "register/dtsen-2024-q4.csv", "kode_wilayah", r"5315\d{6}"),
        ("name_address_swapped", "register/dtks-2023.csv", "nama_art", r"DUSUN .*"),
    ],
)
def test_a_defect_looks_like_itself_in_its_row(whole, defect, file, column, looks):
    folder, _ = whole
    rows = rows_of(folder / file)
    struck = [
        int(row["line"])
        for row in truth_of(folder, "rows.csv")
        if row["register"] == file and defect in row["defects"].split("|") and "row_broken" not in row["defects"]
    ]

    assert struck
    assert all(re.fullmatch(looks, (rows[line][column] or "")) for line in struck)


def test_a_row_without_defects_says_the_truth(whole):
    folder, _ = whole
    people = {person["person"]: person for person in truth_of(folder, "people.csv")}
    rows = rows_of(folder / "register/dtks-2023.csv")
    clean = [r for r in truth_of(folder, "rows.csv") if r["register"] == "register/dtks-2023.csv" and not r["defects"]]

    assert len(clean) > 4_000
    for row in clean:
        person, said = people[row["person"]], rows[int(row["line"])]
        assert (said["nik_art"], said["no_kk"], said["nama_art"]) == (
            person["nik"],
            person["kk"],
            person["name"].upper(),
        )
        assert "-".join(reversed(said["tanggal_lahir"].split("/"))) == person["birth_date"]
        assert said["kode_desa"] == person["village_code"]


# --- the story ---------------------------------------------------------------------------------------------------------


def test_enough_workers_are_eligible_for_every_year_of_the_story(whole):
    _, manifest = whole

    assert manifest.eligible["2024"] >= 2_000
    assert manifest.eligible["2025"] >= 4_000
    assert manifest.eligible["2026"] >= 5_100


def test_the_decrees_tell_the_published_numbers_to_the_rupiah(whole):
    plan = plan_of(whole[0])

    told = {decree["number"]: (decree["headcount"], decree["ceiling"]) for decree in plan["decrees"]}

    assert told["298/KEP/HK/2024"] == (1_000, 201_600_000)
    assert told["14/KEP/HK/2025"] == (2_829, 570_326_400)
    assert told["9/KEP/HK/2026"] == (2_764, 557_224_000)
    assert plan["plans"] == [
        {"year": 2026, "months": 12, "headcount": 4_649, "fund": "DBHCHT-2026", "usable": 557_224_000,
         "cost": 937_238_400, "shortfall": 380_014_400}
    ]  # fmt: skip


def test_the_funds_receive_what_the_decrees_cost_and_the_payments_spend_it(whole):
    folder, _ = whole
    received, paid = Counter(), Counter()
    for year in (2024, 2025, 2026):
        for row in csv.DictReader((folder / f"dana/penerimaan-{year}.csv").open()):
            received[row["fund_code"]] += int(row["amount"])
    for year in (2024, 2025):
        for row in csv.DictReader((folder / f"dana/pembayaran-{year}.csv").open()):
            paid[row["Kode Dana"]] += int(row["Jumlah"])

    assert received == {"APBD-2024": 201_600_000, "APBD-2025": 570_326_400, "DBHCHT-2026": 1_114_448_000}
    assert paid == {
        "APBD-2024": 201_600_000,
        "DONASI-2024": 3_024_000,
        "APBD-2025": 570_326_400,
        "DONASI-2025": 6_048_000,
    }


def test_the_fund_fields_of_the_tobacco_excise_share_are_half_two_fifths_and_a_tenth(whole):
    fund = next(fund for fund in plan_of(whole[0])["funds"] if fund["code"] == "DBHCHT-2026")

    assert [(share["field"], share["percent"], share["pays_contributions"]) for share in fund["shares"]] == [
        ("welfare", 50, True), ("health", 40, False), ("law_enforcement", 10, False),
    ]  # fmt: skip


def test_the_tobacco_excise_share_pays_for_those_who_live_by_field_sea_and_hand_and_no_other_fund_is_tied(whole):
    groups = {fund["code"]: fund.get("groups") for fund in plan_of(whole[0])["funds"]}

    assert groups.pop("DBHCHT-2026") == ["farmer", "day_labourer", "fisher", "boat_crew", "artisan"]
    assert set(groups.values()) == {None}


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_donations_that_match_pay_for_the_decree_from_donations(whole, year):
    folder, _ = whole
    told = [row for row in truth_of(folder, "donations.csv") if row["year"] == str(year)]
    matched = sum(int(row["amount"]) for row in told if row["outcome"] in ("exact", "partial", "refunded"))
    ceiling = sum(d["ceiling"] for d in plan_of(folder)["decrees"] if d["fund"] == f"DONASI-{year}")

    assert {row["outcome"] for row in told} == {
        "exact", "partial", "over", "unknown", "duplicate", "repeated", "refunded", "outgoing"
    }  # fmt: skip
    assert matched >= ceiling


def test_a_bank_balance_follows_from_the_lines_before(whole):
    rows = list(csv.DictReader((whole[0] / "donasi/rekening-koran-2024.csv").open()))

    for before, row in itertools.pairwise(rows):
        moved = int(row["Kredit"] or 0) - int(row["Debet"] or 0)
        assert int(row["Saldo"]) == int(before["Saldo"]) + moved or row == before


def test_every_file_of_the_plan_is_in_the_folder(small):
    plan = plan_of(small)
    named = re.findall(r'"([a-z]+/[^"]+\.(?:csv|xlsx))"', (small / "programme.toml").read_text())

    assert len(plan["registers"]) == 6
    assert all((small / path).is_file() for path in named)


def test_the_insurer_answers_about_every_eligible_worker(whole):
    folder, _ = whole
    for year in ("2024", "2025", "2026"):
        answers = {row["NIK"]: row for row in csv.DictReader((folder / f"bpjs/jawaban-pendaftaran-{year}.csv").open())}
        eligible = [person for person in truth_of(folder, "people.csv") if person[f"eligible_{year}"] == "true"]

        assert all(answers[person["nik"]]["Status"] == "DITERIMA" for person in eligible)
        assert all(answers[person["nik"]]["KPJ"] == person["kpj"] for person in eligible)
        assert {row["Status"] for row in answers.values()} == {"DITERIMA", "DITOLAK", "SUDAH_PESERTA"}


# --- sizes and refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [200, 201, 999])
def test_a_small_sample_tells_a_small_story(tmp_path, people):
    manifest = write_sample(tmp_path / "few", seed=1, people=people)

    assert len(truth_of(tmp_path / "few", "people.csv")) == people
    for decree in Story(people).decrees:
        assert manifest.eligible[str(decree.year)] >= decree.headcount > 0
    assert all(rows > 0 for rows in manifest.files.values())


def test_a_folder_in_use_is_refused_and_stays_as_it_was(tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")

    with pytest.raises(SampleFolderInUse):
        write_sample(tmp_path, people=200)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_interrupted_sample_leaves_nothing(tmp_path):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path / "half", people=200, progress=interrupt)

    assert not (tmp_path / "half").exists()


def test_progress_ends_at_the_number_of_people(tmp_path):
    told = []

    write_sample(tmp_path / "few", people=300, progress=lambda done, total: told.append((done, total)))

    assert told[0] == (0, 300)
    assert told[-1] == (300, 300)


def test_the_readme_says_invented_and_names_every_file(small):
    page = (small / "README.md").read_text(encoding="utf-8")

    assert "531599" in page
    assert "rekaan" in page and "invented" in page
    assert all(f"`{path.relative_to(small)}`" in page for path in small.rglob("*.csv"))


def test_every_command_of_the_readme_is_one_that_jamsos_has(whole):
    page = (whole[0] / "README.md").read_text(encoding="utf-8")
    lines = re.search("```sh\n(.*?)```", page, re.DOTALL)[1].splitlines()

    assert len(lines) > 30
    for line in lines:
        name, room, act, *arguments = shlex.split(line)
        command = jamsos.get_command(None, room).commands[act]
        assert name == "jamsos"
        assert command.make_context(act, arguments)  # refuses unknown options and wrong values
        assert all(
            (whole[0] / each).is_file() for each in arguments if "/" in each and each.endswith((".csv", ".xlsx"))
        )
