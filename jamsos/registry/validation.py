"""Validation: convert text to facts, and give each defect of a row its code.

The input is the columns of an extract, one slice at a time. The output is the usable rows, each with the list of its
noted defects, and the rejected rows with reason and field. Operations work on columns; a word is looked up only once
per distinct text.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from jamsos import legal_terms
from jamsos.grids import NULL
from jamsos.legal_terms import Term
from jamsos.memo import remember_short
from jamsos.months import FIRST_DAY, LAST_DAY, Month
from jamsos.registry import rules
from jamsos.registry.rules import FIELDS, REJECTING, DateReading, Defect, Presence, Reading, Sex, SexReading, Source
from jamsos.registry.village_matching import Alias, Village, Villages

FREE_TEXT = ("name", "address", "birth_place", "occupation")
_NIK = r"^[0-9]{16}$"
_CODE = r"^(\d{10}|\d\d\.\d\d\.\d\d\.\d{4})$"
_CONTRADICTS = Defect.village_contradicts_name
_PLACED = (
    Defect.village_unknown,
    Defect.outside_regency,
    Defect.village_by_name,
    Defect.village_by_likeness,
    Defect.village_by_alias,
    _CONTRADICTS,
)
_CUT = r"^\d{15}\?+$"  # the form in which a repair workbook shows it
_SCIENTIFIC = r"(?i)^\s*\d([.,]\d+)?e\+?\d+\s*$"
_POINT_NOUGHT = r"^(\D{0,3}[0-9]{16})[.,]0+\s*$"  # programs write a number with a fraction in this form
_LARGEST_EXACT = "9007199254740992"  # 2^53: above it a spreadsheet's number cannot represent every whole number


@dataclass(frozen=True)
class Checked:
    """`rows`: the usable rows, with facts in typed columns and `warnings` as a list of codes.

    `rejects`: line, reason, field, village_code, and every defect of the row in `warnings`.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame

    def defects(self) -> Counter[str]:
        """Return how often each defect was found, rejecting or not."""
        counts = Counter(dict(self.rows["warnings"].explode(empty_as_null=False).value_counts().iter_rows()))
        counts.update(dict(self.rejects["reason"].value_counts().iter_rows()))
        return counts

    def lines(self) -> dict[str, list[int]]:
        """Return the first lines with each defect."""
        noted = self.rows.select("line", pl.col("warnings").alias("defect")).explode("defect").drop_nulls()
        aside = self.rejects.select("line", pl.col("reason").alias("defect"))
        found = pl.concat([noted, aside]).sort("line").group_by("defect").agg(pl.col("line").head(rules.SAMPLES))
        return dict(found.iter_rows())


@dataclass
class Survey:
    """How the days and sexes of a file agree with its NIKs, as read and in the other reading, over all rows so far.

    `days`: by the other reading (rows that distinguish the readings, rows that agree as read, rows that agree in the
    other reading). `lost`: days that are impossible as read but possible with the month first; `late`: the reverse.
    `sexes`: rows that agree, rows that do not.
    """

    days: dict[DateReading, tuple[int, int, int]] = field(default_factory=dict)
    lost: int = 0
    late: int = 0
    sexes: tuple[int, int] = (0, 0)

    def add(self, frame: pl.DataFrame) -> None:
        """Count the rows of a slice, which has `nik_inner`, `said_inner`, `turned_inner`, `birth_form` and `sex`."""
        inner, said, turned, form = (pl.col(each) for each in ("nik_inner", "said_inner", "turned_inner", "birth_form"))
        fits = ((inner == said) | (inner == said + 400_000)).fill_null(False)
        other = ((inner == turned) | (inner == turned + 400_000)).fill_null(False)
        told = inner.is_not_null() & turned.is_not_null() & (said.is_null() | (said != turned))
        possible = (inner // 10_000).is_between(1, 71) & (inner // 100 % 100).is_between(1, 12)
        woman = (inner // 10_000) > 40
        by = possible & pl.col("sex").is_not_null()
        first, turn = form == 1, form == 2
        row = frame.select(
            a=(told & first).sum(), b=(fits & first & (told | turned.is_null())).sum(), c=(other & told & first).sum(),
            d=(told & turn).sum(), e=(fits & told & turn).sum(), f=(other & told & turn).sum(),
            lost=(first & said.is_null() & turned.is_not_null()).sum(), late=(first & said.is_not_null() & turned.is_null()).sum(),
            g=(by & (woman == (pl.col("sex") == Sex.female))).sum(), h=(by & (woman != (pl.col("sex") == Sex.female))).sum(),
        ).row(0, named=True)  # fmt: skip
        self._day(DateReading.month_first, row["a"], row["b"], row["c"])
        self._day(DateReading.turned, row["d"], row["e"], row["f"])
        self.lost, self.late = self.lost + row["lost"], self.late + row["late"]
        self.sexes = self.sexes[0] + row["g"], self.sexes[1] + row["h"]

    def _day(self, other: DateReading, *counts: int) -> None:
        before = self.days.get(other, (0, 0, 0))
        self.days[other] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])

    def better_days(self) -> tuple[DateReading, int, int] | None:
        """Return (the other reading, rows that agree as read, rows that agree in it) where most distinguishing rows agree in it."""
        for other, (told, as_read, turned) in self.days.items():
            if told >= _ENOUGH and turned >= _MOST * told and as_read <= (1 - _MOST) * told:
                return other, as_read, turned
        if self.lost >= _ENOUGH and self.late == 0:
            return DateReading.month_first, 0, self.lost
        return None

    def better_sexes(self) -> tuple[int, int] | None:
        """Return (rows that agree as read, rows that do not) where most do not."""
        fit, contradict = self.sexes
        return self.sexes if contradict >= _ENOUGH and contradict >= _MOST * (fit + contradict) else None


_ENOUGH = 3  # the minimum number of rows to judge a file as a whole
_MOST = 0.8


@dataclass
class Checker:
    """A validator for the slices of one file. `fields`: the columns of the file; `villages`: those of the loading regency.

    `aliases`: the office's other names for them; `reading`: the officer's instructions; `within`: the region of the
    office that got a repair workbook, which may repair rows of that region only.
    """

    source: Source
    fields: frozenset[str]
    villages: Sequence[Village]
    as_of: date
    within: str = ""
    aliases: Sequence[Alias] = ()
    reading: Reading = field(default_factory=Reading)
    survey: Survey = field(default_factory=Survey)
    _seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._book = Villages(self.villages, self.aliases)

    def check(self, frame: pl.DataFrame) -> Checked:
        frame = frame.with_columns(pl.lit(None, pl.String).alias(each) for each in FIELDS if each not in frame.columns)
        for step in (
            _texts,
            self._shown,
            _shifted,
            _bare,
            _names,
            _niks,
            _numbers,
            self._births,
            self._words,
            self._months,
            self._places,
            _unswapped,
        ):
            frame = step(frame)
        self.survey.add(frame)
        return _parted(self._repeated(self._ended(_contradictions(frame))))

    def _shown(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Drop the marks of rows that are hidden or struck through where the officer wants these rows."""
        taken = {"is_row_hidden": self.reading.takes_hidden, "is_row_struck": self.reading.takes_struck}
        return frame.drop([each for each, is_taken in taken.items() if is_taken and each in frame.columns])

    def _births(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Read dates strictly. A two-digit year is never guessed; a spreadsheet's serial number is an exact date."""
        text = frame["birth_date"]
        order = self.reading.dates or DateReading.as_written
        day, how = self._plain_births(text, order), pl.repeat(None, len(text), dtype=pl.String, eager=True)
        others = (day.is_null() & text.is_not_null()).arg_true()
        rest = text.gather(others)
        read = [read_birth(written, self.as_of, order) for written in rest]
        found = pl.Series([day for day, _ in read], dtype=pl.String).str.to_date("%Y-%m-%d")
        tidied = found.is_not_null() & ~rest.str.contains(_PLAIN_DAY)
        day.scatter(others, found)
        how.scatter(others, pl.Series([how for _, how in read], dtype=pl.String))
        kinds = (Defect.birth_two_digits, Defect.birth_serial, Defect.birth_impossible, Defect.birth_placeholder)
        return frame.with_columns(
            day.alias("birth_date"),
            *_turned_births(text, day, order),
            (text.is_null() & pl.lit("birth_date" in self.fields)).alias("is_birth_missing"),
            _scattered(len(text), others, tidied & (how.gather(others) != Defect.birth_serial).fill_null(True)).alias(
                "is_birth_cleaned"
            ),
            *((how == kind).fill_null(False).alias(f"is_{kind}") for kind in kinds),
        )

    def _plain_births(self, text: pl.Series, order: DateReading) -> pl.Series:
        """Return the days in common forms without oddities. `read_birth` gives the same for each, but one by one."""
        text = text.set(text.str.contains(" ", literal=True), None)  # a blank before a day would be ignored silently
        written = "%m/%d/%Y" if order is DateReading.month_first else "%d/%m/%Y"
        day = text.str.to_date("%Y-%d-%m" if order is DateReading.turned else "%Y-%m-%d", strict=False)
        if order is DateReading.turned:  # a spreadsheet swapped only the days that it could
            day = day.fill_null(text.str.to_date("%Y-%m-%d", strict=False))
        day = day.fill_null(text.set(day.is_not_null(), None).str.to_date(written, strict=False))
        is_likely = day.is_between(date(max(self.as_of.year - 125, _NOUGHT + 1), 1, 1), self.as_of)
        return day.set(~is_likely | ((day.dt.month() == 1) & (day.dt.day() == 1)), None)

    def _words(self, frame: pl.DataFrame) -> pl.DataFrame:
        folded: dict[str, Mapping[str, str]] = {
            "sex": _TURNED_SEXES if self.reading.sex is SexReading.turned else rules.SEXES,
            "marital_status": rules.MARITAL,
            "relation": rules.RELATIONS,
            "presence": rules.PRESENCES,
            "dukcapil": rules.YES_NO,
        }
        meant = {each: _looked_up(frame[each], _in(words)) for each, words in folded.items()}
        meant["occupation"] = _looked_up(frame["occupation"], rules.occupation_of)
        meant["disability"] = _looked_up(frame["disability"], rules.disability_of)
        invalid = _looked_up(frame["presence"], lambda text: "yes" if rules.fold(text) in rules.INVALID else None)
        within = [_looked_up(frame[each], rules.presence_within) for each in ("remark", "dukcapil")]
        in_name = pl.when(frame["name"].str.contains(rules.IN_NAMES)).then(pl.lit(str(Presence.died)))
        # a death counts in any column; otherwise the own column precedes a remark
        told = pl.select(pl.coalesce(in_name, *within)).to_series() if frame.height else within[0]
        dead = (told == Presence.died).fill_null(False)
        presence = pl.select(pl.when(dead).then(told).otherwise(pl.coalesce(meant["presence"], told))).to_series()
        none = _looked_up(frame["disability"], lambda text: "yes" if rules.fold(text) in rules.NO_DISABILITY else None)
        unknown = {each: frame[each].is_not_null() & meaning.is_null() for each, meaning in meant.items()}
        return frame.with_columns(
            meant["sex"].alias("sex"),
            meant["marital_status"].alias("marital_status"),
            presence.alias("presence"),
            pl.when(unknown["relation"]).then(pl.lit("other")).otherwise(meant["relation"]).alias("relation"),
            (meant["dukcapil"] == "yes").alias("is_dukcapil_matched"),
            pl.col("occupation").alias("occupation_text"),
            pl.when(unknown["occupation"]).then(pl.lit("other")).otherwise(meant["occupation"]).alias("occupation"),
            pl.when(unknown["disability"] & none.is_null())
            .then(pl.lit("unspecified"))
            .otherwise(meant["disability"])
            .alias("disability"),
            (meant["sex"].is_null() & pl.lit("sex" in self.fields)).alias("is_sex_missing"),
            unknown["relation"].alias("is_relation_unknown"),
            unknown["marital_status"].alias("is_marital_unknown"),
            unknown["occupation"].alias("is_occupation_unknown"),
            (unknown["disability"] & none.is_null()).alias("is_disability_unknown"),
            (unknown["presence"] & invalid.is_null()).alias("is_presence_unknown"),
            invalid.is_not_null().alias("is_record_invalid"),
        )

    def _months(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Read the months that another payer pays. A list of such payments is useless without them. No end means until further notice."""
        read = [_looked_up(frame[each], read_month).str.to_date("%Y-%m-%d") for each in ("paid_from", "paid_to")]
        frame = frame.with_columns(read[0].alias("month_from"), read[1].alias("month_to"))
        start, end = pl.col("month_from"), pl.col("month_to")
        wrong = start.is_null() | (pl.col("paid_to").is_not_null() & end.is_null()) | (end < start)
        member = pl.col("membership_number").str.replace_all(r"[^\d]", "")
        is_member = member.str.contains(r"^\d{11}$")
        serial = pl.any_horizontal(pl.col("paid_from", "paid_to").str.contains(_SERIAL))
        return frame.with_columns(
            start.alias("paid_from"),
            end.alias("paid_to"),
            (wrong.fill_null(False) & pl.lit(self.source is Source.province)).alias("is_paid_unreadable"),
            (serial & ~wrong).fill_null(False).alias("is_paid_cleaned"),
            (is_member & (member != pl.col("membership_number"))).fill_null(False).alias("is_membership_cleaned"),
            pl.when(is_member).then(member).alias("membership_number"),
            (member.is_not_null() & ~is_member).fill_null(False).alias("is_membership_malformed"),
        )

    def _places(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Find each village by its code, else by its name within its district, else by a similar name, which is noted."""
        keys = frame.select("village_code", "village_name", "district_name").unique()
        found = pl.DataFrame(
            [(*row, *self._book.find(*row)) for row in keys.iter_rows()],
            schema=dict.fromkeys((*keys.columns, "found", "how"), pl.String) | {"alias_id": pl.Int64},
            orient="row",
        )
        by_code = pl.col("found").is_not_null() & (pl.col("how").is_null() | (pl.col("how") == _CONTRADICTS))
        tidied = by_code & ~pl.col("village_code").str.contains(_CODE)
        found = found.with_columns(tidied.fill_null(False).alias("is_village_code_cleaned"))
        frame = frame.join(found, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
        # in a register without codes, a match by name is no defect
        marks = [mark for mark in _PLACED if mark is not Defect.village_by_name or "village_code" in self.fields]
        if self.within:
            elsewhere = ~pl.col("found").str.starts_with(self.within).fill_null(True)
            frame = frame.with_columns(is_repair_elsewhere=pl.col("is_repair_elsewhere") | elsewhere)
        return frame.with_columns(
            pl.col("found").alias("village_code"),
            *((pl.col("how") == mark).fill_null(False).alias(f"is_{mark}") for mark in marks),
        )

    def _ended(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Mark who is too old for the insurer, or dead or gone by the register. Selection excludes them with that reason."""
        limit = legal_terms.needed(Term.registration_age_limit, Month.of(self.as_of))
        last = date(
            self.as_of.year - limit,
            self.as_of.month,
            min(self.as_of.day, 28) if self.as_of.month == 2 else self.as_of.day,
        )
        return frame.with_columns(
            (pl.col("birth_date") <= last).fill_null(False).alias("is_age_over"),
            (pl.col("presence") == Presence.died).fill_null(False).alias("is_reported_dead"),
            pl.col("presence").is_in([Presence.moved, Presence.not_found]).fill_null(False).alias("is_reported_gone"),
        )

    def _repeated(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Mark NIKs of earlier rows in the file. NIKs are remembered as numbers, because a set of a million numbers is small."""
        numbers = pl.when(pl.col("nik_inner").is_not_null()).then("nik").cast(pl.Int64, strict=False)
        niks = frame.select(numbers).to_series()
        present = set(niks.drop_nulls().to_list())
        earlier = niks.is_in(sorted(self._seen & present))
        self._seen |= present
        repeated = ((earlier | ~niks.is_first_distinct()) & niks.is_not_null()).fill_null(False)
        missing = pl.lit("nik" in self.fields) & pl.col("nik").is_null()
        return frame.with_columns(repeated.alias("is_nik_repeated"), is_nik_missing=missing)


def facts_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Return line, nik, kk, name_key, decile and programme of a list about known people.

    `reason` gives why a line is unusable, or null.
    """
    frame = frame.with_columns(pl.lit(None, pl.String).alias(each) for each in FIELDS if each not in frame.columns)
    for step in (_texts, _bare, _names, _niks, _numbers):
        frame = step(frame)
    defects = (
        Defect.row_bare,
        Defect.nik_scientific,
        Defect.nik_rounded,
        Defect.nik_length,
        Defect.nik_letters,
        Defect.kk_malformed,
    )
    wrong = [pl.when(pl.col(f"is_{each}")).then(pl.lit(str(each))) for each in (*defects, Defect.decile_impossible)]
    return frame.select("line", "nik", "kk", "name_key", "decile", "programme", pl.coalesce(wrong).alias("reason"))


def _parted(frame: pl.DataFrame) -> Checked:
    """Return the rows with their defects by code; rows with a rejecting defect are rejected for the first of them."""
    flags = [f"is_{defect}" for defect in Defect if f"is_{defect}" in frame.columns]
    marks = (
        pl.select(frame["line"].filter(frame[flag]), pl.lit(flag.removeprefix("is_")).alias("warnings"))
        for flag in flags
    )
    found = pl.concat(marks).group_by("line").agg("warnings")
    frame = frame.join(found, on="line", how="left", maintain_order="left").with_columns(
        pl.col("warnings").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    reason = pl.col("warnings").list.set_intersection(list(map(str, REJECTING))).list.first()
    is_rejected = pl.any_horizontal(flag for flag in flags if flag.removeprefix("is_") in REJECTING)
    return Checked(
        rows=frame.filter(~is_rejected).drop(flags),
        rejects=frame.filter(is_rejected).select(
            "line",
            reason.alias("reason"),
            reason.str.split("_").list.first().alias("field"),
            "village_code",
            "warnings",
        ),
    )


# --- the steps of validation -------------------------------------------------------------------------------------


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn blank cells into nulls, and remove long numbers from free text, where they would be stored unsealed."""
    marked = pl.any_horizontal(pl.col(FIELDS).str.contains(NULL, literal=True)).fill_null(False)
    frame = frame.with_columns(is_nul_removed=marked)
    if frame["is_nul_removed"].any():
        frame = frame.with_columns(pl.col(FIELDS).str.replace_all(NULL, " ", literal=True))
    frame = frame.with_columns(
        pl.when(pl.col(each).str.contains(r"[^\s\u00a0\ufeff]")).then(pl.col(each)).alias(each) for each in FIELDS
    )
    number = r"\d(?:[ .\-]?\d){8,}"
    found = frame.select(pl.col(FREE_TEXT).str.contains(number).fill_null(False))
    with_number = [each for each in FREE_TEXT if found[each].any()]
    return frame.with_columns(
        pl.col(with_number).str.replace_all(number, "***"),
        found.select(is_number_in_text=pl.any_horizontal(FREE_TEXT)).to_series(),
    )


# The weight of a filled cell as evidence of a person, by default 1. A row below 3 has no person.
_SPEAKS = {
    "nik": 3,
    "kk": 3,
    "household": 3,
    "birth_date": 2,
    "village_code": 2,
    "village_name": 2,
    "repairs": 0,
    "remark": 0,
}


_DAY_LIKE = r"^\s*(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{1,2}-\d{1,2})"


def _shifted(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark rows whose cells are shifted by a column: the day is in the next column, and the day's own column has none."""
    cells = {each: frame[each] for each in ("birth_place", "birth_date", "address", "sex", "name")}
    no_day = cells["birth_date"].is_not_null() & ~cells["birth_date"].str.contains(r"\d")
    if not no_day.any():
        return frame.with_columns(is_row_shifted=pl.lit(False))
    is_sex = {each: _looked_up(cells[each], _in(rules.SEXES)).is_not_null() for each in ("birth_place", "sex", "name")}
    right = no_day & ~is_sex["sex"] & is_sex["birth_place"]
    left = no_day & ~is_sex["sex"] & is_sex["name"]
    beside = cells["address"].str.contains(_DAY_LIKE) | cells["birth_place"].str.contains(_DAY_LIKE)
    return frame.with_columns(
        (((right | left) | (no_day & beside)) & pl.lit(True)).fill_null(False).alias("is_row_shifted")
    )


def _bare(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark totals, headings between rows, place and day, signatures. They have no name or no village, so they are unusable."""
    # a word such as JUMLAH in the column of a number is no evidence
    numbers = ("nik", "kk")
    filled = (
        (pl.col(each).str.contains(r"\d") if each in numbers else pl.col(each).is_not_null())
        .fill_null(False)
        .cast(pl.UInt8)
        * _SPEAKS.get(each, 1)
        for each in FIELDS
    )
    return frame.with_columns((pl.sum_horizontal(filled) < 3).alias("is_row_bare"))


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    """Normalise spaces in names. Exchange name and address where each looks like the other."""
    looks_placed = r"(?i)^\s*(dusun|dsn|jl|jln|jalan|rt|kampung|kp|lorong|lingkungan)\b"
    swapped = pl.col("name").str.contains(looks_placed) & pl.col("address").str.contains(r"^[^\d]{3,}$")
    swapped = (swapped & ~pl.col("address").str.contains(looks_placed)).fill_null(False)
    frame = frame.with_columns(
        pl.when(swapped).then("address").otherwise("name").alias("name"),
        pl.when(swapped).then("name").otherwise("address").alias("address"),
        swapped.alias("is_name_address_swapped"),
    )
    clean = _where(
        pl.col("name").str.contains(r"[\s\u200b]{2}|[^\S ]|\u200b|^[ ']|[ ']$"),
        pl.col("name"),
        lambda text: text.str.replace_all(r"[\s\u200b]+", " ").str.strip_chars(" '"),
    )
    frame = frame.with_columns(
        clean.alias("full_name"), (clean != pl.col("name")).fill_null(False).alias("is_name_cleaned")
    )
    beside = pl.when(pl.col("full_name").str.contains(r"(?i)^M\b")).then(pl.lit("\t") + pl.col("sex")).fill_null("")
    read = _looked_up(frame.select(pl.col("full_name") + beside).to_series(), _read_name)
    key = read.str.strip_suffix(_TITLED)
    return frame.with_columns(
        key.alias("name_key"),
        read.str.ends_with(_TITLED).fill_null(False).alias("is_name_titled"),
        (key == "").fill_null(True).alias("is_name_missing"),
    )


_TITLED = "|"


@remember_short(1 << 17)
def _read_name(name_and_sex: str) -> str:
    """Return the name's key, marked where a title was removed."""
    name, _, sex = name_and_sex.partition("\t")
    words = rules.name_words(name, rules.SEXES.get(rules.fold(sex)))
    return " ".join(sorted(words)) + _TITLED * (len(words) < len(name.replace(".", " ").split()))


def _niks(frame: pl.DataFrame) -> pl.DataFrame:
    """Remove punctuation from NIKs; never restore digits that a spreadsheet lost. A row that declares no NIK is loaded without one."""
    frame = frame.with_columns(
        pl.col("nik").str.contains(_POINT_NOUGHT).fill_null(False).alias("is_nik_fraction"),
        pl.col("nik").alias("nik_written"),
    )
    if frame["is_nik_fraction"].any():
        frame = frame.with_columns(pl.col("nik").str.replace(_POINT_NOUGHT, "$1"))
    raw = pl.col("nik")
    odd = ~raw.str.contains(r"^[1-9][0-9]{15}$")
    bare = _where(odd, raw, lambda text: text.str.replace_all(rules.BESIDE, ""))
    none = pl.when(odd).then(bare).str.contains(rules.NO_NUMBER).fill_null(False)
    frame = frame.with_columns(
        raw.str.contains(_SCIENTIFIC).fill_null(False).alias("is_nik_scientific"),
        pl.when((bare != "") & ~none).then(bare).alias("nik_bare"),
    )
    nik, digits = pl.col("nik_bare"), pl.col("nik_bare").str.contains(r"^[0-9]+$").fill_null(False)
    known = nik.is_not_null() & ~pl.col("is_nik_scientific")
    whole = known & digits & (nik.str.len_chars() == 16)
    number = pl.col("is_nik_number") | pl.col("is_nik_fraction")
    exact = _is_exact(nik)
    return frame.with_columns(
        nik.alias("nik"),
        (known & ~digits).alias("is_nik_letters"),
        (known & digits & (nik.str.len_chars() != 16)).alias("is_nik_length"),
        (whole & (nik.str.ends_with("0000") | (number & ~exact))).alias("is_nik_rounded"),
        (whole & number & exact).alias("is_nik_was_number"),
        (known & digits & (nik != raw)).alias("is_nik_cleaned"),
    ).drop("is_nik_fraction", "nik_written")


def _is_exact(number: pl.Expr) -> pl.Expr:
    """Return whether a number was never cut: a spreadsheet that cuts a number of sixteen digits ends it in zeros."""
    return (~number.str.ends_with("0") & (number <= _LARGEST_EXACT)).fill_null(False)


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    bare_kk = lambda text: text.str.replace(_POINT_NOUGHT, "$1").str.replace_all(rules.BESIDE, "")
    kk = _where(~pl.col("kk").str.contains(_NIK), pl.col("kk"), bare_kk)
    kk_number = pl.col("is_kk_number") | pl.col("kk").str.contains(_POINT_NOUGHT)
    phone = _phone(pl.col("phone"))
    bare = pl.col("decile").str.contains(r"^\d+$")
    decile = _where(~bare, pl.col("decile"), lambda text: text.str.extract(r"^\D*(\d+)(?:\.0)?\D*$"))
    decile = decile.cast(pl.Int16, strict=False)
    is_decile = decile.is_between(1, 10).fill_null(False)
    # 0000 at the end: a spreadsheet stores fifteen digits
    is_kk = kk.str.contains(_NIK) & ~(kk.str.ends_with("0000") | (kk_number & ~_is_exact(kk)))
    is_phone = phone.str.contains(r"^0\d{8,12}$")
    own = pl.when(~is_kk.fill_null(False)).then("household")  # useless beside a KK number
    long = pl.col("is_household_number") & (own.str.len_chars() > 15) & ~((own.str.len_chars() == 16) & _is_exact(own))
    is_cut = own.str.contains(rf"{_SCIENTIFIC}|{_CUT}") | long
    is_cut = is_cut.fill_null(False)
    return frame.with_columns(
        pl.when(is_kk).then(kk).alias("kk"),
        pl.when(~is_cut).then("household").alias("household"),
        ((pl.col("kk").is_not_null() & ~is_kk).fill_null(False) | is_cut).alias("is_kk_malformed"),
        (is_kk & (kk != pl.col("kk"))).fill_null(False).alias("is_kk_cleaned"),
        pl.when(is_phone).then(phone).alias("phone"),
        (pl.col("phone").is_not_null() & ~is_phone.fill_null(False)).alias("is_phone_malformed"),
        (is_phone & (phone != pl.col("phone"))).fill_null(False).alias("is_phone_cleaned"),
        pl.when(is_decile).then(decile).alias("decile"),
        (pl.col("decile").is_not_null() & ~is_decile).alias("is_decile_impossible"),
        (is_decile & ~bare).fill_null(False).alias("is_decile_cleaned"),
    )


def _phone(written: pl.Expr) -> pl.Expr:
    """Return the digits of the first number in a cell; null for a number that a spreadsheet cut, whatever digits are left.

    A spreadsheet's number has lost its leading zero.
    """
    whole = pl.when(~written.str.contains(r"(?i)\d[.,]\d+e\+?\d|\de\+\d")).then(written)
    first = whole.str.replace(r"(?i)^([^/;,]*?\d{4}[^/;,]*?\d{3}[^/;,]*)(?:[/;,]|\bdan\b|\batau\b).*$", "$1")
    return first.str.replace_all(r"[^\d]", "").str.replace(r"^(?:62|0)?8", "08").str.replace(r"^62", "0")


def _where(condition: pl.Expr, text: pl.Expr, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Return the text with `change` applied where the condition holds. Such rows are few, so the rest is not parsed."""
    return pl.when(condition).then(change(pl.when(condition).then(text))).otherwise(text)


def _scattered(length: int, at: pl.Series, marks: pl.Series) -> pl.Series:
    """Return a column that is true at the marked indexes and false elsewhere."""
    return pl.repeat(False, length, dtype=pl.Boolean, eager=True).scatter(at.filter(marks), True)


def _in(words: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: words.get(rules.fold(text))


def _looked_up(texts: pl.Series, meaning: Callable[[str], str | None]) -> pl.Series:
    """Return the meaning of every text, looked up only once per distinct text."""
    distinct = texts.drop_nulls().unique().to_list()
    found = [None if (word := meaning(text)) is None else str(word) for text in distinct]
    return texts.replace_strict(distinct, found, default=None, return_dtype=pl.String)


_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d")
_PATTERNS = {
    DateReading.as_written: _DATES,
    DateReading.month_first: ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y", "%m.%d.%Y", "%Y/%m/%d"),
    DateReading.turned: ("%d/%m/%Y", "%Y-%d-%m", *_DATES[1:], "%Y/%d/%m"),
}
_EPOCH = date(1899, 12, 30).toordinal()
_SERIALS = range(2_101, 100_000)  # smaller numbers are years: nobody was born on the day with the serial number 1985
_NOUGHT = 1900  # the zero day of spreadsheets and databases means an empty cell, and is nobody's year
_HOUR = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = r"^\d{4,5}(\.0?)?$"
# A day in figures, with the hour that a spreadsheet or a database appends: read unchanged, without a defect.
_PLAIN_DAY = r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/-]\d{1,2}[/-]\d{1,2})([ T]00:00(:00(\.0+)?)?)?$"
_SPOKEN = re.compile(r"(\d{1,2})[\s./-]*([^\W\d_]{3,})[\s./-]*(\d{2}|\d{4})")
_SPOKEN_MONTH = re.compile(r"[^\W\d_]{3,}[\s./-]*\d{4}")
# The months by their first three letters: in Indonesian, in common variants, and in English.
_MONTHS = dict(
    zip(["jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des"], range(1, 13), strict=True)
)
_MONTHS |= {"peb": 2, "may": 5, "ags": 8, "agt": 8, "aug": 8, "oct": 10, "nop": 11, "dec": 12}


@remember_short(1 << 18)
def read_birth(written: str, as_of: date, order: DateReading = DateReading.as_written) -> tuple[str | None, str | None]:
    """Return (the day in ISO format, its defect or None). The day must be within a human life before the register's day."""
    text = written.strip().lstrip("'’‘`")
    if text[:1].isalpha():  # place and day in one cell
        text = text.rpartition(",")[2].strip()
    day, how = _read_day(text, order)
    if day is None:
        return None, how
    if not 0 <= as_of.year - day.year <= 125 or day > as_of or day.year <= _NOUGHT:
        return None, Defect.birth_impossible
    if how is None and (day.month, day.day) == (1, 1):
        how = Defect.birth_placeholder
    return day.isoformat(), how


def read_month(written: str) -> str | None:
    """Return the first day in ISO format of `2025-01`, `01/2025`, `Januari 2025` or a day of that month."""
    text = written.strip()
    day, _ = _read_day(f"01 {text}" if _SPOKEN_MONTH.fullmatch(text) else text)
    for pattern in ("%Y-%m", "%m/%Y", "%m-%Y"):
        with suppress(ValueError):
            day = day or datetime.strptime(text, pattern).date()
    # a payroll writes 9999-12-31 for "until further notice"
    return min(day, LAST_DAY).replace(day=1).isoformat() if day and day >= FIRST_DAY else None


def _read_day(text: str, order: DateReading = DateReading.as_written) -> tuple[date | None, Defect | None]:
    head, _, tail = text.partition(".")
    if head.isdecimal() and len(head) in (4, 5) and tail in ("", "0") and int(head) in _SERIALS:
        return date.fromordinal(_EPOCH + int(head)), Defect.birth_serial
    text = _HOUR.sub("", text)
    if (spoken := _SPOKEN.fullmatch(text)) and (month := _MONTHS.get(spoken[2][:3].lower())):
        text = f"{spoken[1]}/{month}/{spoken[3]}"
    parts = text.replace("-", "/").replace(".", "/").split("/")
    if len(parts) == 3 and all(part.isdecimal() for part in parts) and max(map(len, parts)) <= 2:
        return None, Defect.birth_two_digits
    for pattern in _PATTERNS[order]:
        try:
            return datetime.strptime(text, pattern).date(), None
        except ValueError:
            continue
    return None, Defect.birth_impossible


def _turned_births(text: pl.Series, day: pl.Series, order: DateReading) -> list[pl.Series]:
    """Return the series `birth_form` and `turned_inner`.

    `birth_form`: 1 for figures with the year last, 2 with the year first. `turned_inner`: ddmmyy as in a man's NIK if
    day and month were exchanged, null where the day cannot be a month.
    """
    form = pl.select(
        pl.when(text.str.contains(r"^\s*\d{4}[-/]"))
        .then(2)
        .when(text.str.contains(r"^\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"))
        .then(1)
        .otherwise(0)
    ).to_series()
    parted = day.dt
    number, month, year = parted.day().cast(pl.Int32), parted.month().cast(pl.Int32), parted.year().cast(pl.Int32)
    turned = pl.select(pl.when(number <= 12).then(month * 10_000 + number * 100 + year % 100)).to_series()
    if order is DateReading.as_written and (lost := (day.is_null() & (form == 1)).fill_null(False)).any():
        groups = (
            text.filter(lost)
            .str.extract_groups(r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
            .struct.unnest()
            .cast(pl.Int32)
        )
        first, second, last = groups.get_columns()
        inner = pl.select(
            pl.when((first <= 12) & (second <= 31)).then(second * 10_000 + first * 100 + last % 100)
        ).to_series()
        turned = turned.scatter(lost.arg_true(), inner)
    return [form.cast(pl.Int8).alias("birth_form"), turned.cast(pl.Int32).alias("turned_inner")]


_TURNED_SEXES = {
    word: Sex.male if sex is Sex.female else Sex.female for word, sex in rules.SEXES.items()
} | {"0": Sex.male, "1": Sex.female}  # fmt: skip


# --- NIKs compared with the row ----------------------------------------------------------------------------------


def _unswapped(frame: pl.DataFrame) -> pl.DataFrame:
    """Exchange NIK and KK number where the row's birth date is in the KK number and not in the NIK."""
    frame = frame.with_columns(_inner("nik").alias("nik_inner"), _said().alias("said_inner"))
    both = pl.col("nik_inner").is_not_null() & pl.col("kk").is_not_null() & (pl.col("nik") != pl.col("kk"))
    doubtful = (both & ~_born("nik_inner")).fill_null(False)
    kk_inner = _inner(pl.when(doubtful).then("kk"))  # few rows: the rest is not parsed
    frame = frame.with_columns(kk_inner.alias("kk_inner"))
    swapped = (doubtful & _born("kk_inner")).fill_null(False)
    return frame.with_columns(
        pl.when(swapped).then("kk").otherwise("nik").alias("nik"),
        pl.when(swapped).then("nik").otherwise("kk").alias("kk"),
        pl.when(swapped).then("kk_inner").otherwise("nik_inner").alias("nik_inner"),
        swapped.alias("is_nik_kk_swapped"),
    )


def _contradictions(frame: pl.DataFrame) -> pl.DataFrame:
    """Note contradictions between the NIK and the row. They never reject a row."""
    inner = pl.col("nik_inner")
    day, month, usable = inner // 10_000, inner // 100 % 100, inner.is_not_null()
    possible = (day.is_between(1, 31) | day.is_between(41, 71)) & month.is_between(1, 12)
    return frame.with_columns(
        (usable & ~possible).fill_null(False).alias("is_nik_date_impossible"),
        (usable & ~pl.col("nik").str.slice(0, 2).is_in(rules.PROVINCES))
        .fill_null(False)
        .alias("is_nik_region_unknown"),
        (usable & possible & ~_born("nik_inner")).fill_null(False).alias("is_nik_contradicts_birth"),
        (usable & possible & ((day > 40) != (pl.col("sex") == "female")))
        .fill_null(False)
        .alias("is_nik_contradicts_sex"),
    )


def _inner(number: str | pl.Expr) -> pl.Expr:
    """Return digits 7 to 12 of a number of exactly sixteen digits, as one number; else null."""
    text = pl.col(number) if isinstance(number, str) else number
    whole = pl.when(text.str.len_bytes() == 16).then(text).cast(pl.UInt64, strict=False)
    return (whole // 10_000 % 1_000_000).cast(pl.Int32)


def _said() -> pl.Expr:
    """Return the row's birth date as in a man's NIK: ddmmyy as one number."""
    born = pl.col("birth_date").dt
    day, month = born.day().cast(pl.Int32), born.month().cast(pl.Int32)
    return day * 10_000 + month * 100 + born.year() % 100


def _born(inner: str) -> pl.Expr:
    """Return whether a number's inner digits are the row's birth date (a woman's day has 40 added)."""
    return (pl.col(inner) == pl.col("said_inner")) | (pl.col(inner) == pl.col("said_inner") + 400_000)
