"""Statements: a bank's file read whole or refused, whatever form it has: MT940, camt.053, CSV or workbook."""

import hashlib
from pathlib import Path

from jamsos.donations import bank_camt, bank_csv, bank_mt940
from jamsos.donations.entries import Statement
from jamsos.errors import FileEmpty, FileMissing


def read_statement(path: Path) -> Statement:
    """The form is told by the content, not by the file's name.

    Raises FileMissing, FileEmpty, FileNotCsv, HeaderMissing, LineWrong, StatementMalformed, StatementUnbalanced.
    """
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    if bank_camt.is_xml(content):
        entries = bank_camt.read(path.name, content)
    elif bank_mt940.is_mt940(content):
        entries = bank_mt940.read(path.name, content)
    else:
        return bank_csv.read(path)
    if not entries:
        raise FileEmpty(file=path.name)
    return Statement(path.name, hashlib.sha256(content).digest(), entries)
