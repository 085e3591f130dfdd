"""Rows on their way into the database."""

from datetime import date

import polars as pl

from jamsos.db import copied, copy_rows


async def test_rows_arrive_as_they_are_whatever_they_hold(connection):
    await connection.exec_driver_sql(
        "create table programme.arriving_test (big bigint, whole int, small smallint, text text, bytes bytea, day date,"
        " yes boolean, words text[])"
    )
    rows = pl.DataFrame(
        {
            "big": pl.Series([2**62, None], dtype=pl.Int64),
            "whole": pl.Series([-1, 2], dtype=pl.Int32),
            "small": pl.Series([10, None], dtype=pl.Int16),
            "text": ['Golo Ru\'u, "RT 1"\n\\N', ""],
            "bytes": [b"\x00\xff", None],
            "day": [date(1899, 12, 30), None],
            "yes": [True, None],
            "words": [["a,b", '"', ""], []],
        }
    )

    await copy_rows(connection, "arriving_test", rows.columns, copied(rows))

    found = await connection.exec_driver_sql("select * from programme.arriving_test")
    assert [tuple(row) for row in found] == rows.rows()


def test_no_rows_are_nothing_to_send():
    assert copied(pl.DataFrame(schema={"line": pl.Int32})).getbuffer().nbytes == 0
