"""Funds: the rules of a fund's money, and the groups of workers that it may pay for, as dated rules with their regulation.

No fact about a fund is a constant in code. A rule of a group is in force from its month until a later row replaces it.
A later row of the same month is a correction and replaces the earlier one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.ledger import rules, store
from jamsos.ledger.errors import FundExists, FundMalformed, FundUnknown, SharesWrong
from jamsos.ledger.rules import WHOLE, FundKind, Share
from jamsos.months import ALWAYS, Month
from jamsos.offices.service import office_of
from jamsos.table_reader import Line, read_paper
from jamsos.worker_groups import Group

GROUP_RULE_HEADERS = ["fund_code", "group_code", "is_allowed", "valid_from", "regulation", "verified_on"]


class _Answer(StrEnum):
    yes = "yes"
    no = "no"


async def add_fund(
    connection: AsyncConnection,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: FundKind,
    fiscal_year: int,
    is_via_apbd: bool,
    office_code: str | None = None,
    regulation: str | None = None,
    account_code: str | None = None,
    account_name: str | None = None,
    shares: Sequence[Share] = (),
    groups: Sequence[Group] = (),
) -> int:
    """Add a fund of one fiscal year and return its id.

    `shares` are the parts that the fund's regulation ties; they add up to the whole. `groups` are the only groups that
    the fund may pay for. Without `office_code` the fund belongs to the actor's office. Raises FundExists,
    FundMalformed, SharesWrong, OfficeUnknown, OfficeNeeded.
    """
    _check_facts(fiscal_year, shares)
    if shares and (total := sum(share.basis_points for share in shares)) != WHOLE:
        raise SharesWrong(fund=code, total=f"{total / 100:g}")
    fund_id = await store.add_fund(
        connection, code=code, name=name, kind=kind, fiscal_year=fiscal_year, is_via_apbd=is_via_apbd,
        office_code=await office_of(connection, actor, office_code), regulation=regulation,
        account_code=account_code, account_name=account_name,
    )  # fmt: skip
    if fund_id is None:
        raise FundExists(fund=code)
    since = {"fund_id": fund_id, "regulation": regulation or code, "valid_from": date(fiscal_year, 1, 1)}
    if shares:
        await store.add_shares(connection, [share._asdict() | since for share in shares])
    if groups:
        allowed = [{"group_code": group, "is_allowed": True} | since for group in dict.fromkeys(groups)]
        await store.add_group_rules(connection, allowed)
    await audit(connection, actor, "ledger.fund", subject="fund", subject_ids=[fund_id])
    return fund_id


def _check_facts(fiscal_year: int, shares: Sequence[Share]) -> None:
    """Raise FundMalformed where the year or a share is impossible."""
    if not 2000 <= fiscal_year <= 2100:
        raise FundMalformed(what=fiscal_year, wish="fund.year")
    for share in shares:
        if not re.fullmatch("[a-z_]+", share.field) or not 0 <= share.basis_points <= WHOLE:
            raise FundMalformed(what=share.field[:30], wish="fund.share")
    if len({share.field for share in shares}) < len(shares):
        raise FundMalformed(what=shares[0].field, wish="fund.twice")


# --- for which groups a fund may pay -----------------------------------------------------------------------------


async def load_groups(connection: AsyncConnection, actor: Actor, path: Path) -> int:
    """Read dated rules of funds and groups, all or none, and return how many are new.

    Raises FundUnknown, LineWrong, and the errors of read_paper.
    """
    fresh = [row for line in read_paper(path, GROUP_RULE_HEADERS).lines if (row := await _kept(connection, line))]
    if fresh:
        touched = sorted({row["fund_id"] for row in fresh})
        await audit(connection, actor, "ledger.groups", subject="fund", subject_ids=touched)
    return len(fresh)


async def _kept(connection: AsyncConnection, line: Line) -> dict[str, Any] | None:
    """Store the rule of a line and return its row. Return None when the latest row of the same rule has the same values."""
    with line.asking():
        fund = await store.fund_by(connection, code=line.text("fund_code"))
        if fund is None:
            raise FundUnknown(fund=line.text("fund_code")[:40])
        row = {
            "fund_id": fund.id,
            "group_code": line.one_of("group_code", Group),
            "is_allowed": line.one_of("is_allowed", _Answer) is _Answer.yes,
            "valid_from": line.month("valid_from").first_day,
            "regulation": line.text("regulation"),
            "verified_on": line.day("verified_on") if line.maybe("verified_on") else None,
        }
    known = [
        rule
        for rule in await store.group_rules(connection, fund.id)
        if (rule["group_code"], rule["valid_from"]) == (row["group_code"], row["valid_from"])
    ]
    if known and all(known[-1][name] == value for name, value in row.items()):
        return None
    await store.add_group_rules(connection, [row])
    return row


async def groups_by_month(
    connection: AsyncConnection, fund_id: int, months: Iterable[Month], known_at: datetime = ALWAYS
) -> Mapping[Month, frozenset[Group]] | None:
    """Return the groups that the fund may pay for in each month, by the rules known at an instant; None: every group."""
    found = [
        rules.GroupRule(Group(row["group_code"]), Month.of(row["valid_from"]), row["is_allowed"])
        for row in await store.group_rules(connection, fund_id, known_at)
    ]
    return {month: rules.allowed_in(found, month) for month in months} if found else None


async def groups_throughout(
    connection: AsyncConnection, fund_id: int, months: Iterable[Month], known_at: datetime = ALWAYS
) -> frozenset[Group] | None:
    """Return the groups that the fund may pay for in every one of these months; None: every group."""
    found = await groups_by_month(connection, fund_id, months, known_at)
    return None if found is None else frozenset.intersection(*found.values())


async def group_rule_known(connection: AsyncConnection, fund_id: int, *, last: Month, run_at: Any) -> RowMapping | None:
    """Return the latest rule of the fund in force by a month, as known at an instant, with its regulation and valid_from."""
    begun = [row for row in await store.group_rules(connection, fund_id, run_at) if row["valid_from"] <= last.first_day]
    return begun[-1] if begun else None
