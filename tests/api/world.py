"""A small world of random rows in every table: equal values, missing values, unusual letters, moved people, rows without a region."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    UniqueConstraint,
    Uuid,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.db import reference_of
from jamsos.registry.rules import Defect
from jamsos.sealing import Sealer
from jamsos.tables import metadata

VILLAGES = ["53.15.05.2001", "53.15.05.2002", "53.15.06.2003", "53.10.01.2001", "53.10.02.2002", "53.01.04.2001"]
WORDS = ["Ana", "ana", "Bene", 'Ç`é"\\x', "", "Maria Goreti", "maria", "O'Te 100%_", "\U0001f30a\u2028z", "zzz"]
MONTHS = [date(2024, m, 1) for m in (1, 2, 7, 12)] + [date(2025, 1, 1)]
INSTANTS = [datetime(2024, 1, 1, 8, tzinfo=UTC) + timedelta(days=90 * n, microseconds=n % 3 * 120) for n in range(6)]
DEFECTS = [str(defect) for defect in Defect][:4]
ROWS = {"people": 24, "worker_months": 60, "coverage_months": 0, "decree_lines": 40, "person_groups": 40}
SKIPPED = {
    "provinces",
    "regencies",
    "districts",
    "villages",
    "contribution_rates",
    "trusted_documents",
    "worker_month_sums",
    "person_sums",
}


ADDED_UP = """
    insert into programme.worker_month_sums
           (month, bill_id, fund_id, group_code, village_code, worker_months, jkk_amount, jkm_amount, amount)
    select month, bill_id, fund_id, group_code, village_code, count(*), sum(jkk_amount), sum(jkm_amount), sum(amount)
      from programme.worker_months group by month, bill_id, fund_id, group_code, village_code
"""


ADDED_UP_PEOPLE = """
    insert into programme.person_sums (village_code, sex, occupation, people)
    select village_code, sex, occupation, count(*) from programme.people where merged_into_id is null group by 1, 2, 3
"""


class World:
    """Generates rows, table by table in the order of their references; the same seed generates the same rows."""

    def __init__(self, sealer: Sealer, seed: int = 7) -> None:
        self.rows: dict[str, list[dict]] = {"villages": [{"code": code} for code in VILLAGES]}
        self._random, self._sealer = random.Random(seed), sealer
        facts = {"name": "Kantor", "kind": "regency", "created_at": INSTANTS[0]}
        self.rows["offices"] = [facts | {"code": code} for code in ("53.15", "53.10", "53.01")]
        self.rows["regencies"] = [{"code": code} for code in sorted({code[:5] for code in VILLAGES})]

    def make(self):
        for table in metadata.sorted_tables:
            if table.name not in {*SKIPPED, "offices"} and "view" not in table.info:
                wanted = ROWS.get(table.name, 16)
                self.rows[table.name] = [self._row(table, number) for number in range(1, wanted + 1)]
                for unique in [list(table.primary_key.columns), *_uniques(table)]:
                    names = [column.name for column in unique]
                    rows = self.rows[table.name]
                    self.rows[table.name] = _first_of_each(rows, names, nulls_differ="follows_id" not in names)
        return self

    def _row(self, table, number):
        row = {column.name: self._value(table, column, number) for column in table.columns}
        if table.name in ("paid_months", "confirmed_months"):
            month = self._random.choice(self.rows["worker_months"])
            row |= {name: month[name] for name in ("person_id", "month", "village_code")}
        if table.name == "fund_balances" and row["account"] in ("free", "committed", "payable"):
            row["balance"] = -abs(row["balance"])
        if table.name == "fund_balances" and row["account"] == "cash":
            row["balance"] = abs(row["balance"])
        if table.name in ("donation_matches", "minutes"):
            row["replaces_id"] = row["replaces_id"] or number  # a line, and a month, has one that replaces none
        if table.name == "life_events":
            row["event_date"] = date(2024, 1, 1) + timedelta(
                days=number
            )  # of one that follows none, there is one a day
        if table.name == "selection_runs":
            row["manifest_sha256"] = None if row["manifest"] is None else row["manifest_sha256"] or b"\x00\x01"
        if table.name == "people" and number % 3:  # most live; the others have ended
            row["merged_into_id"] = None
        if table.name == "bank_lines":
            row["sen"] = abs(row["sen"]) if row["amount"] >= 0 else -abs(row["sen"])
        if table.name == "decrees":
            is_first = row["kind"] == "determination"
            row |= {"run_id": number if is_first else None, "amends_id": None if is_first else number}
        if table.name == "complaint_steps":
            is_decided, is_ours = row["step"] in ("decided", "appeal_decided"), row["step"] != "appealed"
            row["decision"] = (row["decision"] or "upheld") if is_decided else None
            row["officer_id"], row["proof"] = (number, f"key {number}") if is_ours else (None, None)
        if table.name == "officers":
            row["name"] = f"Officer {number}"
        if table.name == "officer_terms":
            row["roles"] = ["staff"]
        if table.name == "difference_resolutions":
            row["officer_id"] = row["officer_id"] or 1
        return row

    def _value(self, table, column, number):
        pick = self._random.choice
        if isinstance(column.type, Uuid):
            return UUID(int=self._random.getrandbits(128), version=4)
        if column.name == "id":
            return f"document-{number}" if table.name == "trusted_documents" else number
        if column.nullable and self._random.random() < 0.25:
            return None
        if (key := reference_of(column)) is not None:
            there = self.rows.get(key.column.table.name) or [{key.column.name: None}]
            return number if key.column.table is table else pick(there)[key.column.name]
        if any(unique[-1] is column for unique in _uniques(table)):
            return self._counted(column, number)
        return self._plain(column, pick)

    def _counted(self, column, number):
        if "sealed" in column.info:
            return self._sealer.seal(column.info["sealed"], f"{5315990000000000 + number}")
        if "choices" in column.info:
            return list(column.info["choices"])[number % len(column.info["choices"])]
        if isinstance(column.type, Integer):
            return number
        if "month" in column.info:
            return date(2020 + number // 12, number % 12 + 1, 1)
        if isinstance(column.type, LargeBinary):
            return f"{column.name}-{number}".encode()
        return date(2024, 1, 1) + timedelta(days=number) if isinstance(column.type, Date) else f"{column.name}-{number}"

    def _plain(self, column, pick):
        info, type_ = column.info, column.type
        if "choices" in info:
            return pick(list(info["choices"])[:4])
        if "sealed" in info:
            return self._sealer.seal(info["sealed"], f"{pick([5315990101800001, 5315990202900002])}")
        if column.name in ("village_code", "region_code"):
            return pick(VILLAGES)
        if (column.table.name, column.name) == ("registry_rejects", "reason"):
            return pick(DEFECTS[2:])  # a defect is a reason or a warning, never both
        if column.name in ("field", "reason") and "choices" not in info:
            return pick(["general", "welfare", "health"])
        if "month" in info:
            return pick(MONTHS)
        if isinstance(type_, ARRAY):
            return pick([[], [1, 2]] if isinstance(type_.item_type, Integer) else [[], DEFECTS[:2]])
        values = {
            Boolean: [True, False],
            DateTime: INSTANTS,
            Date: [date(1980, 2, 29), date(1999, 12, 31), date(2024, 5, 6)],
            LargeBinary: [b"\x00\x01", b"\xff" * 32],
            JSONB: [{}, {"a": [1, {"b": None}]}],
            BigInteger: [-16_800, 1, 16_800, 570_326_400, 9_007_199_254_740_992],
            Integer: [1, 2, 3, 7],
            Numeric: [0, 1],
        }
        return pick(next((some for kind, some in values.items() if isinstance(type_, kind)), WORDS))


def _uniques(table):
    constraints = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return constraints + [
        list(index.columns)
        for index in table.indexes
        if index.unique
        and len(index.columns) == len(index.expressions)
        and (index.dialect_options["postgresql"]["where"] is None or table.name == "complaint_steps")
    ]


def _first_of_each(rows, names, *, nulls_differ):
    found = {}
    for place, row in enumerate(rows):
        key = tuple(row[name] for name in names)
        found.setdefault(place if nulls_differ and None in key else key, row)
    return list(found.values())


async def settle(engine, world):
    """Insert the rows, without guards, and return the contents of every table."""
    async with engine.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        for table in metadata.sorted_tables:
            if table.name in world.rows and table.name not in SKIPPED and world.rows[table.name]:
                await connection.execute(text(f"delete from programme.{table.name}"))
                await _copy(connection, table, world.rows[table.name])
        for added_up in (ADDED_UP, ADDED_UP_PEOPLE):  # as the triggers do, which are disabled here
            await connection.execute(text(added_up))
    async with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in metadata.sorted_tables
        }


async def _copy(connection, table, rows):
    """Use COPY, because it sets ids that an insert may not set."""
    driver = (await connection.get_raw_connection()).driver_connection
    columns = [column.name for column in table.columns if column.computed is None]
    documents = {column.name for column in table.columns if isinstance(column.type, JSONB)}
    records = [
        tuple(json.dumps(row[name]) if name in documents and row[name] is not None else row[name] for name in columns)
        for row in rows
    ]
    await driver.copy_records_to_table(table.name, records=records, columns=columns, schema_name="programme")
