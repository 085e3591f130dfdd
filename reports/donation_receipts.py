"""Papers for donors: the receipt of a gift and a donor's year, which anybody can check by their codes.

Unlike reports they are printed for one person from the programme itself, at the moment she asks; no figure travels inside.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jamsos.coverage.tracing.donation_receipts import DonationReceipt, DonationYear
from jamsos.donations.errors import GiftNotArrived
from reports.office import Office
from reports.printing import Dated, picture_of, print_paper

MOST_CODES = 50  # as many as the public page adds up


@dataclass(frozen=True)
class GiftPaper:
    """What the templates print. `donor`: only one who wants to be named. `address`: where the codes are checked, if anywhere."""

    regency: str
    gifts: DonationReceipt | DonationYear
    donor: str | None
    address: str | None
    picture: str | None


def print_receipt(
    receipt: DonationReceipt, path: Path, *, office: Office, dated: date, donor: str | None, public_url: str | None
) -> None:
    """One gift as PDF. Raises GiftNotArrived, LibraryMissing, FolderUnwritable."""
    if receipt.amount <= 0:
        raise GiftNotArrived(code=receipt.code)
    address = f"{public_url.rstrip('/')}/kuitansi/{receipt.code}" if public_url else None
    _print("gift_receipt", receipt, path, office, dated, donor, address)


def print_year(
    year: DonationYear, path: Path, *, office: Office, dated: date, donor: str | None, public_url: str | None
) -> None:
    """A donor's year as PDF. Raises GiftNotArrived where nothing came, LibraryMissing, FolderUnwritable."""
    if not year.receipts:
        raise GiftNotArrived(code=year.year)
    codes = [receipt.code for receipt in year.receipts]
    asked = f"?kode={'+'.join(codes)}" if len(codes) <= MOST_CODES else ""
    address = f"{public_url.rstrip('/')}/kuitansi{asked}" if public_url else None
    _print("gift_year", year, path, office, dated, donor, address)


def _print(
    name: str, gifts: Any, path: Path, office: Office, dated: date, donor: str | None, address: str | None
) -> None:
    paper = GiftPaper(office.government.removeprefix("Pemerintah "), gifts, donor, address, picture_of(address))
    print_paper(name, path, heading=Dated(gifts.year, dated), office=office, document=paper, gifts=gifts)
