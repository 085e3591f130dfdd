"""Ledger rules: kinds of funds, the accounts of a fund, the postings of each act, and the permitted use of a fund's shares."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from jamsos.months import Month
from jamsos.worker_groups import Group

GENERAL = "general"
WHOLE = 10_000


class FundKind(StrEnum):
    regional_budget = "regional_budget"
    tobacco_excise = "tobacco_excise"
    palm_oil = "palm_oil"
    province_budget = "province_budget"
    village_budget = "village_budget"
    csr = "csr"
    zakat = "zakat"
    donation = "donation"


class Account(StrEnum):
    """An account of a fund. A debit is positive. The accounts form two halves, and each half sums to zero.

    The first half shows where the money is. cash: money held (≥ 0). received: money from a source. contribution: paid
    for worker-months. refund: returned to the source. carried: moved to or from another year.

    The second half shows the purpose of the money. budget: the counterpart of the next three, always equal to cash.
    free: may still be committed (≤ 0). committed: committed to a decree (≤ 0). payable: billed by the insurer (≤ 0).
    """

    cash = "cash"
    received = "received"
    contribution = "contribution"
    refund = "refund"
    carried = "carried"
    budget = "budget"
    free = "free"
    committed = "committed"
    payable = "payable"


PROMISES = (Account.free, Account.committed, Account.payable)


class MovementKind(StrEnum):
    """The purpose of a journal transaction."""

    receive = "receive"
    donate = "donate"
    commit = "commit"
    release = "release"
    bill = "bill"
    pay = "pay"
    refund = "refund"
    carry = "carry"
    reverse = "reverse"


class DocumentKind(StrEnum):
    deposit = "deposit"
    spp = "spp"
    spm = "spm"
    sp2d = "sp2d"
    bank_statement = "bank_statement"
    insurer_receipt = "insurer_receipt"
    payment_notice = "payment_notice"


class Programme(StrEnum):
    JKK = "JKK"
    JKM = "JKM"
    JHT = "JHT"


class PayerClass(StrEnum):
    """The payer class that decides the rate. PP 50/2025 halves JKK and JKM for non-wage workers, except where APBN or APBD pays."""

    public_budget = "public_budget"
    other = "other"


class Share(NamedTuple):
    """A part of a fund, in hundredths of a percent, and whether it may pay contributions."""

    field: str
    basis_points: int
    pays_contributions: bool


class GroupRule(NamedTuple):
    """A rule by which a fund may, or may not, pay for a group from a month on."""

    group: Group
    valid_from: Month
    is_allowed: bool


def allowed_in(rules: Iterable[GroupRule], month: Month) -> frozenset[Group]:
    """Return the groups that a fund with rules may pay for in a month. The latest rule in force of each group decides.

    A group without a rule in force is not paid for. `rules` are in order of month; within one month the later reading
    is last.
    """
    latest = {rule.group: rule.is_allowed for rule in rules if rule.valid_from <= month}
    return frozenset(group for group, is_allowed in latest.items() if is_allowed)


@dataclass(frozen=True)
class Fund:
    id: int
    code: str
    name: str
    kind: FundKind
    fiscal_year: int
    is_via_apbd: bool
    office_code: str


class Rate(NamedTuple):
    """Rupiah for one worker and one month; `base` is the monthly income from which the rate is calculated."""

    jkk: int
    jkm: int
    jht: int = 0
    base: int = 0

    @property
    def total(self) -> int:
        return self.jkk + self.jkm + self.jht


class Posting(NamedTuple):
    field: str
    account: Account
    amount: int


Parts = Mapping[str, int]  # rupiah by field


def divide(amount: int, shares: Sequence[Share]) -> dict[str, int]:
    """Divide a deposit by field, to the rupiah. The rest goes to the fields with the largest remainders, and on a tie to the first.

    All money of a fund without shares is `general`.
    """
    if not shares:
        return {GENERAL: amount}
    parts = {share.field: amount * share.basis_points // WHOLE for share in shares}
    by_remainder = sorted(shares, key=lambda share: -(amount * share.basis_points % WHOLE))
    for share in by_remainder[: amount - sum(parts.values())]:
        parts[share.field] += 1
    return {field: part for field, part in parts.items() if part}


def for_contributions(parts: Parts, shares: Sequence[Share]) -> dict[str, int]:
    """Return the fields of a fund that may pay contributions. For tobacco excise, only the welfare half may.

    A field without a share is not tied. first_in_first_out.sql applies the same rule to the same rows.
    """
    tied = {share.field for share in shares if not share.pays_contributions}
    return {field: part for field, part in parts.items() if field not in tied}


class Earmark(NamedTuple):
    """The restrictions on a fund's money: which fields may pay contributions, and for which groups (None: every group)."""

    fields: Mapping[str, bool]
    groups: frozenset[Group] | None


def carry_mistake(source: Fund, target: Fund, fields: Iterable[str], given: Earmark, taken: Earmark) -> str | None:
    """Return the reason why money of `source` may not move into `target`, as a catalogue key; None when it may.

    Money keeps the rules of its origin: the same office, kind and payer, a later year, and each field tied as before
    (SiLPA stays earmarked: PMK 215/2021 for tobacco excise, the donor's condition for a donation).
    """
    if source.office_code != target.office_code:
        return "carry.office"
    if source.kind != target.kind:
        return "carry.kind"
    if source.is_via_apbd != target.is_via_apbd:
        return "carry.payer"
    if target.fiscal_year <= source.fiscal_year:
        return "carry.year"
    if any(given.fields.get(field) != taken.fields.get(field) for field in fields):
        return "carry.field"
    if given.groups is not None and (taken.groups is None or taken.groups - given.groups):
        return "carry.groups"
    return None


def draw(amount: int, available: Parts) -> dict[str, int] | None:
    """Take `amount` from the fields in order, each as far as it suffices. Return None when the sum of all fields is too small."""
    parts, missing = {}, amount
    for field, held in available.items():
        if taken := min(missing, max(held, 0)):
            parts[field] = taken
            missing -= taken
    return None if missing else parts


def receiving(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.cash, Account.received), (Account.budget, Account.free))


def committing(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.free, Account.committed))


def releasing(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.committed, Account.free))


def billing(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.committed, Account.payable))


def paying(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.contribution, Account.cash), (Account.payable, Account.budget))


def carrying_out(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.carried, Account.cash), (Account.free, Account.budget))


def carrying_in(parts: Parts) -> list[Posting]:
    return _moves(parts, (Account.cash, Account.carried), (Account.budget, Account.free))


def refunding(parts: Parts) -> list[Posting]:
    """Return the postings that return received money to its source."""
    return _moves(parts, (Account.refund, Account.cash), (Account.free, Account.budget))


def reversing(postings: Sequence[Posting]) -> list[Posting]:
    return [posting._replace(amount=-posting.amount) for posting in postings]


def _moves(parts: Parts, *pairs: tuple[Account, Account]) -> list[Posting]:
    """Return the postings of these pairs of accounts, each pair as (debited, credited)."""
    return [
        posting
        for field, part in parts.items()
        for debited, credited in pairs
        for posting in (Posting(field, debited, part), Posting(field, credited, -part))
    ]


class Lack(NamedTuple):
    """The rupiah that postings need, and the rupiah that the account of a field has."""

    needed: int
    had: int


def lack(held: Mapping[Account, Parts], postings: Sequence[Posting]) -> Lack | None:
    """Return the first overdrawn account: money that is no longer free, committed or owed. Return None when no account is overdrawn."""
    for field, account, amount in postings:
        had = -held[account].get(field, 0)
        if account in PROMISES and amount > had:
            return Lack(amount, had)
    return None


def digest(postings: Sequence[Posting]) -> bytes:
    """Return the SHA-256 of the postings, one sorted line `field account amount` each. The database computes the same digest."""
    lines = "\n".join(f"{field} {account} {amount}" for field, account, amount in sorted(postings))
    return hashlib.sha256(lines.encode()).digest()


class Broken(NamedTuple):
    """The first fault in the journal of a fund: the transaction's `number`, and the catalogue key of the fault."""

    fund: str
    number: int
    what: str


class Head(NamedTuple):
    """The last link of a fund's chain. A copy of it elsewhere proves that nothing before it was changed."""

    fund: str
    number: int
    hash: bytes


class Position(NamedTuple):
    """The position of a fund by field, in rupiah. All figures are positive."""

    fund: str
    field: str
    received: int
    carried: int
    free: int
    committed: int
    payable: int
    paid: int
    refunded: int
    cash: int
