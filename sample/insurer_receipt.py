"""The insurer's receipt for a bill: the file that BPJS Ketenagakerjaan returns after payment, complete or with differences."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from jamsos.months import Month
from jamsos.table_reader import Line, read_paper
from sample.seeded_random import SeededRandom
from sample.story import office_day

BILL_HEADER = ("Kode Iuran", "Bulan", "KPJ", "NIK", "Nama", "JKK", "JKM", "Jumlah")
RECEIPT_HEADER = ("Kode Iuran", "Bulan", "KPJ", "JKK", "JKM", "Jumlah", "Tanggal Terima")
# Differences per thousand lines, by the codes of coverage.rules.Difference.
DIFFERENCES = {"not_confirmed": 4, "short": 3, "unknown_member": 2, "double": 1, "wrong_month": 1}
NOTHING = "as_billed"


@dataclass(frozen=True)
class Received:
    """One line of the receipt."""

    code: str
    month: Month
    kpj: str
    jkk: int
    jkm: int

    @property
    def amount(self) -> int:
        return self.jkk + self.jkm


def write_receipt(
    bill_list: Path, target: Path, *, seed: int, has_differences: bool = False, received: date | None = None
) -> Counter[str]:
    """Read a bill list and write the receipt; return how many lines agree with the bill, and how many have each difference.

    Without a day the money arrives on the 15th of the bill's first month. Raises FileMissing, FileNotCsv, FileEmpty,
    HeaderMissing, LineWrong.
    """
    billed = [_billed(line) for line in read_paper(bill_list, BILL_HEADER).lines]
    fates = _fates(seed, billed) if has_differences else [NOTHING] * len(billed)
    day = received or office_day(min(line.month for line in billed), 15)
    partial = target.with_name(target.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RECEIPT_HEADER)
        for line, fate in zip(billed, fates, strict=True):
            writer.writerows((r.code, r.month, r.kpj, r.jkk, r.jkm, r.amount, day) for r in _received(line, fate))
    partial.replace(target)
    return Counter(fates)


def _billed(line: Line) -> Received:
    return Received(
        code=line.text("Kode Iuran"),
        month=line.month("Bulan"),
        kpj=line.text("KPJ"),
        jkk=line.rupiah("JKK", at_least=0),
        jkm=line.rupiah("JKM", at_least=0),
    )


def _fates(seed: int, billed: list[Received]) -> list[str]:
    """Return the difference of each line, by its position in the bill of that code; a small bill has at least one difference."""
    kinds = [*DIFFERENCES, NOTHING]
    parts = [*DIFFERENCES.values(), 1_000 - sum(DIFFERENCES.values())]
    drawn = SeededRandom(seed).pick(f"receipt {billed[0].code}", np.arange(len(billed)), parts)
    fates = [kinds[index] for index in drawn]
    return fates if set(fates) != {NOTHING} else ["not_confirmed", *fates[1:]]


def _received(line: Received, fate: str) -> Iterator[Received]:
    match fate:
        case "not_confirmed":
            return
        case "short":
            yield Received(line.code, line.month, line.kpj, line.jkk, 0)
        case "unknown_member":  # adds a line with a number of nobody
            yield line
            yield Received(line.code, line.month, f"99{line.kpj[2:]}", line.jkk, line.jkm)
        case "double":
            yield line
            yield line
        case "wrong_month":
            yield Received(line.code, line.month + 1, line.kpj, line.jkk, line.jkm)
        case _:
            yield line
