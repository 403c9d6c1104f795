"""The page that a browser shows at the emulator's address: what this is, what it contains, and links to read on.

It has no script and loads nothing; the guard of the control interface keeps other pages from reading it.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator import __version__
from emulator.aws.place import EVERYWHERE
from emulator.control.guard import Guard
from emulator.control.queues import QueueSummary
from emulator.control.queues import summaries as queue_summaries
from emulator.control.topics import TopicSummary
from emulator.control.topics import summaries as topic_summaries
from emulator.pages import ICON_PATH
from emulator.settings import Settings
from emulator.turns import in_turns
from emulator.world import World

# The paths of the page, besides the root.
PATHS = ("/", "/_emulator", "/_emulator/")

_MOST_ROWS = 200

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8888; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
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

_LINKS = (
    ("/_emulator/topology", "topology", "queues, topics and subscriptions as a graph"),
    ("/_emulator/trace", "trace", "what became of the newest publishes"),
    ("/_emulator/outbox", "outbox", "mail, text messages, and what went to phones and functions"),
    ("/_emulator/metrics", "metrics", "for Prometheus"),
    ("/_emulator/state", "state", "everything as one document"),
    ("/_emulator/openapi.json", "openapi.json", "the description of the control interface"),
)


def start_page(world: World | None, settings: Settings) -> ASGIApp:
    """The application that answers browsers. Without a ``world`` the page does not show what the emulator contains."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await _answer(Request(scope), world, settings)
        await answer(scope, receive, send)

    return Guard(page, settings, ("GET",))


async def _answer(request: Request, world: World | None, settings: Settings) -> Response:
    path = request.url.path
    if path == ICON_PATH:
        return Response(status_code=204)
    address = settings.external_url or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"
    known = path in PATHS
    parts = (_introduction(address), "" if known else _notice(path), await _contents(world, settings), _reading())
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


async def _contents(world: World | None, settings: Settings) -> str:
    if world is None:
        where = "is switched off" if settings.no_control else "has a port of its own, which also shows what is here"
        return f"<p>The control interface {where}.</p>"
    queues = await in_turns(queue_summaries(world, EVERYWHERE, _MOST_ROWS))
    topics = await in_turns(topic_summaries(world, EVERYWHERE, _MOST_ROWS))
    links = "".join(f'<li><a href="{path}">{name}</a>: {what}</li>' for path, name, what in _LINKS)
    return (
        _table("Queues", ("visible", "in flight", "delayed"), len(world.sqs.queues), map(_queue_row, queues))
        + _table("Topics", ("subscriptions", "unconfirmed"), len(world.sns.topics), map(_topic_row, topics))
        + f"<h2>More</h2><ul>{links}</ul>"
    )


def _queue_row(queue: QueueSummary) -> Iterator[str]:
    return _row("queues", queue, (queue.visible, queue.in_flight, queue.delayed))


def _topic_row(topic: TopicSummary) -> Iterator[str]:
    return _row("topics", topic, (topic.confirmed, topic.pending))


def _row(kind: str, shown: QueueSummary | TopicSummary, numbers: Iterable[int]) -> Iterator[str]:
    link = f"/_emulator/{kind}/{shown.account}/{quote(shown.region, safe='')}/{quote(shown.name, safe='')}"
    yield f'<tr><th scope="row"><a href="{escape(link)}">{escape(shown.name)}</a></th>'
    yield f"<td>{escape(shown.account)}</td><td>{escape(shown.region)}</td>"
    yield "".join(f'<td class="number">{number}</td>' for number in numbers)
    yield "</tr>"


def _table(title: str, counted: Sequence[str], count: int, rows: Iterable[Iterator[str]]) -> str:
    name = title.lower()
    heading = f'<h2 id="{name}">{title} ({count})</h2>'
    if not count:
        return f"{heading}<p>There are none.</p>"
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("name", "account", "region"))
    heads += "".join(f'<th scope="col" class="number">{head}</th>' for head in counted)
    body = "".join("".join(row) for row in rows)
    path = f"/_emulator/{name}"
    more = f'<p>The first {_MOST_ROWS}; <a href="{path}">{path}</a> has all.</p>' if count > _MOST_ROWS else ""
    return (
        f'{heading}<table aria-labelledby="{name}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}'
    )


def _reading() -> str:
    return (
        "<h2>Documentation</h2><p>In <code>README.md</code> and the folder <code>docs</code> of sqs-sns-emulator; "
        "<code>sqs-sns-emulator --help</code> lists the options.</p>"
    )
