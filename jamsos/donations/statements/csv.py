"""Statements as CSV or workbook: the forms in which banks here hand out an account's lines, by the names of their columns."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from jamsos.donations.statements.entries import Entry, Place, Statement
from jamsos.errors import HeaderMissing, LineWrong
from jamsos.table_reader import Line, Paper, read_paper

_HEADERS = ["Tanggal", "Keterangan", "Debet", "Kredit", "Jumlah", "D/K", "Saldo", "No Referensi"]
_ALIASES: Mapping[str, Sequence[str]] = {
    "Tanggal": ("Tgl", "Tanggal Transaksi", "Tgl Transaksi", "Tgl Tran", "Tanggal Posting", "Post Date", "Posting Date",
                "Transaction Date", "Date"),
    "Keterangan": ("Uraian", "Uraian Transaksi", "Deskripsi", "Desk Tran", "Description", "Transaction Description", "Remark"),
    "Debet": ("Debit", "Mutasi Debet", "Debit Amount", ""),
    "Kredit": ("Credit", "Mutasi Kredit", "Credit Amount", ""),
    "Jumlah": ("Amount", "Mutasi", "Nominal", ""),
    "D/K": ("DB/CR", "D/C", "DK", "Jenis", ""),
    "Saldo": ("Saldo Akhir", "Saldo Akhir Mutasi", "Balance", "Running Balance", ""),
    "No Referensi": ("Referensi", "No Ref", "Reference No", "Reference", "Journal No", "No Jurnal", ""),
}  # fmt: skip
_OUT, _IN = {"D", "DB", "DR", "DEBET", "DEBIT"}, {"K", "C", "CR", "KR", "KREDIT", "CREDIT"}


def read(path: Path) -> Statement:
    """Raises what read_paper raises, LineWrong."""
    paper = read_paper(path, _HEADERS, aliases=_ALIASES)
    _check_amounts(paper)
    return Statement(paper.name, paper.sha256, [_entry(line) for line in paper.lines])


def _check_amounts(paper: Paper) -> None:
    """Raises HeaderMissing where no column tells an amount."""
    told = paper.lines[0].values
    if "Jumlah" not in told and (missing := [header for header in ("Debet", "Kredit") if header not in told]):
        raise HeaderMissing(file=paper.name, missing=", ".join(missing))


def _entry(line: Line) -> Entry:
    place, balance = Place(line.file, line.number), line.maybe("Saldo")
    return Entry(
        number=line.number,
        line=line.number,
        day=line.day("Tanggal"),
        signed=_signed(line, place),
        text=line.text("Keterangan"),
        reference=line.maybe("No Referensi"),
        balance=_balance(place, balance) if balance else None,
    )


def _balance(place: Place, text: str) -> int:
    """An overdrawn account is written with a minus before it, or a D behind it."""
    out = re.fullmatch(r"-\s*(.+)|(.+?)\s*D[BR]?", text, flags=re.IGNORECASE)
    if out:
        return -place.written("Saldo", out[1] or out[2])
    return place.written("Saldo", re.sub(r"\s*(CR?|KR?)$", "", text, flags=re.IGNORECASE))


def _signed(line: Line, place: Place) -> int:
    """Rupiah in (+) or out (−). Raises LineWrong where a line has no side, or both."""
    if text := line.maybe("Jumlah"):
        return _sided(line, place, text)
    out, into = (place.written(header, text) if (text := line.maybe(header)) else 0 for header in ("Debet", "Kredit"))
    if bool(out) == bool(into):
        raise LineWrong(file=line.file, line=line.number, field="Debet/Kredit", wish="donations.one_side")
    return into - out


def _sided(line: Line, place: Place, text: str) -> int:
    """An amount with its side beside it or behind it: `100.000,00` and `K`, or `100,000.00 CR`."""
    amount, behind = re.fullmatch(r"(.*?)\s*([A-Za-z]*)", text).groups()  # type: ignore[union-attr]
    side = (line.maybe("D/K") or behind).upper()
    if side not in _OUT | _IN:
        place.refuse("D/K", "donations.side")
    value = place.written("Jumlah", amount)
    if not value:
        place.refuse("Jumlah", "donations.whole")
    return value if side in _IN else -value
