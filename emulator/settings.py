"""How the emulator is set up; made once, at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
InitFailure = Literal["continue", "exit"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4566
DEFAULT_REGION = "us-east-1"
DEFAULT_ACCOUNT = "000000000000"
ANY_ORIGIN = "*"
ANY_HOSTS = ("0.0.0.0", "::")  # to listen on all addresses
DEFAULT_INIT_DIRS = ("/etc/localstack/init", "/etc/emulator/init")


# Not a struct, as records are elsewhere: the pytest plugin imports this in every test run, and nothing of msgspec.
@dataclass(frozen=True, slots=True)
class Settings:
    """One field per option of the command line."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT  # 0: any free one
    control_port: int | None = None  # of the control interface; None: that of AWS; 0: any free one
    no_control: bool = False  # no control interface but its health
    tls: bool = False  # both ports are served with HTTPS
    tls_cert: str | None = None  # file of the server's certificate; None: one is made at the start
    tls_key: str | None = None  # file of its key
    tls_ca_file: str | None = None  # to which the CA of the certificate that is made is written
    allow_origins: tuple[str, ...] = ()  # whose web pages may use the control interface
    cors_allow_origins: tuple[
        str, ...
    ] = ()  # whose web pages may call AWS, besides this machine's; ANY_ORIGIN: anybody's
    region: str = DEFAULT_REGION  # of callers who do not say
    account_id: str = DEFAULT_ACCOUNT  # of callers whose access key is no account id
    external_url: str | None = None  # scheme, host and port in URLs we hand out; None: as the caller came
    smtp_url: str | None = None  # smtp://host:port of a server that gets the mail too
    lambda_urls: Mapping[str, str] = field(default_factory=dict)  # of functions that run here, by ARN
    enforce_policies: bool = False  # deliveries and other accounts' calls need a policy that allows them
    auto_confirm: bool = False  # subscriptions need no confirmation
    ca_bundle: str | None = None  # file of further CAs whose certificates HTTPS subscribers may have
    insecure_https: bool = False  # HTTPS subscribers may have any certificate
    signing_cert_host: str | None = None  # in SigningCertURL; None: the host in all other URLs
    signing_cert_file: str | None = None  # to which the signing certificate is written at the start
    standard_queue_chaos: int | None = None  # seed of what AWS allows standard queues; None: no chaos
    strict_timing: bool = False  # AWS's minute of rest after PurgeQueue and DeleteQueue
    clock_move_timeout: float = 2.0  # real seconds that an HTTP endpoint has to answer while the clock is moved
    seed: int | None = None  # of ids, keys and tokens; None: they are different in every run
    clock_at: float | None = None  # where all clocks stand at the start; None: they run with the system's time
    init_dirs: tuple[str, ...] = ()  # of init scripts; those that are given exist
    init_failure: InitFailure = "continue"  # what happens when an init script fails
    log_level: LogLevel = "info"
    log_format: LogFormat = "text"
