"""QRIS: insert an amount and a reference into the office's own static payment code.

EMVCo Merchant-Presented Mode: tags of two digits, lengths of two digits, values. Tag 63 is a CRC-16/CCITT-FALSE over
everything before it, including its own tag and length. The merchant's data come from the bank's static code and are
never invented here. A code does not confirm a payment: only the bank's statement turns a pledge into money. A donation
has no tip, so the tip tags are omitted. A code with a fee is refused, because the donor would pay another amount than
the pledge.
"""

import binascii

from jamsos.donations.errors import QrisMalformed, QrisWithFee

INITIATION, AMOUNT, TIP, FIXED_FEE, PERCENT_FEE, ADDITIONAL, CRC = "01", "54", "55", "56", "57", "62", "63"
DYNAMIC = "12"
ASKED_FOR_TIP = "01"
REFERENCE_LABEL = "05"
LONGEST = 99  # largest number of characters of a value


def with_amount(static: str, amount: int, reference: str) -> str:
    """Return the static code as a dynamic one for `amount` rupiah, with `reference` (at most 25 characters) as its label.

    Other additional data of the merchant (its terminal, its store) stay. Raises QrisMalformed when the static code is
    truncated, altered, without a CRC, or with a duplicate tag; QrisWithFee when it adds a fee of the merchant.
    """
    tags = parse(static)
    if tags.pop(TIP, ASKED_FOR_TIP) != ASKED_FOR_TIP or {FIXED_FEE, PERCENT_FEE} & tags.keys():
        raise QrisWithFee()
    tags[INITIATION] = DYNAMIC
    tags[AMOUNT] = str(amount)
    inside = _fields(static, tags.get(ADDITIONAL, ""), static.rfind(tags.get(ADDITIONAL) or "\0")) | {
        REFERENCE_LABEL: reference
    }
    tags[ADDITIONAL] = "".join(_field(tag, inside[tag]) for tag in sorted(inside))
    if len(tags[ADDITIONAL]) > LONGEST:
        raise QrisMalformed(place=static.rfind(ADDITIONAL) + 1)
    body = "".join(_field(tag, tags[tag]) for tag in sorted(tags) if tag != CRC)
    return signed(body)


def parse(text: str) -> dict[str, str]:
    """Return the tags of a code in order, after checking its CRC. Raises QrisMalformed."""
    tags = _fields(text, text, 0)
    if text != signed(text[:-8]):
        raise QrisMalformed(place=len(text) - 3)
    return tags


def _fields(code: str, text: str, before: int) -> dict[str, str]:
    """Return the tags of a part of a code that starts after `before` characters. Raises QrisMalformed, also for a duplicate tag."""
    tags: dict[str, str] = {}
    rest = text
    while rest:
        tag, length = rest[:2], rest[2:4]
        is_number = (tag + length).isascii() and (tag + length).isdecimal() and len(tag + length) == 4
        if not is_number or len(rest) < 4 + int(length) or tag in tags:
            raise QrisMalformed(place=min(before + len(text) - len(rest) + 1, len(code) or 1))
        tags[tag], rest = rest[4 : 4 + int(length)], rest[4 + int(length) :]
    return tags


def signed(body: str) -> str:
    """Return the body with its CRC tag, which is always last."""
    head = f"{body}{CRC}04"
    return f"{head}{binascii.crc_hqx(head.encode(), 0xFFFF):04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
