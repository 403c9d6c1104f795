"""The errors of each service by name: by the shape's name, and by the code with and without its prefix."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from emulator.aws import errors, sns_errors, sqs_errors
from emulator.aws.errors import NoOperation, NotImplementedYet, ServiceError
from emulator.aws.sqs_errors import CODE_PREFIX

ErrorType = type[ServiceError]

_OF_THE_EMULATOR = (NoOperation, NotImplementedYet)  # the first has no code in XML, the second does not exist on AWS


def _rows(module: ModuleType) -> Iterator[ErrorType]:
    """The classes of a module that are rows of the table: those with a code of their own."""
    for kind in vars(module).values():
        if not (isinstance(kind, type) and issubclass(kind, ServiceError) and kind.__module__ == module.__name__):
            continue
        if "code" in vars(kind) and kind not in _OF_THE_EMULATOR:
            yield kind


def _by_name(module: ModuleType) -> Mapping[str, ErrorType]:
    """If errors share a name, the service's own wins over a common one, and a shape over a code."""
    kinds = (*_rows(errors), *_rows(module))
    by_code = {code: kind for kind in kinds for code in (kind.code, kind.code.removeprefix(CODE_PREFIX))}
    return by_code | {kind.shape: kind for kind in kinds}


ERRORS: Mapping[str, Mapping[str, ErrorType]] = {"sqs": _by_name(sqs_errors), "sns": _by_name(sns_errors)}


def shapes_of(service: str) -> list[str]:
    """The names of a service's errors, one for each."""
    return sorted({kind.shape for kind in ERRORS[service].values()})
