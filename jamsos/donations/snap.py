"""SNAP BI: what a payment provider tells us of a QRIS payment (service 52, `qr-mpm-notify`), and whether it was the provider.

Standar Nasional Open API Pembayaran (Bank Indonesia and ASPI): the symmetric signature is HMAC-SHA512, under the client's secret, of
method, path, access token, SHA-256 of the minified body and timestamp, with colons between. Pure.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from jamsos.donations.errors import NoticeMalformed, NoticeNotSigned
from jamsos.donations.statements.entries import CURRENCY

SERVICE = "52"
WINDOW = timedelta(minutes=5)
# A string that does not end is taken to the end: each byte is looked at once, whoever sent it.
_STRING_OR_BLANK = re.compile(rb'("(?:[^"\\]++|\\.)*+"?)|[ \t\r\n]++', re.DOTALL)
_DEPTH = 8


class NoticeStatus(StrEnum):
    """What the provider says became of a payment, where it moved money."""

    paid = "paid"
    refunded = "refunded"


_MOVED = {"00": NoticeStatus.paid, "04": NoticeStatus.refunded}
_STILL = {"01", "02", "03", "05", "06", "07", "08", "09"}


@dataclass(frozen=True)
class Headers:
    """As they were sent. `token`: what stands after `Bearer`, empty where there is none."""

    partner: str
    timestamp: str
    signature: str
    external_id: str
    token: str


@dataclass(frozen=True)
class Notice:
    """`status` None: nothing moved. `text`: everything written in it, in which a pledge's code is looked for."""

    reference: str
    status: NoticeStatus | None
    amount: int
    text: str


def minified(body: bytes) -> bytes:
    """JSON without the blanks between its parts; what stands in quotes stays as it is."""
    return _STRING_OR_BLANK.sub(lambda found: found[1] or b"", body)


def string_to_sign(method: str, path: str, token: str, body: bytes, timestamp: str) -> str:
    return ":".join((method, path, token, hashlib.sha256(minified(body)).hexdigest(), timestamp))


def signature(secret: str, signed: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha512).digest()


def check(
    headers: Headers, *, partner: str, secret: str, method: str, path: str, body: bytes, now: datetime
) -> datetime:
    """When the provider sent it. Raises NoticeNotSigned: another partner, another clock or another secret; it does not say which."""
    sent = _instant(headers.timestamp)
    signed = string_to_sign(method, path, headers.token, body, headers.timestamp)
    is_partner = hmac.compare_digest(headers.partner.encode(), partner.encode())
    is_signed = hmac.compare_digest(_bytes(headers.signature), signature(secret, signed))
    if not (is_partner and is_signed and sent and abs(now - sent) <= WINDOW):
        raise NoticeNotSigned()
    return sent


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _bytes(text: str) -> bytes:
    """Base64, as the standard's examples have it, or hexadecimal, as some providers send it."""
    try:
        return bytes.fromhex(text) if len(text) == 128 else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""


def read(body: bytes) -> Notice:
    """Raises NoticeMalformed naming the field."""
    try:
        told = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise NoticeMalformed(field="body") from None
    if not isinstance(told, dict):
        raise NoticeMalformed(field="body")
    code = _text(told, "latestTransactionStatus", 2)
    if code not in _MOVED.keys() | _STILL:
        raise NoticeMalformed(field="latestTransactionStatus")
    return Notice(
        _text(told, "originalReferenceNo", 64), _MOVED.get(code), _amount(told.get("amount")), "\n".join(_texts(told, _DEPTH)),
    )  # fmt: skip


def _text(told: dict[str, Any], name: str, most: int) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= most or "\0" in value:
        raise NoticeMalformed(field=name)
    return value.strip()


def _amount(told: Any) -> int:
    """Whole rupiah of `{"value": "50400.00", "currency": "IDR"}`. Raises NoticeMalformed."""
    if not isinstance(told, dict) or told.get("currency") != CURRENCY:
        raise NoticeMalformed(field="amount.currency")
    value = told.get("value")
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,16}(\.\d{1,2})?", value, re.ASCII):
        raise NoticeMalformed(field="amount.value")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise NoticeMalformed(field="amount.value") from None
    if amount != amount.to_integral_value() or not 0 < amount < 10**15:
        raise NoticeMalformed(field="amount.value")
    return int(amount)


def _texts(told: Any, depth: int) -> Iterator[str]:
    """Every text in it, not the names of its fields."""
    if isinstance(told, str):
        yield told.replace("\0", "")
    elif depth and isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from _texts(each, depth - 1)
