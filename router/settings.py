"""Every setting, and the only place that reads the environment.

A value comes from the caller, else the environment, else the file that FIRSTCONTACT_ENV_FILE names, else the file `env`
in the data folder, else the default.
"""

import difflib
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2s
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, create_model, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from channels.imap_account import ImapAccount, read_account
from channels.oauth import OAuthClient, read_client

PREFIX = "FIRSTCONTACT_"
NESTED = "__"
"""Between the name of a setting that there may be many of and the name of one: FIRSTCONTACT_IMAP__REPAIRS."""

DEFAULT_DATA = Path("var")
LONGEST_SOCKET_PATH = 100  # the system's own limit is 104 to 108 bytes
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - recognised here, never chosen


class SettingsError(ValueError):
    """A setting is missing or wrong; the text names each one and says what to do, a line each."""


def sample_folder() -> Path:
    """The folder of the sample landlord: inside an installed package, or beside it in the source tree."""
    installed = Path(__file__).parent / "_sample"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "config"


class _FromEnvironment(BaseSettings):
    """How values are read: exact names, an empty value counts as none, the environment outranks the env files."""

    model_config = SettingsConfigDict(
        alias_generator=lambda field: PREFIX + field.upper(),
        case_sensitive=True,
        env_ignore_empty=True,
        env_nested_delimiter=NESTED,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
        validate_default=True,
    )


class Settings(_FromEnvironment):
    """All settings, checked. Make one with `load`; the description of each field is what the documentation says."""

    data: Path = Field(DEFAULT_DATA, description="Folder of the embedded default.")
    config: Path = Field(default_factory=sample_folder, description="A landlord's folder of YAML files.")
    public_url: str = Field("", description="The address that customers and providers reach this server by.")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs what the server gives out and takes back.")
    former_secret_keys: SecretStr = Field(SecretStr(""), description="Earlier secret keys, with commas between.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any free one.")
    metrics_port: int = Field(0, ge=0, le=65535, description="Where a host without the web part shows its figures.")
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (ip_network("127.0.0.0/8"), ip_network("::1/128")),
        description="Proxies whose word about the caller's address and the URL called is believed.",
    )
    database_url: SecretStr = Field(SecretStr(""), alias="DATABASE_URL", description="PostgreSQL, instead of SQLite.")
    redis_url: SecretStr = Field(SecretStr(""), alias="REDIS_URL", description="A Redis, instead of the embedded one.")
    twilio_account_sid: str = Field("", alias="TWILIO_ACCOUNT_SID", description="The account that sends.")
    twilio_auth_token: SecretStr = Field(SecretStr(""), alias="TWILIO_AUTH_TOKEN", description="Signs its webhooks.")
    twilio_api: str = Field("https://api.twilio.com", description="Where texts are sent and duty phones rung by.")
    sms_from: str = Field("", description="The number that texts are sent from.")
    whatsapp_from: str = Field("", description="The number that WhatsApp messages are sent from.")
    sms_rate: float = Field(10.0, gt=0, le=1000, description="Segments a second that each of these numbers may send.")
    media_limit: int = Field(10 * 2**20, ge=2**10, le=25 * 2**20, description="Bytes of the largest file of a text.")
    voice_from: str = Field("", description="The number that duty phones are rung from.")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Signs what other systems are told.")
    smtp_url: SecretStr = Field(SecretStr(""), description="The mail server that mail is sent by.")
    mail_from: str = Field("", description="The address that mail is sent from.")
    oauth: Annotated[dict[str, SecretStr], NoDecode] = Field(
        {}, description="Clients whose tokens stand in for mailboxes' passwords."
    )
    imap: Annotated[dict[str, SecretStr], NoDecode] = Field(
        {}, description="The accounts whose mail is fetched, each by a name of its own."
    )
    lmtp: str = Field("", description="Where a mail server hands mail over: host:port or unix:/path.")
    poll_seconds: float = Field(15.0, gt=0, le=3600, description="Seconds between two looks into a mailbox.")
    reconcile_minutes: int = Field(10, ge=0, le=1440, description="Minutes between two looks at the provider's lists.")
    call_deadline: float = Field(3.0, gt=0, le=14, description="Seconds for routing inside a caller's request.")
    body_limit: int = Field(10 * 2**20, ge=2**10, description="Bytes of the largest request that is read.")
    email_limit: int = Field(40 * 2**20, ge=2**10, description="Bytes of the largest email that is read.")
    raw_mail_days: int = Field(90, ge=0, le=3650, description="Days that emails are kept as they came; 0 keeps none.")
    workers: int = Field(1, ge=1, le=64, description="How many worker processes `serve` starts.")
    stop_seconds: float = Field(10.0, gt=0, description="Seconds for work in flight to finish when stopping.")
    log_format: Literal["auto", "json", "logfmt"] = Field("auto", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")

    @field_validator("data", "config")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(ip_network(word, strict=False) for word in value.replace(",", " ").split() if word != "none")

    @field_validator("public_url", "twilio_api")
    @classmethod
    def _web_address(cls, value: str) -> str:
        _require_scheme(value, ("http", "https"), "https://contact.example.org")
        if urlsplit(value).path.strip("/"):
            raise ValueError("must have no path: give the address alone, for example https://contact.example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        schemes = ("postgresql", "postgres", "postgresql+psycopg", "sqlite")
        _require_scheme(value.get_secret_value(), schemes, "postgresql://user:password@host/name")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr) -> SecretStr:
        _require_scheme(value.get_secret_value(), ("redis", "rediss", "unix"), "redis://host:6379/0")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if value and ("@" not in value or any(character.isspace() for character in value)):
            raise ValueError("must be an address alone, for example hub@landlord.example")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        _require_scheme(value.get_secret_value(), ("smtp", "smtps"), "smtp://user:password@host:587")
        return value

    @field_validator("oauth", "imap", mode="before")
    @classmethod
    def _one_each(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        name = environment_name(str(info.field_name))
        raise ValueError(f"give each one a setting of its own, {name}{NESTED}NAME")

    @field_validator("imap")
    @classmethod
    def _accounts(cls, value: dict[str, SecretStr], info: ValidationInfo) -> dict[str, SecretStr]:
        clients = {_key(name) for name in info.data.get("oauth", {})}
        for name, url in value.items():
            try:
                account = read_account(url.get_secret_value())
            except ValueError as error:
                raise ValueError(f"the one for {name} {error}") from None
            if account.oauth and account.oauth not in clients:
                setting = f"{PREFIX}OAUTH{NESTED}{account.oauth.upper().replace('-', '_')}"
                raise ValueError(f"the one for {name} asks for the tokens of a client that is not set: set {setting}")
        return value

    @field_validator("lmtp")
    @classmethod
    def _listening(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (value.startswith("unix:/") or (host and port.isdecimal() and int(port) < 2**16)):
            raise ValueError("must be host:port or unix:/path, for example 127.0.0.1:8024")
        return value

    @field_validator("oauth")
    @classmethod
    def _clients(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, url in value.items():
            try:
                read_client(url.get_secret_value())
            except ValueError as error:
                raise ValueError(f"the one for {name} {error}") from None
        return value

    @property
    def oauth_clients(self) -> Mapping[str, OAuthClient]:
        """The clients whose tokens stand in for passwords, by the names that the accounts have for them."""
        return {_key(name): read_client(url.get_secret_value()) for name, url in self.oauth.items()}

    @property
    def imap_accounts(self) -> Mapping[str, ImapAccount]:
        """The accounts whose mail is fetched, by the names that the landlord's YAML has for them."""
        return {_key(name): read_account(url.get_secret_value()) for name, url in self.imap.items()}

    @property
    def embedded(self) -> bool:
        """Whether the record is the embedded one: a SQLite file in the data folder."""
        return not self.database_url.get_secret_value()

    @property
    def record_url(self) -> str:
        """The record's address, in the form that SQLAlchemy takes; with its password, so never to be shown."""
        url = self.database_url.get_secret_value()
        if not url:
            return f"sqlite:///{self.data / 'firstcontact.db'}"
        scheme, rest = url.split(":", 1)
        return f"postgresql+psycopg:{rest}" if scheme in {"postgres", "postgresql"} else url

    @property
    def queue_url(self) -> str:
        """The address of Redis, the embedded one's where no other is set; with its password, so never to be shown."""
        return self.redis_url.get_secret_value() or f"unix://{quote(str(self.redis_socket))}"

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens: the same for every process of this data folder."""
        wanted = self.run_folder / "redis.sock"
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET_PATH:
            return wanted
        mark = blake2s(os.fsencode(self.data), digest_size=8).hexdigest()
        return Path("/tmp") / f"firstcontact-{os.getuid()}-{mark}" / "redis.sock"  # noqa: S108 - made private, checked

    @property
    def run_folder(self) -> Path:
        """Locks, sockets and counters of the processes that run: worth nothing once they have ended."""
        return self.data / "run"

    @property
    def address(self) -> str:
        """The server's address as a person on this machine types it, without a slash at the end."""
        host = EVERY_ADDRESS.get(self.host) or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"http://{host}:{self.port}"

    @property
    def outside_url(self) -> str:
        """The address that others reach this server by, without a slash at the end."""
        return self.public_url or self.address

    def setting(self, name: str) -> str:
        """The value of a setting by its name in the environment, ours or a channel's own; "" where it is not set."""
        field = next((each for each in type(self).model_fields if environment_name(each) == name), None)
        value = getattr(self, field) if field else self.channel_secrets([name]).get(name, "")
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    def channel_secrets(self, names: Iterable[str]) -> Mapping[str, str]:
        """The values of the settings that a channel declared by name, such as its token; those not set are left out."""
        fields: dict[str, Any] = {name: (SecretStr, Field(SecretStr(""), alias=name)) for name in names}
        found = create_model("ChannelSecrets", __base__=_FromEnvironment, **fields)(_env_file=env_files(self.data))
        values = {name: getattr(found, name).get_secret_value() for name in fields}
        return {name: value for name, value in values.items() if value}


def _key(name: str) -> str:
    """The name of one of several settings, as the landlord's YAML and other settings write it."""
    return name.lower().replace("_", "-")


def _require_scheme(url: str, schemes: tuple[str, ...], example: str) -> None:
    if url and (urlsplit(url).scheme not in schemes or "://" not in url):
        msg = f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}, for example {example}"
        raise ValueError(msg)


def environment_name(field: str) -> str:
    """The name in the environment of a field of Settings."""
    return str(Settings.model_fields[field].alias)


def load(**given: object) -> Settings:
    """The settings of the environment and the env files, outranked by those given; raises SettingsError."""
    data = given.get("data") or os.environ.get(environment_name("data")) or DEFAULT_DATA
    return _checked(given, env_files(Path(str(data))))


def env_files(data: Path) -> tuple[Path, ...]:
    """The env files that may be, later ones outranking earlier ones; one that was named must be there."""
    named = os.environ.get(PREFIX + "ENV_FILE")
    if named and not Path(named).expanduser().is_file():
        raise SettingsError(f"{PREFIX}ENV_FILE: there is no file {named}")
    return (data.expanduser() / "env", *([Path(named)] if named else []))


def _checked(given: Mapping[str, object], files: tuple[Path, ...]) -> Settings:
    try:
        return Settings(_env_file=files, **given)  # type: ignore[arg-type] # checked by the model
    except ValidationError as error:
        raise SettingsError("\n".join(_complaints(error))) from None
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read ({error.strerror})") from None


def _complaints(error: ValidationError) -> Iterable[str]:
    secret = {environment_name(name) for name, field in Settings.model_fields.items() if _is_secret(field.annotation)}
    for problem in error.errors(include_url=False, include_context=False):
        name = str(problem["loc"][0])
        name = environment_name(name) if name in Settings.model_fields else name
        given = problem.get("input")
        shown = f", not {given!r}" if isinstance(given, str | int | float) and name not in secret else ""
        yield f"{name}: {problem['msg'].removeprefix('Value error, ')}{shown}"


def _is_secret(annotation: object) -> bool:
    return SecretStr in (annotation, *get_args(annotation))


def misspelled(settings: Settings, of_channels: Iterable[str] = ()) -> list[str]:
    """A line for each name in the environment that looks like a setting of ours, or of a channel's, and is none."""
    known = {environment_name(field) for field in type(settings).model_fields} | {PREFIX + "ENV_FILE", *of_channels}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name.split(NESTED)[0] not in known)
    return [f"{name} is no setting{_meant(name.split(NESTED)[0], known)}" for name in unknown]


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else " (docs/configuration.md lists them all)"


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment for a process that is to have these very settings; secrets travel as they came to us."""
    plain = ("data", "config", "public_url", "host", "port")
    return {**os.environ, **{environment_name(name): str(getattr(settings, name)) for name in plain}}


def adopt(environment: Mapping[str, str]) -> None:
    """Have this environment and no other from now on: for a process that is a copy of the one that made it."""
    os.environ.clear()
    os.environ.update(environment)


def environment_alone(settings: Settings) -> dict[str, str]:
    """The environment for a process that is to have what was given to these settings, and no other setting of ours."""
    ours = {environment_name(field) for field in Settings.model_fields}
    others = {name: each for name, each in os.environ.items() if name not in ours and not name.startswith(PREFIX)}
    given: dict[str, object] = {}
    for field in settings.model_fields_set:
        name, value = environment_name(field), getattr(settings, field)
        of_one_each = isinstance(value, dict)
        given |= {f"{name}{NESTED}{key.upper()}": each for key, each in value.items()} if of_one_each else {name: value}
    return others | {
        name: each.get_secret_value() if isinstance(each, SecretStr) else str(each) for name, each in given.items()
    }
