"""Families: books in which a row above the persons gives their family, and a title block gives their village (the BIP of SIAK).

A family's row has `No. KK : 5315…` in a cell, or its only long number is no person's. It may also be a separate header
(`NO.KK`, `NAMA.KK`, `ALAMAT`) above the number. Its values apply to the persons below. A header repeated for each
family is omitted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from jamsos.grids import Row, is_numbering
from jamsos.registry.rules import fold

_PLACES = {
    "kecamatan": "district_name", "kec": "district_name", "desa": "village_name", "kelurahan": "village_name",
    "desakelurahan": "village_name", "desakel": "village_name", "keldesa": "village_name", "kelurahandesa": "village_name",
    "namadesa": "village_name", "namakelurahan": "village_name", "kodedesa": "village_code", "kodewilayah": "village_code",
}  # fmt: skip
_NUMBER = re.compile(r"\b(\d{16})\b")
_FAMILY = re.compile(r"(?i)\bno(mor|\.)?\s*kk\b\s*:?\s*(\d{16})?")
_ADDRESS = re.compile(r"(?i)\balamat\s*:?\s*([^,:]*?)\s*(?:,|$|(?:RT\s*/?\s*RW|nama\s+dusun)\b)")
_LABELLED = re.compile(r"(?i)^\s*([a-z][a-z./ ]{2,30}?)\s*:\s*(.*)$", re.DOTALL)


def place_in(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the village and the district of a title block: `KECAMATAN : KOMODO` in one cell, or in adjacent cells."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [cell.replace("\u00a0", " ").strip() for cell in row]
        for at, cell in enumerate(cells):
            labelled = _LABELLED.match(cell)
            label, said = (labelled[1], labelled[2].strip()) if labelled else (cell, "")
            field = _PLACES.get(fold(label))
            if field is None or field in found:
                continue
            said = said or next(
                (other.lstrip(": ").strip() for other in cells[at + 1 :] if other.lstrip(": ").strip()), ""
            )
            if said and _PLACES.get(fold(said)) is None and len(said) <= 60:
                found[field] = said
    return found


def tells_families(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a row names a family by a number that applies to the rows below."""
    return any(_FAMILY.search(cell) for row in rows for cell in row if cell and len(cell) < 200) and any(
        _NUMBER.search(cell) for row in rows for cell in row if cell
    )


def rows_of_families(
    above: Sequence[Row], body: Sequence[Row], headers: Sequence[str], places: Mapping[str, int]
) -> Iterator[tuple[Row, dict[str, str]]]:
    """Yield the rows below a header with the values of their family's row: `kk`, and `address` without an own column.

    `above`: the rows down to the header, of which the last ones may already be a family's.
    """
    said: dict[str, str] = {}
    titles: Sequence[str] = ()
    header = [fold(cell) for cell in headers]
    for number, row in enumerate([*above[:-1], *body]):
        is_above = number < len(above) - 1
        if titles:
            said, titles = _under(titles, row, places) or said, ()
            continue
        folded = [fold(cell) for cell in row.cells]
        if _is_header(folded, header) or is_numbering(row.cells):
            continue
        if _is_titles(folded):
            titles = row.cells
        elif family := _family(row, places):
            said = family
        elif not is_above:
            yield row, said


def _is_header(folded: Sequence[str], header: Sequence[str]) -> bool:
    """Return whether a row repeats the header."""
    same = [cell for cell in folded if cell and cell in header]
    return len(same) >= 3 and len(same) * 2 > sum(map(bool, folded))


def _is_titles(folded: Sequence[str]) -> bool:
    """Return whether a row is a family's header, with the family's number in the next row."""
    return "nokk" in folded and not any(cell.isdecimal() for cell in folded)


def _under(titles: Sequence[str], row: Row, places: Mapping[str, int]) -> dict[str, str]:
    """Return the values of a row below a family's header."""
    found = {}
    for at, title in enumerate(titles):
        cell = row.cell(at).strip()
        if fold(title) == "nokk" and (number := _NUMBER.search(cell)):
            found["kk"] = number[1]
        elif fold(title) == "alamat" and cell and "address" not in places:
            found["address"] = cell
    return found if "kk" in found else _family(row, places)


def _family(row: Row, places: Mapping[str, int]) -> dict[str, str]:
    """Return the values of a family's row; empty for a person's row: a NIK in its column, or a name beside the number."""
    cells = [cell.replace("\u00a0", " ").strip() for cell in row.cells]
    if _NUMBER.search(row.cell(places.get("nik"))):
        return {}
    found: dict[str, str] = {}
    for at, cell in enumerate(cells):
        if marked := _FAMILY.search(cell):
            number = marked[2] or next((each[1] for other in cells[at + 1 :] if (each := _NUMBER.search(other))), None)
            if number:
                found["kk"] = number
    if not found and sum(1 for cell in cells if _NUMBER.search(cell)) == 1:
        at = next(at for at, cell in enumerate(cells) if _NUMBER.search(cell))
        if at != places.get("nik") and not row.cell(places.get("name")).strip():
            found["kk"] = _NUMBER.search(cells[at])[1]  # type: ignore[index]
    if found and "address" not in places:
        for cell in cells:
            if (told := _ADDRESS.search(cell)) and told[1]:
                found["address"] = told[1].strip()
                break
    return found
