"""Defects: errors between a person and a register's row, at the rates of defects.toml.

Each defect is a small function on one row. It is recorded only if it changed the row, so the truth contains no defect without
effect. A function gets the row's cells and 64 random bits.
"""

import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sample.names import spellings, titles
from sample.seeded_random import Ids, SeededRandom

Row = dict[str, Any]
PARTS = 10_000
CELLS = ["nik", "kk", "name", "address", "birth", "village_code", "village_name", "is_woman", "true_person"]
_NEEDED = [
    *CELLS, "birth_date", "muslim", "other_nik", "head_person", "head_nik", "head_name", "head_birth", "head_is_woman"
]  # fmt: skip
_FAMILIES = ("name", "nik", "date", "village", "sex")
_EXCEL_EPOCH = date(1899, 12, 30).toordinal()
_COPY = 1 << 42  # second rows use the random numbers of other people


@cache
def table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "defects.toml").read_text(encoding="utf-8"))


def codes(family: str) -> list[str]:
    return [code for code, each in table().items() if each["family"] == family]


def copied(draws: SeededRandom, register: str, source: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows, some twice in sequence; `copy` gives the reason of the second one."""
    struck = _struck(draws, register, source, "copy", frame["person"].to_numpy())
    names = pl.Series([*codes("copy"), None], dtype=pl.String)
    second = frame.with_columns(copy=names.gather(pl.Series(struck))).filter(pl.col("copy").is_not_null())
    first = frame.with_columns(copy=pl.lit(None, dtype=pl.String))
    return pl.concat([first, second]).sort("person", maintain_order=True)


def strike(draws: SeededRandom, register: str, source: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with their defects; `defects` lists their codes, joined by |. Rates depend on the source, random numbers on the
    register."""
    ids = frame["person"].to_numpy() + frame["copy"].is_not_null().to_numpy() * _COPY
    kinds = {family: _struck(draws, register, source, family, ids) for family in _FAMILIES}
    copies = frame["copy"].is_not_null().to_numpy()
    at = np.flatnonzero(copies | np.any([kind < len(codes(family)) for family, kind in kinds.items()], axis=0))
    bits = draws.bits(f"{register} bits", ids[at])
    rows = frame[at].select(*_NEEDED, "copy").to_dicts()
    noted = [
        _suffer(row, [(f, int(kinds[f][i])) for f in _FAMILIES], int(b))
        for row, i, b in zip(rows, at, bits, strict=True)
    ]
    return _put_back(frame, at, rows, noted)


def _struck(draws: SeededRandom, register: str, source: str, family: str, ids: Ids) -> Ids:
    """Return for each row the index of its defect in codes(family); the index after the last means none."""
    shares = [table()[code]["rows"].get(source, 0) for code in codes(family)]
    return draws.pick(f"{register} {family}", ids, [*shares, PARTS - sum(shares)])


def _suffer(row: Row, kinds: list[tuple[str, int]], bits: int) -> list[str]:
    noted = []
    if row["copy"]:
        _MAKE["name_variant"](row, bits >> 7)
        noted.append(row["copy"])
        if row["copy"] == "second_nik":
            nik_typo(row, bits >> 9)
    for family, kind in kinds:
        known = codes(family)
        if kind == len(known) or (family == "nik" and row["copy"] == "second_nik"):
            continue
        before = [row[cell] for cell in CELLS]
        _MAKE[known[kind]](row, bits)
        if [row[cell] for cell in CELLS] != before:
            noted.append(known[kind])
        bits >>= 8
    return noted


def _put_back(frame: pl.DataFrame, at: Ids, rows: list[Row], noted: list[list[str]]) -> pl.DataFrame:
    changed = {cell: frame[cell].scatter(at, [row[cell] for row in rows]) for cell in CELLS}
    defects = pl.Series("defects", [""] * len(frame), dtype=pl.String).scatter(at, ["|".join(codes) for codes in noted])
    return frame.with_columns(**changed, defects=defects)


# --- NIK ---------------------------------------------------------------------------------------------------------


def nik_missing(row: Row, bits: int) -> None:
    row["nik"] = None


def nik_scientific(row: Row, bits: int) -> None:
    row["nik"] = ("5.31599E+15", "5,31599E+15", "5.315990E+15")[bits % 3]


def nik_rounded(row: Row, bits: int) -> None:
    row["nik"] = row["nik"][:15] + "0"


def nik_decorated(row: Row, bits: int) -> None:
    nik = row["nik"]
    dotted = f"{nik[:6]}.{nik[6:12]}.{nik[12:]}"
    row["nik"] = (f"'{nik}", f" {nik}", f"{nik}\u00a0", dotted, f"{nik[:4]} {nik[4:8]} {nik[8:12]} {nik[12:]}")[
        bits % 5
    ]


def nik_length(row: Row, bits: int) -> None:
    place = 6 + bits % 10
    nik = row["nik"]
    row["nik"] = nik[:place] + nik[place + 1 :] if bits & 64 else nik[:place] + nik[place] + nik[place:]


def nik_letters(row: Row, bits: int) -> None:
    row["nik"] = row["nik"].replace("0", "O") if bits & 1 else row["nik"].replace("1", "I")


def nik_typo(row: Row, bits: int) -> None:
    """Use serials of 7000 or more, which are never issued, so that the NIK belongs to no one."""
    row["nik"] = row["nik"][:12] + str(7 + bits % 3) + row["nik"][13:]


def nik_reused(row: Row, bits: int) -> None:
    row["nik"] = row["other_nik"] or row["nik"]


def nik_kk_swapped(row: Row, bits: int) -> None:
    row["nik"], row["kk"] = row["kk"], row["nik"]


# --- names -------------------------------------------------------------------------------------------------------


def name_variant(row: Row, bits: int) -> None:
    first, *rest = row["name"].split(" ")
    if len(rest) > 1 and bits % 4 == 0:
        rest[:-1] = [word[0] + "." for word in rest[:-1]]
    elif others := spellings().get(first):
        first = others[bits % len(others)]
    row["name"] = " ".join([first, *rest])


def name_title(row: Row, bits: int) -> None:
    known = titles()[row["muslim"], row["is_woman"]]
    row["name"] = f"{known[bits % len(known)]} {row['name']}"


def name_typo(row: Row, bits: int) -> None:
    name = row["name"]
    place = len(name) - 2 - bits % 4
    row["name"] = name[:place] + name[place + 1 :] if bits & 64 else name[:place] + name[place] + name[place:]


def name_spaces(row: Row, bits: int) -> None:
    name = row["name"]
    row["name"] = (name.replace(" ", "  ", 1), f" {name}", f"{name} ", name.replace(" ", "\u00a0", 1))[bits % 4]


def name_address_swapped(row: Row, bits: int) -> None:
    row["name"], row["address"] = row["address"], row["name"]


def head_listed(row: Row, bits: int) -> None:
    row |= {cell: row[f"head_{cell}"] for cell in ("nik", "name", "birth", "is_woman")}
    row["true_person"] = row["head_person"]


# --- dates -------------------------------------------------------------------------------------------------------


def date_two_digits(row: Row, bits: int) -> None:
    row["birth"] = row["birth_date"].strftime("%d/%m/%y")


def date_serial(row: Row, bits: int) -> None:
    row["birth"] = str(row["birth_date"].toordinal() - _EXCEL_EPOCH)


def date_placeholder(row: Row, bits: int) -> None:
    row["birth"] = f"01/01/{row['birth_date'].year}"


def date_impossible(row: Row, bits: int) -> None:
    row["birth"] = f"{('31/02', '30/02', '31/04', '31/06')[bits % 4]}/{row['birth_date'].year}"


def date_missing(row: Row, bits: int) -> None:
    row["birth"] = None


def date_swapped(row: Row, bits: int) -> None:
    row["birth"] = row["birth_date"].strftime("%m/%d/%Y")


def date_wrong_year(row: Row, bits: int) -> None:
    born = row["birth_date"]
    row["birth"] = f"{born:%d/%m}/{born.year + (1 if bits & 1 else -1)}"


# --- villages and the rest -----------------------------------------------------------------------------------------


def village_code_missing(row: Row, bits: int) -> None:
    row["village_code"] = None


def village_code_bare(row: Row, bits: int) -> None:
    row["village_code"] = row["village_code"].replace(".", "")


def village_spelling(row: Row, bits: int) -> None:
    name = row["village_name"]
    if "'" in name and bits & 8:
        row["village_name"] = name.replace("'", ("", "`", "’", " '")[bits % 4])
    else:
        row["village_name"] = (f"Desa {name}", f"Ds. {name}", name.replace(" ", ""), f"{name} ")[bits % 4]


def village_misspelt(row: Row, bits: int) -> None:
    name = row["village_name"]
    place = 1 + bits % (len(name) - 2)
    row["village_name"] = name[:place] + name[place + 1 :]


def sex_wrong(row: Row, bits: int) -> None:
    row["is_woman"] = not row["is_woman"]


_MAKE: dict[str, Callable[[Row, int], None]] = {
    make.__name__: make
    for make in (
        nik_missing, nik_scientific, nik_rounded, nik_decorated, nik_length, nik_letters, nik_typo, nik_reused, nik_kk_swapped,
        name_variant, name_title, name_typo, name_spaces, name_address_swapped, head_listed,
        date_two_digits, date_serial, date_placeholder, date_impossible, date_missing, date_swapped, date_wrong_year,
        village_code_missing, village_code_bare, village_spelling, village_misspelt, sex_wrong,
    )
}  # fmt: skip
