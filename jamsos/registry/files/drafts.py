"""Drafts: a layout for a sheet without a known one, from its own headers and an officer's answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jamsos.errors import FileMissing, HeaderMissing
from jamsos.grids import HEADER_WITHIN, Grid, Known, grids_of, header_of, headers_at
from jamsos.registry.layouts import general, header_key, known_keys, parse, read_headers
from jamsos.registry.rules import Source


def draft(path: Path, name: str, register: Source, said: Mapping[str, str]) -> str:
    """Return a layout as TOML: each header under its known or given field, and all others as unread.

    `said`: field → header. Raises FileMissing, FileNotCsv, ArchiveAmbiguous, LayoutWrong, HeaderMissing for a header
    that is not in the file.
    """
    if not path.is_file():
        raise FileMissing(file=path.name)
    wanted = {header_key(header): field for field, header in said.items()}

    keys_known = known_keys([]) | wanted.keys()

    def known(headers: Sequence[str]) -> int:
        return sum(header_key(each) in keys_known for each in headers)

    grids = [grid for grid in grids_of(path.name, path.read_bytes(), known) if grid.rows]
    headers = max((_headers(grid, known) for grid in grids), key=lambda each: (known(each), len(each)), default=[])
    keys = {header_key(header): header for header in headers if header.strip()}
    if lost := [header for key, header in zip(wanted, said.values(), strict=True) if key not in keys]:
        raise HeaderMissing(file=path.name, missing=", ".join(lost))
    found = read_headers(headers, [general()])
    columns = {
        field: headers[at].strip() for field, at in found.places.items() if header_key(headers[at]) not in wanted
    }
    columns |= {field: keys[key].strip() for key, field in wanted.items()}
    unread = [header.strip() for header in keys.values() if header.strip() not in columns.values()]
    content = _written(name, register, columns, unread)
    parse(name, content)
    return content


def _headers(grid: Grid, known: Known) -> list[str]:
    rows = [row.cells for row in grid.rows[:HEADER_WITHIN]]
    count, at = header_of(rows, known)
    if not count:
        at = max(range(len(rows)), key=lambda each: sum(bool(cell.strip()) for cell in rows[each]))
    return headers_at(rows, at)


def _written(name: str, register: Source, columns: Mapping[str, str], unread: list[str]) -> str:
    lines = [
        "version = 1",
        f'register = "{register}"',
        f"title.id = {_text(name)}",
        f"title.en = {_text(name)}",
        'sources = ["the office\'s own file"]',
        f"unread = [{', '.join(map(_text, unread))}]",
        "",
        "[columns]",
        *(f"{field} = [{_text(header)}]" for field, header in columns.items()),
    ]
    return "\n".join(lines) + "\n"


def _text(said: str) -> str:
    plain = " ".join(said.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
