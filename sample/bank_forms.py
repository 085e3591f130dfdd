"""Bank forms: the year's statement as SWIFT MT940, as ISO 20022 camt.053 and as KlikBCA's CSV, of one account.

The lines are those of the CSV, without lines that the CSV prints twice, because these forms must lead from the opening to the
closing balance. Account and bank do not exist.
"""

from xml.sax.saxutils import escape

from sample.donations import OPENING_BALANCE, BankLine

ACCOUNT, BANK, WIDTH = "0000000000001", "CONTIDJA", 65


def as_mt940(lines: list[BankLine]) -> str:
    """Return one message, with texts divided at the width of the form."""
    lines = _once(lines)
    first, last = lines[0].day, lines[-1].day
    fields = [
        f":20:{first:%y}STMT01",
        f":25:{ACCOUNT}",
        ":28C:00001/001",
        f":60F:C{first:%y%m%d}IDR{OPENING_BALANCE},00",
    ]
    for line in lines:
        mark = "D" if line.signed < 0 else "C"
        fields.append(f":61:{line.day:%y%m%d}{line.day:%m%d}{mark}{abs(line.signed)},00NTRFNONREF//{line.reference}")
        fields.append(":86:" + "\n".join(line.text[at : at + WIDTH] for at in range(0, len(line.text), WIDTH)))
    fields.append(f":62F:C{last:%y%m%d}IDR{_closing(lines)},00")
    return f"{{1:F01{BANK}XXXX0000000000}}{{2:I940{BANK}XXXXN}}{{4:\n" + "\n".join(fields) + "\n-}\n"


def as_camt(lines: list[BankLine]) -> str:
    lines = _once(lines)
    entries = "\n".join(map(_entry, lines))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>{lines[0].day.year}STMT01</MsgId><CreDtTm>{lines[-1].day}T23:00:00+08:00</CreDtTm></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>IDR</Ccy></Acct>
{_balance("OPBD", OPENING_BALANCE, lines[0])}
{_balance("CLBD", _closing(lines), lines[-1])}
{entries}
</Stmt></BkToCstmrStmt></Document>
"""


def as_klikbca(lines: list[BankLine]) -> str:
    """Return KlikBCA's CSV: a title block, days with an apostrophe, the side after the amount, and four rows of balances at the end."""
    lines, balance, rows = _once(lines), OPENING_BALANCE, []
    for line in lines:
        balance += line.signed
        amount = f'"{_western(abs(line.signed))} {"DB" if line.signed < 0 else "CR"}"'
        rows.append(f"'{line.day:%d/%m/%Y},{line.text},'0000,{amount},\"{_western(balance)}\"")
    moved = {
        name: [line.signed for line in lines if (line.signed < 0) == (name == "Debet")] for name in ("Debet", "Kredit")
    }
    totals = [f'Mutasi {name} : ,"{_western(abs(sum(each)))}",{len(each)}' for name, each in moved.items()]
    title = (
        f"Informasi Rekening - Mutasi Rekening\n\nNo. rekening : ,'{ACCOUNT}\n"
        f"Periode : ,{lines[0].day:%d/%m/%Y} - {lines[-1].day:%d/%m/%Y}\nKode Mata Uang : ,Rp\n"
    )
    first, last = f'Saldo Awal : ,"{_western(OPENING_BALANCE)}"', f'Saldo Akhir : ,"{_western(balance)}"'
    header = "Tanggal Transaksi,Keterangan,Cabang,Jumlah,Saldo"
    return "\n".join([title, header, *rows, "", first, *totals, last]) + "\n"


def _western(amount: int) -> str:
    return f"{amount:,}.00"


def _once(lines: list[BankLine]) -> list[BankLine]:
    return [line for line in lines if not line.is_repeat]


def _closing(lines: list[BankLine]) -> int:
    return OPENING_BALANCE + sum(line.signed for line in lines)


def _balance(kind: str, amount: int, line: BankLine) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="IDR">{amount}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{line.day}</Dt></Dt></Bal>"
    )


def _entry(line: BankLine) -> str:
    side = "DBIT" if line.signed < 0 else "CRDT"
    return (
        f'<Ntry><Amt Ccy="IDR">{abs(line.signed)}.00</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt><AcctSvcrRef>{line.reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
