"""Access rules: kinds of agencies, scopes per act and per class of data, and the actor: an agency and its officer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class AgencyKind(StrEnum):
    regency_office = "regency_office"
    village_office = "village_office"
    province = "province"
    bpjs_branch = "bpjs_branch"
    auditor = "auditor"
    analyst = "analyst"
    public = "public"


class Scope(StrEnum):
    """A permission: `read:<data class>` to see a class, `unmask:<class>` to see it unmasked, `act:<room>` to do a room's acts."""

    read_people = "read:people"
    read_money = "read:money"
    read_audit = "read:audit"
    unmask_identity = "unmask:identity"
    unmask_contact = "unmask:contact"
    unmask_finance = "unmask:finance"
    unmask_vulnerability = "unmask:vulnerability"
    unmask_donor = "unmask:donor"
    act_access = "act:access"
    act_registry = "act:registry"
    act_people = "act:people"
    act_selection = "act:selection"
    act_decrees = "act:decrees"
    act_enrolment = "act:enrolment"
    act_complaints = "act:complaints"
    act_ledger = "act:ledger"
    act_donations = "act:donations"
    act_coverage = "act:coverage"
    act_claims = "act:claims"


_READ = frozenset({Scope.read_people, Scope.read_money})
_UNMASK = frozenset(scope for scope in Scope if scope.startswith("unmask:"))
_ACTS = frozenset(scope for scope in Scope if scope.startswith("act:"))

DEFAULT_SCOPES: dict[AgencyKind, frozenset[Scope]] = {
    AgencyKind.regency_office: _READ | _UNMASK | _ACTS | {Scope.read_audit},
    AgencyKind.village_office: frozenset({Scope.read_people, Scope.unmask_contact, Scope.act_complaints}),
    AgencyKind.province: _READ,
    AgencyKind.bpjs_branch: _READ | {Scope.unmask_identity, Scope.act_enrolment, Scope.act_claims},
    AgencyKind.auditor: _READ | {Scope.read_audit, Scope.unmask_identity},
    AgencyKind.analyst: _READ,
    AgencyKind.public: frozenset({Scope.read_money, Scope.act_complaints}),
}


class OfficerRole(StrEnum):
    """The role of an officer in the agency. A role gives scopes, within those of the agency's kind."""

    staff = "staff"
    administrator = "administrator"
    reader = "reader"


_SEEING = frozenset(scope for scope in Scope if not scope.startswith("act:"))
ROLE_SCOPES: dict[OfficerRole, frozenset[Scope]] = {
    OfficerRole.staff: frozenset(Scope) - {Scope.act_access},
    OfficerRole.administrator: _SEEING | {Scope.act_access},
    OfficerRole.reader: _SEEING,
}


def role_scopes(roles: Iterable[str]) -> frozenset[Scope]:
    """Return the largest set of scopes that officers of these roles may have."""
    return frozenset[Scope]().union(*(ROLE_SCOPES[OfficerRole(role)] for role in roles))


def officer_scopes(kind: AgencyKind, roles: Iterable[str]) -> frozenset[Scope]:
    """Return the default scopes of an officer with these roles in an agency of that kind."""
    return role_scopes(roles) & DEFAULT_SCOPES[kind]


class Officer(NamedTuple):
    """The acting officer, according to the proof. `voucher_ids`: the officers who issued the proof, directly or through others."""

    id: int
    name: str
    voucher_ids: frozenset[int] = frozenset()


def second_person_mistake(officer: Officer, others: Iterable[Officer]) -> str | None:
    """Return why an officer is no second person beside the others, as a catalogue key, or None."""
    for other in others:
        if other.id == officer.id:
            return "officer.same"
        if other.id in officer.voucher_ids or officer.id in other.voucher_ids:
            return "officer.issuer"
    return None


class Sight(NamedTuple):
    """A range of region codes, `first` ≤ code < `beyond`. Row-level security compares rows with this range."""

    first: str
    beyond: str


NOTHING, COUNTRY = Sight("", ""), Sight("0", "~")


def is_region(code: str) -> bool:
    """Return whether a code is `ID`, `53`, `53.15`, `53.15.05` or `53.15.05.2001`.

    Partial levels are refused, because a code is also the prefix of a range.
    """
    return re.fullmatch(r"ID|\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", code) is not None


def sight_of(region_code: str | None) -> Sight:
    """Return the range of a region: `53.15` is that regency, `ID` is the country, None is nothing."""
    if region_code is None:
        return NOTHING
    return COUNTRY if region_code == "ID" else Sight(region_code, region_code + "~")


@dataclass(frozen=True)
class Actor:
    """The acting agency or user, with its permissions and purpose. `region_code` None sees nothing; `ID` sees the country.

    `proof` is the evidence of the actor's identity: the number of a key, or of a subject of the OpenID issuer. It is
    None for an operator without a key. `officer` is None for the key of a program.
    """

    name: str
    agency_id: int | None = None
    kind: AgencyKind | None = None
    region_code: str | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    purpose: str | None = None
    request_id: str | None = None
    proof: str | None = None
    until: datetime | None = None  # when the key or token ends
    officer: Officer | None = None

    def asking(self, purpose: str | None, request_id: str) -> "Actor":
        """Return the same actor for one request. The fields are listed, because `replace` is too slow for every request."""
        return Actor(
            self.name,
            self.agency_id,
            self.kind,
            self.region_code,
            self.scopes,
            purpose,
            request_id,
            self.proof,
            self.until,
            self.officer,
        )

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    @property
    def officer_id(self) -> int | None:
        return self.officer.id if self.officer else None

    @property
    def sight(self) -> Sight:
        return sight_of(self.region_code)


COMMAND_LINE = Actor(name="command line", region_code="ID", scopes=frozenset(Scope))
