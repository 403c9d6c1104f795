"""The options that commands have in common, and how a command gets its session."""

import os
import re
from collections.abc import Callable, Collection
from contextlib import closing
from functools import partial, update_wrapper
from typing import Any
from urllib.parse import urlsplit

import click
from click.shell_completion import CompletionItem

from emulator.command_line.failures import Failure
from emulator.command_line.interrupts import until_interrupted
from emulator.command_line.output import use_color
from emulator.command_line.session import Session, Target
from emulator.configuration import checks
from emulator.configuration.file import Start
from emulator.configuration.values import ANY_HOSTS, DEFAULT_HOST

option = partial(click.option, allow_from_autoenv=False)  # a variable for each option of each command serves no one

URL_VARIABLE = "EMULATOR_URL"
CONTROL_URL_VARIABLE = "EMULATOR_CONTROL_URL"

_COMPLETION_SECONDS = 2.0

Command = Callable[..., None]


def _checked(check: Callable[[str], str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def checked(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        try:
            return None if value is None else check(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return checked


def _url(value: str) -> str:
    try:
        url = checks.base_url(value)
        usable = urlsplit(url).port != 0 and re.fullmatch(r"https?://[^\s@/]+", url)
    except ValueError:
        usable = None
    if not usable:
        raise ValueError("the URL of a server is wanted, such as http://localhost:4566.")
    return url


_REACHING = (
    option(
        "--url",
        envvar=URL_VARIABLE,
        show_envvar=True,
        callback=_checked(_url),
        metavar="URL",
        help="Where the server is; without it, where the options of this machine's server say: http://localhost:4566.",
    ),
    option(
        "--control-url",
        envvar=CONTROL_URL_VARIABLE,
        show_envvar=True,
        callback=_checked(_url),
        metavar="URL",
        help="Where its control interface is, if it has a port of its own that cannot be reached under its number.",
    ),
    option(
        "--ca-bundle",
        envvar="AWS_CA_BUNDLE",
        show_envvar=True,
        metavar="FILE",
        help="File with the CA of a server that speaks HTTPS.",
    ),
)
_ACCOUNT = option(
    "--account",
    callback=_checked(checks.account),
    metavar="ID",
    help="Account of the queues and topics; without it, that of AWS_ACCESS_KEY_ID if that is an account id, else the "
    "server's default.",
)
_REGION = option(
    "--region",
    metavar="REGION",
    help="Region of the queues and topics; without it, that of AWS_REGION or AWS_DEFAULT_REGION, else the server's "
    "default.",
)
_FILTERS = {
    "account": option("--account", callback=_checked(checks.account), metavar="ID", help="Only this account."),
    "region": option("--region", metavar="REGION", help="Only this region."),
}
as_json = option("--json", "as_json", is_flag=True, help="Print JSON.")


def server_command(*, filters: Collection[str] | None = None) -> Callable[[Command], Command]:
    """Give a command the options that say where the server is, and a session. Ctrl-C ends it with 130.

    Without ``filters`` the command is about queues and topics of one account and region, and has their options.
    Otherwise it is about all accounts and regions, and these options limit that.
    """
    place = [_ACCOUNT, _REGION] if filters is None else [_FILTERS[name] for name in filters]

    def decorate(function: Command) -> Command:
        @click.pass_context
        def command(ctx: click.Context, /, **values: Any) -> None:
            use_color(ctx)
            with closing(Session(_target(ctx, values))) as session, until_interrupted():
                function(session, **values)

        update_wrapper(command, function)
        decorated: Command = command
        for each in reversed((*place, *_REACHING, as_json)):
            decorated = each(decorated)
        return decorated

    return decorate


def _target(ctx: click.Context, values: dict[str, Any]) -> Target:
    url, control_url, ca_bundle = (values.pop(name) for name in ("url", "control_url", "ca_bundle"))
    only_account, only_region = values.pop("account", None), values.pop("region", None)
    account = only_account or _account_of_environment()
    region = only_region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if url is None:
        url, own_ca = _own_server(ctx.find_root())
        ca_bundle = ca_bundle or own_ca
    return Target(url, control_url, ca_bundle, account, region, only_account, only_region)


def _own_server(root: click.Context) -> tuple[str, str | None]:
    """The URL of the server that the options before the command and the variables are about, and its CA."""
    options = root.params
    if "port" not in options:
        return "http://localhost:4566", None
    if isinstance(root.obj, Start) and root.obj.config.error is not None:
        raise Failure(f"{root.obj.config.error}\nGive --url, or mend the configuration file.")
    host = "localhost" if options["host"] in (*ANY_HOSTS, DEFAULT_HOST) else options["host"]
    tls = options["tls_port"] is None and (options["tls"] or options["tls_cert"] is not None)
    scheme = "https" if tls else "http"
    netloc = f"[{host}]:{options['port']}" if ":" in host else f"{host}:{options['port']}"
    ca_file = options["tls_ca_file"]
    return f"{scheme}://{netloc}", ca_file if ca_file is not None and os.path.isfile(ca_file) else None


def _account_of_environment() -> str | None:
    key = os.environ.get("AWS_ACCESS_KEY_ID", "")
    return key if re.fullmatch(r"\d{12}", key) else None


def _completed(noun: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names of the server's queues or topics; none if it does not answer."""
        values = {name: ctx.params.get(name) for name in ("url", "control_url", "ca_bundle", "account", "region")}
        try:
            with closing(Session(_target(ctx, values))) as session:
                place = {"account": session.target.account, "region": session.target.region}
                listed = session.control("GET", f"{noun}s", place, seconds=_COMPLETION_SECONDS)[f"{noun}s"]
        except (click.ClickException, OSError):
            return []
        return [CompletionItem(each["name"]) for each in listed if each["name"].startswith(incomplete)]

    return complete


queue_argument = click.argument("queue", shell_complete=_completed("queue"))
queues_argument = click.argument("queues", nargs=-1, metavar="[QUEUE]...", shell_complete=_completed("queue"))
topic_argument = click.argument("topic", shell_complete=_completed("topic"))
