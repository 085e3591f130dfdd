"""Checking: text becomes facts, and every defect of a row gets its code.

Takes the columns of an extract; gives the rows that can be used, each with the list of what was cleaned or looks odd, and the
rows put aside with the reason and field. Columns at a time; the few words that need a look-up are looked up once per distinct text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from rapidfuzz import fuzz, process

from jamsos.regions.rules import name_key as region_key
from jamsos.registry import rules
from jamsos.registry.rules import HEADERS, REJECTING, Defect

LIKENESS = 85
Village = tuple[str, str, str]


@dataclass(frozen=True)
class Checked:
    """`rows`: one per usable row, facts in typed columns, `warnings` a list of codes. `rejects`: line, reason, field."""

    rows: pl.DataFrame
    rejects: pl.DataFrame

    def defects(self) -> dict[str, int]:
        """How often each defect was found, rejecting or not."""
        counts = dict(self.rows.explode("warnings").drop_nulls("warnings")["warnings"].value_counts().iter_rows())
        return counts | dict(self.rejects["reason"].value_counts().iter_rows())


def check(frame: pl.DataFrame, villages: list[Village], as_of: date) -> Checked:
    """`villages`: (code, name, district name) of the regency that loads the file; other villages are outside it."""
    missing = [pl.lit(None, pl.String).alias(field) for field in HEADERS if field not in frame.columns]
    frame = frame.with_columns(missing)
    for step in (_names, _niks, _numbers, _births, _words, lambda f: _places(f, villages)):
        frame = step(frame)
    frame = _contradictions(frame, as_of)
    defects = pl.concat_list(
        pl.when(frame[name]).then(pl.lit(name.removeprefix("is_"))).otherwise(None) for name in _flags(frame)
    ).list.drop_nulls()
    frame = frame.with_columns(defects.alias("defects"))
    reason = pl.col("defects").list.set_intersection(list(map(str, REJECTING))).list.first()
    rejected = frame.filter(reason.is_not_null())
    return Checked(
        rows=frame.filter(reason.is_null()).rename({"defects": "warnings"}),
        rejects=rejected.select("line", reason.alias("reason"), _field(reason).alias("field")),
    )


def _flags(frame: pl.DataFrame) -> list[str]:
    return [f"is_{defect}" for defect in Defect if f"is_{defect}" in frame.columns]


def _field(reason: pl.Expr) -> pl.Expr:
    return reason.str.split("_").list.first()


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    """A name without double spaces; a name that looks like an address beside an address that looks like a name changes places."""
    looks_placed = r"(?i)^(dusun|dsn|jl|jalan|rt|kampung|kp|lorong|lingkungan)\b"
    swapped = pl.col("name").str.contains(looks_placed) & pl.col("address").str.contains(r"^[^\d]{3,}$")
    swapped = (swapped & ~pl.col("address").str.contains(looks_placed)).fill_null(False)
    frame = frame.with_columns(
        pl.when(swapped).then("address").otherwise("name").alias("name"),
        pl.when(swapped).then("name").otherwise("address").alias("address"),
        swapped.alias("is_name_address_swapped"),
    )
    clean = pl.col("name").str.replace_all(r"[\s\u00a0\u200b]+", " ").str.strip_chars(" '\u00a0")
    frame = frame.with_columns(
        clean.alias("full_name"), (clean != pl.col("name")).fill_null(False).alias("is_name_cleaned")
    )
    beside = pl.when(pl.col("full_name").str.contains(r"(?i)^M\b")).then(pl.lit("\t") + pl.col("sex")).fill_null("")
    keys = _looked_up(frame.select(pl.col("full_name") + beside).to_series(), _name_key)
    bare = _looked_up(
        frame["full_name"], lambda name: str(len(rules.name_words(name)) < len(name.replace(".", " ").split()))
    )
    return frame.with_columns(
        keys.alias("name_key"),
        (bare == "True").fill_null(False).alias("is_name_titled"),
        (pl.col("full_name").is_null() | (keys == "").fill_null(True)).alias("is_name_missing"),
    )


def _name_key(name_and_sex: str) -> str:
    name, _, sex = name_and_sex.partition("\t")
    return rules.name_key(name, rules.SEXES.get(rules.fold(sex)))


def _niks(frame: pl.DataFrame) -> pl.DataFrame:
    """Punctuation goes; what a spreadsheet has eaten is never put back."""
    raw = pl.col("nik")
    bare = raw.str.replace_all(r"[\s'’`´.\-\u00a0]", "")
    frame = frame.with_columns(
        raw.str.contains(r"(?i)^\d([.,]\d+)?e\+?\d+$").fill_null(False).alias("is_nik_scientific"),
        pl.when(bare != "").then(bare).alias("nik_bare"),
    )
    nik, digits = pl.col("nik_bare"), pl.col("nik_bare").str.contains(r"^\d+$").fill_null(False)
    known = nik.is_not_null() & ~pl.col("is_nik_scientific")
    frame = frame.with_columns(
        nik.is_null().alias("is_nik_missing"),
        (known & ~digits).alias("is_nik_letters"),
        (known & digits & (nik.str.len_chars() != 16)).alias("is_nik_length"),
        (known & digits & (nik.str.len_chars() == 16) & nik.str.ends_with("0000")).alias("is_nik_rounded"),
        (known & digits & (nik != raw)).alias("is_nik_cleaned"),
    )
    return frame.with_columns(nik.alias("nik"))


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    kk = pl.col("kk").str.replace_all(r"[^\d]", "")
    phone = pl.col("phone").str.replace_all(r"[^\d]", "").str.replace(r"^62", "0")
    decile = pl.col("decile").str.extract(r"(\d+)").cast(pl.Int16, strict=False)
    is_kk, is_phone = kk.str.contains(r"^\d{16}$"), phone.str.contains(r"^0\d{8,12}$")
    return frame.with_columns(
        pl.when(is_kk).then(kk).alias("kk"),
        (pl.col("kk").is_not_null() & ~is_kk).fill_null(False).alias("is_kk_malformed"),
        pl.when(is_phone).then(phone).alias("phone"),
        (pl.col("phone").is_not_null() & ~is_phone).fill_null(False).alias("is_phone_malformed"),
        pl.when(decile.is_between(1, 10)).then(decile).alias("decile"),
        (pl.col("decile").is_not_null() & ~decile.is_between(1, 10).fill_null(False)).alias("is_decile_impossible"),
        *(_month(pl.col(field)).alias(field) for field in ("paid_from", "paid_to")),
    )


def _month(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(
        (text + "-01").str.to_date("%Y-%m-%d", strict=False), ("01/" + text).str.to_date("%d/%m/%Y", strict=False)
    )


def _births(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates are read strictly; a two-digit year is not guessed; a spreadsheet's serial number is an exact date."""
    text = pl.col("birth_date")
    written = pl.coalesce(
        *(text.str.to_date(form, strict=False) for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S"))
    )
    written = pl.when(text.str.contains(r"\d{4}")).then(written)
    serial = text.str.extract(r"^(\d{4,5})(\.0)?$").cast(pl.Int32, strict=False)
    counted = pl.when(serial.is_between(1_000, 60_000)).then(pl.lit(date(1899, 12, 30)) + pl.duration(days=serial))
    two_digits = text.str.contains(r"^\d{1,2}[/-]\d{1,2}[/-]\d{2}$").fill_null(False)
    day = pl.coalesce(written, counted.cast(pl.Date))
    sane = pl.when(day.dt.year() >= 1900).then(day)
    return frame.with_columns(
        sane.alias("birth_date"),
        text.is_null().alias("is_birth_missing"),
        two_digits.alias("is_birth_two_digits"),
        (written.is_null() & counted.is_not_null()).alias("is_birth_serial"),
        (text.is_not_null() & ~two_digits & sane.is_null()).alias("is_birth_impossible"),
        ((sane.dt.month() == 1) & (sane.dt.day() == 1)).fill_null(False).alias("is_birth_placeholder"),
    )


def _words(frame: pl.DataFrame) -> pl.DataFrame:
    folded: dict[str, Mapping[str, str]] = {
        "sex": rules.SEXES,
        "marital_status": rules.MARITAL,
        "relation": rules.RELATIONS,
        "presence": rules.PRESENCES,
        "dukcapil": rules.YES_NO,
    }
    meanings = [_looked_up(frame[field], _in(words)).alias(field) for field, words in folded.items()]
    return frame.with_columns(
        *meanings,
        (meanings[-1] == "yes").alias("is_dukcapil_matched"),
        pl.col("occupation").alias("occupation_text"),
        _looked_up(frame["occupation"], rules.occupation_of).alias("occupation"),
        _looked_up(frame["disability"], rules.disability_of).alias("disability"),
        meanings[0].is_null().alias("is_sex_missing"),
    )


def _in(words: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: words.get(rules.fold(text))


def _looked_up(texts: pl.Series, meaning: Callable[[str], str | None]) -> pl.Series:
    """The meaning of every text, looked up once per distinct text."""
    distinct = texts.drop_nulls().unique().to_list()
    found = {text: None if (word := meaning(text)) is None else str(word) for text in distinct}
    return texts.replace_strict(found, default=None, return_dtype=pl.String)


def _places(frame: pl.DataFrame, villages: list[Village]) -> pl.DataFrame:
    """A village by its code, else by its name within its district, else by a name almost like it, which is noted."""
    book = _Villages(villages)
    keys = frame.select("village_code", "village_name", "district_name").unique()
    found = pl.DataFrame(
        [(*row, *book.find(*row)) for row in keys.iter_rows()],
        schema=dict.fromkeys((*keys.columns, "found", "how"), pl.String),
        orient="row",
    )
    frame = frame.join(found, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
    marks = (Defect.village_unknown, Defect.outside_regency, Defect.village_by_name, Defect.village_by_likeness)
    return frame.with_columns(
        pl.col("found").alias("village_code"),
        *((pl.col("how") == mark).fill_null(False).alias(f"is_{mark}") for mark in marks),
    )


class _Villages:
    """The villages of a regency, found by code, by name and district, or by likeness."""

    def __init__(self, villages: list[Village]) -> None:
        self.codes = {code.replace(".", ""): code for code, _, _ in villages}
        self.regency = villages[0][0][:5].replace(".", "") if villages else ""
        self.named: dict[str, list[str]] = {}
        self.placed: dict[tuple[str, str], str] = {}
        for code, name, district in villages:
            self.named.setdefault(region_key(name), []).append(code)
            self.placed[region_key(district), region_key(name)] = code

    def find(self, code: str | None, name: str | None, district: str | None) -> tuple[str | None, str | None]:
        """(village code, how it was found when not by its code)."""
        bare = (code or "").replace(".", "")
        if bare in self.codes:
            return self.codes[bare], None
        if len(bare) == 10 and bare.isdigit() and not bare.startswith(self.regency):
            return None, Defect.outside_regency
        return self._by_name(region_key(name or ""), region_key(district or ""))

    def _by_name(self, name: str, district: str) -> tuple[str | None, str | None]:
        if placed := self.placed.get((district, name)):
            return placed, Defect.village_by_name
        alone = self.named.get(name, [])
        if len(alone) == 1 and not district:
            return alone[0], Defect.village_by_name
        near = [key for place, key in self.placed if place == district] or list(self.named)
        like = process.extract(name, near, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2) if name else []
        if like and (len(like) == 1 or like[0][1] > like[1][1]):
            return self.placed.get((district, like[0][0])) or self.named[like[0][0]][0], Defect.village_by_likeness
        return None, Defect.village_unknown


def _contradictions(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What a NIK says beside what the row says: only noted, unless NIK and KK number have plainly changed places."""
    frame = _unswapped(frame)
    day, month = _part("nik", 6, 2), _part("nik", 8, 2)
    usable = pl.col("nik").str.contains(r"^\d{16}$").fill_null(False)
    possible = (day.is_between(1, 31) | day.is_between(41, 71)) & month.is_between(1, 12)
    return frame.with_columns(
        (usable & ~possible).alias("is_nik_date_impossible"),
        (usable & possible & ~_born_as("nik")).fill_null(False).alias("is_nik_contradicts_birth"),
        (usable & possible & ((day > 40) != (pl.col("sex") == "female")))
        .fill_null(False)
        .alias("is_nik_contradicts_sex"),
        (usable & pl.col("nik").is_duplicated()).alias("is_nik_repeated"),
    )


def _unswapped(frame: pl.DataFrame) -> pl.DataFrame:
    both = pl.col("nik").str.contains(r"^\d{16}$") & pl.col("kk").is_not_null() & (pl.col("nik") != pl.col("kk"))
    swapped = (both & ~_born_as("nik") & _born_as("kk")).fill_null(False)
    return frame.with_columns(
        pl.when(swapped).then("kk").otherwise("nik").alias("nik"),
        pl.when(swapped).then("nik").otherwise("kk").alias("kk"),
        swapped.alias("is_nik_kk_swapped"),
    )


def _part(column: str, start: int, length: int) -> pl.Expr:
    return pl.col(column).str.slice(start, length).cast(pl.Int16, strict=False)


def _born_as(column: str) -> pl.Expr:
    """Whether digits 7 to 12 say the row's birth date (a woman's day has 40 added)."""
    born = pl.col("birth_date")
    day = _part(column, 6, 2)
    same_day = (day == born.dt.day()) | (day == born.dt.day() + 40)
    return same_day & (_part(column, 8, 2) == born.dt.month()) & (_part(column, 10, 2) == born.dt.year() % 100)
