"""An office that takes gifts, and a donor who fills in its form."""

import re

from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.access.service import register_agency
from jamsos.ledger.rules import FundKind
from jamsos.months import today
from jamsos.settings import Settings
from tests.money import add_fund

STATIC = (
    "00020101021126690017ID.CO.EXAMPLE.WWW011893600000000000001802150000000000000010303UMI51440014ID.CO.QRIS.WWW0215"
    "ID10200000000010303UMI5204839853033605802ID5917JAMSOS MABAR TEST6011LABUAN BAJO610586554630468BF"
)
ACCOUNT = {"donation_bank": "Bank NTT", "donation_account": "0010203040", "donation_holder": "RKUD Manggarai Barat"}
OURS = {"Origin": "http://door", "Sec-Fetch-Site": "same-origin"}


def settings(**changed):
    return Settings(**{"qris_static": STATIC} | ACCOUNT | changed)


async def open_office(connection, **changed):
    """A regency's office with a fund for gifts of this year."""
    facts = {"code": "mabar", "name": "Dinas", "kind": AgencyKind.regency_office, "region_code": "53.15"}
    await register_agency(connection, COMMAND_LINE, **facts)
    fund = {"kind": FundKind.donation, "is_via_apbd": True, "fiscal_year": today().year}
    await add_fund(connection, "DONASI", **fund | changed)


async def blank(visitor, address="/donasi"):
    """The form's hidden word."""
    return re.search(r'name="formulir" value="([^"]+)"', (await visitor.get(address)).text)[1]


async def send(visitor, form=None, address="/donasi", headers=OURS, **typed):
    fields = {"formulir": form or await blank(visitor), "pilihan": "50400", "sebut": "tidak", "jumlah": "", "nama": ""}
    return await visitor.post(address, data=fields | typed, headers=headers)
