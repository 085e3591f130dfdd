"""Entries: what a bank's statement says, line by line, whichever form it came in."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, NoReturn

from jamsos.donations.errors import StatementUnbalanced
from jamsos.errors import LineWrong

CURRENCY = "IDR"
_GROUPED = re.compile(r"(\d+|\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?")


class Entry(NamedTuple):
    """`number`: its place in the statement; `line`: of the file, to be named by. `signed`: rupiah in (+) or out (−).

    `balance` of the account after it, where the statement tells.
    """

    number: int
    line: int
    day: date
    signed: int
    text: str
    reference: str | None
    balance: int | None


@dataclass(frozen=True)
class Statement:
    """A whole file: its name without the folder, its SHA-256, its entries."""

    name: str
    sha256: bytes
    entries: Sequence[Entry]

    def fingerprinted(self) -> Iterator[tuple[Entry, bytes]]:
        """Each entry with what it is known by again, in another statement and in another form.

        The balance after it tells equal gifts apart. Where two entries of a day leave the same balance (a gift, its return and the
        gift again), they are told apart by their turn; a line printed twice word for word has one turn.
        """
        turns: dict[tuple[date, int, int | None], list[tuple[str, str | None]]] = {}
        for entry in self.entries:
            same = turns.setdefault((entry.day, entry.signed, entry.balance), [])
            words = (" ".join(entry.text.split()), entry.reference)
            if words not in same:
                same.append(words)
            known = same.index(words) if entry.balance is not None else words
            yield entry, _hash(entry.day, entry.signed, entry.balance, known)


def _hash(*values: object) -> bytes:
    return hashlib.sha256("\n".join(map(str, values)).encode()).digest()


class Place(NamedTuple):
    """Where in a file something is read, to be named when it is wrong."""

    file: str
    line: int

    def refuse(self, field: str, wish: str) -> NoReturn:
        """Raises LineWrong."""
        raise LineWrong(file=self.file, line=self.line, field=field, wish=wish)

    def whole(self, field: str, amount: Decimal | str | None) -> int:
        """Whole rupiah of a decimal number. Raises LineWrong; a statement in rupiah has no sen."""
        try:
            value = Decimal(amount if amount is not None else "nothing")
        except InvalidOperation:
            self.refuse(field, "donations.whole")
        if not value.is_finite() or value != value.to_integral_value() or abs(value) >= 10**15:
            self.refuse(field, "donations.whole")
        return int(value)

    def written(self, field: str, text: str) -> int:
        """Whole rupiah as banks write them: `16800`, `16.800,00`, `16,800.00`, `Rp16.800`. Raises LineWrong."""
        found = _GROUPED.fullmatch(re.sub(r"^(Rp\.?|IDR)\s*|\s", "", text, flags=re.IGNORECASE))
        if not found or (found[3] and (found[3] == found[2] or found[4].strip("0"))):
            self.refuse(field, "donations.whole")
        return self.whole(field, re.sub(r"[.,]", "", found[1]))


def check_sum(file: str, opening: int, closing: int, signed: Sequence[int]) -> None:
    """Raises StatementUnbalanced: a statement that was cut, or read wrongly, leads elsewhere."""
    reached = opening + sum(signed)
    if reached != closing:
        raise StatementUnbalanced(file=file, opening=opening, reached=reached, closing=closing)
