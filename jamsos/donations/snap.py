"""SNAP BI: verify and read a payment provider's notice of a QRIS payment (service 52, `qr-mpm-notify`).

The standard is Standar Nasional Open API Pembayaran (Bank Indonesia and ASPI). The symmetric signature is HMAC-SHA512
under the client's secret. It covers method, path, access token, SHA-256 of the minified body and timestamp, separated
by colons. Pure.
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
# An unterminated string extends to the end of the body, so that the pattern reads each byte only once, whoever sent the body.
_STRING_OR_BLANK = re.compile(rb'("(?:[^"\\]++|\\.)*+"?)|[ \t\r\n]++', re.DOTALL)
_DEPTH = 8


class NoticeStatus(StrEnum):
    """The outcome of a payment that moved money, as the provider reports it."""

    paid = "paid"
    refunded = "refunded"


_MOVED = {"00": NoticeStatus.paid, "04": NoticeStatus.refunded}
_STILL = {"01", "02", "03", "05", "06", "07", "08", "09"}


@dataclass(frozen=True)
class Headers:
    """The headers of the notice. `token`: the text after `Bearer`, empty without one."""

    partner: str
    timestamp: str
    signature: str
    external_id: str
    token: str


@dataclass(frozen=True)
class Notice:
    """A notice. `status` None: no money moved. `text`: all its texts, in which a pledge code is searched."""

    reference: str
    status: NoticeStatus | None
    amount: int
    text: str


def minified(body: bytes) -> bytes:
    """Return JSON without the whitespace between its parts; strings stay unchanged."""
    return _STRING_OR_BLANK.sub(lambda found: found[1] or b"", body)


def string_to_sign(method: str, path: str, token: str, body: bytes, timestamp: str) -> str:
    return ":".join((method, path, token, hashlib.sha256(minified(body)).hexdigest(), timestamp))


def signature(secret: str, signed: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha512).digest()


def check(
    headers: Headers, *, partner: str, secret: str, method: str, path: str, body: bytes, now: datetime
) -> datetime:
    """Return when the provider sent the notice. Raises NoticeNotSigned for another partner, clock or secret, without saying which."""
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
    """Return the bytes of a signature in base64, as in the standard's examples, or in hexadecimal, as some providers send it."""
    try:
        return bytes.fromhex(text) if len(text) == 128 else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""


def read(body: bytes) -> Notice:
    """Return the notice of a body. Raises NoticeMalformed with the field."""
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
    """Return the whole rupiah of `{"value": "50400.00", "currency": "IDR"}`. Raises NoticeMalformed."""
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
    """Yield every text value, but no field name."""
    if isinstance(told, str):
        yield told.replace("\0", "")
    elif depth and isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from _texts(each, depth - 1)
