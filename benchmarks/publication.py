"""Publishing marts: rows that the new release shares stay untouched, beside deleting and inserting all of them in one transaction.

One mart of WORKERS × 12 months; from one release to the next one month in a hundred changes. `JAMSOS_BENCHMARK_WORKERS` changes the count.
"""

import os
from datetime import UTC, date, datetime
from time import monotonic

import psycopg2

from benchmarks.warehouse import server
from jamsos import policies
from warehouse.publication import Facts, Mart, publish

WORKERS = [int(given)] if (given := os.environ.get("JAMSOS_BENCHMARK_WORKERS")) else [6_000, 100_000]
_NOON = datetime(2024, 12, 31, 4, tzinfo=UTC)
_FACTS = Facts(_NOON, date(2024, 12, 31), _NOON, {}, [], "0", "0")
_BUILD = """
drop table if exists build.months;
create unlogged table build.months as
select date '2024-01-01' + (m || ' months')::interval as month, p as person_id, 1::bigint as fund_id, 'APBD-2024' as fund_code,
       m as bill_id, '298/KEP/HK/2024' as decree_number, '53.15.05.2001' as village_code,
       '53.15.05' as district_code, '53.15' as regency_code, 'female' as sex, 'farmer' as group_code, 2 as decile,
       case when (p + m * 31 + {round}) % 100 = 0 then 'paid' else 'confirmed' end as state,
       10000::bigint as jkk_amount, 6800::bigint as jkm_amount, 16800::bigint as amount
  from generate_series(1, {workers}) p, generate_series(0, 11) m
"""
_ALL = "delete from public.months; insert into public.months select * from build.months"


def main() -> None:
    with server() as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        cursor = connection.cursor()
        for statement in (*policies.roles(), *policies.warehouse()):
            if "schema programme" not in statement:
                cursor.execute(statement)
        for workers in WORKERS:
            cursor.execute("drop table if exists public.months")
            cursor.execute(
                "drop view if exists marts.months, marts_at.months; drop table if exists store.months, store.months_past"
            )
            times: dict[str, float] = {}
            for number, label in enumerate(("first", "nothing changed", "one in a hundred changed")):
                cursor.execute("set role jamsos_dbt")
                cursor.execute(_BUILD.format(workers=workers, round=max(0, number - 1)))
                cursor.execute("reset role")
                begun = monotonic()
                publish(url, [Mart("months")], _FACTS, built="build")
                times[label] = monotonic() - begun
                print(f"{workers:,} workers, release, {label}: {times[label]:.2f} s", flush=True)
            cursor.execute(
                "create table public.months as select * from build.months; create unique index on public.months (person_id, month)"
            )
            begun = monotonic()
            cursor.execute("begin; " + _ALL + "; commit")
            everything = monotonic() - begun
            print(f"{workers:,} workers, delete and insert of everything: {everything:.2f} s", flush=True)
            print(
                f"release / everything, one in a hundred changed: {times['one in a hundred changed'] / everything:.2f}",
                flush=True,
            )
        connection.close()


if __name__ == "__main__":
    main()
