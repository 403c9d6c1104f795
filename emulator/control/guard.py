"""Access to the control interface: open to everyone except web pages from elsewhere.

A web page can reach the emulator in three ways, and there is a check for each. A request to another origin has the
header Origin. A GET for an image or a frame does not, but has Sec-Fetch-Site. A page whose own host name is rebound to
this machine (DNS rebinding) has the same origin as the emulator as far as the browser knows; but its host name is a
public one, which the emulator accepts only if it was configured.
"""

import logging

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.admission.browsers import Headers, is_from_elsewhere, origin_of
from emulator.admission.hosts import KnownHosts
from emulator.configuration.settings import Settings
from emulator.control.refusals import ForbiddenError
from emulator.control.routing import refused

logger = logging.getLogger(__name__)


class Guard:
    """Passes requests on to ``app`` if the caller may make them."""

    def __init__(self, app: ASGIApp, settings: Settings, methods: tuple[str, ...]) -> None:
        self._allowed = frozenset(settings.allow_origins)
        self._hosts = KnownHosts(settings, settings.allow_origins)
        self._app = CORSMiddleware(
            app, allow_origins=settings.allow_origins, allow_methods=methods, allow_headers=("*",)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(dict(scope["headers"]))
        if refusal is None:
            await self._app(scope, receive, send)
            return
        logger.warning(refusal)
        response = await refused(Request(scope), ForbiddenError(refusal))
        await response(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        given = headers.get(b"host", b"localhost")
        host = given.decode("latin-1").lower()
        if given not in self._hosts:
            return (
                f"The host {host} is not known to be this emulator's; to allow it, give --allow-origin http://{host}."
            )
        origin = origin_of(headers)
        if origin is None:
            is_refused = is_from_elsewhere(headers, links=True)
            return "A web page of another origin may not use the control interface." if is_refused else None
        if origin in self._allowed or origin.partition("://")[2] == host:
            return None
        return f"Web pages of {origin} may not use the control interface; --allow-origin {origin} allows them."
