"""Data classes: what a column discloses about a person, who may see it unmasked, and by which law.

Every column of every table has one class in its `info` (jamsos/db.py), or takes that of the key that it refers to.
Masks, filters, orders, aggregates, exports, files, the audit trail and the warehouse use the class. The program does
not start with an unclassified column. The law is UU 27/2022 on personal data protection: its article 4(2) lists
specific personal data, 4(3) general personal data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, MetaData, Table

from jamsos.errors import ColumnUnclassed

KEY = "data_class"
Info = dict[Any, Any]


class DataClass(StrEnum):
    """The classes, from data about no person to data that is never returned."""

    open = "open"
    official = "official"
    pseudonym = "pseudonym"
    general = "general"
    identity = "identity"
    contact = "contact"
    finance = "finance"
    vulnerability = "vulnerability"
    narrative = "narrative"
    donor = "donor"
    secret = "secret"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Handling:
    """How a class is handled. `unmasked_by`: the scope that unmasks it; None where every reader of the row sees the value."""

    law: str
    holds: str
    unmasked_by: str | None = None
    is_asked: bool = True
    in_warehouse: bool = True

    @property
    def is_masked(self) -> bool:
        return self.unmasked_by is not None or not self.is_asked


HANDLING: dict[DataClass, Handling] = {
    DataClass.open: Handling("-", "speaks of no person: codes, money, days and counts of the programme"),
    DataClass.official: Handling(
        "4(3) a",
        "who acts in an office and what they state there: an act names who answers for it",
        in_warehouse=False,
    ),
    DataClass.pseudonym: Handling("4(3) f", "a number that stands for one person in this programme alone"),
    DataClass.general: Handling("4(3) b, f", "a fact about a person that identifies nobody alone: sex, work, village"),
    DataClass.identity: Handling(
        "4(3) a, f", "who somebody is: NIK, KK, name, birth, KPJ", "unmask:identity", in_warehouse=False
    ),
    DataClass.contact: Handling(
        "4(3) f", "where somebody is reached: address, telephone", "unmask:contact", in_warehouse=False
    ),
    DataClass.finance: Handling("4(2) f", "personal finances: the bank account", "unmask:finance", in_warehouse=False),
    DataClass.vulnerability: Handling(
        "4(2) a, g; 4(3) e",
        "what may hurt: disability, welfare decile, marital status, group, and the points that tell them",
        "unmask:vulnerability",
    ),
    DataClass.narrative: Handling(
        "4(2), 4(3)", "free words about a person, which may hold anything", "unmask:identity", in_warehouse=False
    ),
    DataClass.donor: Handling(
        "4(2) f; 4(3) a", "who gave, in their or the bank's words", "unmask:donor", in_warehouse=False
    ),
    DataClass.secret: Handling(
        "35, 36",
        "proofs, hashes of secrets, search keys and sealed files: no field, no filter, no export",
        is_asked=False,
        in_warehouse=False,
    ),
}

# For column declarations: `Column("decile", SmallInteger, info=VULNERABILITY)`.
OPEN: Info = {KEY: DataClass.open}
OFFICIAL: Info = {KEY: DataClass.official}
PSEUDONYM: Info = {KEY: DataClass.pseudonym}
GENERAL: Info = {KEY: DataClass.general}
IDENTITY: Info = {KEY: DataClass.identity}
CONTACT: Info = {KEY: DataClass.contact}
FINANCE: Info = {KEY: DataClass.finance}
VULNERABILITY: Info = {KEY: DataClass.vulnerability}
NARRATIVE: Info = {KEY: DataClass.narrative}
DONOR: Info = {KEY: DataClass.donor}
SECRET: Info = {KEY: DataClass.secret}


_READ_AS = "warehouse_reads_as"


def read_as(macro: str) -> Info:
    """Let the warehouse read a column of an otherwise unreadable class, only through this macro."""
    return {_READ_AS: macro}


def macro_of(column: "Column[Any]") -> str | None:
    """Return the only macro through which the warehouse reads the column, or None."""
    found: str | None = column.info.get(_READ_AS)
    return found


def class_of(column: "Column[Any]") -> DataClass:
    """Return the class that a column declares, or that of the key that it refers to. Raises ColumnUnclassed."""
    if (declared := column.info.get(KEY)) is not None:
        return DataClass(declared)
    for key in column.foreign_keys:
        if key.column is not column:
            return class_of(key.column)
    raise ColumnUnclassed(table=column.table.name, column=column.name)


def handling_of(column: "Column[Any]") -> Handling:
    return HANDLING[class_of(column)]


def classed(table: Table, *classes: DataClass) -> list[str]:
    """Return the names of a table's columns that are of one of these classes."""
    return [column.name for column in table.columns if class_of(column) in classes]


def masked(table: Table) -> list[str]:
    """Return the names of a table's columns that some readers of the row may not see."""
    return [column.name for column in table.columns if handling_of(column).is_masked]


def scopes_for(columns: Iterable["Column[Any]"]) -> list[str]:
    """Return the scopes that unmask all these columns, each once, in order."""
    return list(dict.fromkeys(scope for column in columns if (scope := handling_of(column).unmasked_by)))


def shown_names(columns: Iterable["Column[Any]"]) -> list[str]:
    """Return the names of those columns that are masked, as the audit trail writes them."""
    return sorted({column.name.removesuffix("_sealed") for column in columns if handling_of(column).is_masked})


def check_classes(metadata: MetaData) -> None:
    """Raise ColumnUnclassed for the first column that has no class."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            class_of(column)
