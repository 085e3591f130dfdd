"""Issuance rules: serials of documents, and where a document in a file may end."""

import re
import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that looks like a digit
_GROUPS, _GROUP = 3, 4  # 60 bits: a public page shows documents by serial, so nobody may guess one
_END = re.compile(rb"%%EOF(\r\n|\n|\r)?")
MOST_ENDS = 200


def fresh_serial() -> str:
    """Return a random serial such as `K7QD-M2XA-9RTB`."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def plain_serial(typed: str) -> str | None:
    """Return a serial in its printed form, however typed; None where the text is no serial."""
    letters = re.sub(r"[\s-]", "", typed.upper())
    if len(letters) != _GROUPS * _GROUP or set(letters) - set(_LETTERS):
        return None
    return "-".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP))


def ends_of(content: bytes) -> list[int]:
    """Return every length at which a document that was signed later may have ended, the whole file first."""
    ends = {end for found in _END.finditer(content) for end in (found.end(), found.start() + 5)}
    return [len(content), *sorted(ends - {len(content)})[:MOST_ENDS]]
