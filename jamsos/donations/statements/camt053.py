"""Statements as ISO 20022 camt.053, any version: the paths of the schema, and a parser that refuses entities and DTDs.

No library for it is well maintained (docs/decisions/0013-bank-statements.md). Only booked entries count. An entry of
several payments gives as many lines, where it states the amount of each.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from jamsos.donations.errors import StatementMalformed, StatementOfAnotherKind, StatementUnbalanced
from jamsos.donations.statements.entries import CURRENCY, Amount, Entry, Place, check_sum, exact
from jamsos.errors import DateMalformed
from jamsos.months import parse_day

FORM = "CAMT.053"
_LINE = "line-of-file"
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_TEXTS = (
    "{*}RmtInf/{*}Ustrd", "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref", "{*}RmtInf/{*}Strd/{*}AddtlRmtInf", "{*}AddtlTxInf",
    "{*}Refs/{*}EndToEndId", "{*}Refs/{*}InstrId", "{*}Refs/{*}TxId",
)  # fmt: skip


def is_xml(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read(name: str, content: bytes) -> list[Entry]:
    """Return the entries of the statements in a file. Raises StatementMalformed, StatementUnbalanced, LineWrong."""
    root = _parsed(name, content)
    for kind in ("052", "054"):
        if f":camt.{kind}.001." in root.tag:
            raise StatementOfAnotherKind(file=name, kind=f"statement.camt{kind}")
    if not root.tag.startswith("{urn:iso:std:iso:20022:tech:xsd:camt.053.001."):
        raise StatementMalformed(file=name, line=1, form=FORM)
    entries: list[Entry] = []
    statements = root.findall("{*}BkToCstmrStmt/{*}Stmt")
    if not statements:
        raise StatementMalformed(file=name, line=1, form=FORM)
    for statement in statements:
        entries += _statement(name, statement, len(entries))
    return entries


def _parsed(name: str, content: bytes) -> Element:
    """Return the tree, with the first line of each element. Raises StatementMalformed."""
    builder = _Builder()
    parser: Any = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.lines = parser.parser
    try:
        parser.feed(content)
        root: Element = parser.close()
    except ParseError as wrong:
        raise StatementMalformed(file=name, line=wrong.position[0], form=FORM) from None
    except (DefusedXmlException, LookupError, ValueError):  # entities, a DTD, an unknown encoding
        line = builder.lines.CurrentLineNumber
        raise StatementMalformed(file=name, line=line, form=FORM) from None
    return root


class _Builder(TreeBuilder):
    lines: Any = None

    def start(self, tag: Any, attrs: Any, /) -> Any:
        return super().start(tag, {**attrs, _LINE: str(self.lines.CurrentLineNumber)})


def _statement(name: str, statement: Element, already: int) -> list[Entry]:
    """Return the entries of one statement. Raises StatementMalformed, StatementUnbalanced, LineWrong."""
    top = Place(name, int(statement.attrib[_LINE]))
    booked = [entry for entry in statement.findall("{*}Ntry") if _status(entry) == "BOOK"]
    opening, closing = (_balance(name, statement, kinds) for kinds in (_OPENING, _CLOSING))
    if opening is None or closing is None:
        raise StatementMalformed(file=name, line=top.line, form=FORM)
    _check_count(top, statement)
    told = [(entry, line) for entry in booked for line in _lines(name, entry)]
    signed = [line[0] for _, line in told]
    try:
        check_sum(name, opening, closing, signed)
    except StatementUnbalanced:
        # some banks give a reversal the side of the reversed entry; the balances prove which
        signed = [-amount if _is_reversal(entry) else amount for (entry, _), amount in zip(told, signed, strict=True)]
        if opening + sum(signed) != closing:
            raise
    found: list[Entry] = []
    balance = Decimal(opening)
    for (entry, (_, text, reference)), amount in zip(told, signed, strict=True):
        balance += amount
        place = Place(name, int(entry.attrib[_LINE]))
        day = _day(place, entry)
        found.append(Entry(already + len(found) + 1, place.line, day, amount, text, reference, exact(balance)))
    return found


def _is_reversal(entry: Element) -> bool:
    return (entry.findtext("{*}RvslInd") or "").strip().lower() in ("true", "1")


def _check_count(top: Place, statement: Element) -> None:
    """Raise LineWrong where the statement declares another number of entries than it has."""
    said = (statement.findtext("{*}TxsSummry/{*}TtlNtries/{*}NbOfNtries") or "").strip()
    if said.isdecimal() and int(said) != len(statement.findall("{*}Ntry")):
        top.refuse("NbOfNtries", "donations.entries")


def _status(entry: Element) -> str:
    """Return the status: `<Sts>BOOK</Sts>`, or since version 8 `<Sts><Cd>BOOK</Cd></Sts>`."""
    return (entry.findtext("{*}Sts/{*}Cd") or entry.findtext("{*}Sts") or "").strip()


def _balance(name: str, statement: Element, kinds: tuple[str, ...]) -> Amount | None:
    for kind in kinds:
        for balance in statement.findall("{*}Bal"):
            if (balance.findtext("{*}Tp/{*}CdOrPrtry/{*}Cd") or "").strip() == kind:
                return _amount(name, balance, balance)
    return None


def _amount(name: str, holder: Element, sided: Element) -> Amount:
    """Return the signed rupiah of an element with Amt; `sided` has the side. Raises LineWrong."""
    amount = holder.find("{*}Amt")
    place = Place(name, int((holder if amount is None else amount).attrib[_LINE]))
    if amount is not None and amount.get("Ccy") != CURRENCY:
        place.refuse("Amt/@Ccy", "donations.rupiah_only")
    value = place.amount("Amt", None if amount is None else (amount.text or "").strip())
    if value < 0:
        place.refuse("Amt", "donations.negative")
    side = (sided.findtext("{*}CdtDbtInd") or "").strip()
    if side not in ("CRDT", "DBIT"):
        place.refuse("CdtDbtInd", "paper.choice")
    return value if side == "CRDT" else -value


def _own_amount(part: Element) -> Element | None:
    """Return the element with the amount of a payment within an entry: the payment itself, or its details."""
    return part if part.find("{*}Amt") is not None else part.find("{*}AmtDtls/{*}TxAmt")


def _lines(name: str, entry: Element) -> Iterator[tuple[Amount, str, str | None]]:
    """Yield signed rupiah, text and reference of each payment in an entry. Raises LineWrong."""
    whole, said = _amount(name, entry, entry), _texts(entry, ("{*}AddtlNtryInf",))
    reference = _reference(entry.findtext("{*}AcctSvcrRef"))
    parts = entry.findall("{*}NtryDtls/{*}TxDtls")
    holders = [_own_amount(part) for part in parts]
    if len(parts) > 1 and None not in holders:
        amounts = [
            _amount(name, holder, entry if part.find("{*}CdtDbtInd") is None else part)
            for part, holder in zip(parts, holders, strict=True)
            if holder is not None
        ]
        if sum(amounts) != whole:
            Place(name, int(entry.attrib[_LINE])).refuse("NtryDtls", "donations.parts")
        for amount, part in zip(amounts, parts, strict=True):
            own = _reference(part.findtext("{*}Refs/{*}AcctSvcrRef")) or reference
            yield amount, "\n".join(_texts(part, _TEXTS) + said) or "-", own
        return
    words = [text for part in parts for text in _texts(part, _TEXTS)] + said
    own = next((found for part in parts if (found := _reference(part.findtext("{*}Refs/{*}AcctSvcrRef")))), None)
    yield whole, "\n".join(words) or "-", reference or own


def _texts(element: Element, paths: tuple[str, ...]) -> list[str]:
    found = [(each.text or "").strip() for path in paths for each in element.findall(path)]
    return [text for text in found if text and text.upper() != "NOTPROVIDED"]


def _reference(text: str | None) -> str | None:
    return (text or "").strip() or None


def _day(place: Place, entry: Element) -> date:
    for kind in ("BookgDt", "ValDt"):
        if text := entry.findtext(f"{{*}}{kind}/{{*}}Dt") or entry.findtext(f"{{*}}{kind}/{{*}}DtTm"):
            try:
                return parse_day(text.strip()[:10])
            except DateMalformed:
                place.refuse(kind, "paper.day")
    place.refuse("BookgDt", "paper.missing")
