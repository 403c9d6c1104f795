"""Data protection policies for the tests."""

import json

PREFIX = "arn:aws:dataprotection::aws:data-identifier/"
MASK = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
DENY: dict[str, object] = {"Deny": {}}


def policy(operation: object, *identifiers: str, direction: str = "Inbound", principal: str = "*") -> str:
    """A policy of one statement."""
    statement = {
        "DataDirection": direction,
        "Principal": [principal],
        "DataIdentifier": [f"{PREFIX}{name}" for name in identifiers or ("EmailAddress",)],
        "Operation": operation,
    }
    return json.dumps({"Name": "policy", "Version": "2021-06-01", "Statement": [statement]})
