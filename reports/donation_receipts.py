"""Donation receipts: the receipt of a gift and a donor's year, which anybody can check by their codes.

Unlike reports they are printed on request for one person from the programme's tables; no figures are attached.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jamsos.coverage.tracing.donation_receipts import DonationReceipt, DonationYear
from jamsos.donations.errors import GiftNotArrived
from reports.office import Office
from reports.pictures import picture_of
from reports.printing import Dated, Draft, paper

MOST_CODES = 50  # the limit of the public page


@dataclass(frozen=True)
class GiftPaper:
    """The data of the templates. `donor`: only with the donor's consent. `address`: the page for checking the codes, if any."""

    regency: str
    gifts: DonationReceipt | DonationYear
    donor: str | None
    address: str | None
    picture: str | None


def receipt_draft(
    receipt: DonationReceipt, *, office: Office, dated: date, donor: str | None, public_url: str | None
) -> Draft:
    """Return the receipt of one gift. Raises GiftNotArrived."""
    if receipt.amount <= 0:
        raise GiftNotArrived(code=receipt.code)
    address = f"{public_url.rstrip('/')}/kuitansi/{receipt.code}" if public_url else None
    return _draft("gift_receipt", receipt, receipt.code, office, dated, donor, address, public_url)


def year_draft(year: DonationYear, *, office: Office, dated: date, donor: str | None, public_url: str | None) -> Draft:
    """Return a donor's year. Raises GiftNotArrived if no money arrived."""
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
