"""Letters: the criteria, and a person's position, in plain Indonesian and English."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jamsos import legal_terms
from jamsos.legal_terms import Term
from jamsos.messages import Language, say
from jamsos.months import Month, today
from jamsos.people.service import Portrait
from jamsos.regions.rules import named
from jamsos.selection.criteria import REASON_OF, Criteria, Quota, Tie
from jamsos.selection.evidence import Evidence
from jamsos.selection.ranking import payable
from jamsos.selection.rules import Outcome, Reason, lacking
from jamsos.selection.verification import Explanation


def sentences(criteria: Criteria, language: Language, places: Mapping[str, str]) -> list[str]:
    """Return the whole document in words, one criterion a sentence. `places` are the names of regions by code.

    Every key of the document has a sentence.
    """
    return [say(key, language, **_worded(fields, language)) for key, fields in _told(criteria, language, places)]


def _worded(fields: dict[str, object], language: Language) -> dict[str, object]:
    """Return the fields with lists of groups as words."""
    return {
        name: ", ".join(say(f"group.{group}", language) for group in value) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }


def _told(criteria: Criteria, language: Language, places: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    yield "criteria.head", {"title": getattr(criteria.title, language), "version": criteria.version}
    yield "criteria.base", {"legal_base": criteria.legal_base}
    yield from _admission(criteria, places)
    yield from _deciles(criteria)
    yield from _priorities(criteria, places)
    yield "criteria.ties", {"ties": _ties(criteria.order.ties, language)}
    if criteria.approval:
        yield "criteria.approval", {"steps": " → ".join(criteria.approval.steps)}
    yield "criteria.hash", {"sha256": criteria.sha256.hex()}


def _ties(ties: Iterable[Tie], language: Language, to_her: str = "") -> str:
    return ", ".join(say(f"criteria.tie.{tie}{to_her if tie == Tie.draw else ''}", language) for tie in ties)


def _admission(criteria: Criteria, places: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    yield "criteria.age", {"at_least": criteria.age.at_least, "below": criteria.age.limit(Month.of(today()))}
    yield "criteria.residence", {"regions": ", ".join(named(code, places) for code in criteria.residence.regions)}
    if criteria.identity.nik == "required":
        yield "criteria.nik", {}
    if criteria.identity.dukcapil == "required":
        yield "criteria.dukcapil", {}
    if criteria.work.required:
        yield "criteria.work", {}
    for event in criteria.exclusions.events:
        yield "criteria.exclusion", {"reason": f"reason.{REASON_OF[event]}"}
    if criteria.exclusions.other_payer:
        yield "criteria.exclusion", {"reason": "reason.other_payer"}
    for always in ("already_protected", "refused_by_insurer"):
        yield "criteria.exclusion", {"reason": f"reason.{always}"}


def _deciles(criteria: Criteria) -> Iterator[tuple[str, dict[str, object]]]:
    deciles = criteria.deciles
    for source, decile in deciles.at_most.items():
        yield "criteria.decile", {"source": f"register.{source}", "decile": decile}
    yield "criteria.decile.otherwise", {"decile": deciles.otherwise}
    if deciles.unknown_counts_as is None:
        yield "criteria.decile.excluded", {}
    else:
        yield "criteria.decile.unknown", {"decile": deciles.unknown_counts_as}


def _priorities(criteria: Criteria, places: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    yield "criteria.continuity", {"points": criteria.continuity.points}
    for merit in criteria.groups:
        fields: dict[str, object] = {"group": f"group.{merit.code}", "points": merit.points}
        if merit.decile_at_most is None:
            yield "criteria.group", fields
        else:
            yield "criteria.group.decile", fields | {"decile": merit.decile_at_most}
    yield "criteria.groups", {}
    for decile, points in criteria.deciles.points.items():
        yield "criteria.decile.points", {"decile": decile, "points": points}
    for quota in criteria.quotas:
        yield _quota(quota, places)
    for kind, rule in criteria.funds.items():
        yield "criteria.fund", {"fund": f"criteria.fund.{kind}", "groups": rule.only}


def _quota(quota: Quota, places: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    region = quota.region and named(quota.region, places)
    fields: dict[str, object] = {"at_most": quota.at_most, "region": region, "group": f"group.{quota.group}"}
    if quota.group is None:
        return "criteria.quota.region", fields
    return "criteria.quota.group" if quota.region is None else "criteria.quota.both", fields


def explained(found: Explanation, language: Language) -> list[str]:
    """Return why the person has this position. The text names nobody, so that an officer can read it out at a counter."""
    return [say(f"explained.{key}", language, **_worded(fields, language)) for key, fields in _why(found, language)]


def _why(found: Explanation, language: Language) -> Iterator[tuple[str, dict[str, object]]]:
    run = found.run
    yield "run", {"run": run.id, "year": run.year, "candidates": run.candidates, "eligible": run.eligible}
    yield (
        "outcome",
        {"person": found.person_id, "outcome": f"outcome.{found.outcome}", "reason": f"reason.{found.reason}"},
    )
    yield from _against(found) if found.outcome == Outcome.excluded else _place(found, language)


def _against(found: Explanation) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield every reason against the person, with its rule and the row behind it."""
    said = {str(each.reason): each for each in found.evidence}
    for number, reason in enumerate(found.objections):
        if number:
            yield "also", {"reason": f"reason.{reason}"}
        yield from _rule(found, reason)
        if reason in said:
            yield _shown(said[reason])


def _rule(found: Explanation, reason: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the rule, where a number or the fund decides."""
    run, age = found.run, found.criteria.age
    if reason in (Reason.too_young, Reason.too_old):
        yield "age", {"day": run.month_from.first_day, "at_least": age.at_least, "below": age.limit(run.month_from)}
    if reason == Reason.decile_too_high:
        yield "decile", {"decile": found.counted_decile, "limit": found.decile_limit}
    if reason == Reason.not_for_this_fund:
        groups = tuple(sorted(payable(found.criteria, run.terms) or ()))
        yield ("fund", {"groups": groups}) if groups else ("fund.nobody", {})


def _place(found: Explanation, language: Language) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the person's points and rank, and the distance to the end of the list."""
    run, ties = found.run, found.criteria.order.ties
    parts = {f"{name}_points": points for name, points in found.score_parts.items()}
    group = f"group.{found.group_code}"  # a person without a group is excluded
    yield "score", {"score": found.score, "brought": _brought(found, language), **parts}
    yield "group", {"group": group}
    ranked: dict[str, object] = {
        "rank": found.rank,
        "eligible": run.eligible,
        "chosen": run.chosen,
        "last_score": found.last_score,
    }
    yield "rank.nobody" if found.last_score is None else "rank", ranked
    if found.score == found.last_score:
        yield "tie", {"ties": _ties(ties, language), "plainly": _ties(ties, language, ".you")}
    if found.outcome == Outcome.not_reached:
        yield from _beyond(found, language)


def _brought(found: Explanation, language: Language) -> str:
    """Return the criteria that gave points, the most points first; omit those without points."""
    parts = [(name, found.score_parts[name]) for name in ("groups", "decile", "continuity")]
    brought = sorted((part for part in parts if part[1]), key=lambda part: -part[1])
    group = f"group.{found.group_code}"
    return ", ".join(say(f"explained.brought.{name}", language, points=points, group=group) for name, points in brought)


def _beyond(found: Explanation, language: Language) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what would reach the person: more money, or nothing where a quota is full."""
    run = found.run
    if found.distance is None:
        if found.reason != Reason.quota_full:
            yield "quota.before", {}
        for key, fields in (_quota(quota, found.places) for quota in found.quotas):
            yield "quota", {"quota": say(key, language, **fields)}
        return
    yield "distance", {"distance": found.distance}
    if (cost := lacking(run.cut, run.terms, found.distance)) is None:
        yield "distance.places", {"headcount": run.terms.headcount}
    else:
        yield "distance.money", {"cost": cost}


def _shown(evidence: Evidence) -> tuple[str, dict[str, object]]:
    """Return the sentence about the row behind a reason."""
    fields: dict[str, object] = {"day": evidence.day, "name": evidence.name}
    kind = evidence.kind if evidence.kind in ("event", "decree", "answer", "fund") else "register"
    if kind == "register":
        fields["source"] = f"register.{evidence.kind}"
    if evidence.line is None:
        return f"evidence.{kind}.whole", fields
    return f"evidence.{kind}", fields | {"line": evidence.line}


def subject_of(year: int, language: Language) -> str:
    return say("letter.subject", language, year=year)


def foot_of(reference: str, language: Language) -> str:
    """Return how the person may object."""
    return say(
        "letter.foot", language, reference=reference, days=legal_terms.needed(Term.complaint_days, Month.of(today()))
    )


@dataclass(frozen=True)
class Letter:
    """A letter to the person: why they are on the list or not, and how to object. The NIK is masked."""

    day: date
    year: int
    name: str
    nik: str
    place: str
    reference: str
    language: Language
    sentences: Sequence[str]

    @property
    def subject(self) -> str:
        return subject_of(self.year, self.language)

    @property
    def to(self) -> str:
        return say("letter.to", self.language, name=self.name, nik=self.nik, place=self.place)

    @property
    def foot(self) -> str:
        return foot_of(self.reference, self.language)

    @property
    def greeting(self) -> str:
        return say("letter.greeting", self.language)

    @property
    def closing(self) -> str:
        return say("letter.closing", self.language)

    @property
    def text(self) -> str:
        head = say("letter.head", self.language, to=self.to, day=self.day, subject=self.subject)
        return "\n\n".join([head, self.greeting, *self.sentences, self.foot, self.closing]) + "\n"


# Reasons with a sentence of their own in letters.
_SAID_GENTLY = {
    Reason.within_budget, Reason.below_the_cut, Reason.quota_full, Reason.other_payer, Reason.already_protected, Reason.died,
}  # fmt: skip
_TO_HER = ("outcome", "run", "score", "rank", "rank.nobody", "tie", "distance")


def letter_sentences(found: Explanation, language: Language, decreed: Sequence[str] = ()) -> list[str]:
    """Return the explanation as a letter to the person: the outcome first, and no formula.

    The sentences of decrees, `decreed`, come before all others, because a decree holds whatever the list decided.
    """
    run, outcome, *rest = [
        (_to_her(key, found), fields) for key, fields in _why(found, language) if key != "group"
    ]  # the points already name the group
    about = [outcome, *rest, run] if found.outcome == Outcome.excluded else [outcome, run, *rest]
    told: list[str] = []
    for sentence in (say(f"explained.{key}", language, **_worded(fields, language)) for key, fields in about):
        if sentence.startswith(" "):  # a leading space marks the reason for the sentence before
            told[-1] += f" {sentence.strip()}"
        else:
            told.append(sentence)
    return [*decreed, say("letter.stood", language, year=found.run.year), *told] if decreed else told


def _to_her(key: str, found: Explanation) -> str:
    if key == "outcome" and found.reason in _SAID_GENTLY:
        return f"outcome.{found.reason}.you"
    return f"{key}.you" if key in _TO_HER else key


def reference_of(found: Explanation) -> str:
    """Return the reference by which the office finds the person's row again: `S12-345`, run and person."""
    return f"S{found.run.id}-{found.person_id}"


def letter(
    found: Explanation, who: Portrait, place: str, day: date, language: Language, decreed: Sequence[str] = ()
) -> Letter:
    return Letter(
        day=day,
        year=found.run.year,
        name=who.person["full_name"],
        nik=who.nik or "-",
        place=place,
        reference=reference_of(found),
        language=language,
        sentences=letter_sentences(found, language, decreed),
    )
