import pytest
from cryptography import x509

from emulator.foundation.ids import Ids
from emulator.sns.delivery.certificate_names import certificate_names
from emulator.sns.delivery.signing import Signer


@pytest.mark.parametrize(
    ("host", "names"),
    [
        (None, ["sns.amazonaws.com"]),
        ("sns.eu-west-1.amazonaws.com", ["sns.amazonaws.com"]),
        ("certificates.example:8443", ["sns.amazonaws.com"]),
        ("af-south-1", ["sns.amazonaws.com"]),
        ("sns", ["sns.amazonaws.com"]),
        # As in a certificate that AWS served in 2026.
        ("sns.af-south-1.amazonaws.com", ["sns-signing.af-south-1.amazonaws.com", "sns.af-south-1.amazonaws.com"]),
        ("sns.eusc-de-east-1.eu", ["sns-signing.eusc-de-east-1.eu", "sns.eusc-de-east-1.eu"]),
        ("sns.cn-north-1.amazonaws.com.cn", ["sns-cn-north-1.amazonaws.com.cn"]),
        ("sns.us-gov-east-1.amazonaws.com", ["sns-us-gov-west-1.amazonaws.com"]),
        ("sns.us-iso-east-1.c2s.ic.gov", ["sns-us-iso-east-1.c2s.ic.gov"]),
    ],
)
def test_a_certificate_has_the_names_that_validators_expect_of_its_host(host: str | None, names: list[str]) -> None:
    certificate = x509.load_pem_x509_certificate(Signer(Ids(seed=0), host).certificate_pem)
    assert certificate.subject.rfc4514_string() == f"CN={names[0]}"
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert found.get_values_for_type(x509.DNSName) == names
    assert certificate_names(host) == tuple(names)
