"""GraphQL types of donations: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import MONEY, then, when
from jamsos.donations.tables import bank_lines, donation_matches, pledges
from jamsos.ledger.tables import documents


@graphql_entity(
    pledges,
    needs=MONEY,
    by=("fund", "is_named", "pledged_date:month", "pledged_date:year"),
    recorded=then(pledges.c.recorded_at),
)
class Pledge(Node):
    """A pledged gift; its money counts only when a bank line matches it."""

    matches = has_many("DonationMatch", "pledge", "The bank lines that name it.")


@graphql_entity(
    bank_lines,
    needs=MONEY,
    by=("statement", "booked_date:month", "booked_date:year"),
    recorded=when(bank_lines.c.statement_id, documents.c.recorded_at),
)
class BankLine(Node):
    """A line of a bank statement as received."""

    matches = has_many("DonationMatch", "bankLine", "The recognised field.")


@graphql_entity(donation_matches, needs=MONEY, by=("outcome", "pledge"), recorded=then(donation_matches.c.recorded_at))
class DonationMatch(Node):
    """The match of a bank line with a pledge, or the decision that replaced it."""

    replaced_by = has_many("DonationMatch", "replaces", "The decision in its place: one, or none.")
