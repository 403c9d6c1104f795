"""The characters of tags, the same for queues and topics.

https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""

import re

_TEXT = re.compile(r"[\w\s.:/=+\-@]*")


def is_tag_text(text: str) -> bool:
    """Whether the key or the value of a tag has only letters, digits, white space and ``_ . : / = + - @``."""
    return _TEXT.fullmatch(text) is not None
