"""Disclosure control: a province's year, and what is suppressed beyond the small counts themselves.

22 regencies of 12 districts, 12 months, and within each district 12 groups. Beside it what most would write: hide the small counts and
nothing else, and how many of them a subtraction gives back. Of a database in `JAMSOS_DATABASE_URL` its own marts are measured too.
"""

import os
import random
from time import monotonic

import psycopg2

from jamsos.disclosure import Column, Suppression, is_small, suppress
from warehouse.suppression import suppressed_cells

REGENCIES, DISTRICTS, MONTHS, GROUPS = 22, 12, 12, 12


def main() -> None:
    draws = random.Random(53)
    tables = [table for _ in range(REGENCIES) for table in _regency(draws)]
    begun = monotonic()
    found = [suppress(months, list(range(len(persons.counts))), persons=persons) for months, persons in tables]
    seconds = monotonic() - begun
    cells, small, suppressed, given_back = (sum(each) for each in zip(*map(_counted, tables, found), strict=True))
    print(f"{REGENCIES} regencies, {len(tables)} tables of a year, {cells:,} cells above 0: {seconds:.2f} s")
    print(
        f"small: {small:,}; suppressed with them: {suppressed - small:,} ({(suppressed - small) / max(small, 1):.2f} for each)"
    )
    print(f"where only small counts are hidden, a subtraction gives back {given_back:,} of {small:,}; here none")
    if url := os.environ.get("JAMSOS_DATABASE_URL"):
        _marts(url)


def _regency(draws: random.Random) -> list[tuple[list[Column[int]], Column[int]]]:
    """Return a table by district, and one by group for each district; a worker remains for most of the year."""
    return [_table(draws, DISTRICTS, 60.0), *(_table(draws, GROUPS, 12.0) for _ in range(DISTRICTS))]


def _table(draws: random.Random, parts: int, mean: float) -> tuple[list[Column[int]], Column[int]]:
    first = [int(draws.expovariate(1 / mean)) for _ in range(parts)]
    months = [first]
    for _ in range(MONTHS - 1):
        months.append([max(0, count + draws.choice((-1, 0, 0, 0, 0, 0, 1))) if count else 0 for count in months[-1]])
    persons = [max(month[part] for month in months) + draws.randint(0, 2) * (first[part] > 0) for part in range(parts)]
    return [Column(dict(enumerate(month))) for month in months], Column(dict(enumerate(persons)))


def _counted(table: tuple[list[Column[int]], Column[int]], found: Suppression[int]) -> tuple[int, int, int, int]:
    """Return the numbers of cells above 0, small ones, suppressed ones, and small ones that a subtraction gives back if only small ones
    are hidden."""
    columns = [*table[0], table[1]]
    above = [
        (number, part, count) for number, column in enumerate(columns) for part, count in column.counts.items() if count
    ]
    small = [number for number, _, count in above if is_small(count)]
    alone = sum(small.count(number) == 1 for number in set(small))
    return len(above), len(small), sum(found.hides(part, number) for number, part, _ in above), alone


def _marts(url: str) -> None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:

        def ask(query: str) -> list[tuple[object, ...]]:
            cursor.execute(query)
            return cursor.fetchall()

        begun = monotonic()
        cells = list(suppressed_cells(ask))
        print(f"the marts of this database: {len(cells)} cells suppressed, {monotonic() - begun:.2f} s")
