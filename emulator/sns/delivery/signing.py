"""Signs messages: the key, its certificate, and the string that is signed.

The key and its certificate are made when the first message needs them: that takes some hundredths of a
second, and neither the start of the server nor raw deliveries shall wait for it. Where ids have a seed the key is one
that stands in this package, so that signatures are the same in every run as well.
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.foundation.changes import Change, Ledger
from emulator.foundation.ids import Ids
from emulator.foundation.part import Part
from emulator.sns.delivery.certificate_names import certificate_names

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

Field = tuple[str, str | None]  # name and value; None if the message does not have the field

DEFAULT_VERSION = "1"

_KEY_BITS = 2_048
_SERIAL_NUMBER_BYTES = 19  # X.509 allows 20, of which the first bit must be clear
_ISSUER = "Amazon"  # the organization whose CA issues AWS's certificates; validators compare it
# Valid at any time that an account's clock may have.
_VALID_FROM = datetime(2010, 3, 31, tzinfo=UTC)
_VALID_UNTIL = datetime(2110, 3, 31, tzinfo=UTC)
_NAME_DIGITS = 32


def string_to_sign(fields: Iterable[Field]) -> bytes:
    """Name and value of each present field, in order of names, each on a line of its own."""
    return "".join(f"{name}\n{value}\n" for name, value in sorted(fields) if value is not None).encode()


class SigningKeyMade(Change, frozen=True):
    """The key that signs messages and its certificate, both in PEM; recorded before the first message to be signed."""

    key: bytes
    certificate: bytes

    @property
    def account(self) -> None:
        return None


class _Identity(Struct, frozen=True):
    key: "RSAPrivateKey"
    certificate_pem: bytes
    certificate_name: str


@cache
def _random_key() -> "RSAPrivateKey":
    """The key of all emulators in this process, because making a key is slow."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65_537, key_size=_KEY_BITS)


def _test_key() -> "RSAPrivateKey":
    from emulator.sns.delivery.public_test_key import PUBLIC_TEST_KEY_PEM

    return _read_key(PUBLIC_TEST_KEY_PEM)


def _read_key(pem: bytes) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, RSAPrivateKey), "keys that sign are RSA keys"
    return key


class Signer(Part):
    """Signs messages for all topics with one key. A reset leaves the key as it is."""

    service = "sns"
    changes = (SigningKeyMade,)

    def __init__(self, ids: Ids, certificate_host: str | None = None, ledger: Ledger | None = None) -> None:
        """``certificate_host`` is the host in SigningCertURL, for subscribers that insist on one of AWS's hosts."""
        self._ids = ids
        self._certificate_host = certificate_host
        self._ledger = ledger or Ledger()
        self._made: _Identity | None = None

    def sign(self, fields: Iterable[Field], version: str) -> str:
        """The signature in base64; version 1 uses SHA-1, version 2 SHA-256."""
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA1, SHA256

        digest = SHA1() if version == DEFAULT_VERSION else SHA256()
        return b64encode(self._identity.key.sign(string_to_sign(fields), PKCS1v15(), digest)).decode()

    @property
    def certificate_pem(self) -> bytes:
        return self._identity.certificate_pem

    @property
    def certificate_name(self) -> str:
        """The file name in SigningCertURL. It depends on the certificate, because SDKs cache certificates by URL."""
        return self._identity.certificate_name

    def certificate_url(self, endpoint: str) -> str:
        """The URL of the certificate, for subscribers that reach us by ``endpoint``."""
        base = endpoint if self._certificate_host is None else f"https://{self._certificate_host}"
        return f"{base}/{self.certificate_name}"

    def record_key(self) -> None:
        """Record the key, unless it has been recorded: a message will be signed with it."""
        if self._ledger.kept and self._ledger.first("signing key"):
            self._record()

    def record_key_again(self) -> None:
        """Record the key, if there is one: a state document, which can stand for earlier changes, does not have it."""
        if self._ledger.kept and self._made is not None:
            self._record()

    def _record(self) -> None:
        self._ledger.record(self.key_made())

    def key_made(self) -> SigningKeyMade:
        """The key, which is made if it is missing, as the change that has been recorded for it."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        key = self._identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return SigningKeyMade(key, self.certificate_pem)

    def apply(self, change: SigningKeyMade) -> None:
        """Sign with a recorded key."""
        from cryptography import x509

        self._made = _identity(_read_key(change.key), x509.load_pem_x509_certificate(change.certificate))

    @property
    def _identity(self) -> _Identity:
        if self._made is None:
            self._made = self._make_identity()
        return self._made

    def _make_identity(self) -> _Identity:
        # Imported here because importing cryptography takes longer than the whole start.
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        key = _test_key() if self._ids.seeded else _random_key()
        names = certificate_names(self._certificate_host)
        subject = x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])
        issuer = x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, _ISSUER)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([subject]))
            .issuer_name(x509.Name([issuer]))
            .public_key(key.public_key())
            .serial_number(int.from_bytes(b"\x01" + self._ids.random_bytes(_SERIAL_NUMBER_BYTES - 1), "big"))
            .not_valid_before(_VALID_FROM)
            .not_valid_after(_VALID_UNTIL)
            .add_extension(x509.SubjectAlternativeName(map(x509.DNSName, names)), critical=False)
            .sign(key, hashes.SHA256())
        )
        return _identity(key, certificate)


def _identity(key: "RSAPrivateKey", certificate: "Certificate") -> _Identity:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    digits = certificate.fingerprint(SHA256()).hex()[:_NAME_DIGITS]
    return _Identity(key, certificate.public_bytes(Encoding.PEM), f"SimpleNotificationService-{digits}.pem")
