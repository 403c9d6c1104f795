"""A server that speaks Lambda's Invoke, for the handlers in this process that a server elsewhere calls."""

from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from emulator.testing.handlers import Function, Functions

_PATH = "/2015-03-31/functions/"
_INVOCATIONS = "/invocations"


class HandlerServer:
    """Listens on a free port of 127.0.0.1 until this process ends."""

    def __init__(self) -> None:
        functions = self._functions = Functions()

        class Request(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                function = functions.find(self.path.removeprefix(_PATH).removesuffix(_INVOCATIONS))
                if function is None:
                    self._answer(404, b'{"Type":"User","Message":"Function not found"}', "")
                else:
                    self._answer(200, *function.invoke(body))

            def _answer(self, status: int, body: bytes, error: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if error:
                    self.send_header("X-Amz-Function-Error", error)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, name="emulated-functions", daemon=True).start()

    def url_of(self, function: Function) -> str:
        """The URL at which the function is called from now on."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}{_PATH}{self._functions.add(function)}{_INVOCATIONS}"


@cache
def handler_server() -> HandlerServer:
    """The one of this process, which starts when it is first asked for."""
    return HandlerServer()
