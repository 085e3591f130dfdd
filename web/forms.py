"""Forms: the input of a visitor, unchanged, and the mistake of each field. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jamsos.complaints.rules import WORDS_LENGTH, ComplaintKind

LEAST, NAME_LENGTH, TYPED = 1_000, 100, 200
TRAP = "situs"  # a hidden field; only a program fills it
_RUPIAH = re.compile(r"(?:rp\.?)?\s*(\d{1,3}(?:([.,\s])\d{3})(?:\2\d{3})*|\d+)(?:,00|,-)?", re.IGNORECASE)


@dataclass(frozen=True)
class Mistake:
    """`key` of the catalogue, and the values of its sentence."""

    key: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """`typed`: the fields as sent."""

    typed: Mapping[str, str]
    mistakes: Mapping[str, Mistake]

    def wrong(self, name: str, mistake: Mistake) -> "Form":
        """Return the form with one more mistake."""
        return replace(self, mistakes={**self.mistakes, name: mistake})


@dataclass(frozen=True)
class GiftForm(Form):
    """`amount` and `donor_name` are valid only if `mistakes` is empty."""

    amount: int = 0
    donor_name: str | None = None


FIELDS = ("pilihan", "jumlah", "sebut", "nama", TRAP, "formulir")
BLANK = GiftForm(dict.fromkeys(FIELDS, ""), {})


def read_gift(sent: Mapping[str, str], most: int) -> GiftForm:
    """Read the donation form. A typed amount takes precedence over an offered one; an anonymous donor has no name."""
    typed = {name: sent.get(name, "")[:TYPED].strip() for name in FIELDS}
    amount, wrong_amount = _amount(typed["jumlah"] or typed["pilihan"], most)
    name, wrong_name = _name(typed["nama"]) if typed["sebut"] == "ya" else (None, None)
    found = {"jumlah": wrong_amount, "nama": wrong_name, TRAP: Mistake("trap") if typed[TRAP] else None}
    return GiftForm(typed, _told(found), amount, name)


def _told(found: Mapping[str, Mistake | None]) -> dict[str, Mistake]:
    return {name: mistake for name, mistake in found.items() if mistake}


def _amount(text: str, most: int) -> tuple[int, Mistake | None]:
    """Parse an amount: `50400`, `50.400`, `Rp 50,400` and `Rp50.400,00` are equal."""
    if not text:
        return 0, Mistake("amount_missing")
    found = _RUPIAH.fullmatch(text)
    if not found:
        return 0, Mistake("amount_malformed")
    amount = int(re.sub(r"\D", "", found[1]))
    if amount < LEAST:
        return 0, Mistake("amount_small", {"least": LEAST})
    return (amount, None) if amount <= most else (0, Mistake("amount_large", {"most": most}))


def _name(text: str) -> tuple[str | None, Mistake | None]:
    if not text:
        return None, Mistake("name_missing")
    if len(text) > NAME_LENGTH:
        return None, Mistake("name_long", {"most": NAME_LENGTH})
    return (text, None) if text.isprintable() else (None, Mistake("name_malformed"))


# --- complaints --------------------------------------------------------------------------------------------------

WORDS = {
    "soal": 40,
    "nik": 40,
    "kk": 40,
    "kedua": 40,
    "kontak": 60,
    "kode": 40,
    TRAP: TYPED,
    "formulir": TYPED,
}
LETTERS = ("isi", "banding")  # stored unchanged and counted, because no text is truncated
NOTHING_TYPED = Form(dict.fromkeys([*WORDS, *LETTERS], ""), {})


def read_complaint(sent: Mapping[str, str]) -> Form:
    """Read the complaint form; `nik` and `kk`, if given, become their sixteen digits."""
    typed = _typed(sent)
    nik, kk = _digits(typed["nik"]), _digits(typed["kk"])
    found = {
        "soal": None if typed["soal"] in set(ComplaintKind) else Mistake("kind_missing"),
        "isi": _words(typed["isi"]),
        "nik": None if not nik or re.fullmatch(r"[0-9]{16}", nik) else Mistake("nik_malformed"),
        "kk": None if not kk or (nik and re.fullmatch(r"[0-9]{16}", kk)) else Mistake("kk_malformed"),
        TRAP: Mistake("trap") if typed[TRAP] else None,
    }
    clean = {name: value for name, value in (("nik", nik), ("kk", kk)) if not found[name]}
    return Form(typed | clean, _told(found))


def read_own(sent: Mapping[str, str]) -> Form:
    """Read `nik` and `kedua`: the sixteen digits of a KK number or the eleven of a KPJ."""
    typed = _typed(sent)
    clean = {name: _digits(typed[name]) for name in ("nik", "kedua")}
    found = {
        "nik": None if re.fullmatch(r"[0-9]{16}", clean["nik"]) else Mistake("own_nik_malformed"),
        "kedua": None if re.fullmatch(r"[0-9]{16}|[0-9]{11}", clean["kedua"]) else Mistake("second_malformed"),
    }
    return Form(typed | clean, _told(found))


def read_code(sent: Mapping[str, str]) -> Form:
    typed = _typed(sent)
    return Form(typed, {} if typed["kode"] else {"kode": Mistake("code_missing")})


def read_appeal(sent: Mapping[str, str]) -> Form:
    typed = _typed(sent)
    return Form(typed, _told({"banding": _words(typed["banding"])}))


def _typed(sent: Mapping[str, str]) -> dict[str, str]:
    short = {name: sent.get(name, "")[:most].strip() for name, most in WORDS.items()}
    return short | {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in LETTERS}


def _digits(text: str) -> str:
    """Remove separators, because numbers are printed and copied in groups."""
    return re.sub(r"[\s.-]", "", text)


def _words(text: str) -> Mistake | None:
    if len(text) > WORDS_LENGTH:
        return Mistake("words_long", {"count": len(text), "most": WORDS_LENGTH})
    return None if text else Mistake("words_missing")
