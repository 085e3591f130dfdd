"""Registry rules: the registers, the meaning of their words, and the possible defects of a row.

Words are looked up in their folded form (`fold`), without case, accents and punctuation. A word without a known meaning
is a missing value and never guessed.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

from jamsos.memo import remember_short

Meaning = TypeVar("Meaning")

SAMPLES = 5  # lines shown for each defect


class Source(StrEnum):
    """The register of a file; `office` is any other list."""

    p3ke = "p3ke"
    dtks = "dtks"
    dtsen = "dtsen"
    disability = "disability"
    province = "province"
    village = "village"
    civil_registry = "civil_registry"
    bdt = "bdt"
    regsosek = "regsosek"
    aid = "aid"
    office = "office"


class Sex(StrEnum):
    female = "female"
    male = "male"


class MaritalStatus(StrEnum):
    single = "single"
    married = "married"
    divorced = "divorced"
    widowed = "widowed"


class Relation(StrEnum):
    """The relation to the head of the household."""

    head = "head"
    spouse = "spouse"
    child = "child"
    parent = "parent"
    other = "other"


class Occupation(StrEnum):
    farmer = "farmer"
    farm_labourer = "farm_labourer"
    fisher = "fisher"
    livestock = "livestock"
    driver = "driver"
    trader = "trader"
    day_labourer = "day_labourer"
    domestic_worker = "domestic_worker"
    artisan = "artisan"
    boat_crew = "boat_crew"
    religious_worker = "religious_worker"
    employed = "employed"
    other = "other"
    none = "none"


class Presence(StrEnum):
    """Whether the person still lives there, according to the register."""

    present = "present"
    moved = "moved"
    not_found = "not_found"
    died = "died"


class DateReading(StrEnum):
    """How days are read: as written (day first), month first, or with the days that a spreadsheet swapped, swapped back."""

    as_written = "as_written"
    month_first = "month_first"
    turned = "turned"


class SexReading(StrEnum):
    """How the codes of sex are read: as written, or exchanged."""

    as_written = "as_written"
    turned = "turned"


class Disability(StrEnum):
    physical = "physical"
    sensory = "sensory"
    intellectual = "intellectual"
    mental = "mental"
    multiple = "multiple"
    unspecified = "unspecified"


@dataclass(frozen=True)
class Reading:
    """An officer's instructions for a file. None: no instruction, and the file as a whole decides.

    `layout`: its name; `village_code`: of all rows; `takes_*`: rows that are hidden, struck through, or of another
    regency count.
    """

    layout: str | None = None
    village_code: str | None = None
    dates: DateReading | None = None
    sex: SexReading | None = None
    takes_hidden: bool = False
    takes_struck: bool = False
    takes_elsewhere: bool = False

    def as_json(self) -> dict[str, str | bool]:
        """Return the instructions, to be stored with the load."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}


class Defect(StrEnum):
    """A defect of a row. One of REJECTING rejects the row for repair; the others are noted, and the row is loaded.

    Only a NIK without sixteen digits is an error. A NIK may contradict birth date or sex and still be lawful, because
    the NIK stays when those are corrected (PP 40/2019 art. 30(2)).
    """

    repair_added = "repair_added"
    repair_elsewhere = "repair_elsewhere"
    repair_late = "repair_late"
    row_hidden = "row_hidden"
    row_struck = "row_struck"
    row_shifted = "row_shifted"
    record_invalid = "record_invalid"
    family_unknown = "family_unknown"
    person_unknown = "person_unknown"
    name_differs = "name_differs"
    row_broken = "row_broken"
    row_bare = "row_bare"
    name_missing = "name_missing"
    nik_scientific = "nik_scientific"
    nik_rounded = "nik_rounded"
    nik_length = "nik_length"
    nik_letters = "nik_letters"
    village_unknown = "village_unknown"
    outside_regency = "outside_regency"
    paid_unreadable = "paid_unreadable"

    row_short = "row_short"
    cell_spanned = "cell_spanned"
    nul_removed = "nul_removed"
    nik_missing = "nik_missing"
    nik_was_number = "nik_was_number"
    nik_cleaned = "nik_cleaned"
    nik_repeated = "nik_repeated"
    nik_kk_swapped = "nik_kk_swapped"
    nik_date_impossible = "nik_date_impossible"
    nik_region_unknown = "nik_region_unknown"
    nik_contradicts_birth = "nik_contradicts_birth"
    nik_contradicts_sex = "nik_contradicts_sex"
    kk_malformed = "kk_malformed"
    kk_cleaned = "kk_cleaned"
    phone_malformed = "phone_malformed"
    phone_cleaned = "phone_cleaned"
    name_cleaned = "name_cleaned"
    name_titled = "name_titled"
    name_address_swapped = "name_address_swapped"
    birth_missing = "birth_missing"
    birth_two_digits = "birth_two_digits"
    birth_serial = "birth_serial"
    birth_cleaned = "birth_cleaned"
    birth_placeholder = "birth_placeholder"
    birth_impossible = "birth_impossible"
    sex_missing = "sex_missing"
    marital_unknown = "marital_unknown"
    relation_unknown = "relation_unknown"
    occupation_unknown = "occupation_unknown"
    disability_unknown = "disability_unknown"
    presence_unknown = "presence_unknown"
    decile_impossible = "decile_impossible"
    decile_cleaned = "decile_cleaned"
    membership_malformed = "membership_malformed"
    membership_cleaned = "membership_cleaned"
    paid_cleaned = "paid_cleaned"
    number_in_text = "number_in_text"
    village_by_name = "village_by_name"
    village_by_likeness = "village_by_likeness"
    village_by_alias = "village_by_alias"
    village_code_cleaned = "village_code_cleaned"
    village_contradicts_name = "village_contradicts_name"
    age_over = "age_over"
    reported_dead = "reported_dead"
    reported_gone = "reported_gone"


# The defects that reject a row. Of several, the first in this order is reported.
REJECTING = (
    Defect.repair_added, Defect.repair_elsewhere, Defect.repair_late, Defect.row_hidden, Defect.row_struck, Defect.row_shifted,
    Defect.record_invalid, Defect.family_unknown, Defect.person_unknown, Defect.name_differs, Defect.row_broken, Defect.row_bare,
    Defect.name_missing, Defect.nik_scientific, Defect.nik_rounded, Defect.nik_length, Defect.nik_letters, Defect.village_unknown,
    Defect.outside_regency, Defect.paid_unreadable,
)  # fmt: skip


class Treatment(StrEnum):
    """The treatment of a defect: the row rejected, the value cleaned and noted, or the row only noted."""

    quarantined = "quarantined"
    cleaned = "cleaned"
    warned = "warned"


_CLEANED = frozenset(
    {
        Defect.row_short, Defect.cell_spanned, Defect.nul_removed, Defect.nik_was_number, Defect.nik_cleaned, Defect.nik_kk_swapped,
        Defect.kk_cleaned, Defect.phone_cleaned, Defect.name_cleaned, Defect.name_titled, Defect.name_address_swapped,
        Defect.birth_serial, Defect.birth_cleaned, Defect.decile_cleaned, Defect.membership_cleaned, Defect.paid_cleaned,
        Defect.number_in_text, Defect.village_by_name, Defect.village_by_likeness, Defect.village_by_alias,
        Defect.village_code_cleaned,
    }
)  # fmt: skip


def treatment(defect: Defect) -> Treatment:
    if defect in REJECTING:
        return Treatment.quarantined
    return Treatment.cleaned if defect in _CLEANED else Treatment.warned


# The defects that a village office is asked to repair. Cleaned cells need no repair, ages and deaths cannot be
# repaired, and a total or a signature is no person's row.
MENDABLE = tuple(
    defect
    for defect in Defect
    if treatment(defect) is not Treatment.cleaned
    and defect
    not in (
        Defect.row_bare,
        Defect.family_unknown,
        Defect.person_unknown,
        Defect.name_differs,
        Defect.row_hidden,
        Defect.row_struck,
        Defect.age_over,
        Defect.reported_dead,
        Defect.reported_gone,
    )
)

# The first two digits of a NIK (Kemendagri's codes of the provinces; 94 is also used by older districts of Papua).
PROVINCES = frozenset(
    f"{number}"
    for number in (
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 98),
    )
)

# Characters in or beside a number that are no part of it: visible and invisible blanks, direction and quotation marks, dots, `="…"`.
BESIDE = r"[\s'’‘`´\"=.\-\u00a0\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
# The ways in which registers write that a person has no number.
NO_NUMBER = r"(?i)^(0+|x+|(tidak|tdk|tak|belum|blm|tanpa)[a-z]*|nihil|kosong|null|none|nan|#?n/?a|[^\p{L}\p{N}]+)$"

_MISREAD = str.maketrans("OoQDIilL|SsBZz", "00001111155822")


def suggested_nik(written: str) -> str | None:
    """Return the NIK that a number with letters may be, as a suggestion only; None where that is not sixteen digits."""
    bare = re.sub(BESIDE, "", written)
    if bare.isdecimal() or len(re.sub(r"\D", "", bare)) < 8:
        return None
    read = bare.translate(_MISREAD)
    return read if re.fullmatch(r"\d{16}", read) else None


# The fields of a row; registers/ gives their headers.
FIELDS = (
    "nik", "kk", "household", "name", "sex", "birth_place", "birth_date", "address", "village_code", "village_name", "district_name",
    "relation", "marital_status", "occupation", "phone", "decile", "dukcapil", "presence", "remark", "programme", "disability",
    "membership_number",
    "paid_from", "paid_to", "repairs",
)  # fmt: skip
# Numbers that exceed the fifteen digits of a spreadsheet's number.
LONG_NUMBERS = ("nik", "kk", "household")
# The headers for the head in a file of families; the head need not be the worker.
HEADS = frozenset({"kepalakeluarga", "namakepalakeluarga", "namakrt", "namakepalarumahtangga"})

# The names of the fields in sentences.
LABELS = {
    "nik": "NIK", "kk": "No KK", "household": "ID Keluarga", "name": "Nama", "sex": "Jenis Kelamin", "birth_place": "Tempat Lahir",
    "birth_date": "Tanggal Lahir", "address": "Alamat", "village_code": "Kode Desa", "village_name": "Desa",
    "district_name": "Kecamatan", "relation": "Hubungan Keluarga", "marital_status": "Status Kawin", "occupation": "Pekerjaan",
    "phone": "No HP", "decile": "Desil", "dukcapil": "Padan Dukcapil", "presence": "Keberadaan", "remark": "Keterangan",
    "programme": "Program Bantuan",
    "disability": "Jenis Disabilitas", "membership_number": "KPJ", "paid_from": "Bulan Mulai", "paid_to": "Bulan Selesai",
}  # fmt: skip

# A file without these columns is not of this register, whatever its layout.
NEEDED: dict[Source, tuple[str, ...]] = {Source.disability: ("disability",), Source.province: ("paid_from", "paid_to")}

# A row that lacks one of these was truncated; other fields may be omitted at its end.
VITAL = frozenset(
    {
        "nik", "name", "kk", "sex", "birth_date", "village_code", "village_name", "occupation", "decile", "disability", "paid_from",
        "paid_to",
    }
)  # fmt: skip

SEXES = {
    **dict.fromkeys(("l", "lk", "lakilaki", "pria", "1"), Sex.male),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "2"), Sex.female),
}
MARITAL = {
    **dict.fromkeys(
        ("belumkawin", "lajang", "tidakkawin", "belummenikah", "tidakmenikah", "bk", "1"), MaritalStatus.single
    ),
    **dict.fromkeys(
        ("kawin", "menikah", "nikah", "kawinnikah", "kawintercatat", "kawinbelumtercatat", "k", "2"),
        MaritalStatus.married,
    ),
    **dict.fromkeys(("ceraihidup", "cerai", "ch", "3"), MaritalStatus.divorced),
    **dict.fromkeys(
        ("ceraimati", "janda", "duda", "jandaduda", "jandamati", "dudamati", "cm", "4"), MaritalStatus.widowed
    ),
}
RELATIONS = {
    **dict.fromkeys(("kepalakeluarga", "kk", "kepalarumahtangga", "krt"), Relation.head),
    **dict.fromkeys(("istri", "suami", "isteri", "pasangan", "istrisuami", "suamiistri"), Relation.spouse),
    **dict.fromkeys(("anak", "anakkandung", "anaktiri", "anakangkat"), Relation.child),
    **dict.fromkeys(("orangtua", "mertua", "orangtuamertua", "ayah", "ibu", "bapak"), Relation.parent),
    **dict.fromkeys(
        (
            "famili", "famililain", "famililainnya", "lain", "lainnya", "lainlain", "anggotalain", "menantu", "cucu", "cicit", "saudara",
            "saudarakandung", "adik", "kakak", "adikkakak", "ipar", "keponakan", "kemenakan", "paman", "bibi", "kakek", "nenek",
            "pembantu", "pembanturumahtangga", "sopir",
        ),
        Relation.other,
    ),
}  # fmt: skip
PRESENCES = {
    **dict.fromkeys(
        (
            "ada", "tinggaldirumahtangga", "menetap", "hidup", "aktif", "tetap", "tinggalbersamakeluarga", "anggotakeluargabaru",
            "domisili", "ditemukan",
        ),
        Presence.present,
    ),
    **dict.fromkeys(
        (
            "pindah", "pergi", "pindahkewilayahlain", "pindahkeluarnegeri", "pindahdalamnegeri", "pindahluarnegeri", "sudahpindah",
            "tidakberdomisili", "tidaktinggaldisini",
        ),
        Presence.moved,
    ),
    **dict.fromkeys(("tidakditemukan", "hilang", "tidakada", "tidakdikenal", "tidakadaditempat"), Presence.not_found),
    **dict.fromkeys(
        ("meninggal", "meninggaldunia", "mati", "wafat", "almarhum", "almarhumah", "alm", "almh", "md", "sudahmeninggal"),
        Presence.died,
    ),
}  # fmt: skip
# The records that the population office itself marks as wrong.
INVALID = frozenset({"tidakvalid", "nontidakvalid", "datatidakvalid", "invalid", "ganda", "dataganda", "rekamganda"})
# Words of status within other words: in a remark, or after a name. They are facts and are never cleaned away.
STATUS_WORDS: tuple[tuple[str, Presence], ...] = (
    (r"(?i)\b(meninggal|wafat|almarhumah?|almh?|mati|md)\b\.?|^\s*[+†]|\(\s*[+†]\s*\)|[+†]\s*$", Presence.died),
    (r"(?i)\btidak\s+(di)?(temukan|dikenal|ada di tempat)\b|\bhilang\b", Presence.not_found),
    (r"(?i)\b(sudah\s+)?pindah\b", Presence.moved),
)
IN_NAMES = r"(?i)(^|[\s(,])(almarhumah?|almh?)([\s.),]|$)|^\s*[+†]|\(\s*[+†]\s*\)|[\s][+†]\s*$"
NO_DISABILITY = frozenset(
    {"tidakcacat", "tidak", "tidakada", "tidakdisabilitas", "nondisabilitas", "bukandisabilitas", "normal", "0"}
)
YES_NO = {
    **dict.fromkeys(("ya", "y", "padan", "padandukcapil", "sudahpadan", "sesuai", "1"), "yes"),
    **dict.fromkeys(("tidak", "t", "tidakpadan", "belumpadan", "tidakpadandukcapil", "tidaksesuai", "0", "2"), "no"),
}

# The first word found in the folded text decides, so the order matters ("buruh tani" before "tani").
OCCUPATIONS: tuple[tuple[str, Occupation], ...] = (
    ("tidakbekerja", Occupation.none), ("belumbekerja", Occupation.none), ("pelajar", Occupation.none),
    ("tidakkerja", Occupation.none), ("pembantu", Occupation.domestic_worker), ("prt", Occupation.domestic_worker),
    ("mahasiswa", Occupation.none), ("mengurusrumah", Occupation.none), ("rumahtangga", Occupation.none),
    ("irt", Occupation.none), ("pensiun", Occupation.none), ("pns", Occupation.employed), ("asn", Occupation.employed),
    ("pegawainegeri", Occupation.employed), ("tni", Occupation.employed), ("polri", Occupation.employed),
    ("wiraswasta", Occupation.other), ("swasta", Occupation.employed),
    ("karyawan", Occupation.employed), ("honor", Occupation.employed), ("perangkatdesa", Occupation.employed),
    ("gurusd", Occupation.employed),
    ("buruhtani", Occupation.farm_labourer), ("btani", Occupation.farm_labourer),
    ("guruagama", Occupation.religious_worker), ("katekis", Occupation.religious_worker),
    ("marbot", Occupation.religious_worker), ("imam", Occupation.religious_worker),
    ("ternak", Occupation.livestock), ("pengolahikan", Occupation.fisher), ("ikankering", Occupation.trader),
    ("nelayan", Occupation.fisher), ("abk", Occupation.boat_crew), ("kapal", Occupation.boat_crew),
    ("guide", Occupation.boat_crew), ("pemanduwisata", Occupation.boat_crew),
    ("tani", Occupation.farmer), ("kebun", Occupation.farmer),
    ("ojek", Occupation.driver), ("sopir", Occupation.driver), ("supir", Occupation.driver),
    ("tenun", Occupation.artisan), ("penenun", Occupation.artisan), ("pengrajin", Occupation.artisan), ("anyam", Occupation.artisan),
    ("dagang", Occupation.trader), ("jualan", Occupation.trader), ("kios", Occupation.trader),
    ("buruh", Occupation.day_labourer), ("kuli", Occupation.day_labourer), ("bhl", Occupation.day_labourer),
    ("tukang", Occupation.day_labourer),
    ("padipalawija", Occupation.farmer), ("hortikultura", Occupation.farmer), ("perikanan", Occupation.fisher),
    ("transport", Occupation.driver), ("pengangkutan", Occupation.driver), ("konstruksi", Occupation.day_labourer),
    ("wiraswasta", Occupation.other), ("usaha", Occupation.other), ("jasa", Occupation.other), ("lain", Occupation.other),
    ("bengkel", Occupation.other), ("penjahit", Occupation.artisan), ("jahit", Occupation.artisan),
)  # fmt: skip

DISABILITIES: tuple[tuple[str, Disability], ...] = (
    ("ganda", Disability.multiple), ("multi", Disability.multiple),
    ("netra", Disability.sensory), ("rungu", Disability.sensory), ("wicara", Disability.sensory),
    ("sensorik", Disability.sensory), ("tuli", Disability.sensory), ("bisu", Disability.sensory),
    ("daksa", Disability.physical), ("fisik", Disability.physical), ("lumpuh", Disability.physical),
    ("grahita", Disability.intellectual), ("intelektual", Disability.intellectual), ("downsyndrome", Disability.intellectual),
    ("mental", Disability.mental), ("jiwa", Disability.mental), ("odgj", Disability.mental),
)  # fmt: skip

# Titles and forms of address before or after a name, which are no part of the name.
TITLES = frozenset(
    [
        "DRS",
        "DRA",
        "DR",
        "IR",
        "H",
        "HJ",
        "RM",
        "PASTOR",
        "SR",
        "BR",
        "BPK",
        "BAPAK",
        "IBU",
        "SDR",
        "SDRI",
        "MAMA",
        "NY",
        "TN",
        "NN",
        "ALM",
        "ALMH",
        "SE",
        "SH",
        "SPD",
        "SAG",
        "SSOS",
        "AMD",
        "ST",
        "SKM",
        "MSI",
        "SSI",
        "SKEP",
        "NERS",
        "ABAH",
    ]
)


@remember_short(1 << 18)
def fold(text: str) -> str:
    """Return the form in which register words are compared: lower-case letters and digits only, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


@remember_short(1 << 18)
def occupation_of(text: str) -> Occupation | None:
    """Return the occupation of a text; None where no word gives one."""
    return _first(OCCUPATIONS, fold(text)) or (Occupation.none if not fold(text) else None)


@remember_short(1 << 18)
def disability_of(text: str) -> Disability | None:
    return None if fold(text) in NO_DISABILITY else _first(DISABILITIES, fold(text))


def _first(words: tuple[tuple[str, Meaning], ...], folded: str) -> Meaning | None:
    return next((meaning for word, meaning in words if word in folded), None)


# The very common first name that one letter abbreviates.
INITIALS = {("M", Sex.female): "MARIA", ("M", Sex.male): "MUHAMAD"}

# Spelling variants of one sound: the older, the Latin and the foreign spelling, mapped to the plain one.
SOUNDS = (
    ("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("SJ", "S"), ("PH", "F"), ("TH", "T"), ("CH", "K"), ("X", "KS"), ("QU", "K"),
    ("Q", "K"), ("V", "F"), ("Z", "S"), ("J", "Y"),
)  # fmt: skip


def sound(word: str) -> str:
    """Return a word by its sound: `STEPHANUS` and `STEFANUS`, `JOHANNES` and `YOHANES`, `MARYA` and `MARIA` are equal."""
    for written, spoken in SOUNDS:
        word = word.replace(written, spoken)
    word = re.sub(r"C(?=[EI])", "S", word).replace("C", "K")
    word = re.sub(r"(?<=[^AEIOUY])Y(?=[AEIOU])", "I", word)
    return re.sub(r"(.)\1+", r"\1", word)


@cache
def name_variants() -> dict[str, str]:
    """Return the sound of the standard form of a given name, by the sound of each variant (names.toml)."""
    names = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    return {sound(way): sound(name) for name, ways in names.items() for way in (name, *ways)}


# Letters stay, separators become spaces, and everything else is removed.
_LETTERS = {code: " " if chr(code) in " .,-\t\n\r\f\v" else None for code in range(128) if not chr(code).isalpha()}


def name_words(name: str, sex: str | None = None) -> list[str]:
    """Return the words of a name for comparison: capitals, without titles, by sound, each given name in its standard form."""
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = name.upper().translate(_LETTERS).split()
    kept = [one_way(word) for word in words if word not in TITLES or len(words) == 1]
    return [INITIALS.get((kept[0], Sex(sex)), kept[0]), *kept[1:]] if kept and sex else kept


@remember_short(1 << 18)
def one_way(word: str) -> str:
    return name_variants().get(sound(word), sound(word))


def name_key(name: str, sex: str | None = None) -> str:
    """Return one key for `Drs. Frans  Jehamun` and `FRANSISCUS JEHAMUN`. The order of words does not matter."""
    return " ".join(sorted(name_words(name, sex)))


def presence_of(text: str) -> Presence | None:
    """Return the presence that a status word gives; None for an unknown word."""
    return PRESENCES.get(fold(text))


@remember_short(1 << 16)
def presence_within(text: str) -> Presence | None:
    """Return the presence that the status words in a remark give; None without such words."""
    return PRESENCES.get(fold(text)) or next((said for words, said in STATUS_WORDS if re.search(words, text)), None)


def meaning_of_words(words: Sequence[str]) -> str | None:
    """Return the field of a column with an unclear header: presence or marital status; None where most words are neither."""
    folded = [fold(word) for word in words]
    for field, known in (("presence", PRESENCES.keys() | INVALID), ("marital_status", MARITAL.keys())):
        if folded and sum(word in known for word in folded) * 2 > len(folded):
            return field
    return None
