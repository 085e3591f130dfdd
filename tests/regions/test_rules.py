import pytest

from jamsos.regions.rules import VillageKind, name_key, named, sight_of, village_kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("53.15.05.1001", VillageKind.kelurahan),
        ("53.15.05.2001", VillageKind.desa),
        ("53.15.05.3001", VillageKind.desa_adat),
    ],
)
def test_a_code_tells_the_kind_of_its_village(code, kind):
    assert village_kind(code) is kind


@pytest.mark.parametrize(
    ("region", "sight"), [("ID", ("0", "~")), ("53.15", ("53.15", "53.15~")), (None, ("~", "~")), ("", ("~", "~"))]
)
def test_a_region_sees_its_own_codes(region, sight):
    assert sight_of(region) == sight


@pytest.mark.parametrize(
    "name",
    ["Golo Ru'u", "GOLO RUU", "Ds.Golo Ruu", "Desa Golo Ru`u", " kel. golo-ruu", "Desa/Kel. Golo Ruu", "Kec Golo Ruu"],
)
def test_spellings_of_one_village_have_one_key(name):
    assert name_key(name) == "goloruu"


def test_a_name_that_begins_like_a_level_keeps_its_letters():
    assert (name_key("Kelapa"), name_key("Desaku"), name_key("Prov 2")) == ("kelapa", "desaku", "2")


def test_a_code_is_written_with_its_name_where_that_is_known():
    assert named("53.15", {"53.15": "Kabupaten Manggarai Barat"}) == "53.15 Kabupaten Manggarai Barat"
    assert named("53.16", {}) == "53.16"
