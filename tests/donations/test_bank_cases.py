"""Statements of banks (tests/cases/bank): each is read correctly, or refused in one sentence with the line."""

import logging
import zipfile
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jamsos.donations.errors import StatementGap, StatementMalformed, StatementOfAnotherKind, StatementUnbalanced
from jamsos.donations.statements.reader import read_statement
from jamsos.errors import ArchiveAmbiguous, JamsosError, LinesWrong, LineWrong
from tests.donations.banks import as_camt, feb

CASES = Path(__file__).parents[1] / "cases" / "bank"
GIFT, FEE = 50_400, -15_000


class Heard(logging.Handler):
    """Collects the output of every logger."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def read(name):
    return read_statement(CASES / name).entries


def written(tmp_path, content, name="mutasi.csv"):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_statement(tmp_path / name).entries


def facts(entries):
    return [(e.day.isoformat(), e.signed, e.balance) for e in entries]


TWO = [("2024-10-01", GIFT, 1_050_400), ("2024-10-02", FEE, 1_035_400)]


@pytest.mark.parametrize(
    "file",
    [
        "b01-klikbca-individu.csv", "b03-bca-bisnis.csv", "b04-bri-cms.csv", "b05-mandiri-mcm.csv", "b07-bni-direct.csv",
        "b08-bpd-ntt.csv", "b10-total.csv", "b11-minus.csv", "b19-ntt.xlsx",
    ],
)  # fmt: skip
def test_the_forms_of_banks_are_read_wherever_their_header_stands(file):
    entries = read(file)

    assert facts(entries) == TWO
    assert [("DON7K2QXMP" in e.text, "adm" in e.text.lower()) for e in entries] == [(True, False), (False, True)]


def test_the_month_may_stand_first_if_a_line_of_the_file_proves_it():
    assert facts(read("b14-us.csv")) == [("2024-10-01", GIFT, 1_050_400), ("2024-10-13", FEE, 1_035_400)]


def test_sen_are_read_and_kept():
    assert facts(read("b12-sen.csv")) == [
        ("2024-10-01", GIFT, Decimal("1050400.37")), ("2024-10-02", Decimal("123.45"), Decimal("1050523.82")),
    ]  # fmt: skip
    assert facts(read("sen.sta")) == facts(read("b12-sen.csv"))
    assert [(e.whole, e.sen) for e in read("sen.sta")] == [(50_400, 0), (123, 45)]


def test_a_missing_line_is_refused_with_both_balances():
    with pytest.raises(StatementGap, match=r"line 3: .*Rp1\.050\.400.*Rp1\.067\.200.*Rp1\.252\.200.*Rp185\.000"):
        read("b16-hilang-baris.csv")


def test_numbers_grouped_in_two_ways_are_read_where_the_balances_prove_them():
    assert facts(read("b17-ambigu-ribuan.csv")) == [("2024-10-01", GIFT, 1_050_400), ("2024-10-02", 16_800, 1_067_200)]


def test_a_number_that_no_balance_proves_is_refused_by_its_line(tmp_path):
    with pytest.raises(LineWrong, match="line 2, column Jumlah: this amount can be read in two ways"):
        written(tmp_path, "Tanggal;Keterangan;Debet;Kredit\n01/10/2024;SETORAN;;1050.400\n")


def test_newest_first_gives_the_same_lines_as_oldest_first(tmp_path):
    header, *rows = (CASES / "b18-urut-terbalik.csv").read_text().splitlines()

    turned = written(tmp_path, "\n".join([header, *rows[::-1]]) + "\n")

    assert facts(read("b18-urut-terbalik.csv")) == facts(turned)
    assert [e.signed for e in turned] == [GIFT, 16_800, FEE]


def test_a_batch_in_camt_2_is_as_many_lines_as_it_has_payments():
    assert [(e.signed, e.text) for e in read("v02batch.xml")] == [(GIFT, "DON7K2QXMP"), (16_800, "DON7K2QXMQ")]


def test_a_refused_statement_leaves_no_word_of_it_anywhere(capfd, caplog):
    caplog.set_level(logging.DEBUG)

    with pytest.raises(StatementMalformed, match=r"bocor\.sta line 7: not a complete MT940") as refused:
        read("bocor.sta")

    out, err = capfd.readouterr()
    told = f"{refused.value}{refused.value.__cause__}{out}{err}{caplog.text}"
    assert not any(word in told for word in ("MARIA", "YOSEF", "5315995203850001", "081234567890", "0353150001"))
    assert refused.value.__suppress_context__


def test_no_logger_of_any_library_says_anything_of_a_statement(capfd, monkeypatch):
    read("sen.sta")  # the readers are imported now, so their loggers exist
    heard, loggers = Heard(), [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    for each in (logging.root, *loggers):
        monkeypatch.setattr(each, "handlers", [*each.handlers, heard])
    logging.root.manager._clear_cache()
    capfd.readouterr()

    for path in sorted(CASES.iterdir()):
        with suppress(JamsosError):
            read(path.name)

    assert {"mt940", "asyncio"} <= {each.name.partition(".")[0] for each in loggers}
    assert (heard.said, *capfd.readouterr()) == ([], "", "")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (as_camt((feb(1), "X", 5, "A")).replace("camt.053", "camt.052"), r"interim report, camt\.052"),
        (as_camt((feb(1), "X", 5, "A")).replace("camt.053", "camt.054"), r"notice of debits or credits, camt\.054"),
        (":20:A\n:25:1\n:28C:1\n:34F:IDRD0,\n:13D:2402011200+0800\n:61:2402010201C5,NTRFX//Y\n:90D:0IDR0,\n", "MT942"),
        ("{1:F01X}{2:I910X}{4:\n:20:A\n:21:B\n:25:1\n:32A:240201IDR5,\n-}", "MT900 or MT910"),
    ],
)
def test_other_messages_of_banks_are_named_for_what_they_are(tmp_path, content, kind):
    with pytest.raises(StatementOfAnotherKind, match=kind):
        written(tmp_path, content, "pesan")


def test_a_reversal_told_by_the_side_of_what_it_reverses_is_proven_by_the_balances(tmp_path):
    rows = [(feb(1), "GIFT", 100, "A"), (feb(2), "RETUR", 100, "B")]
    text = as_camt(*rows, closing=1_000)
    at = text.rindex("<Sts>")

    entries = written(tmp_path, text[:at] + "<RvslInd>true</RvslInd>" + text[at:], "x.xml")

    assert facts(entries) == [("2024-02-01", 100, 1_100), ("2024-02-02", -100, 1_000)]


def test_a_statement_that_says_more_entries_than_it_holds_is_refused(tmp_path):
    text = as_camt((feb(1), "GIFT", 100, "A")).replace(
        "<Ntry>", "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry><Ntry>", 1
    )
    with pytest.raises(LineWrong, match="NbOfNtries: the number of entries in the file differs"):
        written(tmp_path, text, "x.xml")


def packed(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return path.read_bytes()


def test_an_archive_of_several_messages_is_one_statement(tmp_path):
    first, second = as_camt((feb(1), "A", 100, "A")), as_camt((feb(2), "B", 50, "B"), opening=1_100)

    entries = written(tmp_path, packed(tmp_path / "x.zip", b_xml=second, a_xml=first), "mutasi.zip")

    assert [(e.number, e.signed) for e in entries] == [(1, 100), (2, 50)]


def test_an_archive_with_one_file_of_any_form_is_read_and_one_of_several_is_not(tmp_path):
    one = (CASES / "b10-total.csv").read_text()

    assert facts(written(tmp_path, packed(tmp_path / "x.zip", a_csv=one), "mutasi.zip")) == TWO
    with pytest.raises(ArchiveAmbiguous, match=r"2 files \(a\.csv, b\.csv\)"):
        written(tmp_path, packed(tmp_path / "x.zip", a_csv=one, b_csv=one), "mutasi.zip")


HEADER = "Tanggal;Keterangan;Debet;Kredit;Saldo\n"


@pytest.mark.parametrize(
    ("rows", "refusal", "complaint"),
    [
        ("01/10/2024;A;;5;5\nTotal;;;6;\n", StatementUnbalanced, r"Rp5, not to the closing balance Rp6"),
        ("Saldo Awal;;;;100\n01/10/2024;A;;5;5\n", StatementGap, "line 3: .*Rp100.*Rp105.*Rp5"),
        ("31/10/2024;A;;5;\n10/31/2024;B;;5;\n", LineWrong, "line 3, column Tanggal: day and month are not"),
        (
            "1/10/2024;A;;x;\n2/10/2024;B;;5;\n3/10/2024;C;;y;\n",
            LinesWrong,
            r"2 lines cannot be used.*\n.*line 2.*\n.*line 4",
        ),
    ],
)
def test_what_a_statement_contradicts_itself_in_is_refused(tmp_path, rows, refusal, complaint):
    with pytest.raises(refusal, match=complaint):
        written(tmp_path, HEADER + rows)


def test_a_day_without_its_year_has_that_of_the_period(tmp_path):
    title = (
        "Informasi Rekening\nPeriode : 25/12/2024 - 05/01/2025\n\nTanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo\n"
    )
    rows = '\'30/12,A,\'0000,"5,000.00",CR,"5,000.00"\n\'02/01,B,\'0000,"1,000.00",DB,"4,000.00"\nSaldo Akhir : 4000\n'

    assert [e.day for e in written(tmp_path, title + rows)] == [date(2024, 12, 30), date(2025, 1, 2)]


def test_an_html_table_called_xls_is_read(tmp_path):
    cells = [["Tanggal", "Keterangan", "Debet", "Kredit"], ["01/10/2024", "SETORAN", "", "50.400,00"]]
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)

    assert [e.signed for e in written(tmp_path, f"<table>{rows}</table>", "mutasi.xls")] == [GIFT]
