"""Office: writes the files that the office receives, while the people of the sample arrive in chunks."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sample import bank_forms, donations, events, insurer, money, registers, truth
from sample.forms import SPREADSHEET_NUMBERS
from sample.registers import REGISTERS, Register
from sample.seeded_random import SeededRandom
from sample.story import Story, events_file
from sample.table_files import CsvFile, XlsxFile
from sample.village_exports import VillageExports

Inbox = CsvFile | XlsxFile


class Office:
    """`receive` every chunk, then `close`; `files` then maps each path to its number of rows."""

    def __init__(self, folder: Path, draws: SeededRandom, story: Story) -> None:
        self.folder, self.draws, self.story = folder, draws, story
        self.files: dict[str, int] = {}
        self.expected = truth.Expected()
        self._registers = {register.file: self._open(register) for register in REGISTERS}
        self._exports = VillageExports(folder)
        self._people = CsvFile(folder / "truth/people.csv", truth.PEOPLE_HEADER)
        self._rows = CsvFile(folder / "truth/rows.csv", truth.ROWS_HEADER)
        self._answers = {
            year: CsvFile(folder / f"bpjs/jawaban-pendaftaran-{year}.csv", insurer.ANSWERS_HEADER)
            for year in truth.YEARS
        }
        self._events: list[pl.DataFrame] = []
        self._claims: dict[int, list[pl.DataFrame]] = {2024: [], 2025: []}

    def _open(self, register: Register) -> Inbox:
        form, path = register.form, self.folder / register.file
        if form.sheet:
            return XlsxFile(path, form.sheet, form.header, form.titles)
        return CsvFile(path, form.header, form.separator, form.newline)

    def receive(self, people: pl.DataFrame) -> None:
        """Process a chunk of whole households, in the order of their numbers."""
        self._exports.receive(people)
        rows = {register.file: self._register(register, people) for register in REGISTERS}
        accepted = self._answer(people, rows.values())
        people = truth.with_eligibility(people, _seen(rows), accepted)
        self.expected.count_people(people)
        self._people.write(truth.people_rows(people))
        self._events.append(events.events(self.draws, people))
        for year, parts in self._claims.items():
            parts.append(insurer.claims(self.draws, year, people))

    def _register(self, register: Register, people: pl.DataFrame) -> pl.DataFrame:
        rows = registers.rows(self.draws, register, people)
        inbox = self._registers[register.file]
        filled = rows.with_columns(**register.form.fill(self.draws, rows))
        if register.form.header[0] == "No":
            filled = filled.with_columns(No=(pl.int_range(pl.len()) + inbox.rows + 1).cast(pl.String))
        lines = inbox.line + pl.Series(range(len(rows)), dtype=pl.Int64)
        if isinstance(inbox, XlsxFile):
            inbox.write(filled, _numbers(rows))
        else:
            inbox.write(filled, _places(rows["is_broken"]))
        self._rows.write(
            rows.select(pl.lit(register.file).alias("register"), lines.alias("line"), pl.col("true_person").alias("person"), "defects")
        )  # fmt: skip
        self.expected.count_rows(register, rows)
        return rows.select("true_person", "is_nik_usable", "nik", "defects")

    def _answer(self, people: pl.DataFrame, rows: Iterable[pl.DataFrame]) -> dict[int, pl.Series]:
        """Write the answers of each year; return the accepted persons."""
        mistyped = pl.concat([each.filter(_mistyped())["nik"] for each in rows])
        accepted = {}
        for year, file in self._answers.items():
            answered = insurer.answers(self.draws, year, people)
            accepted[year] = answered.filter(pl.col("Status") == "DITERIMA")["person"]
            for part in (answered.drop("person"), insurer.strangers(mistyped)):
                file.write(part)
                self.expected.count_answers(year, part)
        return accepted

    def close(self) -> None:
        """Write the files that need all people, and finish every file."""
        for file in (
            *self._registers.values(),
            *self._exports.files,
            *self._answers.values(),
            self._people,
            self._rows,
        ):
            file.close()
            self.files[str(file.path.relative_to(self.folder))] = file.rows
        self._close_events()
        self._close_claims()
        self._close_money()

    def _close_events(self) -> None:
        everything = pl.concat(self._events).sort("tanggal", "nik")
        for (year, quarter), part in everything.group_by("year", "quarter", maintain_order=True):
            self._keep(events_file(year, quarter), events.HEADER, part.select(events.HEADER).rows())
            self.expected.events[str(year)] += len(part)

    def _close_claims(self) -> None:
        for year, parts in self._claims.items():
            claims = pl.concat(parts).sort("Tanggal Bayar", "NIK", "Jenis")
            numbered = claims.with_columns(_claim_number(year).alias("No Klaim"))
            self._keep(f"bpjs/klaim-{year}.csv", insurer.CLAIMS_HEADER, numbered.select(insurer.CLAIMS_HEADER).rows())
            self.expected.claims[str(year)] += len(claims)

    def _close_money(self) -> None:
        for year in truth.YEARS:
            self._keep(f"dana/penerimaan-{year}.csv", money.DEPOSITS_HEADER, money.deposits(self.story, year))
            self._keep(f"dana/pembayaran-{year}.csv", money.PAYMENTS_HEADER, money.payments(self.story, year))
        told = []
        for year in donations.PLEDGES:
            given = donations.pledges(self.draws, year, self._large_gifts(year))
            lines = donations.statement(self.draws, year, given)
            self._keep(f"donasi/komitmen-{year}.csv", donations.PLEDGES_HEADER, donations.pledge_rows(given))
            self._keep(f"donasi/rekening-koran-{year}.csv", donations.STATEMENT_HEADER, donations.statement_rows(lines))
            for ending, form in (("sta", bank_forms.as_mt940), ("xml", bank_forms.as_camt)):
                self._keep_text(
                    f"donasi/rekening-koran-{year}.{ending}", form(lines), sum(not e.is_repeat for e in lines)
                )
            bank = bank_forms.as_klikbca(lines)
            self._keep_text(f"donasi/klikbca-{year}.csv", bank, sum(not e.is_repeat for e in lines))
            told += [(year, line, each.code, each.outcome, each.signed) for line, each in enumerate(lines, start=2)]
        self._keep("truth/donations.csv", donations.TRUTH_HEADER, told)

    def _large_gifts(self, year: int) -> int:
        """Return the number of large gifts that pays for the year's decree from donations."""
        ceiling = sum(bill.amount for bill in self.story.bills if bill.fund == f"DONASI-{year}")
        return -(-ceiling // donations.LARGE)

    def _keep(self, path: str, header: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write a small file, unless it would be empty."""
        if not rows:
            return
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([header, *rows])
        self._keep_text(path, text.getvalue(), len(rows))

    def _keep_text(self, path: str, text: str, rows: int) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
        self.files[path] = rows


def _seen(rows: dict[str, pl.DataFrame]) -> dict[int, set[int]]:
    """Return by year the people with a usable NIK in a register of that time."""
    return {
        year: {
            person
            for register in REGISTERS
            if register.used_from <= year
            for person in rows[register.file].filter("is_nik_usable")["true_person"]
        }
        for year in truth.YEARS
    }


def _mistyped() -> pl.Expr:
    return pl.col("defects").str.contains("nik_typo|second_nik") & pl.col("nik").is_not_null()


def _numbers(rows: pl.DataFrame) -> list[tuple[str, int]]:
    return [
        (column, place)
        for defect, column in SPREADSHEET_NUMBERS.items()
        for place in _places(rows["defects"].str.split("|").list.contains(defect))
    ]


def _places(flags: pl.Series) -> list[int]:
    return flags.arg_true().to_list()


def _claim_number(year: int) -> pl.Expr:
    return pl.lit(f"KLM-{year}-") + (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(6)
