"""Statements: read a bank's file whole or refuse it. Formats: MT940, camt.053, CSV, workbook, and a ZIP archive of one of them."""

import hashlib
from pathlib import Path

from jamsos.donations.statements import camt053, mt940
from jamsos.donations.statements import csv as csv_statements
from jamsos.donations.statements.entries import Entry, Statement
from jamsos.errors import FileEmpty, FileMissing
from jamsos.grids import is_archive, is_markup, packed_files, unpacked


def read_statement(path: Path) -> Statement:
    """Return the statement in a file. The content decides the format, not the name of the file.

    An archive may contain several statements in camt.053 or MT940.
    Raises FileMissing, FileEmpty, FileNotCsv, FileTooLarge, ArchiveAmbiguous, HeaderMissing, LineWrong, LinesWrong,
    StatementMalformed, StatementOfAnotherKind, StatementGap, StatementUnbalanced.
    """
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    entries = _entries(path.name, content)
    if not entries:
        raise FileEmpty(file=path.name)
    return Statement(path.name, hashlib.sha256(content).digest(), entries)


def _entries(name: str, content: bytes) -> list[Entry]:
    if is_archive(content):
        files = sorted(packed_files(name, content))
        if len(files) > 1 and all(_is_message(each) for _, each in files):
            found = [entry for inner, each in files for entry in _entries(inner, each)]
            return [entry._replace(number=number) for number, entry in enumerate(found, start=1)]
        name, content = unpacked(name, content)
    if camt053.is_xml(content) and not is_markup(content):
        return camt053.read(name, content)
    if mt940.is_mt940(content):
        return mt940.read(name, content)
    return csv_statements.read(name, content)


def _is_message(content: bytes) -> bool:
    return (camt053.is_xml(content) and not is_markup(content)) or mt940.is_mt940(content)
