"""An office that takes gifts, and a donor who fills in its form."""

import re
from datetime import date

from jamsos.access.rules import COMMAND_LINE
from jamsos.donations import matching, service
from jamsos.ledger.rules import FundKind
from jamsos.months import today
from jamsos.settings import Settings
from tests.coverage.test_billing import bill
from tests.coverage.test_payments import pay
from tests.money import add_fund, commit
from tests.officers import agency
from tests.protected import add_decree, add_people

STATIC = (
    "00020101021126690017ID.CO.EXAMPLE.WWW011893600000000000001802150000000000000010303UMI51440014ID.CO.QRIS.WWW0215"
    "ID10200000000010303UMI5204839853033605802ID5917JAMSOS MABAR TEST6011LABUAN BAJO610586554630468BF"
)
ACCOUNT = {"donation_bank": "Bank NTT", "donation_account": "0010203040", "donation_holder": "RKUD Manggarai Barat"}
OURS = {"Origin": "http://office", "Sec-Fetch-Site": "same-origin"}


def settings(**changed):
    return Settings(**{"qris_static": STATIC} | ACCOUNT | changed)


async def open_office(connection, **changed):
    """A regency's office with a fund for gifts of this year."""
    await agency(connection)
    fund = {"kind": FundKind.donation, "is_via_apbd": True, "fiscal_year": today().year}
    await add_fund(connection, "DONASI", **fund | changed)


async def blank(visitor, address="/donasi"):
    """The form's hidden word."""
    return re.search(r'name="formulir" value="([^"]+)"', (await visitor.get(address)).text)[1]


async def send(visitor, form=None, address="/donasi", headers=OURS, **typed):
    fields = {"formulir": form or await blank(visitor), "pilihan": "50400", "sebut": "tidak", "jumlah": "", "nama": ""}
    return await visitor.post(address, data=fields | typed, headers=headers)


async def receive_gifts(connection, sealer, folder):
    """Codes of two gifts that came, Rp100.800 and Rp151.200, and of one that did not; six workers are paid for two months."""
    number, fund = "371/KEP/HK/2024", "DONASI-UJI"
    fund_id = await add_fund(connection, fund, kind=FundKind.donation)
    donor = {"donor_name": "Maria Jelita", "is_named": True, "day": date(2024, 1, 2), "fund_code": fund}
    codes = [
        await service.pledge(connection, COMMAND_LINE, sealer, amount=amount, **donor)
        for amount in (100_800, 151_200, 16_800)
    ]
    path = folder / "mutasi.csv"
    path.write_text(
        "Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi\n"
        f"03/01/2024,{codes[0]},,100800,100800,A\n04/01/2024,{codes[1]},,151200,252000,B\n"
    )
    await matching.match_statement(connection, COMMAND_LINE, sealer, path)
    await commit(connection, fund_id, 201_600, memo=number, day=date(2024, 1, 5))
    await add_decree(connection, fund_id, await add_people(connection, 6), number)
    made = await bill(connection, "2024-01:2024-02", decree_number=number)
    await pay(connection, made.amount)
    return codes
