"""A year as the walk tells it: every command of its chapter typed in a new office, in the order of the page.

What a village, the bank or the insurer would give an office meanwhile is played here. Numbers and codes of the page are examples;
what they are in this office is read off what was said before.
"""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter
from sqlalchemy import text

from jamsos.months import today
from jamsos.sealing import read_key_file

pytestmark = pytest.mark.year

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/walk.md").read_text().split("## A year")[1].split("\n## ")[0]
YEAR = [shlex.split(line.split(" #")[0])[1:] for line in PAGE.splitlines() if line.startswith("jamsos ")]
TYPED_BY_THE_DEMO = ("warehouse build", "report coverage-statement")  # tests/test_walk.py
ADMINISTRATOR = "Rikardus Jani"
OFFICERS = {"propose": "Maria Jebarus", "review": "Yosef Hambur", "approve": "Agnes Nurti"}
DECREE = "298/KEP/HK/2024"
# commands typed one after the other into one process, so that each begins within a blink
DESK = """
import json, sys
from click.testing import CliRunner
from cli.main import jamsos
from jamsos.db import refusal_of
for line in sys.stdin:
    asked = json.loads(line)
    done = CliRunner().invoke(jamsos, asked["words"], input=asked["given"], env=asked["env"], standalone_mode=False)
    wrong = done.exception and (refusal_of(done.exception) or repr(done.exception))
    print(json.dumps([str(wrong or ""), done.output]), flush=True)
"""


class Office:
    """`is_so`: what of the page's examples is so here. `said`: by the last command."""

    def __init__(self, home, url):
        self.home, self.is_so, self.keys, self.said = home, {}, {}, ""
        given = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
        given |= {"JAMSOS_HOME": str(home), "JAMSOS_DATABASE_URL": url, "JAMSOS_SEAL_KEY_FILE": str(home / "seal.key")}
        given |= {"JAMSOS_LANGUAGE": "en", "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
        self.desk = subprocess.Popen(
            [sys.executable, "-c", DESK], env=given, cwd=home, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def type(self, *words, given=(), officer=None):
        words = [self.is_so.get(word, word) for word in words]
        env = {"JAMSOS_KEY": self.keys.get(officer)}
        asked = {"words": words, "given": "".join(f"{each}\n" for each in given), "env": env}
        self.desk.stdin.write(json.dumps(asked) + "\n")
        self.desk.stdin.flush()
        wrong, self.said = json.loads(self.desk.stdout.readline())
        assert not wrong, (words, wrong, self.said[-2000:])
        assert self.said.strip(), words
        return self.said

    def join(self, officer):
        """Make the personal key of the officer who was just invited."""
        self.type("access", "accept", self.said.strip())
        self.keys[officer] = self.found(r"(jms_\S+)")

    def found(self, pattern):
        return re.search(pattern, self.said)[1]

    def write(self, name, *lines):
        (self.home / name).write_text("\n".join(lines) + "\n")

    def approve(self, *amendment):
        """All steps on what the preview of an amendment shows."""
        self.type(*amendment, "--preview")
        sha256 = self.found(r"\b([0-9a-f]{64})\b")
        for step, officer in OFFICERS.items():
            self.type("decree", "approve", "1", step, "--hash", sha256, officer=officer)

    def answer(self, book, file, refused=()):
        """The insurer accepts everybody in a registration file, but for some in its order. Their NIKs."""
        niks = fastexcel.read_excel(self.home / book).load_sheet(0, dtypes="string").to_polars()["NIK"].to_list()
        lines = [f"{nik},X,24{int(nik) % 10**9:09d},DITERIMA,,2024-01" for nik in niks]
        for place in refused:
            lines[place] = f"{niks[place]},X,,DITOLAK,NIK tidak valid,"
        self.write(file, "NIK,Nama,KPJ,Status,Keterangan,Bulan Mulai", *lines)
        return niks

    def mend(self, name):
        """The village writes a NIK into the first row of its repair workbook."""
        book = fastexcel.read_excel(self.home / name)
        row = book.load_sheet("Perbaikan", header_row=4, dtypes="string").to_polars().row(0, named=True)
        marks = book.load_sheet("_jamsos", header_row=None, dtypes="string").to_polars().to_series().to_list()
        with xlsxwriter.Workbook(self.home / name) as again:
            page = again.add_worksheet("Perbaikan")
            page.write_row(0, 0, list(row))
            page.write_row(1, 0, [each or "" for each in (row | {"NIK": "5315999909850009"}).values()])
            again.add_worksheet("_jamsos").write_column(0, 0, marks)


@pytest.fixture
def office(database_url, tmp_path):
    """With its files under the names of the page, from the sample of 400 people."""
    opened = Office(tmp_path, database_url)
    opened.type("seal", "key")
    opened.type("sample", "write", "sample", "--people", "400")
    for name, file in {
        "penerimaan-2024.csv": "dana/penerimaan-2024.csv", "p3ke-individu.xlsx": "register/p3ke-2023.xlsx",
        "dtks.csv": "register/dtks-2023.csv", "klaim-2024.csv": "bpjs/klaim-2024.csv", "komitmen.csv": "donasi/komitmen-2024.csv",
        "rekening-koran.csv": "donasi/rekening-koran-2024.csv",
    }.items():  # fmt: skip
        shutil.copyfile(tmp_path / "sample" / file, tmp_path / name)
    opened.write("nama-desa.csv", "nama,kecamatan,kode_desa,sumber", "Golo Lama,,53.15.05.2001,Perda 3/2019")
    rules = [f"APBD-2024,{group},yes,2024-01,Perbup 1/2024," for group in ("farmer", "fisher", "single_mother")]
    opened.write("kelompok.csv", "fund_code,group_code,is_allowed,valid_from,regulation,verified_on", *rules)
    shutil.copyfile(ROOT / "jamsos/selection/criteria/mabar.toml", tmp_path / "kriteria-2024.toml")
    yield opened
    opened.desk.stdin.close()
    opened.desk.wait()


async def numbers_of_somebody_who_waits(engine, home):
    """A person whom run 1 did not reach, her NIK and her KK number."""
    query = """select p.id, p.nik_sealed, p.kk_sealed from programme.selection_candidates c join programme.people p on p.id = c.person_id
                where c.run_id = 1 and c.outcome = 'not_reached' and p.kk_sealed is not null order by c.rank limit 1"""
    async with engine.connect() as connection:
        row = (await connection.execute(text(query))).one()
    keys = read_key_file(home / "seal.key")
    return str(row.id), keys.unseal("nik", row.nik_sealed), keys.unseal("kk", row.kk_sealed)


async def test_every_command_of_the_year_works_as_it_is_written(office, engine):
    home, is_so = office.home, office.is_so
    # of so few rows no village need have one to mend
    is_so |= {"112": "1", "381": "2", "2024-01-31": str(today()), "53.15.05.2001": "53.15"}
    nik, kk, members = "", "", []
    assert len(YEAR) > 70

    for words in YEAR:
        act, given = " ".join(words[:2]), ()
        officer = ADMINISTRATOR if act.startswith("access ") else "Maria Jebarus"
        if act in TYPED_BY_THE_DEMO:
            continue
        match act, words[2:]:
            case "registry load", ["perbaikan-komodo.xlsx"]:
                office.mend("perbaikan-komodo.xlsx")
            case "selection explain", _:
                is_so["112"], nik, kk = await numbers_of_somebody_who_waits(engine, home)
            case "decree approve", [_, step, *_]:
                officer = OFFICERS[step]
                is_so["8b1e…"] = re.search(r"\b[0-9a-f]{64}\b|$", office.said)[0]
            case "decree check", _:
                office.type("decree", "annex", DECREE, "lampiran-bertanda-tangan.xlsx")
            case "enrolment answers", ["jawaban.csv"]:
                members = office.answer("registration.xlsx", "jawaban.csv", refused=(0,))
            case "enrolment answers", ["jawaban-ulang.csv"]:
                office.answer("ulang.xlsx", "jawaban-ulang.csv", refused=(0,))
            case "enrolment answers", ["jawaban-pengganti.csv"]:
                office.answer("pengganti.xlsx", "jawaban-pengganti.csv")
            case "decree amend", ["317/KEP/HK/2024", *rest] if "--preview" not in rest:
                for step, officer in list(OFFICERS.items())[1:]:
                    sha256 = is_so["8b1e…"]
                    office.type("decree", "approve", "1", step, "--hash", sha256, officer=officer)
            case "decree amend", ["388/KEP/HK/2024", *_]:
                office.write("kembali.csv", "nik,alasan,bulan_terakhir,nik_pengganti", f"{members[2]},,,{members[2]}")
            case "decree amend", [number, *_] if number != "317/KEP/HK/2024":
                leaves = f"{members[2]},PINDAH,2024-06,"
                office.write("berhenti.csv", "nik,alasan,bulan_terakhir,nik_pengganti", leaves)
                office.approve(*words)
            case "coverage pay", _:
                amount = office.found(r"Rp([\d.]+)").replace(".", "")
                header = (home / "sample/dana/pembayaran-2024.csv").read_text().splitlines()[0]
                orders = "00001/SPP,2024-01-10,00001/SPM,2024-01-12,530137/SP2D,2024-01-15"
                office.write("pembayaran.csv", header, f"53152401001,2024-01,2024-01,APBD-2024,{orders},{amount}")
            case "coverage confirm", _:
                office.type("sample", "insurer-receipt", "daftar.csv", "bukti-2024-01.csv", "--differences")
            case "coverage resolve", _:
                is_so["12"] = office.found(r"│\s+(\d+) ")
            case "people events", _:
                events = f"{members[1]},MENINGGAL,2024-03-10,Akta", f"{nik},PINDAH,2024-03-11,Surat pindah"
                office.write("peristiwa.csv", "nik,peristiwa,tanggal,keterangan", *events)
            case "people merge", _:
                # the two are invented, and may be a woman and a man
                words = [*words, "--despite-sex"]
            case "people withdraw", _:
                office.type("people", "show", "112")
                is_so["41"] = office.found(r"│\s+(\d+) │ moved")
            case "complaint file", _:
                given = nik, kk, "Mengapa saya tidak terpilih?"
            case "complaint answer" | "complaint decide" | "complaint remedy", _:
                given = ("Anggaran habis sebelum urutan Ibu.",)
                officer = {"rejected": "Yosef Hambur", "upheld": "Agnes Nurti"}.get(words[-1], "Maria Jebarus")
            case "coverage sign", _:
                officer = "Agnes Nurti"
            case "complaint appeal", _:
                given = ("Saya keberatan.",)
            case "donations receipt", _:
                with (home / "komitmen.csv").open(newline="") as file:
                    is_so["DON7K2QXMP"] = next(csv.DictReader(file))["kode"]
            case "selection run", _ if "2025" in words:
                office.type(
                    "ledger",
                    "fund",
                    "APBD-2025",
                    "--name",
                    "APBD",
                    "--kind",
                    "regional_budget",
                    "--year",
                    "2025",
                    "--via-apbd",
                    officer="Maria Jebarus",
                )
                office.type("ledger", "deposit", "sample/dana/penerimaan-2025.csv", officer="Maria Jebarus")

        office.type(*words, given=given, officer=officer)

        match act:
            case "access invite" if words[-1] == "Rikardus Jani":
                is_so["jmi_0f3a_CODE"] = office.said.strip()
            case "access accept":
                office.keys[ADMINISTRATOR] = office.found(r"(jms_\S+)")
            case "access invite":
                office.join("Maria Jebarus")
                for name in list(OFFICERS.values())[1:]:
                    office.type("access", "officer", "mabar", name, officer=ADMINISTRATOR)
                    office.type("access", "invite", "mabar", name, officer=ADMINISTRATOR)
                    office.join(name)
            case "selection runs":
                is_so["5f0c9a1d7e42"] = office.found(r"\b([0-9a-f]{12})\b")
            case "complaint file":
                is_so["SQ52-S4GF-LA5R"] = office.found(r"\b(\w{4}-\w{4}-\w{4})\b")
            case "complaint follow":
                assert "not reached" in office.said and is_so["112"] in office.said
            case "selection verify":
                assert "exactly the same" in office.said

    assert "Who enters" in office.said
    for name in (
        "surat.pdf",
        "lampiran.pdf",
        "kuitansi.pdf",
        "registration.xlsx",
        "manifes/manifest.json",
        "mutu-p3ke.html",
    ):
        assert (home / name).stat().st_size > 500
