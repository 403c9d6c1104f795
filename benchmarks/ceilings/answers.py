"""The fixed answer, and the minimal work."""

import hashlib
from uuid import uuid4

import msgspec

CONTENT_TYPE = b"application/x-amz-json-1.0"
FIXED = (
    b'{"MessageId":"5fea7756-0ea4-451a-a703-a558b933e274","MD5OfMessageBody":"fafb00f5732ab283681e124bf8747ed1",'
    b'"SequenceNumber":"18849496460467696128","Padding":"ppppppppppppppppppppppppppppppppppppppppp"}'
)


class Sent(msgspec.Struct):
    queue_url: str = msgspec.field(name="QueueUrl")
    body: str = msgspec.field(name="MessageBody")


class Answer(msgspec.Struct):
    message_id: str = msgspec.field(name="MessageId")
    md5: str = msgspec.field(name="MD5OfMessageBody")


_decode = msgspec.json.Decoder(Sent).decode
_encode = msgspec.json.Encoder().encode


def minimal_work(request: bytes) -> tuple[bytes, bytes]:
    """A request id and the answer to a SendMessage."""
    sent = _decode(request)
    answer = Answer(str(uuid4()), hashlib.md5(sent.body.encode(), usedforsecurity=False).hexdigest())
    return str(uuid4()).encode(), _encode(answer)
