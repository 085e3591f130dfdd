"""The criteria as a document: what is wrong is named by its key; printed, nothing is left unsaid."""

import pytest

from jamsos.errors import FileMissing
from jamsos.messages import say
from jamsos.months import Month
from jamsos.selection.criteria import SHIPPED, criteria_of, read_criteria
from jamsos.selection.errors import CriteriaWrong
from jamsos.selection.letters import sentences
from tests.selection.builders import MABAR


def changed(path, value):
    """The document of Manggarai Barat with one key changed, or removed by None."""
    *above, last = path.split(".")
    table = document = dict(MABAR.document)
    for key in above:
        table[key] = dict(table[key])
        table = table[key]
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("age.below", "65", "age.below"),
        ("age.below", 18, "age.below"),
        ("age.belov", 65, "age.belov"),
        ("identity.nik", "maybe", "identity.nik"),
        ("work.required", "yes", "work.required"),
        ("deciles.at_most.p3ke", 11, "deciles.at_most.p3ke"),
        ("deciles.at_most.susenas", 4, "deciles.at_most.susenas"),
        ("deciles.points.11", 5, "deciles.points.11"),
        ("exclusions.events", ["moved"], "exclusions.events"),
        ("exclusions.events", ["died", "vanished"], "exclusions.events.1"),
        ("groups", [], "groups"),
        ("groups", [{"code": "farmer", "points": 1}] * 2, "groups"),
        ("groups", [{"code": "pilot", "points": 1}], "groups.0.code"),
        ("groups", [{"code": "farmer"}], "groups.0.points"),
        ("order.ties", ["older"], "order.ties"),
        ("order.ties", ["draw", "older"], "order.ties"),
        ("order.ties", ["older", "older", "draw"], "order.ties"),
        ("version", 0, "version"),
        ("residence.regions", [], "residence.regions"),
        ("residence.regions", ["5315"], "residence.regions.0"),
        ("residence.regions", ["53.1"], "residence.regions.0"),
        ("quotas", [{"at_most": 5}], "quotas.0"),
        ("quotas", [{"at_most": 5, "region": "53.15.05.20"}], "quotas.0.region"),
        ("quotas", [{"at_most": 5, "group": "fisher"}, {"at_most": 5, "group": "other_worker"}], "quotas.1.group"),
        ("quotas", [{"at_most": -1, "group": "farmer"}], "quotas.0.at_most"),
        ("funds", {"gold": {"only": ["farmer"]}}, "funds.gold"),
        ("funds", {"palm_oil": {"only": []}}, "funds.palm_oil.only"),
        ("approval", {"steps": ["propose", "propose"]}, "approval.steps"),
    ],
)
def test_a_wrong_key_is_named(path, value, key):
    of = changed(path, value)
    of["groups"] = [group for group in of["groups"] if group.get("code") != "other_worker"]

    with pytest.raises(CriteriaWrong) as refused:
        criteria_of(of, "mabar.toml")

    assert refused.value.fields["criterion"] == key
    assert "mabar.toml" in str(refused.value)


def test_all_that_is_wrong_is_told_at_once_in_the_readers_language():
    with pytest.raises(CriteriaWrong) as refused:
        criteria_of(MABAR.document | {"version": 0, "quotas": [{"region": "Komodo"}]}, "mine.toml")

    assert refused.value.sentence("id") == (
        "Kriteria mine.toml tidak dapat dipakai: version: paling sedikit 1; quotas.0.at_most: harus ada; "
        "quotas.0.region: harus kode wilayah seperti 53.15, 53.15.05, atau 53.15.05.2001."
    )
    assert refused.value.sentence("en").startswith(
        "The criteria mine.toml cannot be used: version: must be at least 1; "
    )


@pytest.mark.parametrize("document", [None, [], "mabar"])
def test_a_document_that_is_no_table_is_refused(document):
    with pytest.raises(CriteriaWrong, match="must be a table"):
        criteria_of(document, "criteriaDocument")


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path):
    (tmp_path / "mine.toml").write_text("code = \n")

    with pytest.raises(CriteriaWrong, match="line 1"):
        read_criteria(tmp_path / "mine.toml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileMissing, match=r"none\.toml"):
        read_criteria(tmp_path / "none.toml")


def test_the_hash_names_the_content_and_not_the_spelling(tmp_path):
    (tmp_path / "mine.toml").write_text("# another remark\n" + (SHIPPED / "mabar.toml").read_text())

    assert read_criteria(tmp_path / "mine.toml").sha256 == read_criteria(SHIPPED / "mabar.toml").sha256
    assert criteria_of(MABAR.document, "kept") == MABAR
    assert criteria_of(changed("age.below", 64), "mine").sha256 != MABAR.sha256


@pytest.mark.parametrize("language", ["id", "en"])
def test_printed_in_words_every_number_of_the_document_is_said(language):
    text = "\n".join(sentences(MABAR, language, {}))

    assert "18" in text and "65" in text and "53.15" in text
    for merit in MABAR.groups:
        assert say(f"group.{merit.code}", language) in text
    for source in MABAR.deciles.at_most:
        assert source.upper() in text
    assert MABAR.sha256.hex() in text


@pytest.mark.parametrize(("below", "limit"), [(None, 65), (60, 60), (70, 65)])
def test_a_programme_may_lower_the_law_s_age_limit_and_never_raise_it(below, limit):
    assert criteria_of(changed("age.below", below), "mine").age.limit(Month(2026, 1)) == limit


def test_printed_in_indonesian_it_reads_like_an_office():
    head, base, age, *_ = sentences(MABAR, "id", {})

    assert head == "Kriteria penerima bantuan iuran jaminan sosial ketenagakerjaan, Kabupaten Manggarai Barat, versi 2"
    assert base == "Dasar hukum: Perda Kab. Manggarai Barat 5/2023."
    assert age == "Umur pada hari pertama bulan pertama: paling rendah 18 tahun dan belum mencapai 65 tahun."


PLACES = {"53.15": "Kabupaten Manggarai Barat", "53.15.05": "Komodo"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Resident in region 53.15 Kabupaten Manggarai Barat."),
        ({"quotas": [{"region": "53.15.06", "at_most": 200}]}, "At most 200 people of region 53.15.06."),
        ({"quotas": [{"region": "53.15.05", "at_most": 200}]}, "At most 200 people of region 53.15.05 Komodo."),
        ({"quotas": [{"group": "farmer", "at_most": 1_000}]}, "At most 1,000 people counted among farmers."),
        (
            {"quotas": [{"group": "fisher", "region": "53.15.05", "at_most": 5}]},
            "At most 5 people of region 53.15.05 Komodo counted among fishers.",
        ),
        (
            {"funds": {"palm_oil": {"only": ["farmer", "day_labourer"]}}},
            "The palm oil share pays only for: farmers, day labourers.",
        ),
        (
            {"approval": {"steps": ["propose", "approve"]}},
            "Before the decree, each step by another officer: propose → approve.",
        ),
    ],
)
def test_quotas_funds_and_approvals_are_said_where_they_stand(changed, said):
    assert said in sentences(criteria_of(MABAR.document | changed, "mine"), "en", PLACES)


def test_what_a_document_does_not_say_does_not_change_its_hash():
    assert "quotas" not in MABAR.document and "funds" not in MABAR.document
