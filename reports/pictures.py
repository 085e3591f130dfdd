"""Pictures: QR codes that lead from a printed page to the office's public pages."""

from typing import Any

import segno

_SIDE = 12  # millimetres; a code of 33 modules has modules of 0.36 mm, four dots of a printer with 300 dpi


def picture_of(address: str | None) -> str | None:
    """Return the QR code that leads to an address, as a picture to stand on a page."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=0) if address else None


def verification_address(heading: Any) -> str | None:
    """Return where the register of issue shows a document by its serial; None for a draft, or where no public pages are."""
    if not heading.serial or not heading.public_url:
        return None
    return f"{heading.public_url.rstrip('/')}/verify/{heading.serial}"


def verification_picture(heading: Any) -> str | None:
    """Return the QR code of verification_address, 12 mm wide, for the corner of every page."""
    if not (address := verification_address(heading)):
        return None
    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(border=0, scale=_SIDE / code.symbol_size(border=0)[0], unit="mm")
