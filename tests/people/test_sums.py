"""Sums of people follow every insert, move and removal."""

from sqlalchemy import text

from tests.selection.builders import settle


async def counted(connection):
    rows = await connection.execute(
        text(
            """select village_code, sex, occupation, sum(people) from programme.person_sums
               group by 1, 2, 3 having sum(people) <> 0 order by 1, 2, 3"""
        )
    )
    return [tuple(row) for row in rows]


async def test_the_sums_are_the_people_whatever_happens_to_them(connection):
    first, *_ = await settle(connection, 3)
    await settle(connection, 2, village_code="53.15.06.2003", sex="male", occupation=None)
    assert await counted(connection) == [
        ("53.15.05.2001", "female", "farmer", 3),
        ("53.15.06.2003", "male", None, 2),
    ]

    await connection.execute(
        text("update programme.people set village_code = '53.15.06.2003' where id = :id"), {"id": first}
    )
    await connection.execute(text("update programme.people set full_name = 'SOMEBODY ELSE'"))

    assert await counted(connection) == [
        ("53.15.05.2001", "female", "farmer", 2),
        ("53.15.06.2003", "female", "farmer", 1),
        ("53.15.06.2003", "male", None, 2),
    ]


async def test_nothing_is_written_where_nobody_moves(connection):
    await settle(connection, 3)
    before = (await connection.execute(text("select count(*) from programme.person_sums"))).scalar_one()

    await connection.execute(text("update programme.people set decile = 1"))

    assert (await connection.execute(text("select count(*) from programme.person_sums"))).scalar_one() == before


async def test_an_id_that_has_ended_in_another_is_counted_no_more_until_it_lives_again(connection):
    first, second, _ = await settle(connection, 3)
    village = "53.15.05.2001"
    end = text("update programme.people set merged_into_id = :into where id = :id")

    await connection.execute(end, {"id": second, "into": first})
    assert await counted(connection) == [(village, "female", "farmer", 2)]
    await connection.execute(text("update programme.people set sex = 'male' where id = :id"), {"id": second})
    assert await counted(connection) == [(village, "female", "farmer", 2)]
    await connection.execute(end, {"id": second, "into": None})
    assert await counted(connection) == [(village, "female", "farmer", 2), (village, "male", "farmer", 1)]
