"""The page that a browser shows where the console is not: what this is, and where the console is.

It has no script and loads nothing; the guard of the control interface keeps other pages from reading it.
"""

import base64
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator import __version__
from emulator.admission.browsers import ICON_PATH
from emulator.configuration.settings import Settings
from emulator.control.guard import Guard

# The paths of the page, besides the root.
PATHS = ("/", "/_emulator", "/_emulator/")

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.notice { border-left: .25rem solid #c60; padding-left: .75rem; }
""".strip()

_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def start_page(settings: Settings) -> ASGIApp:
    """The application that answers browsers at every path that is neither the console's nor a call of AWS."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await _answer(Request(scope), settings)(scope, receive, send)

    return Guard(page, settings, ("GET",))


def _answer(request: Request, settings: Settings) -> Response:
    path = request.url.path
    if path == ICON_PATH:
        return Response(status_code=204)
    address = settings.external_url or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"
    known = path in PATHS
    parts = (_introduction(address), "" if known else _notice(path), _console(settings), _reading())
    return Response(_document("".join(parts)), 200 if known else 404, _HEADERS, "text/html")


def _document(body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>sqs-sns-emulator</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _introduction(address: str) -> str:
    return (
        f"<h1>sqs-sns-emulator {escape(__version__)}</h1>"
        "<p>Amazon SQS and SNS for tests and development. This address is for AWS SDKs and the AWS CLI, which find it "
        f"with <code>AWS_ENDPOINT_URL={escape(address)}</code>.</p>"
    )


def _notice(path: str) -> str:
    return (
        f'<p class="notice" role="status">There is no page at <code>{escape(path)}</code>. '
        'The page of this emulator is at <a href="/">/</a>.</p>'
    )


def _console(settings: Settings) -> str:
    if settings.no_control:
        return "<p>The control interface is switched off, and the console with it.</p>"
    if settings.control_port is not None:
        return "<p>The control interface has a port of its own, which also has the console.</p>"
    return ""


def _reading() -> str:
    return (
        "<h2>Documentation</h2><p>In <code>README.md</code> and the folder <code>docs</code> of sqs-sns-emulator; "
        "<code>sqs-sns-emulator --help</code> lists the options.</p>"
    )
