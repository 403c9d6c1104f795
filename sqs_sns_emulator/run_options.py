"""The plugin's options: on pytest's command line, in its configuration file, and as arguments of a marker.

Neither reading nor declaring them imports the emulator.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest

MARKER = "emulator"

Kind = Literal["text", "flag", "lines"]


@dataclass(frozen=True)
class Option:
    name: str
    help: str
    kind: Kind = "text"
    metavar: str = "VALUE"
    once: str | None = None  # if the option can be repeated: its name on the command line, in the singular

    @property
    def flag(self) -> str:
        """The option on the command line, such as ``--emulator-seed``."""
        return f"--emulator-{self.once or self.name}".replace("_", "-")

    @property
    def ini(self) -> str:
        return f"emulator_{self.name}"


URL = Option("url", "Use the emulator that runs at URL, instead of starting one.", metavar="URL")
IMPORT_REGION = Option(
    "import_region",
    "Whether to set AWS_DEFAULT_REGION at the start of pytest if no region is configured, so that modules can make "
    "clients while they are imported (default: true).",
    "flag",
)
# The region and account of a test, and what it contains. The marker takes these, and all of SERVER.
ACCOUNT_ID = Option("account_id", "Account of each test; without it each test has one of its own.", metavar="ID")
REGION = Option("region", "Region of the tests' clients; without it, that in AWS_DEFAULT_REGION or AWS_REGION.")
CONFIG = Option(
    "config", "Configuration file whose queues and topics there are in the account of each test.", metavar="FILE"
)
TEMPLATES = Option(
    "templates",
    "CloudFormation or SAM template whose queues and topics there are in the account of each test; can be given "
    "several times.",
    "lines",
    metavar="[NAME=]FILE",
    once="template",
)
TEMPLATE_PARAMETERS = Option(
    "template_parameters",
    "Value of a parameter of the templates; can be given several times.",
    "lines",
    metavar="NAME=VALUE",
    once="template_parameter",
)
TERRAFORM_PLANS = Option(
    "terraform_plans",
    "Plan of Terraform in JSON whose queues and topics there are in the account of each test; can be given several "
    "times.",
    "lines",
    metavar="FILE",
    once="terraform_plan",
)
CONTENTS = (CONFIG, TEMPLATES, TEMPLATE_PARAMETERS, TERRAFORM_PLANS)
SERVER = (
    Option("seed", "Make ids, receipt handles, tokens and signatures the same for a test in every run.", metavar="N"),
    Option(
        "clock_at",
        "Freeze the clock of every test at TIME, such as 2030-01-01T00:00:00Z, until the test moves it.",
        metavar="TIME",
    ),
    Option(
        "clock_move_timeout",
        "Real time that a subscriber or function has for each answer while the clock is moved.",
        metavar="SECONDS",
    ),
    Option("enforce_policies", "Accept deliveries and calls of other accounts only if a policy allows them.", "flag"),
    Option("auto_confirm", "Confirm every subscription at once.", "flag"),
    Option(
        "strict_timing", "Refuse a second PurgeQueue, and a deleted queue's name, for 60 seconds, as AWS does.", "flag"
    ),
    Option("standard_queue_chaos", "Let standard queues deliver out of order, and sometimes twice.", metavar="SEED"),
    Option("smtp_url", "Mail server, such as smtp://localhost:1025, that gets the mail too.", metavar="URL"),
    Option(
        "lambda_urls",
        "URL to which the events of a Lambda function are posted; can be given several times.",
        "lines",
        metavar="ARN=URL",
        once="lambda_url",
    ),
    Option("lambda_endpoint", "URL at which all other Lambda functions are called by their names.", metavar="URL"),
    Option(
        "deliver_to",
        "Host, address or network to which HTTP deliveries may go; can be given several times.",
        "lines",
        metavar="HOST|CIDR",
    ),
    Option("ca_bundle", "File with additional CAs for the certificates of HTTPS subscribers.", metavar="FILE"),
    Option("insecure_https", "Deliver to HTTPS subscribers with any certificate.", "flag"),
    Option("signing_cert_host", "Host in SigningCertURL.", metavar="HOST"),
    Option("signing_cert_file", "File to write the certificate of signatures to.", metavar="FILE"),
    Option("external_url", "Scheme, host and port in queue URLs.", metavar="URL"),
)
_ALL = (URL, ACCOUNT_ID, REGION, *CONTENTS, *SERVER)

_COMMAND_LINE: Mapping[Kind, Mapping[str, Any]] = {
    "text": {},
    "flag": {"action": "store_true"},
    "lines": {"action": "append", "default": []},
}
_INI: Mapping[Kind, Mapping[str, Any]] = {
    "text": {"type": "string", "default": ""},
    "flag": {"type": "bool", "default": False},
    "lines": {"type": "linelist", "default": []},
}


def declare(parser: pytest.Parser) -> None:
    group = parser.getgroup("sqs-sns-emulator")
    for option in _ALL:
        shown = {} if option.kind == "flag" else {"metavar": option.metavar}
        group.addoption(option.flag, dest=option.ini, help=option.help, **_COMMAND_LINE[option.kind], **shown)
        parser.addini(option.ini, option.help, **_INI[option.kind])
    parser.addini(IMPORT_REGION.ini, IMPORT_REGION.help, type="bool", default=True)


def given(config: pytest.Config, option: Option) -> Any:
    """The value on the command line, or else in the configuration file; None if it is in neither."""
    return config.getoption(option.ini) or config.getini(option.ini) or None


def server_options(config: pytest.Config) -> dict[str, Any]:
    """The options of the run's server, as ``emulated_aws`` takes them. Raises UsageError if one cannot be read."""
    options = {option.name: given(config, option) for option in SERVER}
    options["lambda_urls"] = _mapping(options["lambda_urls"])
    return {name: value for name, value in options.items() if value is not None}


def contents(config: pytest.Config, marked: Mapping[str, Any]) -> dict[str, Any]:
    """What the account of a test contains, as ``declare`` takes it: as ``marked``, or as given for the run."""
    found = {option.name: marked.get(option.name, given(config, option)) for option in CONTENTS}
    parameters = found["template_parameters"]
    found["template_parameters"] = _mapping(parameters) if isinstance(parameters, list) else parameters
    return {name: value for name, value in found.items() if value is not None}


def _mapping(lines: list[str] | None) -> dict[str, str] | None:
    return None if lines is None else dict(line.partition("=")[::2] for line in lines)


def given_url(config: pytest.Config) -> str | None:
    """The URL of an emulator that runs already; None if none was given. Raises UsageError if it is not usable."""
    url: str | None = given(config, URL)
    if url is None:
        return None
    url = url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.netloc or url != f"http://{parts.netloc}":
        raise pytest.UsageError(
            f"{URL.flag} is {url!r}, which is not the URL of an emulator: one is wanted such as http://localhost:4566."
        )
    return url


def contradictions(config: pytest.Config) -> Iterator[str]:
    """An error text for each combination of options that is not allowed."""
    if given_url(config) is None:
        return
    for option in SERVER:
        if given(config, option) is not None:
            flag = option.flag.replace("emulator-", "")
            yield f"The emulator of {URL.flag} runs already: give it {flag} itself, when it is started."
    if given(config, ACCOUNT_ID) is not None and config.getoption("dist", "no") != "no":
        yield (
            f"{ACCOUNT_ID.flag} would let tests of several workers meet in one account of the emulator of {URL.flag}: "
            "leave one of them away, or run the tests with -n 0."
        )


def marked(node: pytest.Item | pytest.Collector | pytest.Session) -> dict[str, Any]:
    """The arguments of the markers at a test and around it; the closest one wins. ValueError for positional ones."""
    options: dict[str, Any] = {}
    for marker in node.iter_markers(MARKER):
        if marker.args:
            raise ValueError(
                f"The marker takes arguments by name only, such as region='eu-north-1', not {marker.args}."
            )
        options = {**marker.kwargs, **options}
    return options
