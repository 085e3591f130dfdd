"""Ledger rules: kinds of funds, the accounts of a fund, what a share of a fund may be used for."""

from enum import StrEnum


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
    """Debit is positive: `cash` ≥ 0 and `free` ≤ 0 always.

    cash: money held. received: where it came from. free: what may still be committed. committed: promised by a decree.
    payable: billed by the insurer. contribution: paid for worker-months. refund: given back. carried: to the next year.
    """

    cash = "cash"
    received = "received"
    free = "free"
    committed = "committed"
    payable = "payable"
    contribution = "contribution"
    refund = "refund"
    carried = "carried"


class DocumentKind(StrEnum):
    receipt = "receipt"
    spp = "spp"
    spm = "spm"
    sp2d = "sp2d"
    bank_statement = "bank_statement"
    insurer_receipt = "insurer_receipt"


class Programme(StrEnum):
    JKK = "JKK"
    JKM = "JKM"
    JHT = "JHT"


class PayerClass(StrEnum):
    """PP 50/2025 halves JKK and JKM for non-wage workers, except where APBN or APBD pays."""

    public_budget = "public_budget"
    other = "other"
