"""Office tables: the owners of facts."""

from sqlalchemy import Table

from jamsos.data_classes import OPEN
from jamsos.db import choice, code, instant, metadata, text_
from jamsos.offices.rules import OfficeKind

# `code` is the code of the office's region: 53.15, 53 or ID.
offices = Table(
    "offices",
    metadata,
    code("code", primary_key=True, info=OPEN),
    text_("name", info=OPEN),
    choice("kind", OfficeKind, info=OPEN),
    instant("created_at"),
    info={"grows": True, "national": True},
)
