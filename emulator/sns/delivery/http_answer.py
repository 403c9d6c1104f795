"""Reads the answer of an endpoint, within bounds: whatever the endpoint sends, it costs little time and memory.

An endpoint is a stranger's program, and what it sends is parsed in the event loop that serves everyone. So the bounds
are checked before the bytes are parsed. What exceeds them is no answer.
"""

import zlib

import httptools

from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.http_messages import CONTENT_BYTES

ANSWER_BYTES = 32_768  # up to there: interim answers, the head, and the framing of the body
INTERIM_ANSWERS = 16
READS = 256  # because a byte that comes alone costs as much as a packet

_PIECE_BYTES = 16_384  # that are parsed at once
_SWITCHING_PROTOCOLS = 101
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class AnswerReader:
    """The answer to one request. Its attributes ``on_…`` are what the parser calls."""

    def __init__(self, content_bytes: int = CONTENT_BYTES) -> None:
        """Of the body ``content_bytes`` are read, at least as many as by default."""
        more = content_bytes - CONTENT_BYTES
        self._content_max = content_bytes
        self.challenge = ""  # the header WWW-Authenticate
        self.keeps_alive = False  # whether the connection can be used again
        self.begun = False  # whether anything has come in
        self._bytes_max = self._bytes_left = ANSWER_BYTES + 2 * more
        self._reads_max = self._reads_left = READS + more // 1024
        self._interim_answers = 0
        self._status = 0  # of the final answer, once its head was read
        self._complete = False
        self._surplus = False
        self._content_bytes = 0  # of the pieces that were counted
        self._counted = 0
        self._fields: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []
        self._headers: dict[bytes, bytes] = {}  # names in lower case
        self._pieces_end: int | None = None  # behind the last of the answer; a second answer may follow
        # The parser's callbacks, which it looks up when it is made.
        self.on_header = self._fields.__setitem__
        self.on_body = self._pieces.append
        self._parser = _new_parser(self)

    def feed(self, data: bytes) -> Answer | None:
        """The answer, if it is complete with ``data``, or at least so much of it as is read.

        Raises NoAnswer if what came is not HTTP, or exceeds a bound.
        """
        self.begun = True
        self._reads_left -= 1
        if self._reads_left < 0:
            raise NoAnswer(f"the answer came in more than {self._reads_max} pieces", excessive=True)
        view, start = memoryview(data), 0
        while start < len(data):
            end = min(len(data), start + min(_PIECE_BYTES, self._bytes_left))
            self._parse(view[start:end])
            if self._is_enough():
                self.keeps_alive = self.keeps_alive and self._complete and not self._surplus and end == len(data)
                return self._answer()
            self._bytes_left -= end - start
            start = end
            if self._bytes_left <= 0:
                raise NoAnswer(self._excess(), excessive=True)
        return None

    def end(self) -> Answer | None:
        """The answer, if it ends where the connection ended; None if it is incomplete."""
        ends_here = self._status and not self._headers.keys() & {b"content-length", b"transfer-encoding"}
        return self._answer() if ends_here else None

    def close(self) -> None:
        """Break the cycle: the parser refers to this reader."""
        self._parser = _NO_PARSER

    # -- What the parser calls -------------------------------------------------------------

    def on_headers_complete(self) -> None:
        if self._complete:
            return  # a second answer to one request: the first one counts
        status = self._parser.get_status_code()
        if status == _SWITCHING_PROTOCOLS:
            raise NoAnswer("the endpoint switched to another protocol", excessive=True)
        if status >= 200:
            self._status = status
            self._headers = {name.lower(): value for name, value in self._fields.items()}
            self.challenge = self._headers.get(b"www-authenticate", b"").decode("latin-1")
            return
        self._fields.clear()
        self._interim_answers += 1
        if self._interim_answers > INTERIM_ANSWERS:
            raise NoAnswer(f"the endpoint sent more than {INTERIM_ANSWERS} interim answers", excessive=True)

    def on_message_begin(self) -> None:
        self._surplus = self._complete

    def on_message_complete(self) -> None:
        if self._status and not self._complete:
            self._complete = True
            self._pieces_end = len(self._pieces)
            self.keeps_alive = self._parser.should_keep_alive()

    # -- How far it is ---------------------------------------------------------------------

    def _parse(self, piece: memoryview) -> None:
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserError as error:
            cause = error.__context__
            if isinstance(cause, NoAnswer):
                raise cause from None
            if not self._complete:
                raise NoAnswer(f"the answer is not HTTP: {error}") from error
            self._surplus = True  # behind an answer that is complete

    def _is_enough(self) -> bool:
        self._content_bytes += sum(map(len, self._pieces[self._counted :]))
        self._counted = len(self._pieces)
        return self._complete or self._content_bytes >= self._content_max

    def _answer(self) -> Answer:
        content = b"".join(self._pieces[: self._pieces_end])[: self._content_max]
        if self._headers.get(b"content-encoding", b"").lower() in (b"gzip", b"deflate"):
            content = _decompressed(content, self._content_max)
        return Answer(self._status, content, self._headers.get(b"x-amz-function-error", b"").decode("latin-1"))

    def _excess(self) -> str:
        size = f"{self._bytes_max // 1024} KiB"
        if not self._status:
            return f"the head of the answer exceeds {size}"
        return f"the body of the answer has less than {self._content_max // 1024} KiB of content in {size}"


def _decompressed(beginning: bytes, length: int) -> bytes:
    """The beginning of a compressed body, decompressed, as far as its own bound allows; as it came if malformed."""
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(beginning, length)
    except zlib.error:
        return beginning


def _new_parser(reader: object) -> httptools.HttpResponseParser:
    parser = httptools.HttpResponseParser(reader)
    if hasattr(parser, "set_dangerous_leniencies"):  # httptools before 0.6.3 has none
        # What browsers and curl take from a sloppy server: nothing is passed on to another parser here.
        parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )
    return parser


_NO_PARSER = httptools.HttpResponseParser(object())  # of an answer that was read
