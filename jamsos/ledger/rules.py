"""Ledger rules: kinds of funds, the accounts of a fund, what each act posts, and what a share of a fund may be used for."""

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
    """Debit is positive. Two halves, each summing to zero: where the money is, and what it is promised for.

    cash: money held (≥ 0). received: where it came from. contribution: paid for worker-months. refund: given back.
    carried: to or from another year. — budget: the counterpart of the next three, always equal to cash. free: what may
    still be committed (≤ 0). committed: promised by a decree (≤ 0). payable: billed by the insurer (≤ 0).
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
    """What a transaction of the journal is for."""

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
    """PP 50/2025 halves JKK and JKM for non-wage workers, except where APBN or APBD pays."""

    public_budget = "public_budget"
    other = "other"


class Share(NamedTuple):
    """A part of a fund, in hundredths of a percent, and whether it may pay contributions."""

    field: str
    basis_points: int
    pays_contributions: bool


class GroupRule(NamedTuple):
    """From a month on a fund may pay for a group, or may no longer."""

    group: Group
    valid_from: Month
    is_allowed: bool


def allowed_in(rules: Iterable[GroupRule], month: Month) -> frozenset[Group]:
    """The groups a fund with rules may pay for in a month: of the rules that have begun, the last of each group decides.

    A group without a rule that has begun is not paid for. `rules` in order of month, of one month the later reading last.
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
    regency_code: str


class Rate(NamedTuple):
    """Rupiah for one worker and one month; `base`: the monthly income they are reckoned by."""

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
    """A deposit by field, to the rupiah: what rounding leaves goes to the largest remainders, first by order.

    A fund without shares may be used whole: everything is `general`.
    """
    if not shares:
        return {GENERAL: amount}
    parts = {share.field: amount * share.basis_points // WHOLE for share in shares}
    by_remainder = sorted(shares, key=lambda share: -(amount * share.basis_points % WHOLE))
    for share in by_remainder[: amount - sum(parts.values())]:
        parts[share.field] += 1
    return {field: part for field, part in parts.items() if part}


def for_contributions(parts: Parts, shares: Sequence[Share]) -> dict[str, int]:
    """Return the fields of a fund that may pay contributions; of tobacco excise, half is for welfare and alone may.

    A field without a share is not tied. first_in_first_out.sql asks the same of the same rows.
    """
    tied = {share.field for share in shares if not share.pays_contributions}
    return {field: part for field, part in parts.items() if field not in tied}


class Earmark(NamedTuple):
    """What ties the money of a fund: which fields may pay contributions, and for which groups (None: every group)."""

    fields: Mapping[str, bool]
    groups: frozenset[Group] | None


def carry_mistake(source: Fund, target: Fund, fields: Iterable[str], given: Earmark, taken: Earmark) -> str | None:
    """Return why money of `source` may not move into `target`, as a key of the catalogue; None when it may.

    Money keeps the rules of its origin: the same office, kind and payer, a later year, and each field tied as before
    (SiLPA stays earmarked: PMK 215/2021 for tobacco excise, the donor's word for a gift).
    """
    if source.regency_code != target.regency_code:
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
    """Take `amount` from the fields in order, each as far as it reaches; None when all together do not."""
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
    """Money that was received goes back to whoever gave it."""
    return _moves(parts, (Account.refund, Account.cash), (Account.free, Account.budget))


def reversing(postings: Sequence[Posting]) -> list[Posting]:
    return [posting._replace(amount=-posting.amount) for posting in postings]


def _moves(parts: Parts, *pairs: tuple[Account, Account]) -> list[Posting]:
    """Each pair is (debited, credited)."""
    return [
        posting
        for field, part in parts.items()
        for debited, credited in pairs
        for posting in (Posting(field, debited, part), Posting(field, credited, -part))
    ]


class Lack(NamedTuple):
    """Rupiah that postings need and that an account of a field has."""

    needed: int
    had: int


def lack(held: Mapping[Account, Parts], postings: Sequence[Posting]) -> Lack | None:
    """The first promise these postings would overdraw: money that is not free, not committed or not owed any more."""
    for field, account, amount in postings:
        had = -held[account].get(field, 0)
        if account in PROMISES and amount > had:
            return Lack(amount, had)
    return None


def digest(postings: Sequence[Posting]) -> bytes:
    """SHA-256 of the postings, one `field account amount` a line in order; the database computes the same."""
    lines = "\n".join(f"{field} {account} {amount}" for field, account, amount in sorted(postings))
    return hashlib.sha256(lines.encode()).digest()


class Broken(NamedTuple):
    """Where the journal of a fund does not hold (`number` of the transaction) and how (a key of the catalogue)."""

    fund: str
    number: int
    what: str


class Head(NamedTuple):
    """The last link of a fund's chain: written down elsewhere, it proves that nothing before it was ever changed."""

    fund: str
    number: int
    hash: bytes


class Position(NamedTuple):
    """Where a fund stands, by field, in rupiah, all as positive figures."""

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
