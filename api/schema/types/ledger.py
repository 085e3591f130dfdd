"""GraphQL types of ledger: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, answers, many
from api.schema.types.base import ABOVE, MONEY, then, when
from jamsos.ledger.tables import (
    contribution_rates,
    documents,
    fund_balances,
    fund_groups,
    fund_shares,
    funds,
    journal_transactions,
    postings,
)


@answers(funds, needs=MONEY, by=("kind", "fiscal_year", *ABOVE), recorded=then(funds.c.created_at))
class Fund(Node):
    """Money of one source and one year, with its own rules."""

    shares = many("FundShare", "fund", "Which part of it may be used for what; none, when it may be used whole.")
    groups = many("FundGroup", "fund", "For whom it may pay, from a month on; none, when it may pay for every group.")
    balances = many("FundBalance", "fund", "Where it stands, by field and account.")
    documents = many("Document", "fund", "The papers about it.")
    transactions = many("JournalTransaction", "fund", "Every movement of it.")
    pledges = many("Pledge", "fund", "Gifts promised to it.")
    decrees = many("Decree", "fund", "Decrees that it pays for.")
    bills = many("Bill", "fund", "Bills that it pays.")
    payments = many("Payment", "fund", "What was paid from it.")


@answers(fund_shares, needs=MONEY, by=("fund", "field"))
class FundShare(Node):
    """A part of a fund that may be used for one field only, from a day on."""


@answers(fund_groups, needs=MONEY, by=("fund", "group"), recorded=then(fund_groups.c.recorded_at))
class FundGroup(Node):
    """A rule that lets a fund pay for a group of workers from a month on, or ends it."""


_BALANCES_THEN = """
    select p.fund_id, p.field, p.account, sum(p.amount)::bigint as balance
    from programme.postings p join programme.journal_transactions j on j.id = p.transaction_id
    where j.recorded_at <= {at} group by 1, 2, 3
"""


@answers(fund_balances, needs=MONEY, by=("fund", "field", "account"), past=_BALANCES_THEN)
class FundBalance(Node):
    """What an account of a fund's field holds; debit is positive."""


@answers(contribution_rates, by=("programme", "payer_class"))
class ContributionRate(Node):
    """What one programme costs for one worker and one month."""


@answers(
    documents,
    needs=MONEY,
    by=("kind", "fund", "document_date:month", "document_date:year", *ABOVE),
    recorded=then(documents.c.recorded_at),
)
class Document(Node):
    """A numbered paper about money: a receipt, an order, a bank's statement."""


@answers(
    journal_transactions,
    needs=MONEY,
    by=("fund", "act", "day:month", "day:year"),
    recorded=then(journal_transactions.c.recorded_at),
)
class JournalTransaction(Node):
    """One movement of money of one fund, linked by hash to the one before."""

    postings = many("Posting", "transaction", "Its postings; they sum to zero.")


@answers(
    postings,
    needs=MONEY,
    by=("fund", "field", "account"),
    recorded=when(postings.c.transaction_id, journal_transactions.c.recorded_at),
)
class Posting(Node):
    """One side of a movement; debit is positive."""
