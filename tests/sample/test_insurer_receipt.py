"""The played insurer: a receipt complete, or with every kind of difference, from a bill list as coverage writes it."""

import csv
from datetime import date

import pytest

from jamsos.coverage.billing.service import LIST_HEADER
from jamsos.coverage.rules import Difference
from jamsos.errors import FileMissing, HeaderMissing, LineWrong
from sample.insurer_receipt import BILL_HEADER, DIFFERENCES, write_receipt


def bill(path, lines=1, **changes):
    """A bill list of July 2024, each line another member."""
    good = {
        "Kode Iuran": "53152407001",
        "Bulan": "2024-07",
        "Nama": "MARIA NALUR",
        "JKK": 10_000,
        "JKM": 6_800,
        "Jumlah": 16_800,
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, BILL_HEADER)
        writer.writeheader()
        for number in range(lines):
            writer.writerow(good | {"KPJ": 24_000_000_000 + number, "NIK": 5315994505850000 + number} | changes)
    return path


def received(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_bill_list_is_the_one_that_coverage_writes_and_the_differences_are_those_it_knows():
    assert BILL_HEADER == LIST_HEADER
    assert set(DIFFERENCES) <= set(Difference)


def test_a_complete_receipt_confirms_every_line(tmp_path):
    told = write_receipt(bill(tmp_path / "bill.csv", lines=3), tmp_path / "receipt.csv", seed=1)

    assert told == {"as_billed": 3}
    assert received(tmp_path / "receipt.csv") == [
        {"Kode Iuran": "53152407001", "Bulan": "2024-07", "KPJ": str(24_000_000_000 + number), "JKK": "10000", "JKM": "6800",
         "Jumlah": "16800", "Tanggal Terima": "2024-07-15"}
        for number in range(3)
    ]  # fmt: skip


def test_the_money_arrives_on_the_day_that_is_given(tmp_path):
    write_receipt(bill(tmp_path / "bill.csv"), tmp_path / "receipt.csv", seed=1, received=date(2024, 7, 20))

    assert received(tmp_path / "receipt.csv")[0]["Tanggal Terima"] == "2024-07-20"


def test_differences_come_at_their_rates_and_are_counted(tmp_path):
    told = write_receipt(
        bill(tmp_path / "bill.csv", lines=4_000), tmp_path / "receipt.csv", seed=3, has_differences=True
    )
    rows = received(tmp_path / "receipt.csv")
    kpjs = [row["KPJ"] for row in rows]

    assert set(told) == {*DIFFERENCES, "as_billed"}
    assert 0.5 < told["not_confirmed"] / 16 < 2
    assert len(rows) == 4_000 - told["not_confirmed"] + told["unknown_member"] + told["double"]
    assert sum(row["JKM"] == "0" and row["Jumlah"] == "10000" for row in rows) == told["short"]
    assert sum(kpj.startswith("99") for kpj in kpjs) == told["unknown_member"]
    assert sum(row["Bulan"] == "2024-08" for row in rows) == told["wrong_month"]
    assert len(kpjs) - len(set(kpjs)) == told["double"]


def test_the_same_seed_gives_the_same_receipt(tmp_path):
    source = bill(tmp_path / "bill.csv", lines=2_000)
    for name in ("one.csv", "two.csv"):
        write_receipt(source, tmp_path / name, seed=3, has_differences=True)

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.parametrize(
    ("changes", "refusal"), [({"Bulan": "July"}, LineWrong), ({"KPJ": ""}, LineWrong), ({"JKM": "6.800"}, LineWrong)]
)
def test_a_wrong_line_is_refused_and_nothing_is_written(tmp_path, changes, refusal):
    with pytest.raises(refusal):
        write_receipt(bill(tmp_path / "bill.csv", **changes), tmp_path / "receipt.csv", seed=1)

    assert not (tmp_path / "receipt.csv").exists()


def test_a_missing_file_and_another_file_are_refused(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("nik,nama\n1,A\n")

    with pytest.raises(FileMissing):
        write_receipt(tmp_path / "none.csv", tmp_path / "receipt.csv", seed=1)
    with pytest.raises(HeaderMissing):
        write_receipt(other, tmp_path / "receipt.csv", seed=1)
