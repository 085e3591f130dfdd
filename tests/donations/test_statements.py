"""Statements in every form: the same lines have the same result, and an incomplete file changes nothing."""

from hashlib import sha256
from time import thread_time

import pytest

from jamsos.donations.errors import StatementMalformed, StatementUnbalanced
from jamsos.donations.rules import codes_in
from jamsos.donations.statements.reader import read_statement
from jamsos.errors import FileEmpty, FileMissing, HeaderMissing, JamsosError, LineWrong
from tests.donations.banks import FORMS, OPENING, as_camt, as_csv, as_mt940, feb

ROWS = (
    (feb(1), "TRSF CR DON7K2QXMP JELITA", 100, "FT1"),
    (feb(2), "BIAYA ADM", -12, "FT2"),
    (feb(2), "SETORAN TUNAI " + "X" * 60 + " DON20240001", 75, "FT3"),
)


def read(tmp_path, content, name="mutasi"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_statement(path)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_lines(tmp_path, form):
    content = FORMS[form](*ROWS)

    found = read(tmp_path, content, f"mutasi.{form}")

    assert (found.name, found.sha256) == (f"mutasi.{form}", sha256(content.encode()).digest())
    assert [(e.day, e.signed, e.reference, e.balance) for e in found.entries] == [
        (feb(1), 100, "FT1", 1_100),
        (feb(2), -12, "FT2", 1_088),
        (feb(2), 75, "FT3", 1_163),
    ]
    assert [sorted(code for code in codes_in(e.text) if code.startswith("DON")) for e in found.entries] == [
        ["DON7K2QXMP"], [], ["DON20240001"],
    ]  # fmt: skip


def test_a_line_is_known_again_in_every_form(tmp_path):
    found = [[print_ for _, print_ in read(tmp_path, FORMS[form](*ROWS)).fingerprinted()] for form in FORMS]

    assert found[0] == found[1] == found[2]
    assert len(set(found[0])) == 3


@pytest.mark.parametrize("form", FORMS)
def test_a_gift_its_return_and_the_gift_again_on_one_day_are_three_lines(tmp_path, form):
    rows = [(feb(1), "GIFT", 100, "A"), (feb(1), "BACK", -100, "B"), (feb(1), "AGAIN", 100, "C")]

    assert len({print_ for _, print_ in read(tmp_path, FORMS[form](*rows)).fingerprinted()}) == 3


def test_a_line_printed_twice_word_for_word_is_one(tmp_path):
    rows = as_csv(ROWS[0]).splitlines()

    assert len({print_ for _, print_ in read(tmp_path, "\n".join([*rows, rows[1]])).fingerprinted()}) == 1


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
@pytest.mark.parametrize("status", ["BOOK", "<Cd>BOOK</Cd>"])
def test_every_version_of_camt_is_read(tmp_path, version, status):
    assert len(read(tmp_path, as_camt(*ROWS, version=version, status=status)).entries) == 3


def test_what_is_not_booked_yet_is_no_money(tmp_path):
    pending = as_camt(ROWS[0], status="<Cd>PDNG</Cd>", closing=OPENING)
    with pytest.raises(FileEmpty):
        read(tmp_path, pending)


PARTS = """<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
<TxDtls><Refs><AcctSvcrRef>P1</AcctSvcrRef></Refs><Amt Ccy="IDR">60.00</Amt><RmtInf><Ustrd>DON7K2QXMP</Ustrd></RmtInf></TxDtls>
<TxDtls><Amt Ccy="IDR">40.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RmtInf><Strd><CdtrRefInf><Ref>DON20240001</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
</NtryDtls></Ntry>"""


def batched(parts):
    whole = as_camt(ROWS[0])
    start = whole.index("<NtryDtls>")
    return whole[:start] + parts + whole[whole.index("</Ntry>") + len("</Ntry>") :]


def test_an_entry_of_several_payments_is_several_lines(tmp_path):
    found = read(tmp_path, batched(PARTS)).entries

    assert [(e.number, e.signed, e.text, e.reference, e.balance) for e in found] == [
        (1, 60, "DON7K2QXMP", "P1", 1_060),
        (2, 40, "DON20240001", "FT1", 1_100),
    ]


def test_payments_that_do_not_add_up_to_their_entry_are_refused(tmp_path):
    with pytest.raises(LineWrong, match=r"mutasi line 6, column NtryDtls: its parts do not add up"):
        read(tmp_path, batched(PARTS.replace("60.00", "61.00")))


def test_pages_of_one_statement_follow_each_other(tmp_path):
    first = as_mt940(ROWS[0]).replace(":62F:", ":62M:").replace("-}\n", "")
    second = as_mt940(ROWS[1], opening=1_100).replace(":60F:", ":60M:")

    assert [e.number for e in read(tmp_path, first + second).entries] == [1, 2]


def test_a_reversed_credit_leaves_the_account(tmp_path):
    text = as_mt940((feb(1), "RETUR", -100, "R")).replace("0201D100", "0201RC100")

    assert [e.signed for e in read(tmp_path, text).entries] == [-100]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (as_mt940(*ROWS).replace(":61:2402020202C75,00", ":61:2402020202X75,00"), 10),
        (as_mt940(*ROWS).replace(":61:240202", ":61:241302", 1), 8),
        (as_mt940(*ROWS).replace("C75,00NTRF", "C7,5,00NTRF"), 10),
        (as_mt940(*ROWS).replace(":62F:", ":62X:"), 2),
        (as_mt940(*ROWS).split(":62F:")[0], 2),
    ],
)
def test_a_broken_mt940_is_refused_by_its_line(tmp_path, text, line):
    with pytest.raises(StatementMalformed, match=f"file mutasi line {line}: not a complete MT940 statement"):
        read(tmp_path, text)


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DTD = '<!DOCTYPE d SYSTEM "http://elsewhere.example/d.dtd">'


@pytest.mark.parametrize(
    "content",
    [
        as_camt(*ROWS, head=BOMB + "\n").replace("BIAYA ADM", "&b;"),
        as_camt(*ROWS, head=FILE + "\n").replace("BIAYA ADM", "&x;"),
        as_camt(*ROWS, head=DTD + "\n"),
        as_camt(*ROWS).replace("BIAYA ADM", "&nbsp;"),
        as_camt(*ROWS)[:900],
        as_camt(*ROWS).replace("Stmt>", "Ntfctn>"),
        as_camt(*ROWS).replace("CLBD", "ITBD"),
        as_camt(*ROWS).replace("UTF-8", "X-NOBODYS"),
        "<Document></Document>",
    ],
)
def test_broken_xml_entities_and_other_messages_are_refused(tmp_path, content):
    with pytest.raises(StatementMalformed, match=r"file mutasi line \d+: not a complete CAMT.053 statement"):
        read(tmp_path, content)


@pytest.mark.parametrize("form", ["sta", "xml"])
def test_a_statement_that_was_cut_does_not_reach_its_closing_balance(tmp_path, form):
    with pytest.raises(StatementUnbalanced, match=r"Rp1.000 and the lines add up to Rp1.163, not to .* Rp1.200"):
        read(tmp_path, FORMS[form](*ROWS, closing=1_200))


@pytest.mark.parametrize(("form", "field"), [("sta", ":60F:"), ("xml", "Amt/@Ccy")])
def test_an_account_in_another_currency_is_refused(tmp_path, form, field):
    with pytest.raises(LineWrong, match=f"column {field}: only accounts in rupiah"):
        read(tmp_path, FORMS[form](*ROWS, currency="USD"))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            as_camt(*ROWS).replace(">75.00<", ">75.505<"),
            "line 8, column Amt: write rupiah with at most two digits of sen",
        ),
        (as_camt(*ROWS).replace(">75.00<", ">1e400<"), "line 8, column Amt: write rupiah"),
        (as_camt(*ROWS).replace(">75.00<", ">NaN<"), "line 8, column Amt: write rupiah"),
        (as_camt(*ROWS).replace(">75.00<", ">-75.00<"), "line 8, column Amt: an amount must not be negative"),
        (as_camt(*ROWS).replace("DBIT", "SIDE"), "line 7, column CdtDbtInd"),
        (as_camt(*ROWS).replace("<BookgDt><Dt>2024-02-01", "<BookgDt><Dt>2024-02-31"), "line 6, column BookgDt"),
        (as_camt(*ROWS).replace("BookgDt", "AvlbtyDt"), "line 6, column BookgDt: the value is missing"),
    ],
)
def test_a_wrong_value_is_refused_by_line_and_field(tmp_path, content, complaint):
    with pytest.raises(LineWrong, match=complaint):
        read(tmp_path, content)


BANKS = {
    "signed amounts with a mark behind": (
        "Tanggal;Keterangan;Cabang;Jumlah;Saldo\n01/02/2024;CR DON7K2QXMP;0000;100,000.00 CR;101,000.00\n"
        "02/02/2024;BIAYA ADM;0000;12,500.00 DB;88,500.00\n"
    ),
    "a column for the side": (
        "Post Date,Value Date,Branch,Journal No.,Description,Amount,Db/Cr,Balance\n"
        '01-02-2024,01-02-2024,KCP,1,CR DON7K2QXMP,"100.000,00",K,"101.000,00"\n'
        '02-02-2024,02-02-2024,KCP,2,BIAYA ADM,"12.500,00",D,"88.500,00"\n'
    ),
    "names of a core system": (
        "TGL_TRAN,DESK_TRAN,MUTASI_DEBET,MUTASI_KREDIT,SALDO_AKHIR_MUTASI\n"
        "2024-02-01,CR DON7K2QXMP,0.00,100000.00,101000.00\n2024-02-02,BIAYA ADM,12500.00,0.00,88500.00\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("bank", BANKS)
def test_the_forms_of_several_banks_are_read(tmp_path, bank):
    found = read(tmp_path, BANKS[bank]).entries

    assert [(e.day, e.text, e.signed, e.balance) for e in found] == [
        (feb(1), "CR DON7K2QXMP", 100_000, 101_000),
        (feb(2), "BIAYA ADM", -12_500, 88_500),
    ]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("01/02/2024,X,100.5555,K", "column Jumlah: write rupiah with at most two digits of sen"),
        ('01/02/2024,X,"1.00,000",K', "column Jumlah: write rupiah"),
        ("01/02/2024,X,100,", "column D/K: write D or K"),
        ("01/02/2024,X,0,K", "column Jumlah: write rupiah"),
        ("01/02/2024,,5,K", "column Keterangan: the value is missing"),
        ("32/02/2024,X,5,K", "column Tanggal"),
    ],
)
def test_a_wrong_row_is_refused_by_its_column(tmp_path, row, complaint):
    with pytest.raises(LineWrong, match=f"mutasi line 2, {complaint}"):
        read(tmp_path, f"Tanggal,Keterangan,Jumlah,D/K\n{row}\n")


def test_a_statement_without_amounts_is_refused(tmp_path):
    with pytest.raises(HeaderMissing, match="Debet, Kredit"):
        read(tmp_path, "Tanggal,Keterangan,Saldo\n01/02/2024,X,5\n")


def test_no_file_is_one_sentence(tmp_path):
    with pytest.raises(FileMissing, match="nowhere"):
        read_statement(tmp_path / "nowhere.sta")


def test_an_amount_of_absurd_length_is_refused_in_a_moment(tmp_path):
    began = thread_time()
    with pytest.raises(JamsosError):
        read(
            tmp_path,
            f"Tanggal,Keterangan,Jumlah,D/K,Saldo\n01/02/2024,GIFT,1{' ' * 100_000}x-1,K,{'1' + ' ' * 100_000}D x\n",
        )

    assert thread_time() - began < 5
