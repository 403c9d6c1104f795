"""Requests that botocore has signed, as odd as HTTP allows, and as they arrive.

python -m tests.authentication.signed --cases 100000

Each is verified with the right secret, and once more after a change to what was signed. Fails with the
first one that is answered wrongly.
"""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import click
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.authentication.credentials import Credential
from emulator.authentication.signature import signature_of
from emulator.authentication.verification import Verifier
from emulator.aws.errors import IncompleteSignature, InvalidClientTokenId, SignatureDoesNotMatch
from emulator.wire.caller import Caller
from emulator.wire.http import HttpRequest

KEY, SECRET, ACCOUNT = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "111111111111"
_DEFAULT = Caller("000000000000", "us-east-1")

_ESCAPES = ["%20", "%25", "%2F", "%2f", "%7E", "%7e", "%41", "%00", "%c3%a9", "%E2%82%AC", "%F0%9F%98%80"]
_PIECES = [*"a9-_.~*+!$'(),:@", "Queue", *_ESCAPES]
_NAMES = ["Action", "action", "X-Amz-Target", "Version"]
_HOSTS = ["localhost:4566", "127.0.0.1", "sqs.us-east-1.amazonaws.com", "[::1]:4566"]
_HEADERS = ["X-Amz-Meta-One", "x-amz-meta-one", "X-AMZ-META-TWO", "Content-Type", "My-Header", "User-Agent", "x-A9-b"]
_CHARACTERS = [*"aZ0-_.,;:=/+\"'{}()%&$ \t", "  ", "é", "ß", "\u2003", "\xa0", "日", "\U0001f600"]
_BODIES = [b"", b"{}", b"Action=ListQueues&Version=2012-11-05", "é€".encode(), bytes(range(256))]


def _text(random: Random, pieces: Sequence[str] = _PIECES, most: int = 5) -> str:
    return "".join(random.choice(pieces) for _ in range(random.randint(0, most)))


def _path(random: Random) -> str:
    segments = (
        random.choice(["", ".", "..", "...", _text(random), _text(random)]) for _ in range(random.randint(0, 5))
    )
    return "/" + "/".join(segments)


def _query(random: Random) -> str:
    pairs = []
    for _ in range(random.randint(0, 5)):
        name = random.choice([_text(random), random.choice(_NAMES)])
        pairs.append(random.choice([name, f"{name}=", f"{name}={_text(random)}"]))
    return "&".join(pairs)


def _value(random: Random) -> str:
    """A header's value, with needless spaces around it and in it."""
    inner = _text(random, _CHARACTERS, 8).strip()
    return random.choice(["", " ", "\t  "]) + inner + random.choice(["", " ", " \t"])


def _parameters(random: Random) -> dict[str, str]:
    return {_text(random, _CHARACTERS) or "a": _text(random, _CHARACTERS) for _ in range(random.randint(0, 3))}


class Signed(NamedTuple):
    """A signed request with its ``token``, and whether its body is signed."""

    request: HttpRequest
    token: str | None
    signs_body: bool


def signed_request(random: Random) -> Signed:
    query = _query(random)
    url = f"{random.choice(['http', 'https'])}://{random.choice(_HOSTS)}{_path(random)}" + (
        f"?{query}" if query else ""
    )
    request = AWSRequest(random.choice(["POST", "GET", "PUT"]), url, {}, random.choice(_BODIES))
    for _ in range(random.randint(0, 5)):
        request.headers[random.choice(_HEADERS)] = _value(random)
    if not query and random.random() < 0.5:
        request.params = _parameters(random)
    presigned = random.random() < 0.5
    signs_body = presigned or random.random() < 0.5
    request.context["payload_signing_enabled"] = signs_body
    token = random.choice([None, _text(random, [*"abAB/+= "], 20).strip() or None])
    signer = SigV4QueryAuth if presigned else SigV4Auth
    if presigned:  # what is in the body becomes parameters
        request.data = _parameters(random)
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
    assert caller == Caller(ACCOUNT, "us-east-1", signed=True, access_key=KEY)


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


@click.command()
@click.option("--cases", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
def main(cases: int, seed: int) -> None:
    """Compare with botocore's signer."""
    random = Random(seed)
    for _ in range(cases):
        signed = signed_request(random)
        check_signed(signed)
        check_changed(signed, random.choice(CHANGES), random.randrange(10))
    click.echo(f"{cases} requests agree with botocore.")


if __name__ == "__main__":
    main()
