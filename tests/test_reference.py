"""What the tables in the code say is what the documentation and the other places say that cannot read them."""

from pathlib import Path

import pytest
from click import Option as Parameter

from emulator.__main__ import main
from emulator.configuration.localstack import _TRANSLATED as TRANSLATED
from emulator.configuration.localstack import translate
from emulator.configuration.option import Option
from emulator.configuration.options import OptionError, arguments, settings_of
from emulator.configuration.settings import OPTIONS, Settings
from emulator.control.happenings import HAPPENINGS
from emulator.control.trace_shapes import Step
from emulator.control.trace_steps import step_of
from emulator.foundation.events import Event
from emulator.observation.notification_alerts import wordings
from emulator.sns import events as sns
from emulator.sns.identity import identity_of
from emulator.sns.subscription import Subscription
from emulator.testing.options import ServerOptions
from sqs_sns_emulator import run_options
from tests.reference import PAGES, with_section


@pytest.mark.parametrize("table", PAGES)
def test_section_of_the_documentation_is_what_the_table_says(table: str) -> None:
    page = PAGES[table].read_text(encoding="utf-8")
    assert with_section(page, table) == page, "run: make reference"


# Options. ---------------------------------------------------------------------------------------


def test_rows_have_no_facts_that_options_do_not_know() -> None:
    known = {*Option.__annotations__, "name", "default"}
    for option in OPTIONS.values():
        assert vars(option).keys() <= known, option.name


def test_command_line_has_every_option_of_the_table() -> None:
    given = {parameter.name for parameter in main.params if isinstance(parameter, Parameter)}
    assert given - {"version"} == OPTIONS.keys()


def test_options_of_tests_are_those_of_the_table() -> None:
    in_tests = {name: option for name, option in OPTIONS.items() if option.in_tests is not None}
    assert ServerOptions.__annotations__.keys() == in_tests.keys()
    assert {option.name for option in run_options.SERVER} == in_tests.keys()
    for option in run_options.SERVER:
        row = in_tests[option.name]
        assert option.flag == row.flag.replace("--", "--emulator-")
        assert option.kind == {"flag": "flag"}.get(row.kind, "lines" if row.several else "text")


# A value of each of LocalStack's variables that has a meaning.
LOCALSTACK_VALUES = {
    "EDGE_BIND_HOST": "0.0.0.0:1",
    "EDGE_PORT": "1",
    "GATEWAY_LISTEN": "0.0.0.0:1",
    "LS_LOG": "debug",
    "EXTRA_CORS_ALLOWED_ORIGINS": "http://a.test",
    "LOCALSTACK_HOST": "aws.test",
    "HOSTNAME_EXTERNAL": "aws.test",
}


@pytest.mark.parametrize("name", TRANSLATED)
def test_rows_name_the_variables_of_localstack_that_set_them(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.configuration.localstack._VOLUME", str(tmp_path))  # where PERSISTENCE keeps the state
    options = translate({name: LOCALSTACK_VALUES.get(name, "1")}).options
    assert options.keys() == {option.name for option in OPTIONS.values() if name in option.localstack}


def test_rows_name_variables_of_localstack_in_the_order_in_which_a_later_one_wins() -> None:
    order = list(TRANSLATED)
    for option in OPTIONS.values():
        assert list(option.localstack) == sorted(option.localstack, key=order.index)


def test_settings_can_be_made_of_a_mapping() -> None:
    values = {"port": 4567, "host": "0.0.0.0", "no_control": True, "allow_origins": ["http://A.test:80"], "seed": None}
    assert settings_of(values) == Settings(port=4567, host="0.0.0.0", no_control=True, allow_origins=("http://a.test",))
    base = Settings(region="eu-north-1", clock_move_timeout=3)
    assert settings_of({"clock_move_timeout": 1.5}, base) == Settings(region="eu-north-1", clock_move_timeout=1.5)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"prot": 4567}, "There is no option prot; did you mean port?"),
        ({"xyzzy": 1}, "There is no option xyzzy; there are: access_keys, account_id, allow_origins"),
        ({"port": 70_000}, "port: 70000 is not in the range 0<=x<=65535."),
        ({"port": "http"}, "port: 'http' is not a valid integer"),
        ({"port": 1.5}, "port cannot be 1.5."),
        ({"log_level": "loud"}, "log_level: 'loud' is not one of 'debug', 'info', 'warning', 'error'."),
        ({"host": True}, "host cannot be True."),
        ({"tls": "yes"}, "tls is True or False, not 'yes'."),
        ({"allow_origins": "http://a.test"}, "allow_origins is a list of texts, not 'http://a.test'."),
        ({"allow_origins": ["a"]}, "allow_origins: a is not an origin, such as http://localhost:3000."),
        ({"init_dirs": ["/nowhere"]}, "init_dirs: /nowhere is not a directory."),
        ({"lambda_urls": ["a=b"]}, "lambda_urls is a mapping of ARNs to URLs, not ['a=b']."),
        ({"no_control": True, "control_port": 1}, "--no-control and --control-port contradict each other"),
        ({"tls_cert": "cert.pem"}, "--tls-cert and --tls-key belong together"),
    ],
    ids=str,
)
def test_error_of_a_mapping_says_which_name_is_wrong(values: dict[str, object], error: str) -> None:
    with pytest.raises(OptionError) as raised:
        settings_of(values)
    assert str(raised.value).startswith(error)


def test_options_can_be_written_on_the_command_line() -> None:
    values = {"seed": 7, "tls": True, "no_control": False, "allow_origins": ["http://a.test", "http://b.test"]}
    assert arguments(values) == ["--seed=7", "--tls", "--allow-origin=http://a.test", "--allow-origin=http://b.test"]
    with pytest.raises(OptionError, match="There is no option prot"):
        arguments({"prot": 1})


# Happenings. ------------------------------------------------------------------------------------


def test_fields_of_steps_are_those_of_the_trace() -> None:
    for row in HAPPENINGS.values():
        assert set(row.step or ()) <= set(Step.__struct_fields__), row.name


SUBSCRIPTION = Subscription(
    subscription_arn="arn:aws:sns:us-east-1:111111111111:topic:1",
    topic=identity_of("topic", "111111111111", "us-east-1"),
    protocol="http",
    endpoint="http://localhost:1/",
    owner="111111111111",
    serial=0,
    now=0,
)
WARNED_OF = (
    sns.Attempted(1, "m", SUBSCRIPTION, None, 1, 503, "busy", delivered=False, next_at=None),
    sns.DeadLettered(1, "m", SUBSCRIPTION, None, "arn:aws:sqs:us-east-1:111111111111:queue", "n"),
    sns.DirectlyFailed(1, "m", "111111111111", "why"),
    sns.Failed(1, "m", SUBSCRIPTION, None, "why"),
    sns.ForwardingFailed(1, "m", "111111111111", "7", "http://x/", "why"),
    sns.Withheld(1, "m", SUBSCRIPTION, None, "why"),
)


@pytest.mark.parametrize("event", WARNED_OF, ids=lambda event: type(event).__name__)
def test_warning_has_the_name_of_the_step_in_the_trace(event: Event) -> None:
    [alert] = wordings()[type(event)](event)
    assert alert.kind == step_of(event).event


def test_every_warning_is_about_a_happening_of_the_table() -> None:
    together = {sns.FilteredOutTogether}  # stands for others
    assert wordings().keys() - together <= HAPPENINGS.keys()
    others = {sns.FilteredOut, sns.ConfirmationFailed, *together}  # not named by the step, and no step of a message
    assert wordings().keys() == {*map(type, WARNED_OF), *others}
    [warned] = wordings()[sns.ConfirmationFailed](sns.ConfirmationFailed(1, SUBSCRIPTION, "why"))
    assert warned.kind == HAPPENINGS[sns.ConfirmationFailed].name
