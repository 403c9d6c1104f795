"""Fixes as code: calls of AWS's API in JSON, CloudFormation in YAML, or Terraform in HCL."""

from collections.abc import Callable, Iterable, Mapping

from emulator.architecture.model import Architecture, Source
from emulator.audit.code_cloudformation import as_cloudformation
from emulator.audit.code_json import as_calls
from emulator.audit.code_terraform import as_terraform
from emulator.audit.fix import Fix

LANGUAGES: Mapping[Source, str] = {
    "aws": "json",
    "cloudformation": "yaml",
    "configuration": "json",
    "emulator": "json",
    "terraform": "hcl",
}
_WRITERS: Mapping[str, Callable[[list[Fix], Mapping[str, str]], str]] = {
    "hcl": as_terraform,
    "json": as_calls,
    "yaml": as_cloudformation,
}


def names_in(architecture: Architecture) -> dict[str, str]:
    """By ARN, what elements are called in their source."""
    return {each.arn: each.origin.name for each in architecture.elements() if each.origin.name}


def code_of(fixes: Iterable[Fix], source: Source, names: Mapping[str, str]) -> str:
    """The code of some fixes, in the language of a source. ``names`` are those in it."""
    return _WRITERS[LANGUAGES[source]](list(fixes), names)
