"""Reprinting: compares a report's PDF with its own record. It runs in the sandbox, because the record is untrusted.

It can show that a file is false. It can never prove it, because anybody with this program can print any figures.
"""

import asyncio
import csv
from datetime import date
from typing import Any

from reports.inspection import Refused, appended, compared, files_of
from reports.marts import Recorded
from reports.printing import DOCUMENTS, drafted
from reports.record import Kept, read_record
from reports.render import printed_by

MOST = 4 << 20  # bytes of all attached files; the report of a regency has a hundredth of it


def reprinted(content: bytes) -> dict[str, Any]:
    """Return how a file matches the print of its own figures. Raise Refused if it does not match, or if that cannot be decided."""
    kept = _record(content)
    if kept.broken:
        raise Refused("record")
    _agrees(kept)
    if kept.printed_by != printed_by():
        raise Refused("other_printer")
    try:
        draft = asyncio.run(drafted(Recorded(kept.answers), kept.heading))
    except (KeyError, TypeError, ValueError, IndexError):
        raise Refused("record") from None
    again = draft.printed(kept.heading.serial)
    if content == again.content:
        return {"is": "unregistered"}
    if content.startswith(again.content):
        appended(content, len(again.content), again.spaces)
        return {"is": "unregistered"}
    if differences := compared(content, again.content):
        kind = next(name for name in ("pages", "seen", "words", "extras", "files") if name in differences)
        raise Refused(f"differs.{kind}", differences[kind] if kind != "files" else None)
    return {"is": "saved"}


def _record(content: bytes) -> Kept:
    files = files_of(content)
    if sum(map(len, files.values())) > MOST:
        raise Refused("unrecorded")
    try:
        kept = read_record(files)
        DOCUMENTS[kept.heading.report]
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, csv.Error):
        raise Refused("unrecorded") from None
    return kept


def _agrees(kept: Kept) -> None:
    """Check that year, region and questions are the same in all parts of a report."""
    heading = kept.heading
    questions = {question.name: question for question in DOCUMENTS[heading.report].QUESTIONS.printed}
    expected = {
        "regency": heading.office.regency_code,
        "year": heading.year,
        "first": date(heading.year, 1, 1).isoformat(),
        "last": date(heading.year, 12, 1).isoformat(),
    }
    if kept.answers.keys() != questions.keys():
        raise Refused("disagrees")
    for name, answer in kept.answers.items():
        asked = {key: value for key, value in expected.items() if f":{key}" in questions[name].query}
        if answer.parameters != asked or answer.question.query != " ".join(questions[name].query.split()):
            raise Refused("disagrees")
