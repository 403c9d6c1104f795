"""Policies as AWS stores and returns them: the text as it was given, in which accounts stand as ARNs.

A principal that is an account id comes back as the ARN of the account. Nothing else of the text changes.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
"""

import json
import re
from collections.abc import Iterator

from emulator.aws.policy import account_principal

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]')
_ARRAY = "["  # no key of a policy
_ACCOUNT = re.compile("[0-9]{12}")
_PRINCIPALS = (["Statement", "Principal", "AWS"], ["Statement", "NotPrincipal", "AWS"])


def stored_policy(text: str, region: str) -> str:
    """The policy in ``text``, which is a checked one, as a resource of ``region`` keeps it."""
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
    """Whether two checked policies are the same but for their layout, the order of keys and how accounts are named."""
    return bool(json.loads(stored_policy(one, region)) == json.loads(stored_policy(other, region)))


def _strings(text: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Every string of a JSON document that is a value, with the keys that lead to it."""
    around: list[
        str | None
    ] = []  # for each object its current key, None where that is still to come; _ARRAY for arrays
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
