"""Words of the sentences people read: one term for one concept, and none of the old ones."""

import ast
import re
from pathlib import Path

import pytest

from cli.param_types import STEP, CodeChoice
from jamsos.access.rules import AgencyKind
from jamsos.code_words import accepted, word_of
from jamsos.complaints.rules import ComplaintKind, Decision
from jamsos.ledger.rules import FundKind
from jamsos.messages import catalogue
from jamsos.registry.rules import DateReading, SexReading, Source
from jamsos.selection.comparison import By
from jamsos.worker_groups import Group

ROOT = Path(__file__).parents[1]
# the old word, and the term that the glossary has for it
BANNED = {
    "id": {
        r"orang-bulan|bulan pekerja": "bulan perlindungan",
        r"\bcacat\b": "kesalahan data, disabilitas",
        r"\bmuatan\b": "pemuatan, berkas yang dimuat",
        r"\b(di)?janji(kan)?\b": "komitmen donasi, dialokasikan",
        r"\bdibanding\b": "diajukan banding",
        r"uang siapa": "sumber dana",
        r"\bpintu\b|\bruang(?! lingkup)": "akses, bagian",
        r"pejabat(?! penanda tangan)": "petugas",
        r"kantor(?! desa| cabang|_desa)": "dinas",
        r"\bhash\b": "kode daftar",
        r"tanda terima": "manifes",
        r"terdiri dari": "terdiri atas",
        r"diputuskan": "diputus",
        r"\b(11|16) angka": "digit",
        r"mata petugas|hidup kembali|porta\b|wilayah pandang": "plain words",
    },
    "en": {
        r"\bdoors?\b|\bdesk\b": "API, command line",
        r"\btold\b|\btells?\b": "given, shown",
        r"\bstands?\b|\bstood\b": "is",
        r"\baside\b": "rejected, waits for a decision",
        r"\bpapers?\b": "document",
        r"\bmend(s|ed|ing)?\b": "correct, repair",
        r"\bgifts?\b": "donation",
        r"insurer's receipt": "insurer receipt",
        r"\bof ours\b|\bdearer\b|\banew\b": "plain words",
    },
}
LISTS = (AgencyKind, ComplaintKind, Decision, FundKind, Source, DateReading, SexReading, By, Group)


def found_in(text, language):
    text = re.sub(r"\{[^}]*\}", "", text)
    return [match[0] for pattern in BANNED[language] for match in re.finditer(pattern, text, re.IGNORECASE)]


def test_every_message_uses_the_terms_of_the_glossary():
    found = {
        (key, language): words
        for key, texts in catalogue().items()
        for language, text in texts.items()
        if (words := found_in(text, language))
    }

    assert found == {}


def test_a_sentence_in_english_has_at_most_25_words():
    too_long = {
        key: sentence
        for key, texts in catalogue().items()
        for sentence in re.split(r"(?<=[.?!:;])\s|\n", texts["en"])
        if len(sentence.split()) > 25
    }

    assert too_long == {}


TEMPLATES = sorted(
    path for folder in ("web", "reports", "cli") for path in (ROOT / folder / "templates").rglob("*.html")
)
PAGES = [ROOT / "README.id.md", *sorted((ROOT / "docs").glob("*.id.md"))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_the_words_of_a_template_are_those_of_the_glossary(path):
    shown = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<style>.*?</style>|<[^>]*>", " ", path.read_text(), flags=re.DOTALL
    )

    assert found_in(shown, "id") == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_in_indonesian_uses_the_terms_of_the_glossary(path):
    assert found_in(re.sub(r"\(decisions/[^)]*\)|`[^`]*`", "", path.read_text()), "id") == []


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.__name__)
def test_every_code_of_a_list_has_a_word_of_its_own_in_both_languages(codes):
    taken = accepted(codes)

    for language in ("id", "en"):
        words = [word_of(code, language) for code in codes]
        assert len(set(words)) == len(words)
        assert [taken[re.sub(r"[^a-z0-9]", "", word)] for word in words] == list(codes)


@pytest.mark.parametrize(
    ("codes", "typed", "code"),
    [
        (Source, "disabilitas", Source.disability),
        (Source, "disability", Source.disability),
        (Source, "provinsi", Source.province),
        (ComplaintKind, "Tidak terpilih", ComplaintKind.not_chosen),
        (ComplaintKind, "not_chosen", ComplaintKind.not_chosen),
        (Decision, "dikabulkan", Decision.upheld),
        (Decision, "DITOLAK", Decision.rejected),
        (Group, "petani", Group.farmer),
        (DateReading, "month-first", DateReading.month_first),
    ],
)
def test_an_option_takes_the_code_and_its_word_in_indonesian(codes, typed, code):
    assert CodeChoice(codes).convert(typed, None, None) is code


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("usul", "propose"),
        ("periksa", "review"),
        ("setuju", "approve"),
        ("approve", "approve"),
        ("sekda_paraf", "sekda_paraf"),
    ],
)
def test_a_step_of_approval_is_typed_in_indonesian_or_as_the_criteria_name_it(typed, step):
    assert STEP.convert(typed, None, None) == step


NODES = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
DOCUMENTED = [
    (f"{path.relative_to(ROOT)}: {getattr(node, 'name', '')}", node, text)
    for path in sorted((ROOT / "jamsos").rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, NODES) and (text := ast.get_docstring(node))
]
NO_VERB = {
    "A", "All", "An", "As", "By", "Each", "Every", "For", "From", "How", "In", "Of", "One", "Raises", "The", "What", "When", "Where",
    "Whether", "Which", "Who", "Whose", "Why", "With",
}  # fmt: skip


def sentences(text):
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*- )", text):
        yield from re.split(r"(?<=[.?!:;])\s", " ".join(paragraph.split()))


def test_a_sentence_of_a_docstring_has_at_most_25_words():
    long = [(place, each) for place, _, text in DOCUMENTED for each in sentences(text) if len(each.split()) > 25]

    assert long == []


def test_the_first_line_of_a_docstring_ends_with_a_full_stop_and_that_of_a_function_begins_with_a_verb():
    firsts = [(place, node, text.split("\n\n")[0]) for place, node, text in DOCUMENTED]
    is_called = [
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list for _, node, _ in firsts
    ]

    assert len(DOCUMENTED) > 1_000
    assert [place for place, _, first in firsts if first[-1] not in ".:"] == []
    assert [
        place
        for (place, _, first), called in zip(firsts, is_called, strict=True)
        if called and first.split()[0] in NO_VERB
    ] == []


def comments(path):
    """Yield the comments of an SQL file, each with all its lines."""
    text = re.sub(r"^-- (next|name: .*)$", "", path.read_text(), flags=re.MULTILINE)
    for block in re.findall(r"(?:^[ ]*--[^\n]*\n)+", text, flags=re.MULTILINE):
        yield " ".join(line.strip(" -") for line in block.splitlines())


IN_SQL = [
    (path.name, text)
    for path in sorted((ROOT / "jamsos").rglob("*.sql"))
    if path.parent.name != "versions"
    for text in comments(path)
]


def test_a_sentence_of_a_comment_in_sql_has_at_most_25_words():
    long = [(place, each) for place, text in IN_SQL for each in sentences(text) if len(each.split()) > 25]

    assert len(IN_SQL) > 100
    assert long == []


def test_a_docstring_or_a_comment_in_sql_uses_the_terms_of_the_glossary():
    texts = [*((place, text) for place, _, text in DOCUMENTED), *IN_SQL]
    found = [(place, words) for place, text in texts if (words := found_in(re.sub(r"`[^`]*`", "", text), "en"))]

    assert found == []


# Words that meant several things: the names of the public schema that may hold each, as `Type.name` or `Type` (decisions/0026-names.md).
ONE_MEANING = {
    "receipt": r".*[Ii]nsurer_?[Rr]eceipts?.*",
    "standing": r"never",
    "order": r".*\.orderBy|\w+Order|DisbursementOrderInput",
    "place": r"(Amend|PreviewAmend)\w+\.openPlaces|NamedInput\.placeOf|\w+\.birthPlace",
    "act": r"AuditEntry\w*(\.act)?|ComplaintAct\w*|Query\.complaintActs?(Aggregate)?|Complaint(Filter)?\.acts(Aggregate)?",
    "source": r"(RegistryLoad\w*|LoadExtractInput)\.source|Person(Version)?\w*\.decileSource|Source(Filter)?",
}


def schema_names():
    """The types of the public schema, and their fields, arguments and values with the type before them."""
    bare = re.sub(r'""".*?"""|"[^"\n]*"', "", (ROOT / "schema.graphql").read_text(), flags=re.DOTALL)
    for kind, body in re.findall(
        r"^(?:type|input|enum|interface|scalar) (\w+)[^{\n]*(\{.*?^\})?", bare, re.M | re.DOTALL
    ):
        yield kind
        yield from (f"{kind}.{name}" for name in re.findall(r"^\s+(\w+)\b", body, re.MULTILINE))


def words_of(name):
    return {word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name.split(".")[-1])}


@pytest.mark.parametrize("word", ONE_MEANING)
def test_a_word_has_one_meaning_in_the_public_schema(word):
    assert [
        name for name in schema_names() if word in words_of(name) and not re.fullmatch(ONE_MEANING[word], name)
    ] == []


def test_the_names_of_the_public_schema_are_found():
    assert {"OwnRanking.rank", "Query.orderBy", "InsurerReceipt", "DocumentKind.deposit"} <= set(schema_names())
