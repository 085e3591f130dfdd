"""Cursors: where a row stands in an ordered page, as the values it is ordered by and its key, sealed.

A page goes on from these values, not from the row: the row may move or end between two pages, and the next page stays right. The values
may be masked, so a cursor is sealed (AES-SIV, a key derived for cursors alone) and bound to its order: nobody reads, makes or reuses one.
Without an order a row stands by its key, which tells nothing masked, and the cursor is the row's id.

The database writes a cursor behind a mark that no one outside this process knows; it is sealed in the bytes of the answer, so that an
answer need not be parsed for it.
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
_BLOCK = 32  # so that a cursor's length tells little of a value's


def name_of(thing: Entity, orders: Sequence[Order]) -> str:
    """Return what a cursor is bound to: `Person fullName desc, village.name asc`."""
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
    """Return an answer with its cursors sealed."""
    own = sealer.derived(_PURPOSE)
    return _MARKED.sub(lambda found: b'"' + seal(own, bytes.fromhex(found[1].decode())) + b'"', body)


def seal(own: Sealer, plain: bytes) -> bytes:
    padded = plain.ljust(-(-len(plain) // _BLOCK) * _BLOCK)
    return urlsafe_b64encode(own.seal_bytes(_PURPOSE, padded)).rstrip(b"=")


@dataclass(frozen=True, slots=True)
class CursorValue:
    """One value of a cursor, known when it is opened."""

    cursor: str
    name: str
    index: int

    def bound(self, sealer: Sealer) -> str | None:
        """Raises CursorWrong."""
        opened = open_cursor(self.cursor, sealer)
        if opened is None or opened[0] != self.name:
            raise CursorWrong()
        return opened[1 + self.index]


def open_cursor(cursor: str, sealer: Sealer) -> list[str | None] | None:
    """Return what a cursor is bound to and its values; None where it is none of ours."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        opened: list[str | None] = orjson.loads(sealer.derived(_PURPOSE).unseal_bytes(_PURPOSE, sealed))
    except (ValueError, IndexError, SealKeyWrong):
        return None
    return opened
