"""Entries: what a bank's statement says, line by line, whichever form it came in. Amounts are exact to the sen."""

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
# Rupiah as an int, and where there are sen as a Decimal of two places.
Amount = int | Decimal
_GROUPED = re.compile(r"(\d+|\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)?(?:([.,])(\d{1,2}))?")
_SLOPPY = re.compile(r"(\d{4,})[.,](\d{3})")


class Entry(NamedTuple):
    """`number`: its place in the statement; `line`: of the file, to be named by. `signed`: rupiah in (+) or out (−), with sen.

    `balance` of the account after it, where the statement tells.
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
        """Whole rupiah, towards zero."""
        return int(self.signed)

    @property
    def sen(self) -> int:
        """What `whole` leaves out, with the sign of the amount."""
        return int((self.signed - self.whole) * 100)


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
    """Return the amount as an int where it is whole, else with two places, so that equal amounts are written alike."""
    whole = value.to_integral_value()
    return int(whole) if whole == value else value.quantize(Decimal("0.01"))


class Place(NamedTuple):
    """Where in a file something is read, to be named when it is wrong."""

    file: str
    line: int

    def refuse(self, field: str, wish: str) -> NoReturn:
        """Raises LineWrong."""
        raise LineWrong(file=self.file, line=self.line, field=field, wish=wish)

    def amount(self, field: str, amount: Decimal | str | None) -> Amount:
        """Return rupiah and sen of a decimal number. Raises LineWrong: a statement in rupiah has two places."""
        try:
            value = Decimal(amount if amount is not None else "nothing")
        except InvalidOperation:
            self.refuse(field, "donations.amount")
        if not value.is_finite() or abs(value) >= 10**15 or value * 100 != (value * 100).to_integral_value():
            self.refuse(field, "donations.amount")
        return exact(value)

    def written(self, field: str, text: str) -> Amount:
        """Return rupiah as banks write them: `16800`, `16.800,50`, `16,800.50`, `Rp16.800`, `.00`. Raises LineWrong."""
        bare = bare_amount(text)
        found = _GROUPED.fullmatch(bare)
        if not bare or not found or (found[3] and found[3] == found[2]):
            self.refuse(field, "donations.amount")
        return self.amount(field, f"{re.sub(r'[.,]', '', found[1] or '0')}.{found[4] or '0'}")


def bare_amount(text: str) -> str:
    return re.sub(r"^(Rp\.?|IDR)\s*|[\s\u00a0'’]", "", text.strip(), flags=re.IGNORECASE)


def sloppy_amount(text: str) -> str | None:
    """Return `1050.400` as 1050400: a number grouped only at its end. It counts only where a balance proves it."""
    found = _SLOPPY.fullmatch(bare_amount(text))
    return f"{found[1]}{found[2]}" if found else None


def check_sum(file: str, opening: Amount, closing: Amount, signed: Sequence[Amount]) -> None:
    """Raises StatementUnbalanced: a statement that was cut, or read wrongly, leads elsewhere."""
    reached = opening + sum(signed)
    if reached != closing:
        raise StatementUnbalanced(file=file, opening=opening, reached=reached, closing=closing)


def check_chain(file: str, opening: Amount | None, entries: Sequence[Entry]) -> Amount | None:
    """Return the last balance known. Raises StatementGap where the balance of an entry does not follow from the one before it.

    A line that is printed twice word for word counts once. Between entries without balances only the sum is held.
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
