"""GraphQL types of ledger: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import MONEY, OWNER, then, when
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


@graphql_entity(funds, needs=MONEY, by=("kind", "fiscal_year", *OWNER), recorded=then(funds.c.created_at))
class Fund(Node):
    """Money of one source and one year, with its own rules."""

    shares = has_many("FundShare", "fund", "Which part of it may be used for what; none, when it may be used whole.")
    groups = has_many("FundGroup", "fund", "The groups that it may pay for, from a month on; empty: every group.")
    balances = has_many("FundBalance", "fund", "Its balances, by field and account.")
    documents = has_many("Document", "fund", "The papers about it.")
    transactions = has_many("JournalTransaction", "fund", "Every movement of it.")
    pledges = has_many("Pledge", "fund", "Gifts promised to it.")
    decrees = has_many("Decree", "fund", "Decrees that it pays for.")
    bills = has_many("Bill", "fund", "Bills that it pays.")
    payments = has_many("Payment", "fund", "The payments from it.")


@graphql_entity(fund_shares, needs=MONEY, by=("fund", "field"))
class FundShare(Node):
    """A share of a fund that may be used for one field only, from a day on."""


@graphql_entity(fund_groups, needs=MONEY, by=("fund", "group"), recorded=then(fund_groups.c.recorded_at))
class FundGroup(Node):
    """A rule that allows a fund to pay for a group of workers from a month on, or ends that."""


_BALANCES_THEN = """
    select p.fund_id, p.field, p.account, sum(p.amount)::bigint as balance
    from programme.postings p join programme.journal_transactions j on j.id = p.transaction_id
    where j.recorded_at <= {at} group by 1, 2, 3
"""


@graphql_entity(fund_balances, needs=MONEY, by=("fund", "field", "account"), past=_BALANCES_THEN)
class FundBalance(Node):
    """The balance of an account in a fund's field; debit is positive."""


@graphql_entity(contribution_rates, by=("programme", "payer_class"))
class ContributionRate(Node):
    """The contribution of one programme for one worker and one month."""


@graphql_entity(
    documents,
    needs=MONEY,
    by=("kind", "fund", "document_date:month", "document_date:year", *OWNER),
    recorded=then(documents.c.recorded_at),
)
class Document(Node):
    """A numbered document about money: a receipt, an order, a bank statement."""


@graphql_entity(
    journal_transactions,
    needs=MONEY,
    by=("fund", "kind", "day:month", "day:year"),
    recorded=then(journal_transactions.c.recorded_at),
)
class JournalTransaction(Node):
    """One transaction of one fund, linked by hash to the previous one."""

    postings = has_many("Posting", "transaction", "Its postings; they sum to zero.")


@graphql_entity(
    postings,
    needs=MONEY,
    by=("fund", "field", "account"),
    recorded=when(postings.c.transaction_id, journal_transactions.c.recorded_at),
)
class Posting(Node):
    """One side of a transaction; debit is positive."""
