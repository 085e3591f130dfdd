"""Statements as SWIFT MT940, read by the library mt-940. Each must lead from its opening to its closing balance.

The library logs words of the statement, which name donors, so its loggers are silent here.
"""

import logging
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from jamsos.donations.errors import StatementMalformed, StatementOfAnotherKind
from jamsos.donations.statements.entries import CURRENCY, Amount, Entry, Place, check_sum, exact

for _logger in ("mt940", *(name for name in logging.root.manager.loggerDict if name.startswith("mt940."))):
    logging.getLogger(_logger).setLevel(logging.CRITICAL + 1)

FORM = "MT940"
# the raw field 86: banks structure it differently, so a pledge code is searched in all of it
_AS_IT_STANDS: dict[str, Any] = {"post_transaction_details": []}
_UNKNOWN_REFERENCES = {"", "NONREF", "NOTPROVIDED"}


def is_mt940(content: bytes) -> bool:
    head = content[:4096]
    return head.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"{1:", b":20:")) or b"\n:20:" in head


def read(name: str, content: bytes) -> list[Entry]:
    """Return the entries of the statements in a file. Raises StatementMalformed, StatementUnbalanced, LineWrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # SWIFT's own characters are the same in both
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind := _other_kind(text):
        raise StatementOfAnotherKind(file=name, kind=kind)
    entries: list[Entry] = []
    for block in re.finditer(r"(?ms)^:20:.*?(?=^:20:|\Z)", text):
        entries += _block(name, block[0], text.count("\n", 0, block.start()), len(entries))
    return entries


def _other_kind(text: str) -> str | None:
    """Return the catalogue key of another message type. Interim reports have a floor limit (34F) or totals (90D) and no balances.

    A notice gives its type in its header.
    """
    if re.search(r"\{2:[IO]942", text) or (
        re.search(r"(?m)^:(34F|90[CD]):", text) and not re.search(r"(?m)^:6[02]F:", text)
    ):
        return "statement.mt942"
    return "statement.mt900" if re.search(r"\{2:[IO]9[01]0", text) else None


def _block(name: str, block: str, before: int, already: int) -> Iterator[Entry]:
    """Yield the entries of one statement of the file. `before`: lines above it; `already`: entries above it."""
    lines = [before + n for n, line in enumerate(block.split("\n"), start=1) if line.startswith(":61:")]
    found = _parsed(name, block, before)
    if len(found.transactions) != len(lines):
        raise StatementMalformed(file=name, line=before + 1, form=FORM)
    opening, closing = (_balance(name, found, before, which) for which in ("opening", "closing"))
    balance = opening
    entries = []
    for number, (line, each) in enumerate(zip(lines, found.transactions, strict=True), start=already + 1):
        signed = Place(name, line).amount(":61:", each.data["amount"].amount)
        balance = exact(Decimal(balance) + signed)
        entries.append(_entry(number, line, each.data, signed, balance))
    check_sum(name, opening, closing, [entry.signed for entry in entries])
    return iter(entries)


def _parsed(name: str, block: str, before: int) -> Any:
    try:
        found = _transactions(block)
    except (RuntimeError, ValueError, ArithmeticError, LookupError):
        raise StatementMalformed(file=name, line=before + _wrong_line(block), form=FORM) from None
    if any(each.data.get("amount") is None for each in found.transactions):
        raise StatementMalformed(file=name, line=before + 1, form=FORM)
    return found


def _transactions(text: str) -> Any:
    found = mt940.models.Transactions(_AS_IT_STANDS, options=mt940.Options.all())
    found.parse(text)
    return found


def _wrong_line(block: str) -> int:
    """Return the line of the first field that the library cannot parse alone."""
    for field in re.finditer(r"(?ms)^:\d\d[A-Z]?:.*?(?=^:\d\d[A-Z]?:|\Z)", block):
        try:
            _transactions(field[0])
        except (RuntimeError, ValueError, ArithmeticError, LookupError):
            return block.count("\n", 0, field.start()) + 1
    return 1


def _balance(name: str, found: Any, before: int, which: str) -> Amount:
    """Return a balance of the whole statement, or of one page of it."""
    balance = found.data.get(f"final_{which}_balance") or found.data.get(f"intermediate_{which}_balance")
    if balance is None:
        raise StatementMalformed(file=name, line=before + 1, form=FORM)
    place, field = Place(name, before + 1), ":60F:" if which == "opening" else ":62F:"
    if balance.amount.currency != CURRENCY:
        place.refuse(field, "donations.rupiah_only")
    return place.amount(field, balance.amount.amount)


def _entry(number: int, line: int, facts: dict[str, Any], signed: Amount, balance: Amount) -> Entry:
    said = [facts.get(name) for name in ("customer_reference", "extra_details", "transaction_details")]
    day: date = facts.get("entry_date") or facts["date"]
    references = (facts.get("bank_reference"), facts.get("customer_reference"))
    known = (text.strip() for text in references if text and text.strip().upper() not in _UNKNOWN_REFERENCES)
    return Entry(
        number=number,
        line=line,
        day=date(day.year, day.month, day.day),
        signed=signed,
        text="\n".join(text for text in said if text) or "-",
        reference=next(known, None),
        balance=balance,
    )
