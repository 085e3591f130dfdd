"""QRIS: the office's own static payment code with an amount and a reference put in.

EMVCo Merchant-Presented Mode: tags of two digits, lengths of two digits, values; tag 63 is a CRC-16/CCITT-FALSE over everything
before it, its own tag and length included. The merchant's data come from the office's bank in the static code and are never invented here.
A code gives no confirmation of payment: a pledge is money only when the bank's statement says so.
"""

import binascii

from jamsos.donations.errors import QrisMalformed

INITIATION, AMOUNT, ADDITIONAL, CRC = "01", "54", "62", "63"
DYNAMIC = "12"
REFERENCE_LABEL = "05"


def with_amount(static: str, amount: int, reference: str) -> str:
    """The static code as a dynamic one for `amount` rupiah, with `reference` (at most 25 characters) as its reference label.

    Raises QrisMalformed when the static code is cut, altered or without a CRC.
    """
    tags = parse(static)
    tags[INITIATION] = DYNAMIC
    tags[AMOUNT] = str(amount)
    tags[ADDITIONAL] = _field(REFERENCE_LABEL, reference)
    body = "".join(_field(tag, tags[tag]) for tag in sorted(tags) if tag != CRC)
    return signed(body)


def parse(text: str) -> dict[str, str]:
    """The tags of a code in their order, its CRC checked. Raises QrisMalformed."""
    tags: dict[str, str] = {}
    rest = text
    while rest:
        tag, length = rest[:2], rest[2:4]
        if not (tag.isdigit() and length.isdigit()) or len(rest) < 4 + int(length):
            raise QrisMalformed(place=len(text) - len(rest) + 1)
        tags[tag], rest = rest[4 : 4 + int(length)], rest[4 + int(length) :]
    if text != signed(text[:-8]):
        raise QrisMalformed(place=len(text) - 3)
    return tags


def signed(body: str) -> str:
    """The body with its CRC tag, which always stands last."""
    head = f"{body}{CRC}04"
    return f"{head}{binascii.crc_hqx(head.encode(), 0xFFFF):04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
