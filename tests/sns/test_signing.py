import re
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from emulator.foundation.ids import Ids
from emulator.sns.delivery.signing import Signer, string_to_sign

FIELDS = [
    ("Type", "Notification"),
    ("MessageId", "id"),
    ("Subject", None),
    ("TopicArn", "arn"),
    ("Message", "Ünï\nline"),
    ("Timestamp", "now"),
]
SIGNED = "Message\nÜnï\nline\nMessageId\nid\nTimestamp\nnow\nTopicArn\narn\nType\nNotification\n"


def test_fields_that_are_there_are_signed_in_order_of_their_names() -> None:
    assert string_to_sign(FIELDS) == SIGNED.encode()
    with_subject = [field for field in FIELDS if field[0] != "Subject"] + [("Subject", "Hi")]
    assert string_to_sign(with_subject) == SIGNED.replace("Timestamp", "Subject\nHi\nTimestamp").encode()


@pytest.mark.parametrize(("version", "digest"), [("1", hashes.SHA1()), ("2", hashes.SHA256())])
def test_signature_verifies_against_the_certificate(signer: Signer, version: str, digest: hashes.HashAlgorithm) -> None:
    key = x509.load_pem_x509_certificate(signer.certificate_pem).public_key()
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048
    signature = b64decode(signer.sign(FIELDS, version), validate=True)
    key.verify(signature, SIGNED.encode(), PKCS1v15(), digest)
    with pytest.raises(InvalidSignature):
        key.verify(signature, SIGNED.encode() + b"x", PKCS1v15(), digest)


def test_certificate_has_the_name_and_the_issuer_that_validators_expect(signer: Signer) -> None:
    certificate = x509.load_pem_x509_certificate(signer.certificate_pem)
    assert certificate.subject.rfc4514_string() == "CN=sns.amazonaws.com"
    assert certificate.issuer.rfc4514_string() == "O=Amazon"
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["sns.amazonaws.com"]
    assert certificate.not_valid_before_utc < datetime(2020, 1, 1, tzinfo=UTC)
    assert certificate.not_valid_after_utc > datetime(2100, 1, 1, tzinfo=UTC)


def test_each_certificate_has_a_name_of_its_own(signer: Signer) -> None:
    assert re.fullmatch(r"SimpleNotificationService-[0-9a-f]{32}\.pem", signer.certificate_name)
    assert Signer(Ids(seed=1)).certificate_name != signer.certificate_name


def test_cryptography_is_not_loaded_before_something_is_signed() -> None:
    program = (
        "import sys, emulator.sns.actions\n"
        "from emulator.foundation.ids import Ids\n"
        "from emulator.sns.service import SnsService\n"
        "SnsService(None, Ids())\n"
        "sys.exit('cryptography' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_with_a_seed_signatures_and_certificate_are_the_same_in_every_run() -> None:
    one, other = Signer(Ids(seed=5)), Signer(Ids(seed=5))
    assert one.sign(FIELDS, "1") == other.sign(FIELDS, "1")
    assert one.certificate_pem == other.certificate_pem


def test_without_a_seed_the_key_is_secret() -> None:
    assert Signer(Ids()).sign(FIELDS, "2") != Signer(Ids(seed=5)).sign(FIELDS, "2")
