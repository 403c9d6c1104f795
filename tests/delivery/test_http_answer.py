"""Reading answers: however they are cut into pieces, and whatever they are."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.http_answer import ANSWER_BYTES, READS, AnswerReader
from emulator.sns.delivery.http_messages import CONTENT_BYTES
from emulator.sns.delivery.http_target import Origin, Target
from tests.examples import examples

ANSWERS = {
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello": Answer(200, b"hello"),
    b"HTTP/1.1 204 No Content\r\n\r\n": Answer(204, b""),
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n": Answer(304, b""),
    b"HTTP/1.1 503\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX: y\r\n\r\n": Answer(
        503, b"hello"
    ),
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n": Answer(
        200, b""
    ),
    b"HTTP/1.0 500 No\nContent-Length: 2\n\nno": Answer(500, b"no"),
}


def read(*pieces: bytes) -> Answer | None:
    """The answer that the pieces make; also one that ends with the connection."""
    reader = AnswerReader()
    for piece in pieces:
        answer = reader.feed(piece)
        if answer is not None:
            return answer
    return reader.end()


@settings(max_examples=examples(200))
@given(answer=st.sampled_from(list(ANSWERS)), cuts=st.lists(st.integers(0, 120)))
def test_pieces_make_no_difference(answer: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(answer)) for cut in cuts), len(answer)]
    pieces = [answer[start:end] for start, end in pairwise(places)]
    assert read(*pieces) == ANSWERS[answer]


@settings(max_examples=examples(500))
@given(pieces=st.lists(st.binary(max_size=40) | st.sampled_from([*ANSWERS, b"HTTP/1.1 200 OK\r\n", b"\r\n", b"0\r\n"])))
@example(pieces=[b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"])
def test_anything_is_an_answer_or_none(pieces: list[bytes]) -> None:
    with suppress(NoAnswer):
        answer = read(*pieces)
        assert answer is None or 200 <= answer.status <= 999


def test_body_without_a_length_ends_with_the_connection() -> None:
    assert read(b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo") == Answer(200, b"hello")
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello") is None
    assert read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello") is None


def test_longer_body_is_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    reader = AnswerReader()
    assert reader.feed(head + b"x" * 100_000) == Answer(200, b"x" * CONTENT_BYTES)
    assert not reader.keeps_alive


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nrubbish", False),
    ],
)
def test_connection_is_kept_only_behind_a_whole_answer(answer: bytes, kept: bool) -> None:
    reader = AnswerReader()
    assert reader.feed(answer) == Answer(200, b"")
    assert reader.keeps_alive is kept


def test_head_may_have_as_many_bytes_as_the_bound_and_no_more() -> None:
    head, end = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ", b"\r\n\r\n"
    assert read(head + b"x" * (ANSWER_BYTES - len(head) - len(end)) + end) == Answer(200, b"")
    with pytest.raises(NoAnswer, match="the head of the answer exceeds 32 KiB") as refused:
        read(head + b"x" * ANSWER_BYTES + end)
    assert refused.value.excessive


def test_answer_may_have_as_many_pieces_as_the_bound_and_no_more() -> None:
    reader = AnswerReader()
    beginning = b"HTTP/1.1 200 OK\r\nX: "
    for number in range(READS):
        assert reader.feed(beginning[number : number + 1] or b"x") is None
    with pytest.raises(NoAnswer, match=f"more than {READS} pieces"):
        reader.feed(b"x")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://Host.test", Target(Origin("http", "host.test", 80), "/")),
        ("https://host.test:444/a b?c=d e#f", Target(Origin("https", "host.test", 444), "/a%20b?c=d%20e")),
        ("http://host.test/%41/ü", Target(Origin("http", "host.test", 80), "/%41/%C3%BC")),
        ("http://u%40:p%3A@[::1]:8080/", Target(Origin("http", "::1", 8080), "/", "u@", "p:")),
        ("http://bücher.test/", Target(Origin("http", "xn--bcher-kva.test", 80), "/")),
    ],
)
def test_url_is_taken_apart(url: str, target: Target) -> None:
    assert Target.of(url) == target


@pytest.mark.parametrize(
    "url", ["", "host", "ftp://host/", "http://", "http://:80/", "http://h:99999/", "http://[::1/", "http://h:0/"]
)
def test_url_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Target.of(url)


def test_host_header_has_the_port_where_it_is_not_the_usual_one() -> None:
    hosts = {"http://h/": "h", "http://h:81/": "h:81", "https://h:443/": "h", "http://[::1]:81/": "[::1]:81"}
    assert {url: Target.of(url).host_header for url in hosts} == hosts
