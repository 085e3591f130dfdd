"""Criteria: a versioned document of who may be protected and who comes first, validated before use.

The source is TOML (`jamsos/selection/criteria/*.toml`, or the office's own file). The canonical form is JSON with
sorted keys, and its SHA-256 identifies the document. A missing, unknown or out-of-range key is refused by name, so that
no misspelt criterion passes silently.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from jamsos import legal_terms
from jamsos.access.rules import is_region
from jamsos.errors import FileMissing, NotFound
from jamsos.ledger.rules import FundKind
from jamsos.legal_terms import Term
from jamsos.months import Month
from jamsos.people.rules import LifeEvent
from jamsos.registry.rules import Source
from jamsos.selection.errors import CriteriaWrong
from jamsos.selection.manifest import canonical
from jamsos.selection.rules import Reason
from jamsos.worker_groups import Group

SHIPPED = Path(__file__).parent / "criteria"
REASON_OF = {
    LifeEvent.died: Reason.died,
    LifeEvent.moved: Reason.moved,
    LifeEvent.became_wage_earner: Reason.wage_earner,
    LifeEvent.became_civil_servant: Reason.civil_servant,
    LifeEvent.refused: Reason.refused,
}


def _a_region(code: str) -> str:
    """Return the code. Refuse partial levels: codes match by prefix, so `53.1` would name ten regencies."""
    if code == "ID" or not is_region(code):
        raise PydanticCustomError("criteria.wrong.region", "region")
    return code


Text = Annotated[str, Field(min_length=1)]
Region = Annotated[str, AfterValidator(_a_region)]
Points = Annotated[int, Field(strict=True, ge=0, le=100_000)]
Decile = Annotated[int, Field(strict=True, ge=1, le=10)]
DecileKey = Annotated[int, Field(ge=1, le=10)]  # keys are always text in TOML
Years = Annotated[int, Field(strict=True, ge=0, le=120)]
Need = Literal["required", "ignored"]


class Tie(StrEnum):
    """What decides between equal points: the lower decile, the earlier birth, then the draw."""

    decile = "decile"
    older = "older"
    draw = "draw"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Part):
    id: Text
    en: Text


class Age(_Part):
    """Whole years on the first day of the first month. `below` may lower the legal limit; without it the legal limit applies."""

    at_least: Years
    below: Years | None = None

    def limit(self, month: Month) -> int:
        """Return the age from which a person is barred. The legal limit of registration applies to every programme."""
        law = legal_terms.needed(Term.registration_age_limit, month)
        return law if self.below is None else min(self.below, law)


class Residence(_Part):
    regions: Annotated[tuple[Region, ...], Field(min_length=1)]


class Identity(_Part):
    nik: Need
    dukcapil: Need


class Work(_Part):
    required: Annotated[bool, Field(strict=True)]


class Exclusions(_Part):
    events: tuple[LifeEvent, ...]
    other_payer: Annotated[bool, Field(strict=True)]


class Deciles(_Part):
    """The highest decile admitted, by the register that gives the decile, and the points by decile."""

    at_most: Mapping[Source, Decile]
    otherwise: Decile
    unknown_counts_as: Decile | None = None
    points: Mapping[DecileKey, Points]


class GroupMerit(_Part):
    """The effect of a group: its points, and the highest decile admitted."""

    code: Group
    points: Points
    decile_at_most: Decile | None = None


class Quota(_Part):
    """A maximum for a region, for a group (the one that counts), or for a group in a region."""

    at_most: Annotated[int, Field(strict=True, ge=0)]
    region: Region | None = None
    group: Group | None = None


class FundRule(_Part):
    """A rule by which money of this kind pays only for these groups."""

    only: Annotated[tuple[Group, ...], Field(min_length=1)]


class Continuity(_Part):
    points: Points


class Approval(_Part):
    """The steps that a list needs before it can be decreed, in order, each by another officer."""

    steps: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")], ...], Field(min_length=1)]


class Order(_Part):
    ties: tuple[Tie, ...]


class Criteria(_Part):
    """The validated document, with the keys of the file."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    version: Annotated[int, Field(strict=True, ge=1)]
    title: Title
    legal_base: Text
    age: Age
    residence: Residence
    identity: Identity
    work: Work
    exclusions: Exclusions
    deciles: Deciles
    groups: Annotated[tuple[GroupMerit, ...], Field(min_length=1)]
    continuity: Continuity
    order: Order
    quotas: tuple[Quota, ...] = ()
    funds: Mapping[FundKind, FundRule] = {}
    approval: Approval | None = None

    @model_validator(mode="after")
    def _must_not_contradict_itself(self) -> Self:
        if self.age.below is not None and self.age.at_least >= self.age.below:
            raise _contradiction("age.below", "age")
        codes = [group.code for group in self.groups]
        if twice := [code for code in codes if codes.count(code) > 1]:
            raise _contradiction("groups", "twice", value=twice[0].value)
        if LifeEvent.died not in self.exclusions.events:
            raise _contradiction("exclusions.events", "died")
        if self.order.ties[-1:] != (Tie.draw,) or len(set(self.order.ties)) != len(self.order.ties):
            raise _contradiction("order.ties", "ties")
        for number, quota in enumerate(self.quotas):
            if quota.region is None and quota.group is None:
                raise _contradiction(f"quotas.{number}", "quota")
            if quota.group is not None and quota.group not in codes:
                raise _contradiction(f"quotas.{number}.group", "quota_group", value=quota.group.value)
        if self.approval and len(set(self.approval.steps)) != len(self.approval.steps):
            raise _contradiction("approval.steps", "steps")
        return self

    @property
    def regions(self) -> dict[str, str]:
        """Every region that the document names, by its key in the document."""
        lived_in = {f"residence.regions.{n}": region for n, region in enumerate(self.residence.regions)}
        return lived_in | {f"quotas.{n}.region": quota.region for n, quota in enumerate(self.quotas) if quota.region}

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document as stored. Omitted keys stay omitted, so that a later default cannot change an old document."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    @cached_property
    def canonical(self) -> bytes:
        """The canonical bytes: the same for the same content, in whatever spelling."""
        return canonical(self.document)

    @cached_property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.canonical).digest()


def _contradiction(place: str, wrong: str, **fields: object) -> PydanticCustomError:
    return PydanticCustomError(f"criteria.wrong.{wrong}", "contradiction", {"place": place, **fields})


def read_criteria(which: Path) -> Criteria:
    """Return the criteria of a TOML file, or of a shipped document by its code (`mabar`). Raises FileMissing, CriteriaWrong."""
    file = which if which.suffix else SHIPPED / f"{which}.toml"
    if not file.is_file():
        raise FileMissing(file=which)
    try:
        return criteria_of(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    except UnicodeDecodeError:
        raise CriteriaWrong(file.name, [("-", "criteria.wrong.utf8", {})]) from None
    except tomllib.TOMLDecodeError as wrong:
        where = re.search(r"line (\d+), column (\d+)", str(wrong))
        key, fields = ("toml", {"line": where[1], "column": where[2]}) if where else ("toml_end", {})
        raise CriteriaWrong(file.name, [("-", f"criteria.wrong.{key}", fields)]) from None


def shipped_criteria(code: str) -> Criteria:
    """Return a shipped document by its code. Raises NotFound."""
    if code not in {file.stem for file in SHIPPED.glob("*.toml")}:
        raise NotFound(what="criteria", which=code[:40])
    return read_criteria(Path(code))


def criteria_of(document: Mapping[str, Any], place: str) -> Criteria:
    """Return the criteria of a parsed document. Raises CriteriaWrong with every wrong key."""
    try:
        return Criteria.model_validate(document)
    except ValidationError as wrong:
        raise CriteriaWrong(place, _mistakes(wrong)) from None


def _mistakes(wrong: ValidationError) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return every mistake. Drop the report that a list is empty where its entries are wrong: pydantic reports both."""
    found = [_mistake(error) for error in wrong.errors(include_url=False)]
    places = [place for place, _, _ in found]
    return [mistake for mistake in found if not any(place.startswith(f"{mistake[0]}.") for place in places)]


# Map the error types of pydantic, by prefix, to keys of the catalogue. The first prefix that fits decides.
_SAID = {
    "missing": "missing", "extra_forbidden": "unknown", "greater_than_equal": "at_least", "less_than_equal": "at_most",
    "enum": "choice", "literal_error": "choice", "string_pattern_mismatch": "form", "string_too_short": "empty",
    "too_short": "empty", "int_": "whole", "bool_": "truth", "string_": "text", "tuple_": "list",
}  # fmt: skip


def _mistake(error: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    """Return the key in the document, the key of the sentence in the catalogue, and the values for its placeholders."""
    fields: dict[str, Any] = dict(error.get("ctx", {}))
    place = fields.pop("place", ".".join(str(part) for part in error["loc"] if part != "[key]") or "-")
    kind: str = error["type"]
    if kind.startswith("criteria.wrong."):
        return place, kind, fields
    said = next((said for start, said in _SAID.items() if kind.startswith(start)), "table")
    if "expected" in fields:  # `'older' or 'draw'`
        fields["expected"] = ", ".join(re.findall(r"'([^']*)'", fields["expected"]))
    return place, f"criteria.wrong.{said}", fields
