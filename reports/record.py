"""The record: a report's figures as files in its PDF, one CSV per figure, and a manifest that lists them.

The manifest contains the other inputs of the document (office, number, day), and for each figure its question, parameters and
SHA-256. A record that is read back prints the same document again.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from reports.marts import Answer, Question
from reports.office import Office, office_of
from reports.suppression import Row

MANIFEST = "manifest.json"
_FORMULA = "=+-@\t\r'"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_KINDS = {bool: "boolean", int: "integer"}


@dataclass(frozen=True)
class Heading:
    """The inputs of a document besides its figures; a draft has no serial yet. `public_url`: the address of the public pages."""

    report: str
    year: int
    number: str | None
    dated: date
    office: Office
    serial: str | None = None
    release: Row | None = None
    public_url: str | None = None

    @property
    def asked(self) -> Row:
        """Return the parameters of a report's questions."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 1)
        return {"regency": self.office.regency_code, "year": self.year, "first": first, "last": last}


@dataclass(frozen=True)
class Figure:
    """One answer as a file."""

    answer: Answer
    content: bytes

    @property
    def file(self) -> str:
        return f"{self.answer.question.name}.csv"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def figures_of(answers: Sequence[Answer]) -> list[Figure]:
    return [Figure(answer, _csv(answer.rows)) for answer in answers]


def manifest_of(heading: Heading, figures: Sequence[Figure], printed_by: dict[str, str]) -> bytes:
    kept = asdict(heading) | {"dated": heading.dated.isoformat(), "printed_by": printed_by}
    kept["figures"] = [_entry(figure) for figure in figures]
    return json.dumps(kept, ensure_ascii=False, indent=1).encode()


def _entry(figure: Figure) -> Row:
    answer = figure.answer
    return {
        "name": answer.question.name,
        "title": answer.question.title,
        "file": figure.file,
        "sha256": figure.sha256,
        "rows": len(answer.rows),
        "columns": {column: _kind(answer.rows, column) for column in _columns(answer.rows)},
        "query": " ".join(answer.question.query.split()),
        "parameters": answer.parameters,
    }


def _kind(rows: Sequence[Row], column: str) -> str:
    return next((_KINDS[type(row[column])] for row in rows if type(row[column]) in _KINDS), "text")


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(rows[0]) if rows else []


def _csv(rows: Sequence[Row]) -> bytes:
    """Write commas, CRLF and UTF-8 with its mark, so that a spreadsheet opens the file correctly."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_columns(rows))
    writer.writerows([_neutral(cell(value)) for value in row.values()] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _neutral(text: str) -> str:
    """Prefix text with an apostrophe if a spreadsheet would execute it as a formula."""
    return f"'{text}" if text[:1] in _FORMULA and text[:1] and not _NUMBER.fullmatch(text) else text


def cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Kept:
    """A record that was read back. `broken` contains the figures whose bytes differ from the manifest."""

    heading: Heading
    printed_by: dict[str, str]
    answers: dict[str, Answer]
    broken: frozenset[str]


def read_record(files: dict[str, bytes]) -> Kept:
    """Return the record. Raises KeyError, ValueError or TypeError for files that are no record of ours."""
    manifest = json.loads(files[MANIFEST])
    heading = Heading(
        report=manifest["report"],
        year=int(manifest["year"]),
        number=manifest["number"],
        dated=date.fromisoformat(manifest["dated"]),
        office=office_of(manifest["office"]),
        serial=manifest.get("serial"),
        release=manifest.get("release"),
        public_url=manifest.get("public_url"),
    )
    entries = manifest["figures"]
    broken = {entry["name"] for entry in entries if hashlib.sha256(files[entry["file"]]).hexdigest() != entry["sha256"]}
    answers = {entry["name"]: _answer(entry, files[entry["file"]]) for entry in entries}
    return Kept(heading, dict(manifest["printed_by"]), answers, frozenset(broken))


def _answer(entry: Row, content: bytes) -> Answer:
    question = Question(entry["name"], entry["title"], entry["query"])
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    typed = [
        {column: _value(value, entry["columns"].get(column, "text")) for column, value in row.items()} for row in rows
    ]
    return Answer(question, entry["parameters"], typed)


def _value(text: str | None, kind: str) -> Any:
    if not text:
        return None
    if kind == "integer" and text.removeprefix("-").isdecimal():  # a suppressed count remains its mark
        return int(text)
    if kind == "boolean":
        return text == "true"
    return text[1:] if text[0] == "'" and text[1:2] in _FORMULA and text[1:2] else text
