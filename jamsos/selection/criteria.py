"""Criteria: who may be protected and who comes first, as a versioned document that is checked before it is used.

Comes as TOML (`jamsos/selection/criteria/*.toml`, or the office's own file); its canonical form is JSON with sorted keys, whose
SHA-256 names it. A key that is missing, unknown or out of range is refused by its name: a misspelt criterion must not
pass silently.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jamsos.errors import CriteriaWrong, FileMissing, NotFound
from jamsos.groups import Group
from jamsos.ledger.rules import FundKind
from jamsos.people.rules import LifeEvent
from jamsos.registry.rules import Source
from jamsos.selection.rules import Reason

SHIPPED = Path(__file__).parent / "criteria"
REASON_OF = {
    LifeEvent.died: Reason.died,
    LifeEvent.moved: Reason.moved,
    LifeEvent.became_wage_earner: Reason.wage_earner,
    LifeEvent.became_civil_servant: Reason.civil_servant,
    LifeEvent.refused: Reason.refused,
}

Text = Annotated[str, Field(min_length=1)]
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
    """Whole years on the first day of the first month."""

    at_least: Years
    below: Years


class Residence(_Part):
    regions: Annotated[tuple[Text, ...], Field(min_length=1)]


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
    region: Text | None = None
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
        if self.age.at_least >= self.age.below:
            raise ValueError("age.below: must be above age.at_least")
        codes = [group.code for group in self.groups]
        if twice := [code for code in codes if codes.count(code) > 1]:
            raise ValueError(f"groups: {twice[0]} stands there twice")
        if LifeEvent.died not in self.exclusions.events:
            raise ValueError("exclusions.events: the dead must be left out (died)")
        if self.order.ties[-1:] != (Tie.draw,) or len(set(self.order.ties)) != len(self.order.ties):
            raise ValueError("order.ties: must name each at most once and end with draw, so that nobody stands equal")
        if any(quota.region is None and quota.group is None for quota in self.quotas):
            raise ValueError("quotas: each needs a region or a group; a ceiling or a headcount limits the whole")
        if self.approval and len(set(self.approval.steps)) != len(self.approval.steps):
            raise ValueError("approval.steps: each step stands there once")
        return self

    @cached_property
    def document(self) -> dict[str, Any]:
        """As kept: what was left out stays out, so that a later default cannot change an old document."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    @cached_property
    def canonical(self) -> bytes:
        """The same bytes for the same content, however it was spelt."""
        return json.dumps(self.document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.canonical).digest()


def read_criteria(which: Path) -> Criteria:
    """From a TOML file, or a shipped document by its code (`mabar`). Raises FileMissing, CriteriaWrong."""
    file = which if which.suffix else SHIPPED / f"{which}.toml"
    if not file.is_file():
        raise FileMissing(file=which)
    try:
        return criteria_of(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise CriteriaWrong(file=file.name, criterion="-", reason=wrong) from None


def shipped_criteria(code: str) -> Criteria:
    """Those that come with the programme. Raises NotFound."""
    if code not in {file.stem for file in SHIPPED.glob("*.toml")}:
        raise NotFound(what="criteria", which=code[:40])
    return read_criteria(Path(code))


def criteria_of(document: Mapping[str, Any], place: str) -> Criteria:
    """From the document itself. Raises CriteriaWrong naming the first wrong key."""
    try:
        return Criteria.model_validate(document)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        key, reason = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        if not key:
            key, _, reason = reason.partition(": ")
        raise CriteriaWrong(file=place, criterion=key, reason=reason) from None
