"""Requests that botocore has signed, as odd as HTTP allows, and as they arrive.

python -m tests.authentication.signed --cases 100000

Each is verified with the right secret, and once more after a change to what was signed. Prints what was found, and ends
with 1 if anything was.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import click
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from emulator.authentication.credentials import Credential
from emulator.authentication.signature import signature_of
from emulator.authentication.verification import Verifier
from emulator.aws.errors import IncompleteSignature, InvalidClientTokenId, SignatureDoesNotMatch
from emulator.wire.caller import Caller
from emulator.wire.http import HttpRequest

KEY, SECRET, ACCOUNT = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "111111111111"
_CASES_OF_A_RUN = 2_000
_DEFAULT = Caller("000000000000", "us-east-1")

_ESCAPES = ["%20", "%25", "%2F", "%2f", "%7E", "%7e", "%41", "%00", "%c3%a9", "%E2%82%AC", "%F0%9F%98%80"]
_PIECES = st.sampled_from([*"a9-_.~*+!$'(),:@", "Queue", *_ESCAPES])
_TEXTS = st.lists(_PIECES, max_size=5).map("".join)
_SEGMENTS = st.one_of(st.sampled_from(["", ".", "..", "..."]), _TEXTS)
_PATHS = st.lists(_SEGMENTS, max_size=5).map(lambda segments: "/" + "/".join(segments))
_NAMES = st.one_of(_TEXTS, st.sampled_from(["Action", "action", "X-Amz-Target", "Version"]))
_PAIRS = st.one_of(_NAMES, st.builds("{}={}".format, _NAMES, _TEXTS), st.builds("{}=".format, _NAMES))
_QUERIES = st.lists(_PAIRS, max_size=5).map("&".join)
_HOSTS = st.sampled_from(["localhost:4566", "127.0.0.1", "sqs.us-east-1.amazonaws.com", "[::1]:4566"])
_INNER = st.text(st.characters(exclude_categories=("C", "Z"), include_characters="  \t\u2003"), max_size=12)
_VALUES = st.builds(
    lambda before, inner, after: before + inner.strip() + after,
    st.sampled_from(["", " ", "\t  "]),
    _INNER,
    st.sampled_from(["", " ", " \t"]),
)
_HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["X-Amz-Meta-One", "x-amz-meta-one", "X-AMZ-META-TWO", "Content-Type", "My-Header", "User-Agent"]
        )
        | st.from_regex(r"\A[A-Za-z][A-Za-z0-9-]{0,8}[a-z]\Z").map("X-{}".format),
        _VALUES,
    ),
    max_size=5,
)
_BODIES = st.binary(max_size=40) | st.sampled_from([b"", b"{}", b"Action=ListQueues&Version=2012-11-05", "é€".encode()])


class Signed(NamedTuple):
    """A signed request with its ``token``, and whether its body is signed."""

    request: HttpRequest
    token: str | None
    signs_body: bool


@st.composite
def signed_requests(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Signed:
    query = draw(_QUERIES)
    url = f"{draw(st.sampled_from(['http', 'https']))}://{draw(_HOSTS)}"
    request = AWSRequest(
        method=draw(st.sampled_from(["POST", "GET", "PUT"])),
        url=url + draw(_PATHS) + (f"?{query}" if query else ""),
        data=draw(_BODIES),
    )
    for name, value in draw(_HEADERS):
        request.headers[name] = value
    if not query and draw(st.booleans()):
        request.params = draw(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
    presigned = draw(st.booleans())
    signs_body = presigned or draw(st.booleans())
    request.context["payload_signing_enabled"] = signs_body
    token = draw(st.none() | st.text("abcABC/+= ", min_size=1, max_size=20).map(str.strip).filter(bool))
    signer = SigV4QueryAuth if presigned else SigV4Auth
    if presigned:  # what is in the body becomes parameters
        request.data = draw(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=3))
    signer(Credentials(KEY, SECRET, token), "sqs", "us-east-1").add_auth(request)
    return Signed(arrived(request), token, signs_body)


def arrived(request: AWSRequest) -> HttpRequest:
    """The request as a connection reads it, with all of its headers: botocore itself sends the last of equal ones."""
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    headers: dict[bytes, bytes] = {}
    for name, sent in request.headers.items():
        value = (sent if isinstance(sent, bytes) else sent.encode()).strip(b" \t")
        key = name.lower().encode()
        headers[key] = headers[key] + b"," + value if key in headers else value
    headers.setdefault(b"host", parts.netloc.encode())
    body = prepared.body or b""
    return HttpRequest(
        method=prepared.method,
        scheme=parts.scheme,
        path=parts.path,
        query=parts.query.encode(),
        headers=headers,
        body=body if isinstance(body, bytes) else body.encode(),
        raw_path=parts.path.encode(),
    )


def verifier(token: str | None = None, secret: str = SECRET, **fields: Any) -> Verifier:
    credential = Credential(KEY, secret, ACCOUNT, token, **fields)
    return Verifier({KEY: credential}, _DEFAULT, lambda account: time.time())


def check_signed(signed: Signed) -> None:
    """The request is accepted, and its caller is known."""
    caller = verifier(signed.token).caller_of(signed.request, "sqs")
    assert caller == Caller(ACCOUNT, "us-east-1", signed=True)


def _change_header(signed: Signed, number: int) -> None:
    signature = signature_of(signed.request)
    assert signature is not None
    name = signature.signed_headers[number % len(signature.signed_headers)].encode()
    signed.request.headers = {**signed.request.headers, name: signed.request.headers[name] + b"x"}


def _change_body(signed: Signed, number: int) -> None:
    if signed.signs_body:
        signed.request.body += b"%d" % number
    else:
        _change_header(signed, number)


def _change_path(signed: Signed, number: int) -> None:
    signed.request.raw_path = (signed.request.raw_path or b"") + b"/other%d" % number


def _change_query(signed: Signed, number: int) -> None:
    request = signed.request
    request.query = request.query + b"&" * bool(request.query) + b"other=%d" % number


def _change_method(signed: Signed, _: int) -> None:
    signed.request.method = "DELETE"


CHANGES = (_change_header, _change_body, _change_path, _change_query, _change_method)


def check_changed(signed: Signed, change: Callable[[Signed, int], None], number: int) -> None:
    """The request is refused once something is changed."""
    change(signed, number)
    with pytest.raises((SignatureDoesNotMatch, IncompleteSignature, InvalidClientTokenId)):
        verifier(signed.token).caller_of(signed.request, "sqs")


def check(signed: Signed, change: Callable[[Signed, int], None], number: int) -> None:
    check_signed(signed)
    check_changed(signed, change, number)


@click.command()
@click.option("--cases", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--seed", "first_seed", type=int, default=0, show_default=True)
def main(cases: int, first_seed: int) -> None:
    """Compare with botocore's signer."""
    count = 0
    for number in range(first_seed, first_seed + -(-cases // _CASES_OF_A_RUN)):  # a long run would keep all it saw

        @seed(number)
        @settings(max_examples=_CASES_OF_A_RUN, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(signed_requests(), st.sampled_from(CHANGES), st.integers(0, 9))
        def compare(signed: Signed, change: Callable[[Signed, int], None], number: int) -> None:
            nonlocal count
            count += 1
            check(signed, change, number)

        compare()
    click.echo(f"{count} requests agree with botocore.")


if __name__ == "__main__":
    main()
