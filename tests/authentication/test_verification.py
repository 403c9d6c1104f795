"""The errors of signatures that are not accepted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.authentication.credentials import Credential
from emulator.authentication.verification import Verifier
from emulator.aws.errors import (
    ExpiredToken,
    IncompleteSignature,
    InvalidClientTokenId,
    MissingAuthenticationToken,
    RequestExpired,
    ServiceError,
    SignatureDoesNotMatch,
)
from emulator.wire.caller import Caller
from emulator.wire.http import HttpRequest
from tests.authentication.signed import ACCOUNT, KEY, SECRET, arrived

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
DEFAULT = Caller("000000000000", "eu-west-1")
TOKEN = "a session's token"
# As awscrt signs a POST of "hello" for the regions eu-*.
ASYMMETRIC = {
    b"host": b"localhost:4566",
    b"x-amz-date": b"20300101T120000Z",
    b"x-amz-region-set": b"eu-*",
    b"authorization": (
        b"AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20300101/sqs/aws4_request, "
        b"SignedHeaders=host;x-amz-date;x-amz-region-set, "
        b"Signature=30450220213ade0de1738a91d162440c30126bc71aeeb784a2d630a478a757852eded3940221"
        b"00ec08adf35479cf614200335807410f5b8b75225b2de87f24b7403635193e32e8"
    ),
}


def request(
    headers: dict[str, str] | None = None,
    *,
    presigned: bool = False,
    token: str | None = None,
    service: str = "sqs",
    seconds: int = 600,
) -> HttpRequest:
    """A request that botocore signs at ``NOW``."""
    made = AWSRequest("GET", "http://localhost:4566/?Action=ListQueues", headers or {}, b"")
    credentials = Credentials(KEY, SECRET, token)
    signer = (
        SigV4QueryAuth(credentials, service, "us-east-1", seconds)
        if presigned
        else SigV4Auth(credentials, service, "us-east-1")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))
        signer.add_auth(made)
    return arrived(made)


def verified(signed: HttpRequest, service: str | None = "sqs", late: float = 0, **fields: Any) -> Caller:
    """The caller of a request that comes ``late`` seconds after it was signed."""
    credential = Credential(KEY, fields.pop("secret", SECRET), ACCOUNT, **fields)
    return Verifier({KEY: credential}, DEFAULT, lambda _: (NOW + timedelta(seconds=late)).timestamp()).caller_of(
        signed, service
    )


def refusal(signed: HttpRequest, service: str | None = "sqs", late: float = 0, **fields: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        verified(signed, service, late, **fields)
    return caught.value


def with_authorization(value: str, **headers: str) -> HttpRequest:
    given = {b"host": b"localhost", b"authorization": value.encode()}
    given |= {name.replace("_", "-").encode(): each.encode() for name, each in headers.items()}
    return HttpRequest("POST", "http", "/", b"", given, b"")


@pytest.mark.parametrize("presigned", [False, True])
def test_signature_says_who_calls(presigned: bool) -> None:
    assert verified(request(presigned=presigned)) == Caller(ACCOUNT, "us-east-1", signed=True, access_key=KEY)


def test_wrong_secret_is_answered_with_what_should_have_been_signed() -> None:
    error = refusal(request(), secret="another")
    assert isinstance(error, SignatureDoesNotMatch)
    assert error.message == (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details.\n"
        "\n"
        "The Canonical String for this request should have been\n"
        "'GET\n"
        "/\n"
        "Action=ListQueues\n"
        "host:localhost:4566\n"
        "x-amz-date:20300101T120000Z\n"
        "\n"
        "host;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n"
        "\n"
        "The String-to-Sign should have been\n"
        "'AWS4-HMAC-SHA256\n"
        "20300101T120000Z\n"
        "20300101/us-east-1/sqs/aws4_request\n"
        "cb5647496dac32510123154b87689cfe25e4a426fd2ac6c3599d6294f38c19f6'\n"
    )
    assert error.log_message == SignatureDoesNotMatch.default_message


def test_unknown_access_key_is_refused() -> None:
    credential = Credential("AKIAOTHER", SECRET)
    with pytest.raises(InvalidClientTokenId):
        Verifier({"AKIAOTHER": credential}, DEFAULT, lambda _: NOW.timestamp()).caller_of(request(), "sqs")


@pytest.mark.parametrize("presigned", [False, True])
def test_session_is_valid_with_its_token_until_it_expires(presigned: bool) -> None:
    signed = request(presigned=presigned, token=TOKEN)
    end = NOW.timestamp() + 60
    assert verified(signed, token=TOKEN, expires_at=end).account == ACCOUNT
    assert isinstance(refusal(signed, token="another"), InvalidClientTokenId)
    assert isinstance(refusal(signed), InvalidClientTokenId)
    assert isinstance(refusal(request(presigned=presigned), token=TOKEN), InvalidClientTokenId)
    expired = refusal(signed, token=TOKEN, expires_at=end, late=60)
    assert isinstance(expired, ExpiredToken)
    assert expired.message == "The security token included in the request is expired"


@pytest.mark.parametrize(
    ("late", "text"),
    [
        (900, None),
        (
            901,
            "Signature expired: 20300101T120000Z is now earlier than 20300101T120001Z (20300101T121501Z - 15 min.)",
        ),
        (-900, None),
        (
            -901,
            "Signature not yet current: 20300101T120000Z is still later than 20300101T115959Z "
            "(20300101T114459Z + 15 min.)",
        ),
    ],
)
def test_clocks_may_differ_by_fifteen_minutes(late: float, text: str | None) -> None:
    if text is None:
        assert verified(request(), late=late)
    else:
        error = refusal(request(), late=late)
        assert (type(error), error.message) == (SignatureDoesNotMatch, text)


def test_presigned_url_is_valid_until_it_expires() -> None:
    signed = request(presigned=True, seconds=3_600)
    assert verified(signed, late=3_600)
    assert isinstance(refusal(signed, late=3_601), RequestExpired)
    assert isinstance(refusal(signed, late=-901), SignatureDoesNotMatch)


def test_request_without_a_signature_is_refused() -> None:
    assert isinstance(refusal(HttpRequest("POST", "http", "/", b"", {}, b"")), MissingAuthenticationToken)


def test_signature_is_for_one_service() -> None:
    error = refusal(request(service="sns"))
    assert error.message == "Credential should be scoped to correct service: 'sqs'. "
    assert verified(request(service="sts"), "sts")


def test_signature_is_for_the_region_of_the_host() -> None:
    headers = {"Host": "sqs.eu-central-1.amazonaws.com"}
    error = refusal(request(headers))
    assert error.message == "Credential should be scoped to a valid region, not 'us-east-1'. "
    assert verified(request({"Host": "sqs.us-east-1.amazonaws.com"}))


SCOPE = f"{KEY}/20300101/us-east-1/sqs/aws4_request"
COMPLETE = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=00"


@pytest.mark.parametrize(
    ("authorization", "text"),
    [
        (
            "Basic eDp5",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
            "parameter. Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with "
            "Base64) Authorization=",
        ),
        ("AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host", "Authorization header requires 'Signature' parameter. ("),
        ("AWS4-HMAC-SHA512 Credential=x", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'."),
        ("AWS4-HMAC-SHA256 nonsense", "Invalid key=value pair (missing equal-sign) in Authorization header (hashed"),
        (
            COMPLETE.replace("/sqs", ""),
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
            f"'{KEY}/20300101/us-east-1/aws4_request'",
        ),
    ],
)
def test_incomplete_signature_is_refused(authorization: str, text: str) -> None:
    error = refusal(with_authorization(authorization, x_amz_date="20300101T120000Z"))
    assert isinstance(error, IncompleteSignature)
    assert error.message.startswith(text)
    assert "nonsense" not in error.message
    assert "eDp5" not in error.message


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("aws4_request", "aws5"), "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'."),
        (("=host", "=date"), "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
        (
            ("20300101", "20300102"),
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            "'20300102' != '20300101', from '20300101T120000Z'.",
        ),
    ],
)
def test_signature_with_a_wrong_scope_does_not_match(change: tuple[str, str], text: str) -> None:
    error = refusal(with_authorization(COMPLETE.replace(*change), x_amz_date="20300101T120000Z"))
    assert (type(error), error.message) == (SignatureDoesNotMatch, text)


@pytest.mark.parametrize("time", ["yesterday", "20301301T120000Z", "", "20300101"])
def test_time_in_another_format_is_refused(time: str) -> None:
    error = refusal(with_authorization(COMPLETE, x_amz_date=time))
    assert isinstance(error, IncompleteSignature)
    assert error.message.startswith(f"Date must be in ISO-8601 'basic format'. Got '{time}'.")


def test_time_can_be_in_the_header_date() -> None:
    signed = request({"Date": "replaced"})
    assert b"x-amz-date" not in signed.headers
    assert verified(signed)
    error = refusal(with_authorization(COMPLETE))
    assert error.message.startswith("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' h")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            b"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20300101T120000Z",
            "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include "
            "'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the "
            "query-string parameters.",
        ),
        (b"AWSAccessKeyId=x&Signature=y", "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query"),
    ],
)
def test_incomplete_presigned_url_is_refused(query: bytes, text: str) -> None:
    error = refusal(HttpRequest("GET", "http", "/", query, {b"host": b"localhost"}, b""))
    assert isinstance(error, IncompleteSignature)
    assert error.message.startswith(text)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ((b"X-Amz-Expires=600", b"X-Amz-Expires=604801"), "X-Amz-Expires must be a number of seconds"),
        ((b"X-Amz-Expires=600", b"X-Amz-Expires=-1"), "X-Amz-Expires must be a number of seconds"),
        ((b"HMAC-SHA256", b"HMAC-MD5"), "Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5'."),
    ],
)
def test_presigned_url_with_a_wrong_parameter_is_refused(change: tuple[bytes, bytes], text: str) -> None:
    signed = request(presigned=True)
    signed.query = signed.query.replace(*change)
    error = refusal(signed)
    assert isinstance(error, IncompleteSignature)
    assert error.message.startswith(text)


def test_signed_header_that_is_missing_counts_as_empty() -> None:
    signed = request({"X-Empty": ""})
    del signed.headers[b"x-empty"]  # type: ignore[attr-defined]
    assert verified(signed)


def test_header_in_latin_1_is_signed_as_text() -> None:
    signed = request({"X-Name": "Grün"})
    signed.headers[b"x-name"] = "Grün".encode("latin-1")  # type: ignore[index]
    assert verified(signed)


def asymmetric(**headers: bytes) -> HttpRequest:
    changed = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return HttpRequest("POST", "http", "/", b"", ASYMMETRIC | changed, b"hello")


def test_asymmetric_signature_is_for_several_regions() -> None:
    assert verified(asymmetric()) == Caller(ACCOUNT, "eu-west-1", signed=True, access_key=KEY)
    error = refusal(asymmetric(host=b"sqs.us-east-1.amazonaws.com"))
    assert error.message == "Credential should be scoped to a valid region, not 'eu-*'. "


def test_wrong_asymmetric_signature_does_not_match() -> None:
    assert isinstance(refusal(asymmetric(), secret="another"), SignatureDoesNotMatch)
    assert isinstance(refusal(asymmetric(x_amz_region_set=b"*")), SignatureDoesNotMatch)
    no_signature = ASYMMETRIC[b"authorization"].replace(b"Signature=", b"Signature=x")
    assert isinstance(refusal(asymmetric(authorization=no_signature)), SignatureDoesNotMatch)
    error = refusal(asymmetric(authorization=ASYMMETRIC[b"authorization"].replace(b"/sqs", b"/us-east-1/sqs")))
    assert error.message.startswith("Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/")
