import pytest

from jamsos.access.errors import RegionUnknown
from jamsos.errors import FileMissing
from jamsos.regions import store
from jamsos.regions.errors import RegionFileWrong
from jamsos.regions.rules import named
from jamsos.regions.service import SHIPPED, load_regions, need_region, shipped_names


async def test_manggarai_barat_has_169_villages_in_12_districts(connection):
    villages = await store.villages_within(connection, "53.15")

    assert len(villages) == 169
    assert len({district for _, _, district in villages}) == 12


async def test_loading_twice_changes_nothing(connection):
    assert await load_regions(connection) == await load_regions(connection) == 1 + 22 + 315 + 3442


async def test_a_region_is_named_by_its_code(connection):
    assert await need_region(connection, "53.15") == "Kabupaten Manggarai Barat"
    with pytest.raises(RegionUnknown):
        await need_region(connection, "99.99")


async def test_names_stand_beside_codes_of_every_level_and_an_unknown_code_stands_alone(connection):
    codes = ["53", "53.15", "53.15.05", "53.15.03.2021", "99.99", ""]

    names = await store.names_of(connection, codes)

    assert [named(code, names) for code in codes] == [
        "53 Nusa Tenggara Timur", "53.15 Kabupaten Manggarai Barat", "53.15.05 Komodo", "53.15.03.2021 Siru", "99.99", "",
    ]  # fmt: skip
    assert names.items() <= shipped_names().items()


async def test_a_missing_file_is_named(connection, tmp_path):
    with pytest.raises(FileMissing, match=r"provinces\.csv"):
        await load_regions(connection, tmp_path)


async def test_a_wrong_code_is_named_by_its_line_and_nothing_is_loaded(connection, tmp_path):
    for file in SHIPPED.glob("*.csv"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "villages.csv").write_text("code,district_code,name\n53.15.05.99,53.15.05,Komodo\n")

    with pytest.raises(RegionFileWrong, match=r"villages\.csv line 2"):
        await load_regions(connection, tmp_path)
