"""Tables: collect the tables of every room for migrations and tests. Raises ColumnUnclassed for a column without data class."""

from jamsos.access import tables as access
from jamsos.claims import tables as claims
from jamsos.complaints import tables as complaints
from jamsos.coverage import tables as coverage
from jamsos.coverage.reconciliation import minutes_tables as minutes
from jamsos.data_classes import check_classes
from jamsos.db import metadata
from jamsos.decrees import tables as decrees
from jamsos.donations import tables as donations
from jamsos.enrolment import tables as enrolment
from jamsos.issuance import tables as issuance
from jamsos.ledger import tables as ledger
from jamsos.offices import tables as offices
from jamsos.people import tables as people
from jamsos.regions import tables as regions
from jamsos.registry import tables as registry
from jamsos.selection import tables as selection

__all__ = [
    "access", "claims", "complaints", "coverage", "decrees", "donations", "enrolment",
    "issuance", "ledger", "metadata", "minutes", "offices", "people", "regions", "registry", "selection",
]  # fmt: skip

check_classes(metadata)
