"""The rooms of money over the API: each mutation has the effect of the command, and a refusal changes nothing."""

import json

import pytest
from sqlalchemy import text

from jamsos.ledger.service import free_to_spend, positions, verify
from tests.coverage.test_billing import protect
from tests.officers import personal_key
from tests.protected import kpj

BY_GROUP = """mutation($input: AllocateInput!) {
    allocate(input: $input) { needed covered planned { month group workers amount } unused { rule amount } refusal { code } } }"""
GROUPS = "mutation($input: LoadFundGroupsInput!) { loadFundGroups(input: $input) { count refusal { code } } }"
FUND = "mutation($input: AddFundInput!) { addFund(input: $input) { fundCode refusal { code } } }"
RECEIVE = """mutation($input: RecordDepositInput!) {
    recordDeposit(input: $input) { freed { field amount } refusal { code fields { name value } } } }"""
DEPOSITS = """mutation($input: RecordDepositsInput!) {
    recordDeposits(input: $input) { received { fundCode amount } refusal { code message } } }"""
RELEASE = "mutation($input: ReleaseCommitmentInput!) { releaseCommitment(input: $input) { amount refusal { code } } }"
REVERSE = "mutation($input: ReverseTransactionInput!) { reverseTransaction(input: $input) { number refusal { code } } }"
CARRY = "mutation($input: CarryOverInput!) { carryOver(input: $input) { carried { field amount } refusal { code } } }"
VERIFY = """mutation($input: VerifyJournalInput!) {
    verifyJournal(input: $input) { heads { fundCode number stamp } stamped { number } refusal { code } } }"""
PLEDGE = "mutation($input: PledgeDonationInput!) { pledgeDonation(input: $input) { code refusal { code } } }"
MATCH = """mutation($input: MatchStatementInput!) {
    matchStatement(input: $input) { outcomes { outcome count } repeated booked refunded refusal { code } } }"""
ALLOCATE = """mutation($input: AllocateInput!) {
    allocate(input: $input) { needed covered amount shortfall unused { rule amount } refusal { code } } }"""
BILL = """mutation($input: BillDecreeInput!) {
    billDecree(input: $input) { billingCode workers workerMonths amount refusal { code message } } }"""
PAY = """mutation($input: PayBillInput!) {
    payBill(input: $input) { payment { amount workerMonths stillOpen } refusal { code } } }"""
CONFIRM = """mutation($input: ConfirmInsurerReceiptInput!) {
    confirmInsurerReceipt(input: $input) { bills { billingCode confirmed amount differences { kind count } } refusal { code } } }"""
RESOLVE = """mutation($input: ResolveDifferenceInput!) {
    resolveDifference(input: $input) { number resolution age refusal { code } } }"""
SIGN = """mutation($input: SignMinutesInput!) {
    signMinutes(input: $input) { number linesSha256 differences carried refusal { code message } } }"""
RECONCILED = """{ reconciliations { nodes { number month officeSignatory
    lines { nodes { named confirmed billed paid billedAmount confirmedAmount fund { code } } }
    differences { nodes { agreed difference { kind owner month resolutions { nodes { resolution resolvedDate } } } } } } }
    coverageDifferencesAggregate(groupBy: [owner, kind]) { key { owner kind } count } }"""
CLAIMS = """mutation($input: LoadClaimsInput!) {
    loadClaims(input: $input) { kinds { kind count amount } withoutMonth unknownLines refusal { code } } }"""
TOBACCO = [
    {"field": "welfare", "basisPoints": 5_000, "paysContributions": True},
    {"field": "health", "basisPoints": 4_000, "paysContributions": False},
    {"field": "law_enforcement", "basisPoints": 1_000, "paysContributions": False},
]


def fund(code="DBHCHT-2026", **changed):
    facts = {"code": code, "name": code, "kind": "tobacco_excise", "fiscalYear": 2026, "isViaApbd": True}
    return {"input": facts | changed}


def deposit(amount=1_114_448_000, fund_code="DBHCHT-2026", **changed):
    facts = {"fundCode": fund_code, "amount": amount, "day": "2026-01-05", "documentNumber": "KM-1"}
    return {"input": facts | changed}


async def send(caller, query, name, *lines):
    """Return the response to a mutation whose input is one file."""
    operations = {"query": query, "variables": {"input": {"file": None}}}
    form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.file"]})}
    content = ("\n".join(lines) + "\n").encode()
    answer = await caller.client.post(
        "/graphql",
        data=form,
        files={"0": (name, content, "text/csv")},
        headers=caller.headers("mabar", x_jamsos_upload="1"),
    )
    return answer.json()["data"]


async def asked(engine, question, *arguments):
    async with engine.connect() as connection:
        return await question(connection, *arguments)


async def test_a_fund_is_registered_and_divides_what_it_receives(caller, engine):
    assert (await caller.data(FUND, fund(shares=TOBACCO)))["addFund"] == {"fundCode": "DBHCHT-2026", "refusal": None}

    answer = await caller.data(RECEIVE, deposit())

    assert {part["field"]: part["amount"] for part in answer["recordDeposit"]["freed"]} == {
        "welfare": 557_224_000, "health": 445_779_200, "law_enforcement": 111_444_800,
    }  # fmt: skip
    assert await asked(engine, free_to_spend, "DBHCHT-2026") == 557_224_000


async def test_for_whom_a_fund_may_pay_is_told_with_its_source_and_changed_by_a_file(caller):
    await caller.data(FUND, fund(shares=TOBACCO, groups=["farmer", "day_labourer"], regulation="PMK 72/2024"))
    header = "fund_code,group_code,is_allowed,valid_from,regulation,verified_on"

    loaded = await send(
        caller,
        GROUPS,
        "kelompok.csv",
        header,
        "DBHCHT-2026,fisher,yes,2026-07,Perbup 11/2026,2026-06-20",
        "DBHCHT-2026,day_labourer,no,2026-07,Perbup 11/2026,",
    )
    refused = await send(caller, GROUPS, "kelompok.csv", header, "NOWHERE,fisher,yes,2026-07,Perbup 11/2026,")

    assert loaded["loadFundGroups"] == {"count": 2, "refusal": None}
    assert refused["loadFundGroups"] == {"count": None, "refusal": {"code": "FUND_UNKNOWN"}}
    told = await caller.data(
        """{ funds { nodes { groups(orderBy: [{validFrom: asc}]) { nodes { group isAllowed validFrom regulation verifiedOn } } } } }"""
    )
    assert told["funds"]["nodes"] == [
        {
            "groups": {
                "nodes": [
                    {
                        "group": group,
                        "isAllowed": allowed,
                        "validFrom": since,
                        "regulation": regulation,
                        "verifiedOn": verified,
                    }
                    for group, allowed, since, regulation, verified in (
                        ("farmer", True, "2026-01", "PMK 72/2024", None),
                        ("day_labourer", True, "2026-01", "PMK 72/2024", None),
                        ("fisher", True, "2026-07", "Perbup 11/2026", "2026-06-20"),
                        ("day_labourer", False, "2026-07", "Perbup 11/2026", None),
                    )
                ]
            }
        }
    ]


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        (FUND, fund("APBD", shares=TOBACCO[:2]), "SHARES_WRONG"),
        (FUND, fund("DBHCHT-2026"), "FUND_EXISTS"),
        (FUND, fund("APBD", fiscalYear=99_999), "FUND_MALFORMED"),
        (RECEIVE, deposit(5, "NOWHERE"), "FUND_UNKNOWN"),
        (RECEIVE, deposit(0), "AMOUNT_WRONG"),
        (RELEASE, {"input": {"decreeNumber": "1", "amount": 1, "day": "2026-01-05"}}, "NOT_FOUND"),
        (REVERSE, {"input": {"fundCode": "DBHCHT-2026", "number": 9, "day": "2026-01-05", "reason": "x"}}, "TRANSACTION_UNKNOWN"),
        (CARRY, {"input": {"fromCode": "DBHCHT-2026", "toCode": "NOWHERE", "day": "2026-01-05"}}, "FUND_UNKNOWN"),
        (VERIFY, {"input": {"stamp": "00"}}, "STAMP_UNKNOWN"),
    ],
)  # fmt: skip
async def test_a_refused_act_of_the_ledger_has_its_code_and_moves_nothing(caller, engine, query, variables, code):
    await caller.data(FUND, fund(shares=TOBACCO))
    await caller.data(RECEIVE, deposit(documentNumber="KM-0"))
    before = await asked(engine, positions)

    (answer,) = (await caller.data(query, variables)).values()

    assert answer["refusal"]["code"] == code
    assert await asked(engine, positions) == before


async def test_another_regency_neither_sees_nor_moves_the_fund(caller, engine):
    await caller.data(FUND, fund(shares=TOBACCO))

    answer = await caller.data(RECEIVE, deposit(), key="manggarai")

    assert answer["recordDeposit"]["refusal"]["code"] == "FUND_UNKNOWN"
    assert await asked(engine, positions) == []


async def test_who_lacks_the_scope_moves_nothing(caller, engine):
    await caller.data(FUND, fund(shares=TOBACCO))
    answer = await caller.data(RECEIVE, deposit(), key="ntt")
    assert answer["recordDeposit"]["refusal"]["code"] == "SCOPE_MISSING"
    assert await asked(engine, positions) == []


async def test_a_file_of_deposits_is_recorded_and_a_wrong_one_named_by_its_own_name(caller, engine):
    await caller.data(FUND, fund())
    header = "fund_code,received_date,document_number,amount,description"

    wrong = await send(
        caller, DEPOSITS, "penerimaan.csv", header, "DBHCHT-2026,2026-01-05,KM-1,100,", "X,2026-01-05,KM-2,1,"
    )
    right = await send(caller, DEPOSITS, "penerimaan.csv", header, "DBHCHT-2026,2026-01-05,KM-1,100,")

    assert wrong["recordDeposits"]["refusal"]["code"] == "FUND_UNKNOWN"
    assert wrong["recordDeposits"]["refusal"]["message"].startswith("penerimaan.csv line 3: ")
    assert right["recordDeposits"]["received"] == [{"fundCode": "DBHCHT-2026", "amount": 100}]
    assert await asked(engine, free_to_spend, "DBHCHT-2026") == 100


async def test_money_is_carried_over_reversed_and_the_journal_proved(caller, engine):
    for code, year in (("A-2025", 2025), ("A-2026", 2026)):
        await caller.data(FUND, fund(code, fiscalYear=year, kind="regional_budget"))
    await caller.data(RECEIVE, deposit(70, "A-2025"))

    carried = await caller.data(CARRY, {"input": {"fromCode": "A-2025", "toCode": "A-2026", "day": "2026-01-05"}})
    proof = (await caller.data(VERIFY, {"input": {}}))["verifyJournal"]
    again = await caller.data(VERIFY, {"input": {"stamp": proof["heads"][0]["stamp"]}})

    assert carried["carryOver"]["carried"] == [{"field": "general", "amount": 70}]
    assert [(head["fundCode"], head["number"]) for head in proof["heads"]] == [("A-2025", 2), ("A-2026", 1)]
    assert again["verifyJournal"]["stamped"] == {"number": 2}
    reversed_ = await caller.data(
        REVERSE, {"input": {"fundCode": "A-2026", "number": 1, "day": "2026-01-05", "reason": "salah"}}
    )
    assert reversed_["reverseTransaction"] == {"number": 1, "refusal": None}


async def test_a_pledge_gives_a_code_and_the_bank_makes_it_money(caller, engine):
    await caller.data(FUND, fund("DONASI-2026", kind="donation", isViaApbd=False))
    pledged = await caller.data(PLEDGE, {"input": {"amount": 201_600, "day": "2026-02-01", "phone": "0812"}})
    code = pledged["pledgeDonation"]["code"]
    lines = ("Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi", f"02/02/2026,CR {code},,201600,201600,FT1")

    found = (await send(caller, MATCH, "mutasi.csv", *lines))["matchStatement"]
    again = (await send(caller, MATCH, "mutasi.csv", *lines))["matchStatement"]

    assert found["outcomes"] == [{"outcome": "exact", "count": 1}]
    assert (found["booked"], found["refunded"], found["repeated"]) == (201_600, 0, 0)
    assert again["refusal"]["code"] == "FILE_KNOWN"
    assert await asked(engine, free_to_spend, "DONASI-2026") == 201_600


async def test_a_decree_is_billed_paid_confirmed_and_brings_a_claim(caller, engine):
    async with engine.begin() as connection:
        _, people = await protect(connection)
        numbers = [await kpj(connection, person) for person in people]
    months = {"decreeNumber": "298/KEP/HK/2024", "monthFrom": "2024-01", "monthTo": "2024-01", "day": "2024-01-05"}
    order = {"number": "1/SP2D", "day": "2024-01-15"}

    billed = (await caller.data(BILL, {"input": months | {"billingCode": "B-1"}}))["billDecree"]
    twice = (await caller.data(BILL, {"input": months | {"billingCode": "B-2"}}))["billDecree"]
    paid = (await caller.data(PAY, {"input": {"billingCode": "B-1", "amount": 50_400, "sp2d": order}}))["payBill"]
    again = (await caller.data(PAY, {"input": {"billingCode": "B-1", "amount": 50_400, "sp2d": order}}))["payBill"]
    confirmed = await send(
        caller, CONFIRM, "bukti.csv", "Kode Iuran,Bulan,KPJ,JKK,JKM,Jumlah,Tanggal Terima",
        *(f"B-1,2024-01,{number},10000,6800,16800,2024-01-20" for number in numbers[:2]),
    )  # fmt: skip
    claimed = await send(
        caller, CLAIMS, "klaim.csv", "No Klaim,KPJ,NIK,Jenis,Tanggal Kejadian,Tanggal Bayar,Jumlah",
        f"K-1,{numbers[0]},,KEMATIAN,2024-01-20,2024-02-20,42000000", "K-2,99999999999,,KEMATIAN,2024-01-20,2024-02-20,1",
    )  # fmt: skip

    assert (billed["workers"], billed["workerMonths"], billed["amount"]) == (3, 3, 50_400)
    assert twice["refusal"]["code"] == "MONTHS_BILLED"
    assert paid["payment"] == {"amount": 50_400, "workerMonths": 3, "stillOpen": 0}
    assert again["refusal"]["code"] == "PAYMENT_EXCEEDS_BILL"
    assert confirmed["confirmInsurerReceipt"]["bills"] == [
        {"billingCode": "B-1", "confirmed": 2, "amount": 33_600, "differences": [{"kind": "not_confirmed", "count": 1}]}
    ]
    assert claimed["loadClaims"]["kinds"] == [{"kind": "death", "count": 1, "amount": 42_000_000}]
    assert (claimed["loadClaims"]["withoutMonth"], claimed["loadClaims"]["unknownLines"]) == (0, [3])
    async with engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from programme.payments"))).scalar_one() == 1
        await verify(connection)


REOPEN = "mutation($input: ReopenMinutesInput!) { reopenMinutes(input: $input) { month refusal { code } } }"
REOPENED = """{ reconciliations(orderBy: [{recordedAt: asc}, {number: asc}]) { nodes {
    number replaces { number } replacedBy { nodes { number } } reopenings { nodes { officer reason openedDate } } } } }"""


async def test_minutes_are_opened_again_and_others_follow_on_them(caller, engine, tmp_path):
    async with engine.begin() as connection:
        _, people = await protect(connection, 1)
        number = await kpj(connection, people[0])
        second = await personal_key(connection, "mabar", "Yosef Hambur")
    months = {"decreeNumber": "298/KEP/HK/2024", "monthFrom": "2024-01", "monthTo": "2024-01", "day": "2024-01-05"}
    await caller.data(BILL, {"input": months | {"billingCode": "B-1"}})
    await caller.data(
        PAY, {"input": {"billingCode": "B-1", "amount": 16_800, "sp2d": {"number": "1/SP2D", "day": "2024-01-15"}}}
    )
    line = f"B-1,2024-01,{number},10000,6800,16800,2024-01-20"
    await send(caller, CONFIRM, "bukti.csv", "Kode Iuran,Bulan,KPJ,JKK,JKM,Jumlah,Tanggal Terima", line)
    who = {"insurerSignatory": "Kepala Cabang"}
    minutes = {"officeCode": "53.15", "month": "2024-01", "number": "BA-1", "day": "2024-02-05"} | who
    again = {
        "officeCode": "53.15",
        "number": "BA-1",
        "reason": "Salah",
        "day": "2024-03-01",
    }
    await caller.data(SIGN, {"input": minutes})

    refused = (await caller.data(REOPEN, {"input": again}))["reopenMinutes"]
    opened = (await caller.data(REOPEN, {"input": again}, key=second))["reopenMinutes"]
    signed = (await caller.data(SIGN, {"input": minutes | {"number": "BA-2"}}))["signMinutes"]
    read = await caller.data(REOPENED)

    assert refused == {"month": None, "refusal": {"code": "REOPENING_WRONG"}}
    assert opened == {"month": "2024-01", "refusal": None}
    assert signed["number"] == "BA-2"
    opening = {"officer": "Yosef Hambur", "reason": "Salah", "openedDate": "2024-03-01"}
    assert read["reconciliations"]["nodes"] == [
        {
            "number": "BA-1",
            "replaces": None,
            "replacedBy": {"nodes": [{"number": "BA-2"}]},
            "reopenings": {"nodes": [opening]},
        },
        {"number": "BA-2", "replaces": {"number": "BA-1"}, "replacedBy": {"nodes": []}, "reopenings": {"nodes": []}},
    ]


async def test_differences_are_settled_and_minutes_signed_and_both_are_read_back(caller, engine, tmp_path):
    async with engine.begin() as connection:
        _, people = await protect(connection)
        numbers = [await kpj(connection, person) for person in people]
    months = {"decreeNumber": "298/KEP/HK/2024", "monthFrom": "2024-01", "monthTo": "2024-01", "day": "2024-01-05"}
    await caller.data(BILL, {"input": months | {"billingCode": "B-1"}})
    order = {"number": "1/SP2D", "day": "2024-01-15"}
    await caller.data(PAY, {"input": {"billingCode": "B-1", "amount": 50_400, "sp2d": order}})
    who = {"insurerSignatory": "Kepala Cabang"}
    minutes = {"officeCode": "53.15", "month": "2024-01", "number": "BA-1", "day": "2024-02-05"} | who

    early = (await caller.data(SIGN, {"input": minutes}))["signMinutes"]
    await send(
        caller, CONFIRM, "bukti.csv", "Kode Iuran,Bulan,KPJ,JKK,JKM,Jumlah,Tanggal Terima",
        *(f"B-1,2024-01,{number},10000,6800,16800,2024-01-20" for number in numbers[:2]),
    )  # fmt: skip
    settled = {"number": 1, "resolution": "credited", "remark": "Surat 1", "day": "2024-02-04"}
    resolved = (await caller.data(RESOLVE, {"input": settled}))["resolveDifference"]
    twice = (await caller.data(RESOLVE, {"input": settled}))["resolveDifference"]
    signed = (await caller.data(SIGN, {"input": minutes}))["signMinutes"]
    again = (await caller.data(SIGN, {"input": minutes}))["signMinutes"]
    read = await caller.data(RECONCILED)

    assert (early["number"], early["refusal"]["code"]) == (None, "MONTH_UNANSWERED")
    assert resolved == {"number": 1, "resolution": "credited", "age": 15, "refusal": None}
    assert twice["refusal"]["code"] == "DIFFERENCE_SETTLED"
    assert (signed["number"], len(signed["linesSha256"]), signed["differences"], signed["carried"]) == (
        "BA-1",
        64,
        1,
        0,
    )
    assert again["refusal"]["code"] == "MINUTES_SIGNED"
    [kept] = read["reconciliations"]["nodes"]
    assert kept["lines"]["nodes"] == [
        {
            "named": 3, "confirmed": 2, "billed": 3, "paid": 3, "billedAmount": 50_400, "confirmedAmount": 33_600,
            "fund": {"code": "APBD-2024"},
        }
    ]  # fmt: skip
    assert kept["differences"]["nodes"] == [
        {
            "agreed": "credited",
            "difference": {
                "kind": "not_confirmed", "owner": "insurer", "month": "2024-01",
                "resolutions": {"nodes": [{"resolution": "credited", "resolvedDate": "2024-02-04"}]},
            },
        }
    ]  # fmt: skip
    assert read["coverageDifferencesAggregate"] == [{"key": {"owner": "insurer", "kind": "not_confirmed"}, "count": 1}]


async def test_a_plan_by_group_pays_from_a_fund_only_whom_it_may_pay_for(caller):
    await caller.data(FUND, fund(shares=TOBACCO, groups=["farmer"]))
    await caller.data(RECEIVE, deposit(2 * 10 * 16_800))
    groups = [{"group": "fisher", "workers": 2}, {"group": "farmer", "workers": 2}, {"group": "farmer", "workers": 1}]
    plan = {"fundCodes": ["DBHCHT-2026"], "groups": groups, "monthFrom": "2026-01", "monthTo": "2026-02"}

    answer = (await caller.data(BY_GROUP, {"input": plan}))["allocate"]
    refused = (await caller.data(BY_GROUP, {"input": plan | {"groups": []}}))["allocate"]

    assert answer["planned"] == [
        {"month": month, "group": "farmer", "workers": 3, "amount": 50_400} for month in ("2026-01", "2026-02")
    ]
    assert answer["unused"] == [{"rule": "share", "amount": 168_000}, {"rule": "groups", "amount": 67_200}]
    assert (answer["needed"], answer["covered"], refused["refusal"]["code"]) == (10, 6, "AMOUNT_WRONG")


async def test_a_plan_tells_who_can_be_paid_and_what_is_missing_and_posts_nothing(caller, engine):
    await caller.data(FUND, fund(shares=TOBACCO))
    await caller.data(RECEIVE, deposit())
    before = await asked(engine, positions)
    plan = {"fundCodes": ["DBHCHT-2026"], "workers": 4_649, "monthFrom": "2026-01", "monthTo": "2026-12"}

    answer = (await caller.data(ALLOCATE, {"input": plan}))["allocate"]
    refused = (await caller.data(ALLOCATE, {"input": plan | {"workers": 0}}))["allocate"]

    assert (answer["needed"], answer["covered"], answer["amount"]) == (55_788, 33_168, 557_222_400)
    assert answer["shortfall"] == 380_014_400
    assert answer["unused"] == [{"rule": "share", "amount": 557_224_000}, {"rule": "remainder", "amount": 1_600}]
    assert refused["refusal"]["code"] == "AMOUNT_WRONG"
    assert await asked(engine, positions) == before
