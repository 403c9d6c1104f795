"""Whether a message that came by HTTP is from SNS.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import os
import urllib.request
from collections.abc import Mapping
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

_AWS = f"https://sns.{os.environ.get('AWS_DEFAULT_REGION', 'us-east-1')}.amazonaws.com/"
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


def is_signed(message: Mapping[str, str]) -> bool:
    """Certificates come from AWS, or from where the variable SNS_CERTIFICATES says, and from nowhere else."""
    url = message.get("SigningCertURL", "")
    if not url.startswith(os.environ.get("SNS_CERTIFICATES", _AWS)) or message.get("Type") not in _SIGNED:
        return False
    signed = "".join(f"{name}\n{message[name]}\n" for name in _SIGNED[message["Type"]] if name in message)
    algorithm = SHA256() if message.get("SignatureVersion") == "2" else SHA1()
    try:
        signature = base64.b64decode(message.get("Signature", ""), validate=True)
        public_key(url).verify(signature, signed.encode(), PKCS1v15(), algorithm)
    except (InvalidSignature, OSError, ValueError):
        return False
    return True


@cache
def public_key(url: str) -> RSAPublicKey:
    with urllib.request.urlopen(url, timeout=5) as answer:
        key = load_pem_x509_certificate(answer.read()).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError(f"{url} is not a certificate of RSA.")
    return key
