"""Access by mutation: agencies and their keys."""

import strawberry

from api.compiled_schema import ref
from api.mutations.base import Payload, mutation
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.types.regions import Agency
from jamsos.access import service
from jamsos.access.rules import AgencyKind, Scope

described(AgencyKind)


@strawberry.input(description="An agency that shall ask or act.")
class RegisterAgencyInput:
    code: str = strawberry.field(description="Short name, unique: `mabar-nakertrans`.")
    name: str = strawberry.field(description="The agency's name in full.")
    kind: AgencyKind = strawberry.field(description="What it is.")
    region_code: str = strawberry.field(
        description="The region it sees, by Kemendagri code: `53.15`; `ID` is the country."
    )


@strawberry.type(description="The registered agency.")
class RegisterAgencyPayload(Payload):
    agency: Agency | None = strawberry.field(default=None, description="The agency.")


@strawberry.input(description="A key for an agency.")
class IssueApiKeyInput:
    agency_code: str = strawberry.field(description="Whose key it is.")
    label: str = strawberry.field(description="What it is for; keys are revoked by label.")
    scopes: list[str] | None = strawberry.field(
        default=None, description="Its scopes; without them, all of its agency's kind."
    )
    days: int = strawberry.field(default=service.KEY_DAYS, description="Days until it expires.")


@strawberry.type(description="The fresh key.")
class IssueApiKeyPayload(Payload):
    key: str | None = strawberry.field(default=None, description="The key, shown this once; only its hash is kept.")


@strawberry.input(description="Keys to replace.")
class RotateApiKeyInput:
    agency_code: str = strawberry.field(description="Whose keys.")
    label: str = strawberry.field(description="Every live key of this label gets the one fresh key as its successor.")
    days: int = strawberry.field(default=service.KEY_DAYS, description="Days until the fresh key expires.")
    overlap_hours: int = strawberry.field(
        default=service.OVERLAP_HOURS, description="Hours for which the old keys stay good beside it, 720 at most."
    )


@strawberry.type(description="The fresh key.")
class RotateApiKeyPayload(Payload):
    key: str | None = strawberry.field(default=None, description="The key, shown this once; only its hash is kept.")


@strawberry.input(description="Keys to revoke.")
class RevokeApiKeysInput:
    agency_code: str = strawberry.field(description="Whose keys.")
    label: str = strawberry.field(description="Every live key of this label is revoked.")


@strawberry.type(description="How many keys were revoked.")
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

    @mutation(Scope.act_access)
    async def issue_api_key(self, info: Info, input: IssueApiKeyInput) -> IssueApiKeyPayload:
        """Issue an API key to an agency of your region, with scopes that you have yourself."""
        key = await service.issue_key(
            info.context.connection,
            info.context.actor,
            agency_code=input.agency_code,
            label=input.label,
            scopes=input.scopes,
            days=input.days,
        )
        return IssueApiKeyPayload(key=key)

    @mutation(Scope.act_access)
    async def rotate_api_key(self, info: Info, input: RotateApiKeyInput) -> RotateApiKeyPayload:
        """Replace an agency's keys of one label by a fresh one of the same scopes; the old ones end after the overlap."""
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
        """Revoke every live key of an agency by its label; other processes notice within ten seconds."""
        count = await service.revoke_keys(
            info.context.connection, info.context.actor, agency_code=input.agency_code, label=input.label
        )
        info.context.forget_keys()
        return RevokeApiKeysPayload(count=count)
