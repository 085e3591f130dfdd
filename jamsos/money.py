"""Money: whole rupiah as `int`, and their text forms. No floats; only a bank statement has sen, as exact decimal numbers.

The text forms follow Indonesian offices: `Rp570.326.400`, and words (terbilang) beside a total.
"""

from decimal import Decimal
from typing import NewType

Rupiah = NewType("Rupiah", int)

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1_000, "ribu"), (100, "ratus"))


def rupiah_text(amount: int | Decimal) -> str:
    """Return `-16800` as `-Rp16.800`, and with sen `Rp123,45`. Both languages use the legal form."""
    whole, sen = divmod(int(abs(Decimal(amount)) * 100), 100)
    return f"{'-' if amount < 0 else ''}Rp{grouped(whole, 'id')}{f',{sen:02d}' if sen else ''}"


def grouped(number: int, language: str) -> str:
    """Return a number with thousands separators: `4649` → `4.649` in Indonesian, `4,649` in English."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "id" else text


def in_words(amount: int) -> str:
    """Return a number in Indonesian words (terbilang), without the word rupiah: 11000 → `sebelas ribu`.

    As in usage, "seribu" and "seratus" replace "satu ribu" and "satu ratus".
    """
    if amount < 0:
        return f"minus {in_words(-amount)}"
    if amount < 12:
        return _DIGITS[amount]
    if amount < 20:
        return f"{_DIGITS[amount - 10]} belas"
    if amount < 100:
        tens, rest = divmod(amount, 10)
        return _joined(f"{_DIGITS[tens]} puluh", rest)
    scale, name = next(pair for pair in _SCALES if amount >= pair[0])
    count, rest = divmod(amount, scale)
    return _joined(f"se{name}" if count == 1 and scale <= 1_000 else f"{in_words(count)} {name}", rest)


def _joined(words: str, rest: int) -> str:
    return f"{words} {in_words(rest)}" if rest else words
