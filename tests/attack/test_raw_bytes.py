"""Raw bytes are answered by the fast way as by the plain one, whatever they are. ``make fuzz`` tries many more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attack.both_ways import check
from tests.attack.grammar import conversation
from tests.examples import examples

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LIST = b"Action=ListQueues&Version=2012-11-05"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(LIST), LIST)


@pytest.mark.parametrize(
    "data",
    [
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"1.1\r\n", b"1.0\r\nConnection: keep-alive\r\n") + GET,
        GET.replace(b"Host: localhost\r\n", b""),
        GET.replace(b"GET /", b"GET /?" + b"a" * 65_533),
        GET.replace(b"GET /", b"GET /?" + b"a" * 65_534),
        GET.replace(b"Host", b"Expect: nonsense\r\nHost"),
        POST.replace(b"Content-Length: ", b"Content-Length: 0000000000"),
        POST.replace(b"Content-Length: ", b"Content-Length: 9000000"),
    ],
)
def test_both_ways_do_the_same_with_each_odd_request(data: bytes) -> None:
    check([data])


@settings(max_examples=examples(150))
@given(data=st.data())
def test_both_ways_do_the_same_with_nearly_right_requests(data: st.DataObject) -> None:
    check(conversation(lambda below: data.draw(st.integers(0, below - 1))))


@settings(max_examples=examples(50))
@given(segments=st.lists(st.binary(max_size=200), max_size=4))
def test_both_ways_do_the_same_with_any_bytes(segments: list[bytes]) -> None:
    check(segments)
