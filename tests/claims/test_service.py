from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.claims import service
from jamsos.claims.rules import ClaimKind
from jamsos.errors import FileKnown, HeaderMissing, LineWrong
from tests.coverage.test_billing import bill, protect
from tests.coverage.test_payments import pay
from tests.protected import add_people, end, kpj

HEADER = "No Klaim,KPJ,NIK,Jenis,Tanggal Kejadian,Tanggal Bayar,Jumlah"


@pytest.fixture
async def workers(connection, sealer):
    """Three workers protected in January and February 2024; the third is known by NIK 5315990101800002."""
    _, people = await protect(connection)
    made = await bill(connection, "2024-01:2024-02")
    await pay(connection, made.amount)
    await connection.execute(
        text("update programme.people set nik_sealed = :nik where id = :id"),
        {"nik": sealer.seal("nik", "5315990101800002"), "id": people[2]},
    )
    return people


def claims(tmp_path, *lines, name="claims.csv"):
    path = tmp_path / name
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


async def load(connection, sealer, path):
    return await service.load_claims(connection, COMMAND_LINE, sealer, path)


async def kept(connection):
    rows = await connection.execute(
        text("select number, person_id, kind, amount, valid_month from programme.claims order by number")
    )
    return [tuple(row) for row in rows]


async def test_a_claim_is_linked_to_the_paid_month_that_makes_it_valid(connection, sealer, workers, tmp_path):
    first, second = await kpj(connection, workers[0]), await kpj(connection, workers[1])

    found = await load(
        connection, sealer,
        claims(
            tmp_path,
            f"K-1,{first},,KEMATIAN,2024-02-11,2024-03-20,42000000",
            f"K-2,{second},,KECELAKAAN_KERJA,05/01/2024,20/01/2024,1250000",
            f"K-3,{second},,KECELAKAAN_KERJA,2024-03-05,2024-04-01,300000",
        ),
    )  # fmt: skip

    assert found.kinds == {ClaimKind.death: (1, 42_000_000), ClaimKind.work_injury: (2, 1_550_000)}
    assert (found.without_month, found.known, found.unknown_lines) == (1, 0, [])
    assert await kept(connection) == [
        ("K-1", workers[0], "death", 42_000_000, date(2024, 2, 1)),
        ("K-2", workers[1], "work_injury", 1_250_000, date(2024, 1, 1)),
        ("K-3", workers[1], "work_injury", 300_000, None),
    ]


async def test_a_claim_finds_the_month_that_was_paid_under_an_id_that_has_ended(connection, sealer, workers, tmp_path):
    [lives] = await add_people(connection, 1, first=700)
    numbers = "update programme.people set nik_sealed = case when id = :lives then cast(:nik as bytea) end where id in (:lives, :ends)"
    nik = {"nik": sealer.seal("nik", "5315990101800003"), "lives": lives, "ends": workers[2]}
    await end(connection, workers[2], lives)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text(numbers), nik)
    first = await kpj(connection, workers[2])

    found = await load(
        connection, sealer,
        claims(
            tmp_path,
            f"K-1,{first},,KEMATIAN,2024-02-11,2024-03-20,42000000",
            "K-2,,5315990101800003,KECELAKAAN_KERJA,05/01/2024,20/01/2024,1250000",
        ),
    )  # fmt: skip

    assert (found.without_month, found.unknown_lines) == (0, [])
    assert await kept(connection) == [
        ("K-1", workers[2], "death", 42_000_000, date(2024, 2, 1)),
        ("K-2", workers[2], "work_injury", 1_250_000, date(2024, 1, 1)),
    ]


async def test_a_claim_of_the_one_who_lives_on_reaches_back_to_the_id_that_ended(connection, sealer, workers, tmp_path):
    ends, lives, _ = workers
    await end(connection, ends, lives)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text(f"delete from programme.paid_months where person_id = {lives}"))

    await load(
        connection,
        sealer,
        claims(tmp_path, f"K-1,{await kpj(connection, lives)},,KEMATIAN,2024-02-11,2024-03-20,42000000"),
    )

    assert await kept(connection) == [("K-1", ends, "death", 42_000_000, date(2024, 2, 1))]


async def test_a_member_is_found_by_nik_where_the_number_is_missing_or_unknown(connection, sealer, workers, tmp_path):
    found = await load(
        connection, sealer,
        claims(
            tmp_path,
            "K-1,,5315990101800002,BEASISWA,2024-01-05,2024-02-01,1500000",
            "K-2,99999999999,5315990101800002,KEMATIAN_KECELAKAAN_KERJA,2024-01-05,2024-02-01,70000000",
        ),
    )  # fmt: skip

    assert found.unknown_lines == []
    assert [row[1] for row in await kept(connection)] == [workers[2]] * 2


async def test_members_who_are_not_ours_are_counted_by_line_and_not_fatal(connection, sealer, workers, tmp_path):
    [registered_only] = await add_people(connection, 1, first=7_000_000)
    await connection.execute(
        text("update programme.people set nik_sealed = :nik where id = :id"),
        {"nik": sealer.seal("nik", "5315990101800009"), "id": registered_only},
    )
    number = await kpj(connection, workers[0])

    found = await load(
        connection, sealer,
        claims(
            tmp_path,
            "K-1,99999999999,5315990101800001,KEMATIAN,2024-01-05,2024-02-01,10000000",
            f"K-2,{number},,KEMATIAN,2024-01-05,2024-02-01,10000000",
            "K-3,,5315990101800009,KEMATIAN,2024-01-05,2024-02-01,10000000",
        ),
    )  # fmt: skip

    assert (found.unknown_lines, found.kinds) == ([2, 4], {ClaimKind.death: (1, 10_000_000)})


async def test_a_claim_counts_once_whatever_file_it_comes_in(connection, sealer, workers, tmp_path):
    number = await kpj(connection, workers[0])
    line = f"K-1,{number},,KEMATIAN,2024-01-05,2024-02-01,10000000"
    await load(connection, sealer, claims(tmp_path, line))
    again = claims(tmp_path, line, line, line.replace("K-1", "K-2"), name="again.csv")

    found = await load(connection, sealer, again)

    assert (found.known, found.kinds) == (2, {ClaimKind.death: (1, 10_000_000)})
    with pytest.raises(FileKnown, match=r"again\.csv"):
        await load(connection, sealer, again)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("K-2,1,,SAKIT,2024-01-05,2024-02-01,1", "line 3, column Jenis"),
        ("K-2,1,,KEMATIAN,2024-02-30,2024-02-01,1", "line 3, column Tanggal Kejadian"),
        ("K-2,1,,KEMATIAN,2024-01-05,2024-02-01,1e7", "line 3, column Jumlah"),
        (",1,,KEMATIAN,2024-01-05,2024-02-01,1", "line 3, column No Klaim"),
    ],
)
async def test_a_wrong_line_refuses_the_file(connection, sealer, workers, tmp_path, line, complaint):
    right = f"K-1,{await kpj(connection, workers[0])},,KEMATIAN,2024-01-05,2024-02-01,10000000"
    with pytest.raises(LineWrong, match=complaint):
        await load(connection, sealer, claims(tmp_path, right, line))
    assert await kept(connection) == []


async def test_another_kind_of_file_is_refused(connection, sealer, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(HeaderMissing, match="No Klaim"):
        await load(connection, sealer, file)


async def test_premiums_stand_beside_the_benefits_of_the_months_they_paid(connection, sealer, workers, tmp_path):
    first, second = await kpj(connection, workers[0]), await kpj(connection, workers[1])
    await load(
        connection, sealer,
        claims(
            tmp_path,
            f"K-1,{first},,KEMATIAN,2024-02-11,2024-03-20,42000000",
            f"K-2,{second},,KECELAKAAN_KERJA,2031-01-05,2031-02-01,300000",
        ),
    )  # fmt: skip

    found = await service.balance(connection)

    assert [tuple(each)[2:] for each in found] == [(6, 100_800, 1, 42_000_000), (0, 0, 1, 300_000)]
    assert (found[0].fund_code is None, found[1].fund_code) == (False, None)
