"""Donation receipts: the receipt of a gift and a donor's year, which anybody can check by their codes.

Unlike reports they are printed for one person from the programme itself, at the moment she asks; no figure travels inside.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jamsos.coverage.tracing.donation_receipts import DonationReceipt, DonationYear
from jamsos.donations.errors import GiftNotArrived
from reports.office import Office
from reports.pictures import picture_of
from reports.printing import Dated, Draft, paper

MOST_CODES = 50  # as many as the public page adds up


@dataclass(frozen=True)
class GiftPaper:
    """What the templates print. `donor`: only one who wants to be named. `address`: where the codes are checked, if anywhere."""

    regency: str
    gifts: DonationReceipt | DonationYear
    donor: str | None
    address: str | None
    picture: str | None


def receipt_draft(
    receipt: DonationReceipt, *, office: Office, dated: date, donor: str | None, public_url: str | None
) -> Draft:
    """One gift. Raises GiftNotArrived."""
    if receipt.amount <= 0:
        raise GiftNotArrived(code=receipt.code)
    address = f"{public_url.rstrip('/')}/kuitansi/{receipt.code}" if public_url else None
    return _draft("gift_receipt", receipt, receipt.code, office, dated, donor, address, public_url)


def year_draft(year: DonationYear, *, office: Office, dated: date, donor: str | None, public_url: str | None) -> Draft:
    """A donor's year. Raises GiftNotArrived where nothing came."""
    if not year.receipts:
        raise GiftNotArrived(code=year.year)
    codes = [receipt.code for receipt in year.receipts]
    asked = f"?kode={'+'.join(codes)}" if len(codes) <= MOST_CODES else ""
    address = f"{public_url.rstrip('/')}/kuitansi{asked}" if public_url else None
    return _draft(
        "gift_year", year, f"{year.year} {' '.join(sorted(codes))}", office, dated, donor, address, public_url
    )


def _draft(
    name: str,
    gifts: Any,
    subject: str,
    office: Office,
    dated: date,
    donor: str | None,
    address: str | None,
    public_url: str | None,
) -> Draft:
    document = GiftPaper(office.government.removeprefix("Pemerintah "), gifts, donor, address, picture_of(address))
    return paper(
        name,
        heading=Dated(gifts.year, dated, public_url=public_url),
        office=office,
        document=document,
        subject=subject,
        gifts=gifts,
    )
