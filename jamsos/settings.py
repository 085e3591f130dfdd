"""Settings: the environment variables of an installation, read once and validated.

Every variable begins with JAMSOS_; docs/running.md lists them and a test compares the two.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveInt, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamsos.errors import SettingWrong


class Settings(BaseSettings):
    """One value per variable, fixed after the start."""

    model_config = SettingsConfigDict(
        env_prefix="JAMSOS_", frozen=True, extra="ignore", env_ignore_empty=True, str_strip_whitespace=True
    )

    database_url: str | None = Field(
        default=None,
        pattern=r"^postgres(ql)?://",
        description="PostgreSQL 16 or newer, as its owner. Unset: an embedded PostgreSQL is started.",
    )
    home: Path = Field(default=Path(".jamsos"), description="Folder for the embedded database and the sealing key.")
    seal_key_file: Path | None = Field(
        default=None,
        description="File with the sealing keys. Unset: seal.key in JAMSOS_HOME, made at the first start.",
    )
    seal_keys: SecretStr | None = Field(
        default=None,
        description="The sealing keys themselves, for containers that have no files; goes before the file.",
    )
    language: Literal["id", "en"] | None = Field(
        default=None, description="Language of the command line. Unset: Indonesian if LANG begins with id."
    )
    office: str | None = Field(
        default=None, description="Code of the office that commands work for. Unset: the only one there is."
    )
    key: SecretStr | None = Field(
        default=None,
        description="The acting officer's API key, for commands that must be proven. Unset: it is asked for.",
    )
    api_host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    api_port: PositiveInt = Field(default=8000, le=65535, description="Port the API listens on.")
    api_pool_size: PositiveInt = Field(default=8, description="Database connections of one API process for reading.")
    api_act_pool_size: PositiveInt = Field(default=4, description="Database connections of one API process for acts.")
    api_statement_seconds: PositiveInt = Field(
        default=15, description="Longest time one statement of the API may take in the database."
    )
    graphiql: bool = Field(default=True, description="Serve GraphiQL and answer introspection.")
    api_public: bool = Field(
        default=True, description="Answer askers without a key: codes, rates and complaints, nobody's rows."
    )
    api_trusted_only: bool = Field(default=False, description="Answer only documents trusted beforehand.")
    api_requests_per_second: PositiveInt = Field(
        default=50,
        description="Requests a second that one key may make of one API process, ten seconds' worth at once.",
    )
    api_page_size: PositiveInt = Field(default=1000, description="Largest page of a connection.")
    api_cost: PositiveInt = Field(default=100_000, description="Largest number of things one operation may ask for.")
    api_upload_megabytes: PositiveInt = Field(default=256, description="Largest file that a mutation takes.")
    api_export_megabytes: PositiveInt = Field(default=2048, description="Largest file that an export writes.")
    web: bool = Field(default=True, description="Serve the public pages beside the API.")
    office_file: Path | None = Field(
        default=None, description="The office's own file, for its name and its map. Unset: the shipped one."
    )
    public_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Where the public pages stand for their readers."
    )
    donation_fund: str | None = Field(
        default=None, description="Code of the fund that gifts enter. Unset: the only donation fund of the year."
    )
    donation_presets: str = Field(
        default="16800,50400,201600",
        pattern=r"^[1-9]\d{3,8}(,[1-9]\d{3,8})*$",
        description="Rupiah offered on the donation page.",
    )
    qris_static: str | None = Field(default=None, description="The office's own static QRIS, as text, from its bank.")
    qris_most: PositiveInt = Field(default=10_000_000, description="Most rupiah that one QRIS payment may carry.")
    donation_bank: str | None = Field(default=None, description="Bank of the account for gifts by transfer.")
    donation_account: str | None = Field(default=None, description="Number of that account.")
    donation_holder: str | None = Field(default=None, description="In whose name it stands.")
    snap_partner_id: str | None = Field(
        default=None, max_length=64, description="X-PARTNER-ID under which the payment provider's SNAP notices come."
    )
    snap_secret: SecretStr | None = Field(
        default=None, min_length=16, description="The secret that signs them, agreed with the provider."
    )
    pledge_days: PositiveInt = Field(default=30, description="Days after which an unpaid pledge is called expired.")
    pledges_per_hour: PositiveInt = Field(
        default=200,
        description="Pledges, complaints and appeals, each an hour, that one address may send without a key, in all.",
    )
    oidc_issuer: str | None = Field(
        default=None, description="Who issues OpenID Connect tokens. Unset: only API keys are recognised."
    )
    oidc_audience: str | None = Field(default=None, description="For whom the tokens must be issued.")
    oidc_jwks_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Where the issuer publishes its signing keys."
    )
    oidc_agency_claim: str = Field(default="agency", description="The claim that holds the agency's code.")
    oidc_scope_claim: str = Field(default="scope", description="The claim that holds the scopes.")
    api_proxies: str | None = Field(
        default=None, description="Addresses of the proxies whose X-Forwarded-For is believed, with commas."
    )

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> "Settings":
        given = [self.oidc_issuer, self.oidc_audience, self.oidc_jwks_url]
        if any(given) and not all(given):
            raise ValueError("JAMSOS_OIDC_ISSUER, JAMSOS_OIDC_AUDIENCE and JAMSOS_OIDC_JWKS_URL belong together")
        return self

    @model_validator(mode="after")
    def _account_is_whole(self) -> "Settings":
        given = [self.donation_bank, self.donation_account, self.donation_holder]
        if any(given) and not all(given):
            raise ValueError("JAMSOS_DONATION_BANK, JAMSOS_DONATION_ACCOUNT and JAMSOS_DONATION_HOLDER belong together")
        return self

    @model_validator(mode="after")
    def _snap_is_whole(self) -> "Settings":
        if bool(self.snap_partner_id) != bool(self.snap_secret):
            raise ValueError("JAMSOS_SNAP_PARTNER_ID and JAMSOS_SNAP_SECRET belong together")
        return self

    @property
    def presets(self) -> list[int]:
        return [int(amount) for amount in self.donation_presets.split(",")]

    @property
    def seal_key_path(self) -> Path:
        return self.seal_key_file or self.home / "seal.key"


@cache
def settings() -> Settings:
    """Return the settings of the process. Raises SettingWrong with the variable."""
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "JAMSOS_" + ("_".join(map(str, first["loc"])).upper() or "*")
        raise SettingWrong(name=name, reason=first["msg"]) from None
