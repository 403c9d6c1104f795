"""The console: the pages that a browser shows of the emulator. A client of the control interface, and of nothing else.

It is files alone, which the browser keeps and asks about again by their tags; the guard of the control interface keeps
pages from elsewhere from reading them.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.configuration.settings import Settings
from emulator.console import files
from emulator.control.guard import Guard

# Where the console is; the other paths of its files are below the last one.
ENTRANCES = ("/", "/_emulator", "/_emulator/", "/_emulator/console", "/_emulator/console/")
FOLDER = ENTRANCES[-1]


def console(settings: Settings) -> ASGIApp:
    """The application that answers requests for the console."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await _answer(Request(scope))(scope, receive, send)

    return Guard(answer, settings, ("GET",))


def _answer(request: Request) -> Response:
    path = request.url.path
    name = "index.html" if path in ENTRANCES else path.removeprefix(FOLDER)
    if request.method not in ("GET", "HEAD"):
        return Response(status_code=405, headers={"allow": "GET, HEAD"})
    if name not in files.names():
        return Response("There is no such file.\n", 404, media_type="text/plain")
    found = files.file(name)
    headers = {
        "cache-control": "no-cache",  # it is asked each time whether there is a newer one
        "content-security-policy": files.security_policy(),
        "etag": found.tag,
        "referrer-policy": "no-referrer",
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = found.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        content = found.compressed
    return Response(content, headers=headers, media_type=found.media_type)
