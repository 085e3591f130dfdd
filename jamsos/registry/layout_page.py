"""The page of layouts: the table of the shipped layouts in docs/formats.md, generated from their TOML.

`python -m jamsos.registry.layout_page` writes the table between its two marks. A test checks that the page is current.
"""

from pathlib import Path

from jamsos.registry.layouts import Layout, shipped
from jamsos.registry.rules import LABELS

PAGE = Path(__file__).parents[2] / "docs/formats.md"
BEGIN, END = "<!-- layouts: made by python -m jamsos.registry.layout_page -->", "<!-- end of layouts -->"
_ADDS = {"families": "facts of families", "persons": "facts of persons"}


def page() -> str:
    """Return the table, one row a layout."""
    rows = [_row(layout) for layout in shipped().values()]
    return "\n".join(
        ["| layout | register | what it is | columns that are read | known from |", "|---|---|---|---|---|", *rows]
    )


def _row(layout: Layout) -> str:
    columns = "; ".join(f"{LABELS[field]}: {' · '.join(headers)}" for field, headers in layout.columns.items())
    codes = f" Codes: {', '.join(LABELS[field] for field in layout.codes)}." if layout.codes else ""
    adds = f" ({_ADDS[layout.adds]})" if layout.adds in _ADDS else ""
    cells = (
        f"`{layout.name}`",
        f"`{layout.register}`",
        f"{layout.titles['en']}{adds}",
        f"{columns}.{codes}",
        "; ".join(layout.sources),
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def written(text: str) -> str:
    """Return the page's text with the new table."""
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{page()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
