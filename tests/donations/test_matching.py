from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.access.service import register_agency
from jamsos.donations import matching, service, unmatched_lines
from jamsos.donations.errors import AmountNotWhole, DonationFundNeeded, PledgeCodeWrong, PledgeKnown
from jamsos.donations.rules import LineDecision, MatchOutcome, is_well_formed
from jamsos.errors import FileKnown, HeaderMissing, LineWrong
from jamsos.ledger.errors import AmountWrong, BudgetExceeded
from jamsos.ledger.rules import FundKind
from jamsos.ledger.service import verify
from tests.donations.banks import FORMS, feb
from tests.money import add_fund, commit, free
from tests.officers import officer

HEADER = "Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi"


@pytest.fixture
async def office(connection):
    """Create a regency office with one donation fund of 2024; yield the connection."""
    facts = {"code": "mabar", "name": "Dinas", "kind": AgencyKind.regency_office, "region_code": "53.15"}
    await register_agency(connection, COMMAND_LINE, **facts)
    await add_fund(connection, "DONASI-2024", kind=FundKind.donation, is_via_apbd=False)
    return connection


async def pledge(office, sealer, amount=201_600, **changed):
    facts = {"amount": amount, "day": date(2024, 2, 1), "donor_name": "Yosefina Jelita", "phone": "081000000001"}
    return await service.pledge(office, COMMAND_LINE, sealer, **facts | changed)


def statement(tmp_path, *rows, name="mutasi.csv"):
    """Write a statement; each row is (text, signed rupiah), with running balances."""
    balance, lines = 0, [HEADER]
    for number, (said, signed) in enumerate(rows, start=1):
        balance += signed
        out, into = (-signed, "") if signed < 0 else ("", signed)
        lines.append(f"{number:02}/02/2024,{said},{out},{into},{balance},FT{number}")
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


async def match(office, sealer, path):
    return await matching.match_statement(office, COMMAND_LINE, sealer, path)


async def test_a_pledge_gives_a_code_and_is_no_money_yet(office, sealer):
    assert is_well_formed(await pledge(office, sealer))
    assert await free(office, "DONASI-2024") == 0


async def test_money_that_names_a_pledge_enters_its_fund(office, sealer, tmp_path):
    code = await pledge(office, sealer)

    found = await match(office, sealer, statement(tmp_path, (f"TRSF CR {code} JELITA", 201_600)))

    assert found == matching.Matched({MatchOutcome.exact: 1}, repeated=0, booked=201_600, refunded=0)
    assert await free(office, "DONASI-2024") == 201_600
    await verify(office)


async def test_every_kind_of_line_is_told_apart_and_only_gifts_are_booked(office, sealer, tmp_path):
    a, b, c = [await pledge(office, sealer, amount=amount) for amount in (100, 200, 300)]
    rows = [
        (f"CR {a}", 100), (f"CR {b}", 150), (f"CR {b}", 50), (f"CR {c}", 350), (f"CR {a}", 100),
        ("SETORAN TUNAI HAMBA ALLAH", 75), ("TRF DON20249999", 20), (f"CR {a} {b}", 5), ("BIAYA ADM", -12),
        (f"REFUND {a}", -100), (f"REFUND {c}", -350),
    ]  # fmt: skip

    found = await match(office, sealer, statement(tmp_path, *rows))

    assert found.lines == {
        MatchOutcome.exact: 2, MatchOutcome.partial: 1, MatchOutcome.over: 1, MatchOutcome.unknown: 3,
        MatchOutcome.duplicate: 1, MatchOutcome.refunded: 2, MatchOutcome.outgoing: 1,
    }  # fmt: skip
    assert (found.booked, found.refunded) == (100 + 150 + 50 + 350, 350)
    assert await free(office, "DONASI-2024") == 300
    await verify(office)


async def test_a_pledge_that_was_given_back_is_open_again(office, sealer, tmp_path):
    code = await pledge(office, sealer, amount=100)

    found = await match(office, sealer, statement(tmp_path, (code, 100), (f"REFUND {code}", -100), (code, 100)))

    assert found.lines == {MatchOutcome.exact: 2, MatchOutcome.refunded: 1}
    assert await free(office, "DONASI-2024") == 100


async def test_a_line_read_before_counts_once_even_in_another_statement(office, sealer, tmp_path):
    code = await pledge(office, sealer, amount=100)
    first = statement(tmp_path, (f"CR {code}", 100))
    await match(office, sealer, first)
    overlapping = tmp_path / "mutasi-2.csv"
    row = first.read_text().splitlines()[1]
    overlapping.write_text("\n".join([HEADER, row, row, "05/02/2024,BIAYA ADM,5,,95,X"]) + "\n")

    found = await match(office, sealer, overlapping)

    assert (found.repeated, found.lines, found.booked) == (2, {MatchOutcome.outgoing: 1}, 0)
    assert await free(office, "DONASI-2024") == 100


async def test_the_same_statement_is_refused(office, sealer, tmp_path):
    file = statement(tmp_path, ("HAMBA ALLAH", 5))
    await match(office, sealer, file)
    with pytest.raises(FileKnown, match=r"mutasi\.csv"):
        await match(office, sealer, file)


async def test_a_gift_promised_to_a_decree_is_not_given_back(office, sealer, tmp_path):
    code = await pledge(office, sealer, amount=100)
    await match(office, sealer, statement(tmp_path, (code, 100)))
    fund_id = (await office.execute(text("select id from programme.funds"))).scalar_one()
    await commit(office, fund_id, 60)

    with pytest.raises(BudgetExceeded, match=r"refund\.csv line 2: .*Rp100 is needed, Rp40"):
        await match(office, sealer, statement(tmp_path, (f"REFUND {code}", -100), name="refund.csv"))


async def test_pledges_come_from_paper_forms_with_their_own_codes(office, sealer, tmp_path):
    form = tmp_path / "forms.csv"
    form.write_text(
        "kode,tanggal,nama,anonim,no_hp,jumlah\n"
        "DON20240001,2024-01-08,Koperasi Contoh,TIDAK,081012345678,1008000\n"
        "don-2024-0002,09/01/2024,Maria,YA,,16800\n"
    )

    assert await service.load_pledges(office, COMMAND_LINE, sealer, form) == 2

    kept = await office.execute(
        text("select code, amount, donor_name_sealed, is_named from programme.pledges order by 1")
    )
    assert [
        (code, amount, name and sealer.unseal("donor", name), is_named) for code, amount, name, is_named in kept
    ] == [
        ("DON20240001", 1_008_000, "Koperasi Contoh", True),
        ("DON20240002", 16_800, None, False),
    ]
    found = await match(office, sealer, statement(tmp_path, ("QRIS DON20240002 HAMBA ALLAH", 16_800)))
    assert found.lines == {MatchOutcome.exact: 1}


@pytest.mark.parametrize(
    ("line", "refusal", "complaint"),
    [
        ("DON20240001,2024-01-08,A,YA,,5", PledgeKnown, r"forms\.csv line 3: The pledge DON20240001"),
        ("D1,2024-01-08,A,YA,,5", PledgeCodeWrong, r"forms\.csv line 3"),
        ("DON20240002,2024-01-08,A,MUNGKIN,,5", LineWrong, "line 3, column anonim"),
        ("DON20240002,2024-01-08,A,YA,,-5", LineWrong, "line 3, column jumlah"),
        ("DON20240002,2031-01-08,A,YA,,5", DonationFundNeeded, "line 3: There are 0 donation funds of 2031"),
    ],
)
async def test_a_wrong_form_refuses_all_forms(office, sealer, tmp_path, line, refusal, complaint):
    form = tmp_path / "forms.csv"
    form.write_text(f"kode,tanggal,nama,anonim,no_hp,jumlah\nDON20240001,2024-01-08,A,YA,,5\n{line}\n")

    with pytest.raises(refusal, match=complaint):
        async with office.begin_nested():
            await service.load_pledges(office, COMMAND_LINE, sealer, form)

    assert (await office.execute(text("select count(*) from programme.pledges"))).scalar_one() == 0


@pytest.mark.parametrize("row", ["01/02/2024,X,5,5,0,R", "01/02/2024,X,,,0,R", "01/02/2024,X,0,0,0,R"])
async def test_a_bank_line_has_one_side(office, sealer, tmp_path, row):
    file = tmp_path / "mutasi.csv"
    file.write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(LineWrong, match="line 2, column Debet/Kredit"):
        await match(office, sealer, file)


async def test_a_statement_without_its_columns_is_refused(office, sealer, tmp_path):
    file = tmp_path / "mutasi.csv"
    file.write_text("Tanggal,Keterangan,Saldo\n01/02/2024,X,5\n")
    with pytest.raises(HeaderMissing, match="Debet, Kredit"):
        await match(office, sealer, file)


async def test_nothing_about_a_donor_stands_open_or_in_the_trail(office, sealer, tmp_path):
    code = await pledge(office, sealer)
    await match(office, sealer, statement(tmp_path, (f"CR {code} YOSEFINA JELITA", 201_600)))

    for table in ("pledges", "bank_lines", "donation_matches", "journal_transactions", "audit_entries", "documents"):
        for row in (await office.execute(text(f"select t::text from programme.{table} t"))).scalars():
            assert "jelita" not in row.lower() and "081000000001" not in row


async def test_a_pledge_of_nothing_is_refused(office, sealer):
    with pytest.raises(AmountWrong):
        await pledge(office, sealer, amount=0)


@pytest.mark.parametrize("form", FORMS)
async def test_a_statement_is_matched_in_every_form(office, sealer, tmp_path, form):
    code = await pledge(office, sealer, amount=100)
    path = tmp_path / f"mutasi.{form}"
    path.write_text(FORMS[form]((feb(1), "X" * 60 + f" {code} JELITA", 100, "FT1"), (feb(2), "ADM", -5, "FT2")))

    found = await match(office, sealer, path)

    assert found == matching.Matched({MatchOutcome.exact: 1, MatchOutcome.outgoing: 1}, 0, booked=100, refunded=0)
    assert await free(office, "DONASI-2024") == 100


async def test_the_same_days_in_another_form_bring_no_money_twice(office, sealer, tmp_path):
    code = await pledge(office, sealer, amount=100)
    rows = [(feb(1), f"CR {code}", 60, "FT1"), (feb(2), f"CR {code}", 40, "FT2"), (feb(2), "HAMBA ALLAH", 7, "FT3")]
    for form, days in (("csv", 1), ("xml", 2), ("sta", 3)):
        (tmp_path / form).write_text(FORMS[form](*rows[:days]))

    found = [await match(office, sealer, tmp_path / form) for form in ("csv", "xml", "sta")]

    assert [(each.repeated, each.booked) for each in found] == [(0, 60), (1, 40), (2, 0)]
    assert await free(office, "DONASI-2024") == 100


@pytest.mark.parametrize("form", FORMS)
async def test_a_statement_that_is_refused_in_its_last_line_leaves_nothing(office, sealer, tmp_path, form):
    code = await pledge(office, sealer, amount=100)
    path = tmp_path / f"mutasi.{form}"
    content = FORMS[form]((feb(1), f"CR {code}", 100, "FT1"), (feb(2), "LAST", 7, "FT2"))
    path.write_text(content.replace(",7,", ",7x,").replace("C7,00", "C7,001").replace(">7.00", ">7.001"))

    with pytest.raises(LineWrong, match=rf"mutasi\.{form} line \d+, column"):
        async with office.begin_nested():
            await match(office, sealer, path)

    assert await free(office, "DONASI-2024") == 0
    assert (await office.execute(text("select count(*) from programme.documents"))).scalar_one() == 0
    path.write_text(content)
    assert (await match(office, sealer, path)).booked == 100


async def test_sen_are_kept_and_money_with_sen_waits_for_a_decision(office, sealer, tmp_path):
    code = await pledge(office, sealer, amount=50_400)
    file = tmp_path / "mutasi.csv"
    file.write_text(
        f'{HEADER}\n01/02/2024,CR {code},,50400,1050400.37,\n02/02/2024,BUNGA,,"123,45","1050523,82",\n'
        f'03/02/2024,CR {code},,"100,50","1050624,32",\n04/02/2024,PAJAK,"24,69",,"1050599,63",\n'
    )

    found = await match(office, sealer, file)

    assert (found.lines, found.booked) == (
        {MatchOutcome.exact: 1, MatchOutcome.unknown: 2, MatchOutcome.outgoing: 1}, 50_400
    )  # fmt: skip
    kept = (await office.execute(text("select amount, sen from programme.bank_lines order by line"))).all()
    assert [tuple(row) for row in kept] == [(50_400, 0), (123, 45), (100, 50), (-24, -69)]


async def test_money_with_sen_goes_back_and_enters_no_fund(office, sealer, tmp_path):
    file = tmp_path / "mutasi.csv"
    file.write_text(f'{HEADER}\n02/02/2024,SETORAN,,"123,45","123,45",\n')
    await match(office, sealer, file)
    [line] = await unmatched_lines.lines_aside(office, COMMAND_LINE, sealer)
    facts = {"number": line.number, "reason": "salah kirim"}

    with pytest.raises(AmountNotWhole, match="has sen"):
        await unmatched_lines.resolve(
            office, await officer(office), sealer, decision=LineDecision.fund, fund_code="DONASI-2024", **facts
        )
    outcome = await unmatched_lines.resolve(office, await officer(office), sealer, decision=LineDecision.giver, **facts)

    assert outcome is MatchOutcome.returning
    assert await free(office, "DONASI-2024") == 0
