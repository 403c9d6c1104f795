"""What one connection may send, and how long it may take: bounds, and the refusals of requests that exceed them."""

# Without these, one client could take memory and time without end. The parser of URLs takes no longer ones than this.
MAX_TARGET_BYTES = 65_535
MAX_HEADER_BYTES = 64 * 1024  # all names and values of a request together, with 4 bytes for each line

# What may stand in a chunked body without being a part of it: lengths, their extensions, the trailer.
MAX_FRAMING_BYTES = 512 * 1024

# Requests behind one that waits; the largest request of AWS is one of them. Beyond that none is taken any more.
MAX_WAITING_BYTES = 9 * 1024 * 1024

# Of a body that is not wanted any more, because its request is answered. A client that were cut off would not see the
# answer.
MAX_DROPPED_BYTES = 128 * 1024 * 1024

HEAD_SECONDS = 30.0  # from the first byte of a request's target to the end of its head
PAUSE_SECONDS = 30.0  # between two pieces of a body
END_OF_TLS_SECONDS = 0.1  # for an idle client to confirm the end of TLS when the server ends


class RefusedError(Exception):
    """A request whose head is refused by the server itself."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def too_long_target() -> RefusedError:
    return RefusedError(414, f"The target of the request is longer than {MAX_TARGET_BYTES} bytes.")


def too_much_framing() -> RefusedError:
    return RefusedError(431, f"There are more than {MAX_FRAMING_BYTES} bytes without a body, or behind it.")


def too_long_head() -> RefusedError:
    return RefusedError(431, f"The headers of the request are longer than {MAX_HEADER_BYTES} bytes.")
