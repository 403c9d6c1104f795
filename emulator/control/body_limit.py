"""The size of the bodies of control requests, of which the server would otherwise keep whatever a client sends."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emulator.configuration.settings import Settings
from emulator.control.refusals import TooLargeError
from emulator.control.routing import refused

STATE_PATH = "/_emulator/state"
# In MiB; some templates and plans, or a batch of messages, of which each byte may be an escape.
_LIMITS = {"/_emulator/declare": 16, "/_emulator/call": 8}
_PREVIEW = "/preview"
_MEBIBYTE = 1024 * 1024


class BodyLimit:
    """Passes requests on to ``app`` if their bodies are small enough: by Content-Length, or as they come in."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._state_mebibytes = settings.state_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = self._error(scope["path"])
        if int(dict(scope["headers"]).get(b"content-length", 0)) > error.limit:
            response = await refused(Request(scope), error)
            await response(scope, receive, send)
            return
        size = 0

        async def receive_up_to_limit() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > error.limit:
                raise error
            return message

        await self._app(scope, receive_up_to_limit, send)

    def _error(self, path: str) -> TooLargeError:
        """The error for a body of a request to ``path`` that is larger than its limit."""
        if path == STATE_PATH:
            text = f"The document is larger than {self._state_mebibytes} MiB; --state-limit takes a larger number."
            return TooLargeError(text, self._state_mebibytes * _MEBIBYTE)
        mebibytes = 8 if path.endswith(_PREVIEW) else _LIMITS.get(path, 1)
        return TooLargeError(f"The body is larger than {mebibytes} MiB.", mebibytes * _MEBIBYTE)
