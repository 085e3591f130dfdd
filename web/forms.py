"""Forms: what a visitor typed, kept as typed, and what is wrong with it, each mistake at its field. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LEAST, NAME_LENGTH, TYPED = 1_000, 100, 200
TRAP = "situs"  # a field that nobody sees; only a machine fills it
_RUPIAH = re.compile(r"(?:rp\.?)?\s*(\d{1,3}(?:([.,\s])\d{3})(?:\2\d{3})*|\d+)(?:,00|,-)?", re.IGNORECASE)


@dataclass(frozen=True)
class Mistake:
    """`key` of the catalogue, and what its sentence is filled with."""

    key: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class GiftForm:
    """`typed`: the fields as they were sent; `amount` and `donor_name` only where `mistakes` is empty."""

    typed: Mapping[str, str]
    mistakes: Mapping[str, Mistake]
    amount: int = 0
    donor_name: str | None = None


FIELDS = ("pilihan", "jumlah", "sebut", "nama", TRAP, "formulir")
BLANK = GiftForm(dict.fromkeys(FIELDS, ""), {})


def read_gift(sent: Mapping[str, str], most: int) -> GiftForm:
    """A typed amount goes before a chosen one; a donor who stays anonymous leaves no name."""
    typed = {name: sent.get(name, "")[:TYPED].strip() for name in FIELDS}
    amount, wrong_amount = _amount(typed["jumlah"] or typed["pilihan"], most)
    name, wrong_name = _name(typed["nama"]) if typed["sebut"] == "ya" else (None, None)
    found = {"jumlah": wrong_amount, "nama": wrong_name, TRAP: Mistake("trap") if typed[TRAP] else None}
    mistakes = {name: mistake for name, mistake in found.items() if mistake}
    return GiftForm(typed, mistakes, amount, name)


def _amount(text: str, most: int) -> tuple[int, Mistake | None]:
    """`50400`, `50.400`, `Rp 50,400` and `Rp50.400,00` are the same."""
    if not text:
        return 0, Mistake("amount_missing")
    found = _RUPIAH.fullmatch(text)
    if not found:
        return 0, Mistake("amount_malformed")
    amount = int(re.sub(r"\D", "", found[1]))
    if amount < LEAST:
        return 0, Mistake("amount_small", {"least": LEAST})
    return (amount, None) if amount <= most else (0, Mistake("amount_large", {"most": most}))


def _name(text: str) -> tuple[str | None, Mistake | None]:
    if not text:
        return None, Mistake("name_missing")
    if len(text) > NAME_LENGTH:
        return None, Mistake("name_long", {"most": NAME_LENGTH})
    return (text, None) if text.isprintable() else (None, Mistake("name_malformed"))
