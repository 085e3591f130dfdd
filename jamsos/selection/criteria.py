"""Criteria: who may be protected and who comes first, as a versioned document that is checked before it is used.

Comes as TOML (`jamsos/selection/criteria/*.toml`, or the office's own file); its canonical form is JSON with sorted keys, whose
SHA-256 names it. A key that is missing, unknown or out of range is refused by its name: a misspelt criterion must not
pass silently.
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
    """Whole levels only: a code is compared from its beginning, so `53.1` would name ten regencies."""
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
    """What decides between equal points: lower decile, earlier birth, then the draw."""

    decile = "decile"
    older = "older"
    draw = "draw"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Part):
    id: Text
    en: Text


class Age(_Part):
    """Whole years on the first day of the first month. `below`: lower than the law's limit; left out, the law's alone."""

    at_least: Years
    below: Years | None = None

    def limit(self, month: Month) -> int:
        """Return the age that bars whoever has reached it; the law's limit of registration holds for every programme."""
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
    """The highest decile admitted, by the register that tells it; points by decile."""

    at_most: Mapping[Source, Decile]
    otherwise: Decile
    unknown_counts_as: Decile | None = None
    points: Mapping[DecileKey, Points]


class GroupMerit(_Part):
    """What belonging to a group brings: points, and how far up the deciles it is admitted."""

    code: Group
    points: Points
    decile_at_most: Decile | None = None


class Quota(_Part):
    """At most so many of a region, of a group (the one that counts), or of a group in a region."""

    at_most: Annotated[int, Field(strict=True, ge=0)]
    region: Region | None = None
    group: Group | None = None


class FundRule(_Part):
    """Money of this kind pays only for people of these groups."""

    only: Annotated[tuple[Group, ...], Field(min_length=1)]


class Continuity(_Part):
    points: Points


class Approval(_Part):
    """What must be done with a list before it can be decreed, in order, each step by another officer."""

    steps: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")], ...], Field(min_length=1)]


class Order(_Part):
    ties: tuple[Tie, ...]


class Criteria(_Part):
    """The document, checked; the same keys as in the file."""

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
        """Every region the document names, by its place in it."""
        lived_in = {f"residence.regions.{n}": region for n, region in enumerate(self.residence.regions)}
        return lived_in | {f"quotas.{n}.region": quota.region for n, quota in enumerate(self.quotas) if quota.region}

    @cached_property
    def document(self) -> dict[str, Any]:
        """As kept: what was left out stays out, so that a later default cannot change an old document."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    @cached_property
    def canonical(self) -> bytes:
        """The same bytes for the same content, however it was spelt."""
        return canonical(self.document)

    @cached_property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.canonical).digest()


def _contradiction(place: str, wrong: str, **fields: object) -> PydanticCustomError:
    return PydanticCustomError(f"criteria.wrong.{wrong}", "contradiction", {"place": place, **fields})


def read_criteria(which: Path) -> Criteria:
    """From a TOML file, or a shipped document by its code (`mabar`). Raises FileMissing, CriteriaWrong."""
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
    """Those that come with the programme. Raises NotFound."""
    if code not in {file.stem for file in SHIPPED.glob("*.toml")}:
        raise NotFound(what="criteria", which=code[:40])
    return read_criteria(Path(code))


def criteria_of(document: Mapping[str, Any], place: str) -> Criteria:
    """From the document itself. Raises CriteriaWrong naming every wrong key."""
    try:
        return Criteria.model_validate(document)
    except ValidationError as wrong:
        raise CriteriaWrong(place, _mistakes(wrong)) from None


def _mistakes(wrong: ValidationError) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Every mistake; a list whose every entry is wrong is called empty besides, which it is not."""
    found = [_mistake(error) for error in wrong.errors(include_url=False)]
    places = [place for place, _, _ in found]
    return [mistake for mistake in found if not any(place.startswith(f"{mistake[0]}.") for place in places)]


# What pydantic finds, by the beginning of its name for it, as our sentences; the first that fits.
_SAID = {
    "missing": "missing", "extra_forbidden": "unknown", "greater_than_equal": "at_least", "less_than_equal": "at_most",
    "enum": "choice", "literal_error": "choice", "string_pattern_mismatch": "form", "string_too_short": "empty",
    "too_short": "empty", "int_": "whole", "bool_": "truth", "string_": "text", "tuple_": "list",
}  # fmt: skip


def _mistake(error: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    """A place in the document, the sentence that tells what is wrong there, and what fills it."""
    fields: dict[str, Any] = dict(error.get("ctx", {}))
    place = fields.pop("place", ".".join(str(part) for part in error["loc"] if part != "[key]") or "-")
    kind: str = error["type"]
    if kind.startswith("criteria.wrong."):
        return place, kind, fields
    said = next((said for start, said in _SAID.items() if kind.startswith(start)), "table")
    if "expected" in fields:  # `'older' or 'draw'`
        fields["expected"] = ", ".join(re.findall(r"'([^']*)'", fields["expected"]))
    return place, f"criteria.wrong.{said}", fields
