"""Statements: a bank's file read whole or refused, whatever form it has: MT940, camt.053, CSV or workbook."""

import hashlib
from pathlib import Path

from jamsos.donations.statements import camt053, mt940
from jamsos.donations.statements import csv as csv_statements
from jamsos.donations.statements.entries import Statement
from jamsos.errors import FileEmpty, FileMissing


def read_statement(path: Path) -> Statement:
    """The form is told by the content, not by the file's name.

    Raises FileMissing, FileEmpty, FileNotCsv, HeaderMissing, LineWrong, StatementMalformed, StatementUnbalanced.
    """
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    if camt053.is_xml(content):
        entries = camt053.read(path.name, content)
    elif mt940.is_mt940(content):
        entries = mt940.read(path.name, content)
    else:
        return csv_statements.read(path)
    if not entries:
        raise FileEmpty(file=path.name)
    return Statement(path.name, hashlib.sha256(content).digest(), entries)
