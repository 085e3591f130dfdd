"""A bank statement in three forms: the same lines as CSV, as MT940 and as camt.053."""

from datetime import date

OPENING = 1_000
CSV = "Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi"


def as_csv(*rows, opening=OPENING):
    """Each row is (day, text, signed rupiah, reference)."""
    balance, lines = opening, [CSV]
    for day, said, signed, reference in rows:
        balance += signed
        out, into = (-signed, "") if signed < 0 else ("", signed)
        lines.append(f"{day:%d/%m/%Y},{said},{out},{into},{balance},{reference}")
    return "\n".join(lines) + "\n"


def as_mt940(*rows, opening=OPENING, closing=None, currency="IDR"):
    closing = opening + sum(row[2] for row in rows) if closing is None else closing
    fields = [":20:STMT1", ":25:0010203040", ":28C:00001/001", f":60F:C240201{currency}{opening},"]
    for day, said, signed, reference in rows:
        mark = "D" if signed < 0 else "C"
        fields.append(f":61:{day:%y%m%d}{day:%m%d}{mark}{abs(signed)},00NTRFNONREF//{reference}")
        fields += [":86:" + "\n".join(said[place : place + 65] for place in range(0, len(said), 65))]
    fields.append(f":62F:C240229{currency}{closing},00")
    return "{1:F01BANKIDJA}{2:I940}{4:\n" + "\n".join(fields) + "\n-}\n"


def as_camt(*rows, opening=OPENING, closing=None, currency="IDR", version="08", status="<Cd>BOOK</Cd>", head=""):
    closing = opening + sum(row[2] for row in rows) if closing is None else closing
    entries = "\n".join(_entry(*row, currency, status) for row in rows)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><Othr><Id>0010203040</Id></Othr></Id></Acct>
{_balance("OPBD", opening, currency)}
{_balance("CLBD", closing, currency)}
{entries}
</Stmt></BkToCstmrStmt></Document>
"""


def _balance(kind, amount, currency):
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}.00</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-02-01</Dt></Dt></Bal>"
    )


def _entry(day, said, signed, reference, currency="IDR", status="<Cd>BOOK</Cd>"):
    side = "DBIT" if signed < 0 else "CRDT"
    return (
        f'<Ntry><Amt Ccy="{currency}">{abs(signed)}.00</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RmtInf><Ustrd>{said}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def feb(day):
    return date(2024, 2, day)


FORMS = {"csv": as_csv, "sta": as_mt940, "xml": as_camt}
