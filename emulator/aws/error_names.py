"""Every error of each service by its names: the shape's, and the code, also without its prefix."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from emulator.aws import errors, sns_errors, sqs_errors
from emulator.aws.errors import NoOperation, NotImplementedYet, ServiceError
from emulator.aws.sqs_errors import CODE_PREFIX

ErrorType = type[ServiceError]

_OF_THE_EMULATOR = (NoOperation, NotImplementedYet)  # one has no XML form to name it by, the other AWS does not have


def _rows(module: ModuleType) -> Iterator[ErrorType]:
    """The classes that are rows of the table: they have a code of their own."""
    for kind in vars(module).values():
        if not (isinstance(kind, type) and issubclass(kind, ServiceError) and kind.__module__ == module.__name__):
            continue
        if "code" in vars(kind) and kind not in _OF_THE_EMULATOR:
            yield kind


def _by_name(module: ModuleType) -> Mapping[str, ErrorType]:
    """Of errors that share a name, the service's own comes before a common one, and a shape before a code."""
    kinds = (*_rows(errors), *_rows(module))
    by_code = {code: kind for kind in kinds for code in (kind.code, kind.code.removeprefix(CODE_PREFIX))}
    return by_code | {kind.shape: kind for kind in kinds}


ERRORS: Mapping[str, Mapping[str, ErrorType]] = {"sqs": _by_name(sqs_errors), "sns": _by_name(sns_errors)}


def shapes_of(service: str) -> list[str]:
    """The names of a service's errors, one of each."""
    return sorted({kind.shape for kind in ERRORS[service].values()})
