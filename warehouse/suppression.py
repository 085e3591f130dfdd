"""Suppression: which cells of the public marts and of the reports are suppressed, decided once over all of them before they are published.

Takes the marts that dbt has built, for analysts only; leaves `staging.suppressed_cells`, which the public marts and the reports join, and
`staging.published_counts`, the months by district and group as they are published. What is suppressed is decided by `jamsos.disclosure`
alone. A year is one release: its months, its different persons and its sums; `restatements` looks at the release before.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import psycopg2
from psycopg2.extras import execute_values

from jamsos.disclosure import Column, Suppression, is_small, suppress
from jamsos.policies import DBT
from warehouse.profile import APPLICATION
from warehouse.restatements import Division, Figure, restated, staying

_PAID = "state in ('paid', 'confirmed')"
TODAY = date.max  # stands for the day of the build among the months: who is protected on it
ALL = "all"
# regency, year, month (none: different persons of the year), part, count; parts in their public order
_DISTRICTS = f"""
    select regency_code, extract(year from month)::int, month, district_code, paid_workers
      from marts.coverage_by_district where paid_workers > 0
    union all
    select p.regency_code, extract(year from g.as_of_date)::int, date '{TODAY}', p.district_code, count(*)
      from intermediate.int_people_protected p join intermediate.int_programmes g using (regency_code) group by 1, 2, 4
    union all
    select regency_code, year, null, district_code, count(*) from (
        select distinct regency_code, extract(year from month)::int as year, district_code, person_id
          from marts.coverage_months where {_PAID}
    ) persons group by 1, 2, 4
"""
_GROUPS = f"""
    select regency_code, extract(year from month)::int, month, group_code, sum(worker_months)::bigint
      from marts.coverage_counts where {_PAID} group by 1, 2, 3, 4
    union all
    select regency_code, year, null, group_code, count(*) from (
        select distinct regency_code, extract(year from month)::int as year, group_code, person_id
          from marts.coverage_months where {_PAID}
    ) persons group by 1, 2, 4
"""
# the columns billed, paid and confirmed stand where another dimension has its months
_MONTHS = """
    select regency_code, extract(year from month)::int, state, month, sum(count)::bigint
      from marts.coverage_by_district
     cross join lateral (values ('1', workers), ('2', paid_workers), ('3', confirmed_workers)) states (state, count)
     group by 1, 2, 3, 4
"""
_PLACES = "select distinct regency_code, district_code from marts.regions"
_CLAIMS = "select regency_code, extract(year from event_month)::int, count(*) from marts.claims group by 1, 2"
_WAITING = "select regency_code, waiting_workers from intermediate.int_programmes where waiting_workers is not null"
_SHOWN = """
    select count, count(*) from (
        select workers as count from marts.public_coverage_by_district
        union all select workers from marts.public_coverage_by_group
        union all select workers from marts.public_protection_by_district
        union all select unnest(array[workers, worker_months, waiting_workers, claims]) from marts.public_programmes
    ) shown where count is not null group by count
"""
_AMOUNTS = f"""
    select regency_code, 'district', month, district_code, paid_workers, paid_amount
      from marts.coverage_by_district where paid_workers > 0
    union all
    select regency_code, 'group', month, group_code, sum(worker_months)::bigint, sum(amount)::bigint
      from marts.coverage_counts where {_PAID} group by 1, 3, 4
"""
_TABLES = """
    create table if not exists staging.suppressed_cells (
        regency_code text not null, dimension text not null, year int not null, month date, part_code text not null
    );
    create table if not exists staging.published_counts (
        regency_code text not null, dimension text not null, month date not null, part_code text not null,
        workers bigint not null, amount bigint not null
    )
"""


class Cell(NamedTuple):
    """A suppressed cell. `month` None: of the year. `dimension`: district, group, month (all of it), protected (a district on the
    day of the build), or figure (stands alone)."""

    regency_code: str
    dimension: str
    year: int
    month: date | None
    part_code: str


Counts = dict[Any, dict[Any, int]]  # by column, by part
Ask = Callable[[str], Sequence[tuple[Any, ...]]]
Schemas = Mapping[str, str]  # where a schema lies while marts are built apart, as dbt is told


def write_suppressed_cells(url: str, schemas: Schemas) -> int:
    """Decide over the marts of a build, and replace the suppressed cells in one transaction. Return how many there are."""
    staging = schemas.get("staging", "staging")
    connection = psycopg2.connect(url, application_name=APPLICATION)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(f"set local role {DBT}")
            cursor.execute(_TABLES.replace("staging.", f"{staging}."))
            earlier = [_all(cursor, f"{staging}.{name}") for name in ("published_counts", "suppressed_cells")]
            counts, cells = decide(lambda query: _rows(cursor, query, schemas), *earlier)
            for name, rows in (("published_counts", counts), ("suppressed_cells", cells)):
                cursor.execute(f"delete from {staging}.{name}")
                execute_values(cursor, f"insert into {staging}.{name} values %s", rows)
            return len(cells)
    finally:
        connection.close()


def small_public_cells(url: str, schemas: Schemas) -> int:
    """Return how many cells of the public marts are shown although they are small: a law wants none."""
    connection = psycopg2.connect(url, application_name=APPLICATION)
    try:
        with connection, connection.cursor() as cursor:
            return sum(times for count, times in _rows(cursor, _SHOWN, schemas) if is_small(count))
    finally:
        connection.close()


def _rows(cursor: Any, query: str, schemas: Schemas) -> Sequence[tuple[Any, ...]]:
    """Ask a query of a build, whose schemas have other names than those that the query says."""
    for name, place in schemas.items():
        query = query.replace(f"{name}.", f"{place}.")
    cursor.execute(query)
    found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return found


def _all(cursor: Any, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f"select * from {table}")
    return list(cursor.fetchall())


def decide(
    ask: Ask, earlier_counts: Sequence[tuple[Any, ...]], earlier_cells: Sequence[tuple[Any, ...]]
) -> tuple[list[tuple[Any, ...]], list[Cell]]:
    """Return the counts by month and part that this build publishes, and which cells are suppressed. ``earlier_``: of the build before."""
    before, suppressed = _divided(earlier_counts), _suppressed(map(Cell._make, earlier_cells))
    shown = restated(before, _divided(ask(_AMOUNTS)))
    months = [
        (*division, part, *figure)
        for division, parts in sorted(shown.items())
        for part, figure in sorted(parts.items())
    ]

    def published(query: str) -> Sequence[tuple[Any, ...]]:
        """The months as they are published, in place of those that were built."""
        dimension = {_DISTRICTS: "district", _GROUPS: "group"}.get(query)
        if dimension is None:
            return ask(query)
        rows = [(row[0], row[2].year, row[2], row[3], row[4]) for row in months if row[1] == dimension]
        return rows + [row for row in ask(query) if row[2] in (None, TODAY)]

    return months, list(suppressed_cells(published, staying(before, shown, suppressed)))


def _divided(rows: Sequence[tuple[Any, ...]]) -> dict[Division, dict[str, Figure]]:
    found: dict[Division, dict[str, Figure]] = defaultdict(dict)
    for regency, dimension, month, part, workers, amount in rows:
        found[regency, dimension, month][part] = Figure(workers, amount)
    return found


def _suppressed(cells: Iterable[Cell]) -> dict[Division, set[str]]:
    """Return the suppressed parts of each division; a month that is suppressed whole says nothing of its parts."""
    every = list(cells)
    whole = {(cell.regency_code, cell.month) for cell in every if cell.dimension == "month"}
    found: dict[Division, set[str]] = defaultdict(set)
    for cell in every:
        if cell.month and cell.dimension in ("district", "group") and (cell.regency_code, cell.month) not in whole:
            found[cell.regency_code, cell.dimension, cell.month].add(cell.part_code)
    return found


def suppressed_cells(ask: Ask, stays: Mapping[tuple[str, str, int], Collection[str]] | None = None) -> Iterator[Cell]:
    """Yield every suppressed cell of every regency and year, in order. ``stays``: parts that were suppressed before and stay so.

    A month's total is a part of the year's months and the total of its districts and of its groups: where one table suppresses it, all do.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for regency, district in sorted(ask(_PLACES)):
        places[regency].append(district)
    divisions = {dimension: _years(ask(query)) for dimension, query in (("district", _DISTRICTS), ("group", _GROUPS))}
    states = _years(ask(_MONTHS))
    for regency, year in sorted({*states, *(key for years in divisions.values() for key in years)}):
        counts = {dimension: years.get((regency, year), {None: {}}) for dimension, years in divisions.items()}
        marked = {dimension: (stays or {}).get((regency, dimension, year), ()) for dimension in counts}
        months = _months_told(states.get((regency, year), {}), counts)
        for dimension, of_year in counts.items():
            every = places[regency] if dimension == "district" else []
            yield from (
                _cell(regency, dimension, year, *rest) for rest in _of_year(of_year, every, months, marked[dimension])
            )
        yield from (Cell(regency, "month", year, month, ALL) for month in sorted(months))
    yield from _figures(ask)


def _cell(regency: str, dimension: str, year: int, month: date | None, part: str) -> Cell:
    """Return the cell of a month, or of the day of the build, whose total is a figure of its own."""
    if month != TODAY:
        return Cell(regency, dimension, year, month, part)
    return (
        Cell(regency, "figure", 0, None, "protected") if part == ALL else Cell(regency, "protected", year, None, part)
    )


def _years(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, int], Counts]:
    years: dict[tuple[str, int], Counts] = defaultdict(lambda: defaultdict(dict))
    for regency, year, column, part, count in rows:
        years[regency, year][column][part] = count
    return years


def _months_told(states: Counts, divisions: Mapping[str, Counts]) -> set[date]:
    """Return the months whose totals are suppressed, because a month or one of its divisions tells its parts.

    Of a division without room for a block no part is told; the totals stay, for they are those of the books.
    """
    columns = [Column(states[state]) for state in sorted(states)]
    months = sorted({month for column in states.values() for month in column})
    hidden: set[date] = set()
    while True:
        found = suppress(columns, months, marked=hidden)
        more = {month for month in months if _any(found, month)}
        more |= {
            month
            for counts in divisions.values()
            for month, column in counts.items()
            if month not in (None, TODAY) and Column(column).tells(list(column))
        }
        if more <= hidden:
            return hidden
        hidden |= more


def _suppressed_year(counts: Counts, hidden: Collection[date], marked: Collection[str]) -> Suppression[str]:
    """Return what is suppressed of a year's months and of its different persons."""
    months = sorted(month for month in counts if isinstance(month, date))
    parts = sorted({part for column in counts.values() for part in column})
    return suppress(
        [Column(counts[month]) for month in months],
        parts,
        persons=Column(counts.get(None, {})),
        marked=[part for part in parts if part in marked],
        whole=[number for number, month in enumerate(months) if month in hidden],
    )


def _of_year(
    counts: Counts, every: Sequence[str], hidden: Collection[date], marked: Collection[str]
) -> Iterator[tuple[date | None, str]]:
    """Yield the suppressed cells of a year's months, then of the year itself.

    Of a month suppressed whole no part is shown, and none of the year: their difference would be that month.
    """
    months = sorted(month for month in counts if isinstance(month, date))
    parts = sorted({part for column in counts.values() for part in column})
    found = _suppressed_year(counts, hidden, marked)
    for number, month in enumerate(months):
        whole = every or parts if number in found.whole else ()
        yield from ((month, part) for part in sorted({*whole, *(part for part in parts if found.hides(part, number))}))
        if month == TODAY and number in found.whole:
            yield month, ALL
    yield from ((None, part) for part in parts if found.whole or part in found.parts)


def _any(found: Suppression[date], part: date) -> bool:
    return any(found.hides(part, number) for number in range(len(found.columns)))


def _figures(ask: Callable[[str], Sequence[tuple[Any, ...]]]) -> Iterator[Cell]:
    """Yield figures that stand alone. Benefits since the beginning are told only where no year has few: the others' reports tell theirs."""
    few: dict[str, bool] = defaultdict(bool)
    for regency, _, claims in ask(_CLAIMS):
        few[regency] |= is_small(claims)
    yield from (Cell(regency, "figure", 0, None, "claims") for regency in sorted(few) if few[regency])
    for regency, waiting in sorted(ask(_WAITING)):
        if is_small(waiting):
            yield Cell(regency, "figure", 0, None, "waiting")
