"""Access by mutation: agencies, their officers and keys."""

from collections.abc import Iterator
from datetime import date

import strawberry

from api.compiled_schema import ref
from api.context import Context
from api.mutations.base import Payload, mutation
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.types.regions import Agency
from jamsos.access import officers, service
from jamsos.access.quotas import Quota
from jamsos.access.rules import AgencyKind, OfficerRole, Scope

described(AgencyKind)
described(OfficerRole)


@strawberry.input(description="An agency that shall ask or act.")
class RegisterAgencyInput:
    code: str = strawberry.field(description="Short name, unique: `mabar-nakertrans`.")
    name: str = strawberry.field(description="The agency's name in full.")
    kind: AgencyKind = strawberry.field(description="The kind.")
    region_code: str = strawberry.field(
        description="The region it sees, by Kemendagri code: `53.15`; `ID` is the country."
    )


@strawberry.type(description="The registered agency.")
class RegisterAgencyPayload(Payload):
    agency: Agency | None = strawberry.field(default=None, description="The agency.")


@strawberry.input(description="A key for an agency.")
class IssueApiKeyInput:
    agency_code: str = strawberry.field(description="The owner of the key.")
    label: str = strawberry.field(description="The use of the key; keys are revoked by label.")
    scopes: list[str] | None = strawberry.field(
        default=None, description="Its scopes; without them, all of its agency's kind."
    )
    days: int = strawberry.field(default=service.KEY_DAYS, description="Days until it expires.")


@strawberry.type(description="The fresh key.")
class IssueApiKeyPayload(Payload):
    key: str | None = strawberry.field(default=None, description="The key, shown only once; only its hash is stored.")


@strawberry.input(description="A person who acts for an agency.")
class RegisterOfficerInput:
    agency_code: str = strawberry.field(description="The agency.")
    name: str = strawberry.field(description="The officer's name, as it shall be printed.")
    roles: list[OfficerRole] = strawberry.field(description="The officer's roles.")
    active_from: date | None = strawberry.field(default=None, description="First day; today where none is given.")
    active_to: date | None = strawberry.field(default=None, description="Last day; open where none is given.")


@strawberry.type(description="The registered officer.")
class RegisterOfficerPayload(Payload):
    name: str | None = strawberry.field(default=None, description="The officer's name.")


@strawberry.input(description="Other roles of an officer, or the end of the term.")
class ChangeOfficerInput:
    agency_code: str = strawberry.field(description="The agency.")
    name: str = strawberry.field(description="The officer's name.")
    roles: list[OfficerRole] | None = strawberry.field(default=None, description="The roles; unchanged without them.")
    active_to: date | None = strawberry.field(default=None, description="Last day; open where none is given.")


@strawberry.type(description="The change is recorded.")
class ChangeOfficerPayload(Payload):
    is_recorded: bool = strawberry.field(default=False, description="True when it was.")


@strawberry.input(description="The officer who gets a personal key.")
class InviteOfficerInput:
    agency_code: str = strawberry.field(description="The agency.")
    name: str = strawberry.field(description="The officer's name.")
    label: str | None = strawberry.field(default=None, description="Label of the key; the officer's name without one.")
    scopes: list[str] | None = strawberry.field(
        default=None, description="The key's scopes; without them, all that the officer's roles give."
    )
    days: int = strawberry.field(default=service.KEY_DAYS, description="Days until the key expires.")
    hours: int = strawberry.field(
        default=officers.INVITATION_HOURS, description="Hours for which the invitation is valid, 336 at most."
    )


@strawberry.type(description="The invitation.")
class InviteOfficerPayload(Payload):
    code: str | None = strawberry.field(default=None, description="The one-time code, shown this once; hand it over.")


@strawberry.input(description="A one-time code that an officer got.")
class AcceptInvitationInput:
    code: str = strawberry.field(description="The code; it works once, and five tries are counted.")


@strawberry.type(description="The officer's personal key.")
class AcceptInvitationPayload(Payload):
    officer: str | None = strawberry.field(default=None, description="The owner of the key.")
    key: str | None = strawberry.field(default=None, description="The key, shown this once; only its hash is stored.")


@strawberry.input(description="A subject of the OpenID issuer that is an officer.")
class LinkOfficerSubjectInput:
    agency_code: str = strawberry.field(description="The agency.")
    name: str = strawberry.field(description="The officer's name.")
    issuer: str = strawberry.field(description="The issuer, as the token names it.")
    subject: str = strawberry.field(description="The subject, as the token names it.")


@strawberry.type(description="The link is recorded.")
class LinkOfficerSubjectPayload(Payload):
    is_recorded: bool = strawberry.field(default=False, description="True when it was.")


def _tries(_: Context, input: AcceptInvitationInput) -> Iterator[Quota]:
    yield officers.of_invitation(input.code)


@strawberry.input(description="Keys to replace.")
class RotateApiKeyInput:
    agency_code: str = strawberry.field(description="The agency of the keys.")
    label: str = strawberry.field(description="Every live key of this label gets the one fresh key as its successor.")
    days: int = strawberry.field(default=service.KEY_DAYS, description="Days until the fresh key expires.")
    overlap_hours: int = strawberry.field(
        default=service.OVERLAP_HOURS, description="Hours for which the old keys stay good beside it, 720 at most."
    )


@strawberry.type(description="The fresh key.")
class RotateApiKeyPayload(Payload):
    key: str | None = strawberry.field(default=None, description="The key, shown only once; only its hash is stored.")


@strawberry.input(description="Keys to revoke.")
class RevokeApiKeysInput:
    agency_code: str = strawberry.field(description="The agency of the keys.")
    label: str = strawberry.field(description="Every live key of this label is revoked.")


@strawberry.type(description="Number of revoked keys.")
class RevokeApiKeysPayload(Payload):
    count: int | None = strawberry.field(default=None, description="Keys that were live until now.")


@strawberry.type
class AccessMutations:
    @mutation(Scope.act_access)
    async def register_agency(self, info: Info, input: RegisterAgencyInput) -> RegisterAgencyPayload:
        """Register an agency within your region."""
        agency_id = await service.register_agency(
            info.context.connection,
            info.context.actor,
            code=input.code,
            name=input.name,
            kind=input.kind,
            region_code=input.region_code,
        )
        return RegisterAgencyPayload(agency=ref(Agency, agency_id))

    @mutation(Scope.act_access, binds=True)
    async def issue_api_key(self, info: Info, input: IssueApiKeyInput) -> IssueApiKeyPayload:
        """Issue a key for a program of an agency of your region, with scopes that you have yourself."""
        key = await service.issue_key(
            info.context.connection,
            info.context.actor,
            agency_code=input.agency_code,
            label=input.label,
            scopes=input.scopes,
            days=input.days,
        )
        return IssueApiKeyPayload(key=key)

    @mutation(Scope.act_access, binds=True)
    async def register_officer(self, info: Info, input: RegisterOfficerInput) -> RegisterOfficerPayload:
        """Register a person who acts for an agency of your region."""
        await officers.register_officer(info.context.connection, info.context.actor, **vars(input))
        return RegisterOfficerPayload(name=" ".join(input.name.split()))

    @mutation(Scope.act_access, binds=True)
    async def change_officer(self, info: Info, input: ChangeOfficerInput) -> ChangeOfficerPayload:
        """Give an officer other roles, or end the term. Keys have the current roles of their officer."""
        await officers.change_officer(info.context.connection, info.context.actor, **vars(input))
        info.context.forget_keys()
        return ChangeOfficerPayload(is_recorded=True)

    @mutation(Scope.act_access, binds=True)
    async def invite_officer(self, info: Info, input: InviteOfficerInput) -> InviteOfficerPayload:
        """Invite an officer to make a personal key. The inviting officer does not count as the second person beside the invited one."""
        code = await officers.invite(info.context.connection, info.context.actor, **vars(input))
        return InviteOfficerPayload(code=code)

    @mutation(None, quotas=_tries)
    async def accept_invitation(self, info: Info, input: AcceptInvitationInput) -> AcceptInvitationPayload:
        """Make your personal key with the one-time code of your invitation; no key is needed."""
        context = info.context
        done = await officers.accept(context.connection, code=input.code, request_id=context.actor.request_id)
        return AcceptInvitationPayload(officer=done.officer, key=done.key)

    @mutation(Scope.act_access, binds=True)
    async def link_officer_subject(self, info: Info, input: LinkOfficerSubjectInput) -> LinkOfficerSubjectPayload:
        """Link a subject of the OpenID issuer to this officer; the linking officer does not count as the second person beside this one."""
        await officers.link_subject(info.context.connection, info.context.actor, **vars(input))
        info.context.forget_keys()
        return LinkOfficerSubjectPayload(is_recorded=True)

    @mutation(Scope.act_access)
    async def rotate_api_key(self, info: Info, input: RotateApiKeyInput) -> RotateApiKeyPayload:
        """Replace an agency's keys of one label by a new one with the same scopes; the old ones end after the overlap."""
        key = await service.rotate_key(
            info.context.connection,
            info.context.actor,
            agency_code=input.agency_code,
            label=input.label,
            days=input.days,
            overlap_hours=input.overlap_hours,
        )
        info.context.forget_keys()
        return RotateApiKeyPayload(key=key)

    @mutation(Scope.act_access)
    async def revoke_api_keys(self, info: Info, input: RevokeApiKeysInput) -> RevokeApiKeysPayload:
        """Revoke every valid key of an agency by its label; other processes notice within ten seconds."""
        count = await service.revoke_keys(
            info.context.connection, info.context.actor, agency_code=input.agency_code, label=input.label
        )
        info.context.forget_keys()
        return RevokeApiKeysPayload(count=count)
