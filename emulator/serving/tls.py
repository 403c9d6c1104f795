"""HTTPS: the certificate of the server, which the user gives or the server makes at the start.

A certificate that is made here is signed by a CA that is made with it, whose key is then dropped. A client that trusts
the CA trusts this server only. There are two certificates because some TLS libraries, such as rustls, refuse a server
certificate that is itself a CA.
"""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from emulator.configuration.settings import Settings
from emulator.configuration.values import ANY_HOSTS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, GeneralName, KeyUsage

# The clock of a client may be behind, in a container for example. Apple's TLS refuses longer periods of validity.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=800)


class TlsError(Exception):
    """There is no usable certificate; the text says in one line why not."""


class Identity(NamedTuple):
    """PEM documents: of the CA, and of the server with its key."""

    ca: bytes
    server: bytes


def server_context(settings: Settings) -> ssl.SSLContext:
    """The TLS context of the server. Writes the CA, if it makes one, to ``tls_ca_file``. TlsError if a file is bad."""
    if settings.tls_cert is not None:
        return loaded(settings.tls_cert, settings.tls_key)
    identity = made(names(settings))
    try:
        with TemporaryDirectory() as folder:  # which no other user can read
            file = Path(folder, "server.pem")
            file.write_bytes(identity.server)
            context = loaded(str(file), None)
        if settings.tls_ca_file is not None:
            Path(settings.tls_ca_file).write_bytes(identity.ca)
    except OSError as error:
        raise TlsError(f"Cannot write {error.filename or 'the certificate'}: {error.strerror or error}.") from error
    return context


def how_to_trust(ca_file: str | None) -> str:
    """What clients need, to trust a certificate that was made here."""
    if ca_file is None:
        return (
            "No client trusts the certificate, which is made at each start: --tls-ca-file FILE writes its CA to a file"
        )
    file = Path(ca_file).absolute()
    return (
        f"Clients trust the certificate by its CA: AWS_CA_BUNDLE={file} for boto3, the AWS CLI and the commands here, "
        f"NODE_EXTRA_CA_CERTS={file} for JavaScript, SSL_CERT_FILE={file} for Go and Rust, curl --cacert {file}"
    )


def loaded(certificate: str, key: str | None) -> ssl.SSLContext:
    """A context with a certificate, and with its key from the same file or another one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except OSError as error:  # ssl.SSLError is one
        raise TlsError(f"{certificate} and {key} are not a certificate and its key in PEM: {error}.") from error
    return context


def _no_password() -> str:
    """The password of the key. Without this function Python would ask for it at the terminal."""
    return ""


def names(settings: Settings) -> list[str]:
    """The names and addresses by which clients reach the server."""
    external = urlsplit(settings.external_url or "").hostname
    own = None if settings.host in ANY_HOSTS else settings.host
    known = ("localhost", "*.localhost", "127.0.0.1", "::1", socket.gethostname(), own, external)
    return list(dict.fromkeys(name for name in known if name))


def made(hosts: list[str]) -> Identity:
    """A certificate for ``hosts``, and the CA that has signed it."""
    # Imported here, because importing cryptography takes longer than the whole start should.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _builder("sqs-sns-emulator CA", ca_key, None)
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca_certificate = ca.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True).sign(ca_key, hashes.SHA256())
    server = _builder("sqs-sns-emulator", key, ca_certificate)
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage("digital_signature"), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([_general_name(host) for host in hosts]), False),
    ):
        server = server.add_extension(extension, critical)
    certificate = server.sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity(ca_certificate.public_bytes(pem), certificate.public_bytes(pem) + private)


def _builder(name: str, key: "EllipticCurvePrivateKey", issuer: "Certificate | None") -> "CertificateBuilder":
    """The builder of a certificate that ``issuer`` signs, or (None) of one that is self-signed."""
    from cryptography import x509

    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer_key = key.public_key() if issuer is None else issuer.public_key()
    now = datetime.now(UTC)  # real time, not that of the emulator's clocks
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + _AFTER)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)  # type: ignore[arg-type]
    )


_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _usage(*allowed: str) -> "KeyUsage":
    from cryptography.x509 import KeyUsage

    return KeyUsage(**{usage: usage in allowed for usage in _USAGES})


def _general_name(host: str) -> "GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host.encode("idna").decode("ascii"))
    except UnicodeError as error:
        raise TlsError(f"No certificate can be made for the host {host}: {error}.") from error
