"""CORS for web pages that call SQS and SNS with an SDK in the browser.

AWS answers every page, since the signature says on whose behalf the page calls. Here signatures are not verified, and a
form that any page can send is a request of the query protocol. So only pages of this machine may call, and those of the
origins that the command line names. Requests of other pages are refused.
"""

import logging
import re

from starlette.middleware.cors import CORSMiddleware

from emulator.admission.browsers import Headers, is_from_elsewhere, is_link, origin_of
from emulator.configuration.values import ANY_ORIGIN
from emulator.serving.asgi import AsgiApp, Receive, Scope, Send, send_response
from emulator.wire.http import HttpResponse

logger = logging.getLogger(__name__)

# Any scheme: desktop and mobile applications that are made of web pages have schemes of their own.
_THIS_MACHINE = r"[a-z][a-z0-9+.-]*://(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?"

# The response headers that an SDK reads: the id for its metadata, the code for the error's class, the date for the
# clock skew.
_EXPOSED = ("x-amzn-RequestId", "x-amzn-query-error", "Date")
_PREFLIGHT_SECONDS = 172_800


class AwsCors:
    """ASGI middleware for requests of browsers: refuses pages that may not call ``app``, and answers preflights."""

    def __init__(self, app: AsgiApp, allowed: tuple[str, ...]) -> None:
        self._any = ANY_ORIGIN in allowed
        self._allowed = frozenset(allowed)
        self._this_machine = re.compile(_THIS_MACHINE)
        self._app = CORSMiddleware(
            app,
            allow_origins=allowed,
            allow_origin_regex=_THIS_MACHINE,
            allow_methods=("GET", "POST"),
            allow_headers=("*",),
            expose_headers=_EXPOSED,
            max_age=_PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(dict(scope["headers"]), scope["query_string"])
        if refusal is None:
            await self._app(scope, receive, send)
            return
        logger.warning(refusal)
        body = f"{refusal}\n".encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(body)
        await send_response(send, HttpResponse(403, head, body))

    def _refusal(self, headers: Headers, query: bytes) -> str | None:
        if self._any:
            return None
        origin = origin_of(headers)
        if origin is None:
            refused = is_from_elsewhere(headers, links=is_link(query))
            return "A web page from elsewhere may not call SQS and SNS here." if refused else None
        if origin in self._allowed or self._this_machine.fullmatch(origin):
            return None
        return f"Web pages of {origin} may not call SQS and SNS here; --cors-allow-origin {origin} would let them."
