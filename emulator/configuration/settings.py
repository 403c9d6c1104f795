"""The settings of the emulator, made once at the start. The fields of ``Settings`` are the table of all options.

A row holds everything about one option. The command line, the environment variables, the options of tests, the page
``docs/configuration.md`` and the reader of mappings (``options.settings_of``) are made from the rows.
"""

# ruff: noqa: RUF009 - option_field makes the fields of the dataclass

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, get_args

from emulator.configuration import checks, pages, values
from emulator.configuration.option import Option, option_field

if TYPE_CHECKING:
    from emulator.authentication.credentials import Credentials

_PORTS = (0, 65_535)


# Not a struct, as records are elsewhere: the pytest plugin imports this in every test run, and nothing of msgspec.
@dataclass(frozen=True, slots=True)
class Settings:
    """One field per option."""

    config: str | None = option_field(
        None,
        "Configuration file in TOML, YAML or JSON: options, queues, topics, subscriptions. Without it: emulator.toml, "
        "emulator.yaml, emulator.yml or emulator.json here or in /etc/emulator, if there is one.",
        metavar="FILE",
        unset="see the text",
        see=pages.CONFIG_FILE,
    )
    no_config: bool = option_field(False, "Use no configuration file that is found by itself.", kind="flag")
    watch: bool = option_field(
        False,
        "Apply the configuration file again each time it changes.",
        kind="flag",
        see=("Changes", "config-file.md#changes"),
    )
    prune: bool = option_field(
        False, "With --watch: delete the queues, topics and subscriptions that are gone from the file.", kind="flag"
    )
    templates: tuple[str, ...] = option_field(
        (),
        "CloudFormation or SAM template, or a folder of templates that CDK made, whose queues and topics are made; can "
        "be given several times. NAME=FILE gives the stack a name.",
        check=tuple,
        once="template",
        metavar="[NAME=]FILE",
        see=pages.INFRASTRUCTURE,
    )
    template_parameters: Mapping[str, str] = option_field(
        {},
        "Value of a parameter of the templates; can be given several times.",
        check=checks.template_parameters,
        once="template_parameter",
        mapping="parameters to values",
        metavar="NAME=VALUE",
        see=pages.INFRASTRUCTURE,
    )
    terraform_plans: tuple[str, ...] = option_field(
        (),
        "Plan of Terraform, as `terraform show -json` prints it, whose queues and topics are made; can be given "
        "several times.",
        check=tuple,
        once="terraform_plan",
        metavar="FILE",
        see=("Terraform", "infrastructure.md#terraform"),
    )
    state: str | None = option_field(
        None, "File with a state document, which is restored at the start.", metavar="FILE", see=pages.STATE_FILES
    )
    save_state: str | None = option_field(
        None, "File to which the state is written when the server ends.", metavar="FILE", see=pages.STATE_FILES
    )
    data_dir: str | None = option_field(
        None,
        "Directory in which everything is kept, so that it is there again after the next start.",
        metavar="DIRECTORY",
        localstack=("PERSISTENCE",),
        unset="nothing is kept",
        see=pages.PERSISTENCE,
    )
    store: str | None = option_field(
        None,
        "URL of a PostgreSQL database, such as postgresql://user:password@host/database, in which everything is kept.",
        check=checks.store_url,
        metavar="URL",
        unset="nothing is kept",
        see=("PostgreSQL", "persistence.md#postgresql"),
    )
    cluster_address: tuple[str, int] | None = option_field(
        None,
        "With --store: host and port, such as 10.0.0.7:4567, at which the other processes of the cluster reach this "
        "one. It listens there as on --port.",
        check=checks.cluster_address,
        metavar="HOST:PORT",
        unset="--host and a free port",
        see=("Clusters", "cluster.md"),
    )
    durability: values.Durability = option_field(
        "process",
        "With --data-dir: what an acknowledged request survives, the end of the process or also a power failure.",
        choices=get_args(values.Durability),
        see=pages.PERSISTENCE,
    )
    host: str = option_field(
        values.DEFAULT_HOST, "Address to listen on.", localstack=("EDGE_BIND_HOST", "GATEWAY_LISTEN")
    )
    port: int = option_field(
        values.DEFAULT_PORT,
        "Port to listen on; 0 picks a free one.",
        kind="integer",
        bounds=_PORTS,
        localstack=("EDGE_BIND_HOST", "EDGE_PORT", "GATEWAY_LISTEN"),
    )
    control_port: int | None = option_field(
        None,
        "Port of the control interface, which is then not on the AWS port; 0 picks a free one.",
        kind="integer",
        bounds=_PORTS,
        unset="the AWS port",
        see=("the control interface", "control.md#where-it-is-and-for-whom"),
    )
    no_control: bool = option_field(False, "Turn the control interface off, except for its health.", kind="flag")
    tls: bool = option_field(  # whether both ports are served with HTTPS; true also if a certificate is given
        False,
        "Serve HTTPS instead of HTTP, with a certificate for localhost that is made at the start.",
        kind="flag",
        also=("--tls-self-signed",),
        see=("HTTPS", "#https"),
    )
    tls_port: int | None = option_field(
        None,
        "Port of HTTPS; the other ports then speak HTTP. 0 picks a free one.",
        kind="integer",
        bounds=_PORTS,
        unset="the other ports",
        see=("HTTPS", "#https"),
    )
    tls_ca_file: str | None = option_field(
        None, "File to write the CA of that certificate to, in PEM, for clients to trust."
    )
    tls_cert: str | None = option_field(None, "Serve HTTPS with the certificate in this file, in PEM.")
    tls_key: str | None = option_field(None, "File with the key of --tls-cert, in PEM.")
    allow_origins: tuple[str, ...] = option_field(
        (),
        "Origin of web pages that may use the control interface; can be given several times.",
        check=checks.origins,
        once="allow_origin",
        metavar="URL",
        see=("where it is and for whom", "control.md#where-it-is-and-for-whom"),
    )
    elasticmq_statistics: bool = option_field(
        False,
        "Answer at /statistics/queues, beside the control interface, as ElasticMQ's statistics do.",
        kind="flag",
        see=("From ElasticMQ", "migration.md#from-elasticmq"),
    )
    state_limit: int = option_field(
        256,
        "Largest document, in MiB, that PUT /_emulator/state takes.",
        kind="integer",
        bounds=(1, 65_536),
        metavar="MEBIBYTES",
        see=("the state", "state.md"),
    )
    cors_allow_origins: tuple[str, ...] = option_field(
        (),
        "Origin of web pages that may call SQS and SNS, besides those of this machine; * is any. Can be given several "
        "times.",
        check=checks.origins_or_any,
        once="cors_allow_origin",
        metavar="URL",
        localstack=("DISABLE_CORS_CHECKS", "EXTRA_CORS_ALLOWED_ORIGINS"),
        see=("Web pages", "#web-pages"),
    )
    region: str = option_field(
        values.DEFAULT_REGION, "Region of requests that name none.", localstack=("DEFAULT_REGION", "AWS_DEFAULT_REGION")
    )
    account_id: str = option_field(
        values.DEFAULT_ACCOUNT,
        "Account of callers whose access key is not itself a 12-digit account id.",
        check=checks.account,
        see=("Accounts and regions", "#accounts-and-regions"),
    )
    access_keys: Mapping[str, str] = option_field(
        {},
        "Account of the callers with an access key; can be given several times.",
        check=checks.access_keys,
        once="access_key",
        mapping="access key ids to account ids",
        metavar="ID=ACCOUNT",
        see=("Accounts and regions", "#accounts-and-regions"),
    )
    verify_signatures: bool = option_field(
        False,
        "Perform only calls that are signed with the secret of a declared access key.",
        kind="flag",
        see=pages.CREDENTIALS,
    )
    credentials: "Credentials" = option_field(
        {},
        "Access key with its secret and, where it is not the default account, its account; can be given several times.",
        check=checks.credentials,
        once="credentials",
        metavar="ID:SECRET[:ACCOUNT]",
        secret=True,
        see=pages.CREDENTIALS,
    )
    credentials_file: str | None = option_field(
        None,
        "File with access keys and their secrets, in the format of ~/.aws/credentials.",
        check=checks.credentials_file,
        metavar="FILE",
        see=pages.CREDENTIALS,
    )
    external_url: str | None = option_field(
        None,
        "Scheme, host and port in queue URLs; without it, those that the caller used.",
        check=checks.base_url,
        localstack=("HOSTNAME_EXTERNAL", "LOCALSTACK_HOST"),
        in_tests='external_url="http://..."',
        see=("Queue URLs", "#queue-urls"),
    )
    smtp_url: str | None = option_field(
        None,
        "Mail server, such as smtp://localhost:1025, that gets the mail for e-mail subscribers.",
        check=checks.smtp_url,
        in_tests='smtp_url="smtp://localhost:1025"',
        see=pages.OUTBOX,
    )
    lambda_urls: Mapping[str, str] = option_field(
        {},
        "URL to which the events of a Lambda function are posted; can be given several times.",
        check=checks.lambda_urls,
        once="lambda_url",
        mapping="ARNs to URLs",
        metavar="ARN=URL",
        in_tests="lambda_urls={arn: url}",
        see=pages.FUNCTIONS,
    )
    lambda_endpoint: str | None = option_field(
        None,
        "URL at which all other Lambda functions are called by their names, such as that of `sam local start-lambda`.",
        check=checks.base_url,
        in_tests='lambda_endpoint="http://..."',
        see=pages.FUNCTIONS,
    )
    auto_confirm: bool = option_field(
        False,
        "Confirm every subscription at once.",
        kind="flag",
        in_tests="auto_confirm=True",
        see=("Deliveries to HTTP endpoints", "http-delivery.md#the-handshake"),
    )
    deliver_to: tuple[str, ...] = option_field(
        (),
        "Host, address or network to which HTTP deliveries may go; can be given several times. Without it: all but "
        "link-local addresses and those of clouds' metadata services.",
        check=checks.destinations,
        once="deliver_to",
        metavar="HOST|CIDR",
        unset="see the text",
        in_tests='deliver_to=["localhost"]',
        see=("Where deliveries may go", "http-delivery.md#where-deliveries-may-go"),
    )
    ca_bundle: str | None = option_field(
        None,
        "File with additional CAs, in PEM, for the certificates of HTTPS subscribers.",
        check=checks.ca_bundle,
        in_tests='ca_bundle="ca.pem"',
    )
    insecure_https: bool = option_field(
        False,
        "Deliver to HTTPS subscribers with any certificate.",
        kind="flag",
        in_tests="insecure_https=True",
    )
    signing_cert_host: str | None = option_field(
        None,
        "Host in SigningCertURL, such as sns.us-east-1.amazonaws.com; without it, the host of all other URLs.",
        check=checks.host,
        in_tests='signing_cert_host="..."',
        see=("Signatures", "http-delivery.md#signatures"),
    )
    signing_cert_file: str | None = option_field(
        None,
        "File to write the certificate of signatures to, in PEM, at the start.",
        in_tests='signing_cert_file="cert.pem"',
        needs_server=True,
    )
    enforce_policies: bool = option_field(
        False,
        "Deliver to queues, and let other accounts in, only where the policy of the queue or topic allows it.",
        kind="flag",
        in_tests="enforce_policies=True",
        see=("Policies", "#policies"),
    )
    secure_transport: values.SecureTransport = option_field(
        "always",
        "What policies see of aws:SecureTransport: always true, or whether the request came by HTTPS.",
        choices=get_args(values.SecureTransport),
        see=pages.POLICIES,
    )
    source_vpc: str | None = option_field(
        None, "VPC from which requests come, as policies see it in aws:SourceVpc.", metavar="ID", see=pages.POLICIES
    )
    source_vpce: str | None = option_field(
        None,
        "VPC endpoint by which requests come, as policies see it in aws:SourceVpce.",
        metavar="ID",
        see=pages.POLICIES,
    )
    standard_queue_chaos: int | None = option_field(
        None,
        "Let standard queues do what AWS allows: deliver out of order, sometimes twice, and sometimes fewer messages "
        "than requested. It repeats with the same seed.",
        kind="integer",
        metavar="SEED",
        in_tests="standard_queue_chaos=7",
    )
    strict_timing: bool = option_field(
        False,
        "Refuse, as AWS does, a second PurgeQueue, and the name of a deleted queue, for 60 seconds.",
        kind="flag",
        localstack=("SQS_DELAY_PURGE_RETRY", "SQS_DELAY_RECENTLY_DELETED"),
        in_tests="strict_timing=True",
    )
    seed: int | None = option_field(
        None,
        "Make ids, receipt handles, tokens and signatures repeat exactly from run to run.",
        kind="integer",
        in_tests="seed=7",
        see=("The same in every run", "#the-same-in-every-run"),
    )
    clock_at: float | None = option_field(  # seconds since the epoch
        None,
        "Freeze every clock at this time, such as 2030-01-01T00:00:00Z, until it is moved.",
        check=checks.point_in_time,
        metavar="TIME",
        in_tests="clock_at=datetime(...)",
        see=("the clock", "control.md#the-clock"),
    )
    clock_move_timeout: float = option_field(
        2.0,
        "Real time that an HTTP endpoint has for each answer while the clock is moved; a whole move waits for up to "
        "five times as long.",
        kind="number",
        bounds=(0, 3_600),
        metavar="SECONDS",
        in_tests="clock_move_timeout=0.5",
        see=("the clock", "control.md#the-clock"),
    )
    init_dirs: tuple[str, ...] = option_field(
        (),
        "Directory with boot.d, start.d, ready.d and shutdown.d, whose scripts run when the server starts and ends; "
        "can be given several times. Without it: /etc/localstack/init and /etc/emulator/init, if they exist.",
        check=checks.init_dirs,
        once="init_dir",
        metavar="DIRECTORY",
        unset="see the text",
        see=("Init hooks", "docker.md#init-hooks"),
    )
    init_failure: values.InitFailure = option_field(
        "continue",
        "What happens when an init script fails: go on with the next one, or exit with code 1.",
        choices=get_args(values.InitFailure),
    )
    log_level: values.LogLevel = option_field(
        "info",
        "What is logged; at info, a line for each request.",
        choices=get_args(values.LogLevel),
        localstack=("DEBUG", "LS_LOG"),
        see=("The log", "observing.md#the-log"),
    )
    log_format: values.LogFormat = option_field("text", "Format of the log.", choices=get_args(values.LogFormat))


def _rows() -> dict[str, Option]:
    rows = {}
    for each in fields(Settings):
        default = each.default if each.default_factory is MISSING else each.default_factory()
        rows[each.name] = Option(each.name, default, each.metadata)
    return rows


OPTIONS = _rows()  # by name
