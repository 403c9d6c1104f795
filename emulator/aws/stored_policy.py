"""Policies as AWS stores and returns them: the text as given, but with account ids replaced.

A principal that is an account id is returned as the ARN of the account. Nothing else of the text changes.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
"""

import json
import re
from collections.abc import Iterator

from emulator.aws.policy import account_principal

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]')
_ARRAY = "["  # never a key of a policy
_ACCOUNT = re.compile("[0-9]{12}")
_PRINCIPALS = (["Statement", "Principal", "AWS"], ["Statement", "NotPrincipal", "AWS"])


def stored_policy(text: str, region: str) -> str:
    """The checked policy in ``text`` as a resource of ``region`` stores it."""
    pieces: list[str] = []
    end = 0
    for token, path in _strings(text):
        if path in _PRINCIPALS:
            principal = json.loads(token[0])
            if _ACCOUNT.fullmatch(principal):
                pieces += [text[end : token.start()], json.dumps(account_principal(principal, region))]
                end = token.end()
    return "".join([*pieces, text[end:]])


def same_policy(one: str, other: str, region: str) -> bool:
    """Whether two checked policies are equal apart from layout, order of keys and the form of account principals."""
    return bool(json.loads(stored_policy(one, region)) == json.loads(stored_policy(other, region)))


def _strings(text: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """The values of a JSON document that are strings, each with the keys that lead to it."""
    around: list[str | None] = []  # for each open object its current key, None before the first; _ARRAY for arrays
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{":
                around.append(None)
            case "[":
                around.append(_ARRAY)
            case "}" | "]":
                around.pop()
            case ",":
                around[-1] = _ARRAY if around[-1] == _ARRAY else None
            case ":":
                pass
            case string if around[-1] is None:
                around[-1] = json.loads(string)
            case _:
                yield token, [key for key in around if key is not None and key != _ARRAY]
