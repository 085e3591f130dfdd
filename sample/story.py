"""Story: the decrees, funds and bills of the programme, to the rupiah as Manggarai Barat published them.

2024: 1,000 workers; 2025: 2,829; 2026: a plan for 4,649 from DBH CHT, of which half may go to welfare. Numbers and days of
documents are invented, except decree 298/KEP/HK/2024. A small sample has the same story with fewer workers.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from jamsos.months import Month, span

RATE = 16_800  # JKK 10,000 + JKM 6,800, at the lowest income bracket
YEAR_OF_ONE = RATE * 12
FULL_SIZE = 12_000  # least number of people for the full story


@dataclass(frozen=True)
class Bill:
    code: str
    month_from: Month
    month_to: Month
    workers: int
    fund: str

    @property
    def issued(self) -> date:
        return office_day(self.month_from, 9)

    @property
    def amount(self) -> int:
        return self.workers * RATE * (self.month_to - self.month_from + 1)


@dataclass(frozen=True)
class Amendment:
    """Replaces people whom the insurer refused, or whose protection ended by the events of a quarter."""

    number: str
    signed_date: date
    month_from: Month
    events: str | None = None


@dataclass(frozen=True)
class Decree:
    number: str
    signed_date: date
    month_from: Month
    month_to: Month
    fund: str
    ceiling: int
    headcount: int
    bills: list[Bill] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    fund_field: str | None = None

    @property
    def year(self) -> int:
        return self.month_from.year


@dataclass(frozen=True)
class Plan:
    """The number of workers that the office wants to protect, and the share of their cost that a fund may pay."""

    year: int
    months: int
    headcount: int
    fund: str
    usable: int

    @property
    def cost(self) -> int:
        return self.headcount * RATE * self.months

    @property
    def shortfall(self) -> int:
        return self.cost - self.usable


@dataclass(frozen=True)
class Story:
    """The story for a sample of this size."""

    people: int

    def workers(self, of_the_whole: int) -> int:
        return max(1, of_the_whole * min(self.people, FULL_SIZE) // FULL_SIZE)

    @property
    def shared_revenue(self) -> int:
        """Return DBH CHT: Rp1,114,448,000 in the full story; always divisible by ten, so that 50/40/10 are whole rupiah."""
        return 1_114_448_000 * min(self.people, FULL_SIZE) // FULL_SIZE // 10 * 10

    @property
    def welfare_share(self) -> int:
        return self.shared_revenue // 2

    @property
    def plan(self) -> Plan:
        return Plan(2026, 12, self.workers(4_649), "DBHCHT-2026", self.welfare_share)

    @property
    def decrees(self) -> list[Decree]:
        w = self.workers
        return [
            _yearly("298/KEP/HK/2024", 2024, "APBD-2024", w(1_000), date(2024, 1, 4), ["317", "355", "402", "448"]),
            _half_year("371/KEP/HK/2024", 2024, "DONASI-2024", w(30), date(2024, 6, 24)),
            _yearly("14/KEP/HK/2025", 2025, "APBD-2025", w(2_829), date(2025, 1, 6), ["21", "118", "203", "287"]),
            _half_year("176/KEP/HK/2025", 2025, "DONASI-2025", w(60), date(2025, 6, 23)),
            Decree(
                number="9/KEP/HK/2026",
                signed_date=date(2026, 1, 6),
                month_from=Month(2026, 1),
                month_to=Month(2026, 12),
                fund="DBHCHT-2026",
                ceiling=self.welfare_share,
                headcount=self.welfare_share // YEAR_OF_ONE,
                fund_field="welfare",
            ),
        ]

    @property
    def bills(self) -> list[Bill]:
        return [bill for decree in self.decrees for bill in decree.bills]


def office_day(month: Month, day: int) -> date:
    """Return that day, or the Friday before a weekend."""
    found = date(month.year, month.month, day)
    return found - timedelta(days=max(0, found.weekday() - 4))


def _yearly(number: str, year: int, fund: str, workers: int, signed: date, amendments: list[str]) -> Decree:
    """Return a decree for twelve months, billed monthly, with four amendments: after the insurer's answers, and after three quarters."""
    months = span(Month(year, 1), Month(year, 12))
    refused, *quarters = amendments
    return Decree(
        number=number,
        signed_date=signed,
        month_from=months[0],
        month_to=months[-1],
        fund=fund,
        ceiling=workers * YEAR_OF_ONE,
        headcount=workers,
        bills=[Bill(f"5315{m.year % 100}{m.month:02}001", m, m, workers, fund) for m in months],
        amendments=[
            Amendment(f"{refused}/KEP/HK/{year}", office_day(months[0], 8), months[0]),
            *(
                Amendment(f"{each}/KEP/HK/{year}", office_day(months[q * 3], 4), months[q * 3], events_file(year, q))
                for q, each in enumerate(quarters, start=1)
            ),
        ],
    )


def _half_year(number: str, year: int, fund: str, workers: int, signed: date) -> Decree:
    """Return a decree for July to December from donations, billed once in advance."""
    first, last = Month(year, 7), Month(year, 12)
    return Decree(
        number=number,
        signed_date=signed,
        month_from=first,
        month_to=last,
        fund=fund,
        ceiling=workers * RATE * 6,
        headcount=workers,
        bills=[Bill(f"5315{year % 100}07002", first, last, workers, fund)],
    )


def events_file(year: int, quarter: int) -> str:
    return f"peristiwa/peristiwa-{year}-t{quarter}.csv"
