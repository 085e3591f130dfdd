"""Entries: the lines of a bank statement, independent of its format. Amounts are exact to the sen."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, NoReturn

from jamsos.donations.errors import StatementGap, StatementUnbalanced
from jamsos.errors import LineWrong

CURRENCY = "IDR"
# Whole rupiah as an int, and rupiah with sen as a Decimal of two places.
Amount = int | Decimal
_GROUPED = re.compile(r"(\d+|\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)?(?:([.,])(\d{1,2}))?")
_SLOPPY = re.compile(r"(\d{4,})[.,](\d{3})")


class Entry(NamedTuple):
    """A line of a statement. `number`: its position; `line`: its line in the file. `signed`: rupiah in (+) or out (−), with sen.

    `balance`: the account's balance after it, where the statement gives one.
    """

    number: int
    line: int
    day: date
    signed: Amount
    text: str
    reference: str | None
    balance: Amount | None

    @property
    def whole(self) -> int:
        """The whole rupiah, rounded towards zero."""
        return int(self.signed)

    @property
    def sen(self) -> int:
        """The sen that `whole` omits, with the sign of the amount."""
        return int((self.signed - self.whole) * 100)


@dataclass(frozen=True)
class Statement:
    """A whole file: its name without the folder, its SHA-256, its entries."""

    name: str
    sha256: bytes
    entries: Sequence[Entry]

    def fingerprinted(self) -> Iterator[tuple[Entry, bytes]]:
        """Yield each entry with its fingerprint, which is the same in another statement and in another format.

        The balance after an entry separates equal donations. Two entries of a day may leave the same balance (a
        donation, its refund, and the donation again); then their turn separates them. An exact duplicate has the same
        turn.
        """
        turns: dict[tuple[date, Amount, Amount | None], list[tuple[str, str | None]]] = {}
        for entry in self.entries:
            same = turns.setdefault((entry.day, entry.signed, entry.balance), [])
            words = (" ".join(entry.text.split()), entry.reference)
            if words not in same:
                same.append(words)
            known = same.index(words) if entry.balance is not None else words
            yield entry, _hash(entry.day, entry.signed, entry.balance, known)


def _hash(*values: object) -> bytes:
    return hashlib.sha256("\n".join(map(str, values)).encode()).digest()


def exact(value: Decimal) -> Amount:
    """Return the amount as an int where it is whole, else with two places, so that equal amounts have equal texts."""
    whole = value.to_integral_value()
    return int(whole) if whole == value else value.quantize(Decimal("0.01"))


class Place(NamedTuple):
    """A position in a file, for error messages."""

    file: str
    line: int

    def refuse(self, field: str, wish: str) -> NoReturn:
        """Raise LineWrong for this position."""
        raise LineWrong(file=self.file, line=self.line, field=field, wish=wish)

    def amount(self, field: str, amount: Decimal | str | None) -> Amount:
        """Return the rupiah and sen of a decimal number. Raises LineWrong: a statement in rupiah has two decimal places."""
        try:
            value = Decimal(amount if amount is not None else "nothing")
        except InvalidOperation:
            self.refuse(field, "donations.amount")
        if not value.is_finite() or abs(value) >= 10**15 or value * 100 != (value * 100).to_integral_value():
            self.refuse(field, "donations.amount")
        return exact(value)

    def written(self, field: str, text: str) -> Amount:
        """Return rupiah in the banks' notations: `16800`, `16.800,50`, `16,800.50`, `Rp16.800`, `.00`. Raises LineWrong."""
        bare = bare_amount(text)
        found = _GROUPED.fullmatch(bare)
        if not bare or not found or (found[3] and found[3] == found[2]):
            self.refuse(field, "donations.amount")
        return self.amount(field, f"{re.sub(r'[.,]', '', found[1] or '0')}.{found[4] or '0'}")


def bare_amount(text: str) -> str:
    return re.sub(r"^(Rp\.?|IDR)\s*|[\s\u00a0'’]", "", text.strip(), flags=re.IGNORECASE)


def sloppy_amount(text: str) -> str | None:
    """Return `1050.400`, a number grouped only at its end, as 1050400. It counts only where a balance proves it."""
    found = _SLOPPY.fullmatch(bare_amount(text))
    return f"{found[1]}{found[2]}" if found else None


def check_sum(file: str, opening: Amount, closing: Amount, signed: Sequence[Amount]) -> None:
    """Raise StatementUnbalanced where the lines do not lead to the closing balance: the statement is truncated or misread."""
    reached = opening + sum(signed)
    if reached != closing:
        raise StatementUnbalanced(file=file, opening=opening, reached=reached, closing=closing)


def check_chain(file: str, opening: Amount | None, entries: Sequence[Entry]) -> Amount | None:
    """Return the last known balance. Raises StatementGap where a balance does not follow from the one before it.

    An exact duplicate counts once. Between entries without balances only the sum is checked.
    """
    before, moved, seen = opening, Decimal(0), set()
    for entry in entries:
        same = (entry.day, entry.signed, entry.balance, entry.text, entry.reference)
        if entry.balance is not None and same in seen:
            continue
        seen.add(same)
        moved += entry.signed
        if entry.balance is None:
            continue
        if before is not None and before + moved != entry.balance:
            raise StatementGap(
                file=file, line=entry.line, before=before, reached=exact(before + moved), balance=entry.balance,
                gap=exact(entry.balance - before - moved),
            )  # fmt: skip
        before, moved = entry.balance, Decimal(0)
    return before if before is None else exact(before + moved)
