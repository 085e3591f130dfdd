"""Donations: pledges on paper forms, and the bank statement with their payments and irregularities.

The outcomes of pledges rotate in a fixed order, so that every sample contains each kind: paid exactly, in part, too much, never,
twice, refunded, or by a line that the bank printed twice; also lines with unknown codes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jamsos.donations import rules
from sample.names import lists
from sample.seeded_random import SeededRandom
from sample.story import RATE

PLEDGES_HEADER = ("kode", "tanggal", "nama", "anonim", "no_hp", "jumlah")
STATEMENT_HEADER = ("Tanggal", "Keterangan", "Debet", "Kredit", "Saldo", "No Referensi")
TRUTH_HEADER = ("year", "line", "kode", "outcome", "amount")
OUTCOMES = ("exact", "exact", "partial", "exact", "over", "exact", "duplicate", "exact", "unpaid", "exact", "repeated",
            "exact", "exact", "refunded", "exact", "exact")  # fmt: skip
AMOUNTS = (RATE, RATE * 3, RATE * 12, 100_000, 250_000, RATE * 24, 50_000, RATE * 6)
PLEDGES = {2024: 48, 2025: 80}
LARGE = 1_008_000  # five years of one worker: the gift of groups, always paid exactly
GROUPS = (
    "Koperasi Kredit Contoh",
    "Paroki Contoh",
    "Arisan Pegawai Contoh",
    "Hotel Contoh Labuan Bajo",
    "Masjid Contoh",
    "Yayasan Contoh",
)
OPENING_BALANCE = 1_250_000
STRANGE = (
    "DONASI PEKERJA RENTAN",
    "SETORAN TUNAI HAMBA ALLAH",
    "TRF DON{year}9999 TANPA NAMA",
    "TRF DON{year}OO12 IBU MARIA",
)


@dataclass(frozen=True)
class Pledge:
    code: str
    day: date
    name: str
    is_named: bool
    phone: str
    amount: int
    outcome: str


@dataclass(frozen=True)
class BankLine:
    """`signed`: rupiah in (+) or out (−)."""

    day: date
    text: str
    signed: int
    reference: str
    code: str
    outcome: str
    is_repeat: bool = False


def pledges(draws: SeededRandom, year: int, large: int) -> list[Pledge]:
    """Return the year's pledges from January to May; the first `large` are those of groups."""
    draws = SeededRandom(draws.seed + year)
    return [_pledge(draws, year, number, number <= large) for number in range(1, PLEDGES[year] + 1)]


def _pledge(draws: SeededRandom, year: int, number: int, is_large: bool) -> Pledge:
    day = date(year, 1, 8) + timedelta(days=draws.one("pledged on", number, 130))
    name = GROUPS[number % len(GROUPS)] if is_large else _donor(draws, number)
    return Pledge(
        code=_code(draws, number),
        day=day,
        name=name,
        is_named=is_large or draws.one("named", number, 3) > 0,
        phone=f"0810{draws.one('telephone', number, 10**8):08}",
        amount=LARGE if is_large else AMOUNTS[draws.one("amount", number, len(AMOUNTS))],
        outcome="exact" if is_large else OUTCOMES[number % len(OUTCOMES)],
    )


def _code(draws: SeededRandom, number: int) -> str:
    """Return a code as `jamsos donations codes` generates it for forms, so that the next one cannot be guessed."""
    letters = (rules.ALPHABET[draws.one(f"code/{place}", number, len(rules.ALPHABET))] for place in range(rules.FREE))
    return rules.checked("".join(letters))


def _donor(draws: SeededRandom, number: int) -> str:
    given = list(lists()["catholic"][("female", "male")[draws.one("sex", number, 2)]])
    family = lists()["family"]["catholic"]
    return f"{given[draws.one('given', number, len(given))]} {family[draws.one('family', number, len(family))]}"


def statement(draws: SeededRandom, year: int, given: list[Pledge]) -> list[BankLine]:
    """Return the lines of the account from January to June, by day."""
    draws = SeededRandom(draws.seed + year)
    lines = [line for number, pledge in enumerate(given, start=1) for line in _answers(draws, number, pledge)]
    lines += _unknown(year) + _costs(year)
    return sorted(lines, key=lambda line: (line.day, line.reference))


def _answers(draws: SeededRandom, number: int, pledge: Pledge) -> Iterator[BankLine]:
    day = pledge.day + timedelta(days=draws.one("transferred after", number, 12))
    way = ("TRSF E-BANKING CR {} {}", "QRIS {} {}", "SETOR TUNAI {} {}", "BI-FAST CR {} {}")[
        draws.one("way", number, 4)
    ]
    text = way.format(pledge.code, pledge.name.upper() if pledge.is_named else "HAMBA ALLAH")
    reference = f"FT{pledge.day.year % 100}{number:06}"

    def line(signed: int, outcome: str, suffix: str = "", days: int = 0, is_repeat: bool = False) -> BankLine:
        when = day + timedelta(days=days)
        return BankLine(when, text, signed, reference + suffix, pledge.code, outcome, is_repeat)

    match pledge.outcome:
        case "exact":
            yield line(pledge.amount, "exact")
        case "partial":
            yield line(pledge.amount // 2, "partial")
        case "over":
            yield line(pledge.amount + 25_000, "over")
        case "duplicate":
            yield line(pledge.amount, "exact")
            yield line(pledge.amount, "duplicate", "B", days=2)
        case "repeated":
            yield line(pledge.amount, "exact")
            yield line(pledge.amount, "repeated", is_repeat=True)
        case "refunded":
            yield line(pledge.amount, "exact")
            refund = line(-pledge.amount, "refunded", "R", days=5)
            yield BankLine(
                refund.day, f"REFUND {pledge.code}", refund.signed, refund.reference, pledge.code, "refunded"
            )


def _unknown(year: int) -> list[BankLine]:
    days = [date(year, month, 11) for month in (2, 3, 4, 5)]
    return [
        BankLine(day, text.format(year=year), 75_000 + 25_000 * n, f"FT{year % 100}9{n:05}", "", "unknown")
        for n, (day, text) in enumerate(zip(days, STRANGE, strict=True))
    ]


def _costs(year: int) -> list[BankLine]:
    last_days = [date(year, month + 1, 1) - timedelta(days=1) for month in range(1, 7)]
    return [BankLine(day, "BIAYA ADM", -12_500, f"ADM{year % 100}{day.month:02}", "", "outgoing") for day in last_days]


def pledge_rows(given: list[Pledge]) -> list[tuple[str | int, ...]]:
    """Return the lines of the file of pledges."""
    return [
        (p.code, p.day.isoformat(), p.name, "TIDAK" if p.is_named else "YA", p.phone, p.amount)
        for p in sorted(given, key=lambda p: (p.day, p.code))
    ]


def statement_rows(lines: list[BankLine]) -> list[tuple[str | int, ...]]:
    """Return the lines of the bank's file; a repeated line is identical, including its balance."""
    rows: list[tuple[str | int, ...]] = []
    balance = OPENING_BALANCE
    for line in lines:
        if line.is_repeat:
            rows.append(rows[-1])
            continue
        balance += line.signed
        debit, credit = (-line.signed, "") if line.signed < 0 else ("", line.signed)
        rows.append((line.day.strftime("%d/%m/%Y"), line.text, debit, credit, balance, line.reference))
    return rows
