"""Cursors: the position of a row in an ordered page, as its sort values and its key, sealed.

A page continues from these values, not from the row: even if the row moves or is retired between two pages, the next page is
correct. The values may be masked, so a cursor is sealed (AES-SIV, with a key derived for cursors alone) and bound to its order:
nobody can read, create or reuse one. Without an order the cursor is the row's id, whose key contains no masked value.

The database writes a cursor after a mark that only this process knows. The cursor is sealed in the bytes of the response, so the
response need not be parsed.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from api.errors import CursorWrong
from api.sql.entities import Entity
from api.sql.plan_nodes import Order
from jamsos.errors import SealKeyWrong
from jamsos.sealing import Sealer

MARK = f"~{secrets.token_hex(16)}~"
_MARKED = re.compile(rb'"' + MARK.encode() + rb'([0-9a-f]+)"')
_PURPOSE = "cursor"
_BLOCK = 32  # so that the length of a cursor reveals little about the length of its values


def name_of(thing: Entity, orders: Sequence[Order]) -> str:
    """Return the order that a cursor is bound to, such as `Person fullName desc, village.name asc`."""
    terms = [
        f"{'.'.join([*(one.name for one in order.ones), order.column.name])} {'desc' if order.descending else 'asc'}"
        for order in orders
    ]
    return f"{thing.name} {', '.join(terms)}"


def marked(name: str, values: Sequence[str]) -> str:
    """Return the SQL of a cursor; `values` are expressions."""
    texts = "".join(f", ({value})::text" for value in values)
    return f"'{MARK}' || encode(convert_to(json_build_array('{name}'{texts})::text, 'UTF8'), 'hex')"


def seal_marked(body: bytes, sealer: Sealer) -> bytes:
    """Return a response with its cursors sealed."""
    own = sealer.derived(_PURPOSE)
    return _MARKED.sub(lambda found: b'"' + seal(own, bytes.fromhex(found[1].decode())) + b'"', body)


def seal(own: Sealer, plain: bytes) -> bytes:
    padded = plain.ljust(-(-len(plain) // _BLOCK) * _BLOCK)
    return urlsafe_b64encode(own.seal_bytes(_PURPOSE, padded)).rstrip(b"=")


@dataclass(frozen=True, slots=True)
class CursorValue:
    """One value of a cursor, known after the cursor is opened."""

    cursor: str
    name: str
    index: int

    def bound(self, sealer: Sealer) -> str | None:
        """Return the value. Raises CursorWrong."""
        opened = open_cursor(self.cursor, sealer)
        if opened is None or opened[0] != self.name:
            raise CursorWrong()
        return opened[1 + self.index]


def open_cursor(cursor: str, sealer: Sealer) -> list[str | None] | None:
    """Return the bound order of a cursor and its values; None for a foreign cursor."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        opened: list[str | None] = orjson.loads(sealer.derived(_PURPOSE).unseal_bytes(_PURPOSE, sealed))
    except (ValueError, IndexError, SealKeyWrong):
        return None
    return opened
