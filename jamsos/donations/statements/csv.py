"""Statements as CSV or workbook: the layouts in which local banks export an account, each described by a profile (bank_profiles/).

The whole file has one order of day and month, and one direction in time. The running balances must follow from each
other. They decide ambiguous readings: a number with wrong grouping, an amount without its side.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from jamsos.donations.bank_profiles import Profile, fold, profiles, words
from jamsos.donations.errors import StatementGap
from jamsos.donations.statements.entries import Amount, Entry, Place, check_chain, check_sum, sloppy_amount
from jamsos.errors import FileEmpty, HeaderMissing, JamsosError, LineWrong
from jamsos.grids import Row, Table, table_of
from jamsos.table_reader import gathered

_OUT, _IN = {"D", "DB", "DR", "DEBET", "DEBIT"}, {"K", "C", "CR", "KR", "KREDIT", "CREDIT"}
AMOUNT_LENGTH, TOO_LONG = 100, "…"
_MINUS = re.compile(r"-\s*(.+)|\((.+)\)|(.+?)\s*-")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb peb",
            "mar",
            "apr",
            "mei may",
            "jun",
            "jul",
            "agu aug ags",
            "sep",
            "okt oct",
            "nov nop",
            "des dec",
        ),
        1,
    )
    for name in names.split()
}
_DAY = re.compile(r"(\d{1,4})[\s./-]+(\d{1,2}|[A-Za-z]{3,9})(?:[\s./-]+(\d{2,4}))?(?:[ T,]+\d{1,2}[:.]\d{2}.*)?")
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class _Form:
    """The layout of a file: the indexes of its columns, and its profile."""

    name: str
    profile: Profile
    places: dict[str, list[int]]
    headers: list[str]


@dataclass(frozen=True)
class _Raw:
    """A row with an entry: its amount with each possible side, and the balances after and before it.

    `is_sloppy`: one of its numbers has wrong grouping, and counts only where balances prove the number.
    """

    row: Row
    signed: list[Amount]
    balance: Amount | None
    opening: Amount | None
    is_sloppy: bool


def read(name: str, content: bytes) -> list[Entry]:
    """Return the entries, oldest first.

    Raises FileNotCsv, FileEmpty, HeaderMissing, LineWrong, LinesWrong, StatementGap, StatementUnbalanced, ArchiveAmbiguous, FileTooLarge.
    """
    table = table_of(name, content, lambda headers: max(_score(each, headers) for each in profiles()))
    if table is None:
        raise HeaderMissing(file=name, missing="Tanggal, Keterangan, Debet, Kredit")
    form = _form(name, table)
    rows = [row for row in table.below if not _is_footer(form, row) and not _is_pending(form, row)]
    if not rows:
        raise FileEmpty(file=name)
    days = _days(form, table, rows)
    sides = _sides(form, rows) if "amount" in form.places else _Sides.worded
    raws = gathered(rows, lambda row: _raw(form, row, sides))
    footers = _footers(form, table)
    entries = _proven(form, raws, days, footers.get("opening"))
    _check_footers(name, footers, entries)
    return entries


def _score(profile: Profile, headers: Sequence[str]) -> int:
    """Return how well a profile fits: the number of its columns, doubled where they include day, text and amount.

    A complete profile of one bank wins over `common`.
    """
    found = profile.places(headers)
    is_whole = {"date", "text"} <= found.keys() and bool(found.keys() & {"debit", "credit", "amount"})
    is_own = profile.name != "common" and found.keys() == profile.columns.keys()
    return len(found) * 2 + is_own if is_whole else len(found)


def _form(name: str, table: Table) -> _Form:
    profile = max(profiles(), key=lambda each: _score(each, table.headers))
    common = profiles()[-1]
    places = common.places(table.headers) | profile.places(table.headers)
    if missing := [label for field, label in (("date", "Tanggal"), ("text", "Keterangan")) if field not in places]:
        raise HeaderMissing(file=name, missing=", ".join(missing))
    if "amount" not in places and not {"debit", "credit"} <= places.keys():
        missing = [label for field, label in (("debit", "Debet"), ("credit", "Kredit")) if field not in places]
        raise HeaderMissing(file=name, missing=", ".join(missing))
    if "amount" in places and {"debit", "credit"} <= places.keys():
        del places["amount"]
    # the side is often in a column without a header, after the amount
    beside = places["amount"][0] + 1 if "amount" in places else -1
    if "side" not in places and 0 < beside < len(table.headers) and not table.headers[beside].strip():
        places["side"] = [beside]
    return _Form(name, profile, places, table.headers)


def _text(form: _Form, field: str, row: Row) -> str:
    said = (row.cell(place).strip().lstrip("'’`").strip() for place in form.places.get(field, ()))
    text = "\n".join(text for text in said if text)
    # parsing the side of an amount takes quadratic time, so longer texts, which no amount needs, are cut
    return text if field in ("text", "reference") or len(text) <= AMOUNT_LENGTH else TOO_LONG


# --- rows without an entry ---------------------------------------------------------------------------------------


def _label(row: Row) -> tuple[str | None, list[str]]:
    """Return (kind of footer, its other cells) of a row that begins with a word for a balance or a total."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if not filled:
        return None, []
    head, _, behind = filled[0].partition(":")
    kind = next((kind for kind, names in words().items() if fold(head) in names), None)
    return kind, ([behind] if behind.strip() else []) + filled[1:]


def _is_footer(form: _Form, row: Row) -> bool:
    """Return whether a row is a total, a balance or a signature: it has no day, and no text or amount of an entry."""
    kind, _ = _label(row)
    day = _text(form, "date", row)
    if _DAY.fullmatch(day) or _is_serial(row, form):
        return False
    if fold(day) in form.profile.pending:
        return False
    amounts = any(_text(form, field, row) for field in ("debit", "credit", "amount"))
    return kind is not None or fold(_text(form, "text", row)) in words()["total"] or not (day and amounts)


def _is_serial(row: Row, form: _Form) -> bool:
    text = _text(form, "date", row)
    return form.places["date"][0] in row.numbers and re.fullmatch(r"\d{5}(\.\d+)?", text) is not None


def _is_pending(form: _Form, row: Row) -> bool:
    """Return whether the bank has not booked the row yet, so that the row is no money."""
    return fold(_text(form, "date", row)) in form.profile.pending


def _footers(form: _Form, table: Table) -> dict[str, Amount]:
    """Return the balances and totals of the title block and the last rows, by kind."""
    found: dict[str, Amount] = {}
    for row in [*table.above, *(row for row in table.below if _is_footer(form, row))]:
        kind, cells = _label(row)
        place = Place(form.name, row.line)
        if kind in ("opening", "closing", "debits", "credits"):
            for cell in cells:
                if re.fullmatch(r"[-(]?\s*(Rp\.?|IDR)?\s*[\d.,]+\)?\s*[A-Za-z]{0,2}", cell):
                    found.setdefault(kind, _balance(place, cell))
                    break
        elif kind == "total" or fold(_text(form, "text", row)) in words()["total"]:
            for field, total in (("debit", "debits"), ("credit", "credits")):
                if text := _text(form, field, row):
                    found.setdefault(total, place.written(total, text))
    return found


def _check_footers(name: str, footers: dict[str, Amount], entries: Sequence[Entry]) -> None:
    """Raise StatementUnbalanced where the lines do not add up to the totals in the file."""
    moved = [entry.signed for entry in _once(entries)]
    for kind, signed in (
        ("credits", [each for each in moved if each > 0]),
        ("debits", [-each for each in moved if each < 0]),
    ):
        if kind in footers:
            check_sum(name, 0, footers[kind], signed)
    if "opening" in footers and "closing" in footers:
        check_sum(name, footers["opening"], footers["closing"], moved)


def _once(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without exact duplicates, which have the same words and balance."""
    known: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        key = (*entry[2:], None if entry.balance is not None else entry.number)
        known.setdefault(key, entry)
    return list(known.values())


# --- amounts -----------------------------------------------------------------------------------------------------


class _Sides(StrEnum):
    """How a file with one column of amounts gives their side; `proven`: only the balances give the side."""

    worded = "worded"
    minus = "minus"
    proven = "proven"


def _sides(form: _Form, rows: Sequence[Row]) -> _Sides:
    if any(_side(form, row) for row in rows) or "side" in form.places or "balance" not in form.places:
        return _Sides.minus if not any(_side(form, row) for row in rows) and _any_minus(form, rows) else _Sides.worded
    return _Sides.minus if _any_minus(form, rows) else _Sides.proven


def _any_minus(form: _Form, rows: Sequence[Row]) -> bool:
    return any(_MINUS.fullmatch(_text(form, "amount", row)) for row in rows)


def _side(form: _Form, row: Row) -> str:
    """Return the side: `K` in its own column, or the letters after the amount."""
    behind = re.search(r"[A-Za-z]*$", _text(form, "amount", row))
    return (_text(form, "side", row) or (behind[0] if behind else "")).upper()


def _raw(form: _Form, row: Row, sides: _Sides) -> _Raw:
    """Return the amounts and balances of a row. Raises LineWrong."""
    place = Place(form.name, row.line)
    if not _text(form, "text", row):
        place.refuse("Keterangan", "paper.missing")
    balance, opening = _text(form, "balance", row), _text(form, "opening", row)
    texts = [_text(form, field, row) for field in ("debit", "credit", "amount", "balance")]
    return _Raw(
        row,
        _sided(form, row, place, sides) if "amount" in form.places else [_of_two(form, row, place)],
        _balance(place, balance) if balance else None,
        _balance(place, opening) if opening else None,
        any(map(sloppy_amount, texts)),
    )


def _written(place: Place, field: str, text: str) -> Amount:
    return place.written(field, sloppy_amount(text) or text)


def _of_two(form: _Form, row: Row, place: Place) -> Amount:
    """Return rupiah in (+) or out (−) of two columns. Raises LineWrong where a line has no side, or both."""
    out, into = (
        _written(place, label, text) if (text := _text(form, field, row)) not in ("", "-") else 0
        for field, label in (("debit", "Debet"), ("credit", "Kredit"))
    )
    if bool(out) == bool(into):
        place.refuse("Debet/Kredit", "donations.one_side")
    return into - out


def _sided(form: _Form, row: Row, place: Place, sides: _Sides) -> list[Amount]:
    """Return the amount of a single column; both readings where only a balance gives the side. Raises LineWrong."""
    text, side = re.sub(r"\s*[A-Za-z]*$", "", _text(form, "amount", row)), _side(form, row)
    minus = _MINUS.fullmatch(text)
    value = _written(place, "Jumlah", next(filter(None, minus.groups())) if minus else text)
    if not value:
        place.refuse("Jumlah", "donations.amount")
    if sides is _Sides.worded:
        if side not in _OUT | _IN:
            place.refuse("D/K", "donations.side")
        return [value if side in _IN else -value]
    if sides is _Sides.minus:
        return [-value if minus else value]
    return [value, -value]


def _balance(place: Place, text: str) -> Amount:
    """Return a balance; an overdrawn account has a minus before its balance, or a D after it."""
    out = re.fullmatch(r"-\s*(.+)|\((.+)\)|(.+?)\s*D[BR]?", text, flags=re.IGNORECASE)
    if out:
        return -_written(place, "Saldo", next(filter(None, out.groups())))
    return _written(place, "Saldo", re.sub(r"\s*(CR?|KR?)$", "", text, flags=re.IGNORECASE))


# --- proof by the balances -----------------------------------------------------------------------------------------


def _proven(form: _Form, raws: Sequence[_Raw], days: Sequence[date], opening: Amount | None) -> list[Entry]:
    """Return the entries, oldest first, in the direction in which each balance follows from the one before it.

    Raises StatementGap, and LineWrong for an ambiguous amount that no balance decides.
    """
    both = list(zip(raws, days, strict=True))
    is_down = days[0] > days[-1]
    orders = [both[::-1], both] if is_down else [both, both[::-1]]
    refusals: list[JamsosError] = []
    for order in orders if any(raw.balance is not None for raw in raws) else orders[:1]:
        try:
            entries = _chained(form, order, opening)
            check_chain(form.name, opening if opening is not None else order[0][0].opening, entries)
        except (StatementGap, LineWrong) as refusal:
            refusals.append(refusal)
            continue
        _check_sloppy(form, [raw for raw, _ in order], opening)
        return entries
    if isinstance(refusals[0], StatementGap) and (doubtful := [raw for raw in raws if raw.is_sloppy]):
        Place(form.name, doubtful[0].row.line).refuse("Jumlah", "donations.unclear")
    raise refusals[0]


def _chained(form: _Form, order: Sequence[tuple[_Raw, date]], opening: Amount | None) -> list[Entry]:
    """Return the entries, with the side of each amount as its balances decide. Raises LineWrong where none does."""
    before, entries = opening, []
    for raw, day in order:
        before = raw.opening if raw.opening is not None and before is None else before
        fits = [each for each in raw.signed if None not in (before, raw.balance) and before + each == raw.balance]  # type: ignore[operator]
        if len(raw.signed) > 1 and not fits:
            Place(form.name, raw.row.line).refuse("D/K", "donations.side")
        signed = fits[0] if fits else raw.signed[0]
        entries.append(
            Entry(
                number=raw.row.line,
                line=raw.row.line,
                day=day,
                signed=signed,
                text=_text(form, "text", raw.row),
                reference=_text(form, "reference", raw.row) or None,
                balance=raw.balance,
            )
        )
        before = raw.balance if raw.balance is not None else None if before is None else before + signed
    return entries


def _check_sloppy(form: _Form, raws: Sequence[_Raw], opening: Amount | None) -> None:
    """Raise LineWrong for a number with wrong grouping that no pair of balances proves."""
    for at, raw in enumerate(raws):
        before = opening if at == 0 else raws[at - 1].balance
        after = raws[at + 1].balance if at + 1 < len(raws) else None
        if raw.is_sloppy and (raw.balance is None or (before is None and raw.opening is None and after is None)):
            Place(form.name, raw.row.line).refuse("Jumlah", "donations.unclear")


# --- days ----------------------------------------------------------------------------------------------------------


class _Day(NamedTuple):
    """A day as written: the year, and two numbers of which one is the month, or the month as a word."""

    line: int
    first: int
    second: int
    year: int | None
    is_certain: bool  # whether the order of the two numbers is certain


def _days(form: _Form, table: Table, rows: Sequence[Row]) -> list[date]:
    """Return the day of each row, with one order of day and month for the whole file. Raises LineWrong, LinesWrong."""
    written = gathered(rows, lambda row: _read_day(form, row))
    period = _period(table)
    is_american = _is_american(form, written, period)
    return gathered(written, lambda day: _made(form, day, period, is_american))


def _read_day(form: _Form, row: Row) -> _Day:
    """Return the day of a row as written. Raises LineWrong."""
    text, place = _text(form, "date", row), Place(form.name, row.line)
    if _is_serial(row, form):
        day = _EPOCH + timedelta(days=int(float(text)))
        return _Day(row.line, day.day, day.month, day.year, True)
    found = _DAY.fullmatch(text)
    if not found or (len(found[1]) not in (1, 2, 4)):
        place.refuse("Tanggal", "paper.day")
    month = found[2] if found[2].isdecimal() else _MONTHS.get(found[2][:3].lower())
    if month is None:
        place.refuse("Tanggal", "paper.day")
    if len(found[1]) == 4:
        if not found[3] or len(found[3]) > 2:
            place.refuse("Tanggal", "paper.day")
        return _Day(row.line, int(found[3]), int(month), int(found[1]), True)
    year = int(found[3]) if found[3] else None
    if year is not None and year < 100:
        year += 2000
    return _Day(row.line, int(found[1]), int(month), year, not found[2].isdecimal())


def _is_american(form: _Form, days: Sequence[_Day], period: tuple[date, date] | None) -> bool:
    """Return whether the month is first: a second number exceeds 12, or only that order fits the period.

    Raises LineWrong where lines contradict each other.
    """
    doubtful = [day for day in days if not day.is_certain]
    late = [day for day in doubtful if day.second > 12]
    early = [day for day in doubtful if day.first > 12]
    if late and early:
        Place(form.name, max(late[0].line, early[0].line)).refuse("Tanggal", "donations.order")
    if late or early or not period:
        return bool(late)

    def within(is_american: bool) -> bool:
        try:
            return all(period[0] <= _made(form, day, period, is_american) <= period[1] for day in doubtful)
        except LineWrong:
            return False

    return within(True) and not within(False)


def _made(form: _Form, day: _Day, period: tuple[date, date] | None, is_american: bool) -> date:
    """Return the date of a day. Raises LineWrong for an impossible day, or one without a year where no period gives the year."""
    number, month = (day.second, day.first) if is_american and not day.is_certain else (day.first, day.second)
    years = [day.year] if day.year else sorted({each.year for each in period}) if period else []
    for year in years:
        with suppress(ValueError):
            made = date(year, month, number)
            if day.year or (period and period[0] <= made <= period[1]) or len(years) == 1:
                return made
    Place(form.name, day.line).refuse("Tanggal", "paper.day")


def _period(table: Table) -> tuple[date, date] | None:
    """Return the period of the title block, whose days have the day first or the month as a word."""
    for row in table.above:
        said = " ".join(row.cells)
        if re.search(r"period", said, re.IGNORECASE):
            found = [
                date(int(year), int(month) if month.isdecimal() else _MONTHS[month[:3].lower()], int(day))
                for day, month, year in re.findall(r"(\d{1,2})[\s/-]+(\d{1,2}|[A-Za-z]{3,9})[\s/-]+(\d{4})", said)
                if (1 <= int(month) <= 12 if month.isdecimal() else month[:3].lower() in _MONTHS)
                and 1 <= int(day) <= 28 + 3
            ]
            if len(found) == 2:
                return found[0], found[1]
    return None
