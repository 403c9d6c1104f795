"""How AWS words what the domain rejects: the only place where a RejectedValue becomes an error."""

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.rejections import RejectedValue


@contextmanager
def attributes_of_request() -> Iterator[None]:
    """Word what is rejected inside as actions do that take a map of attributes, such as CreateTopic."""
    try:
        yield
    except RejectedValue as error:
        raise SnsInvalidParameter.of("Attributes", error.detail) from error


@contextmanager
def attribute_value() -> Iterator[None]:
    """Word what is rejected inside as actions do that set one attribute, such as SetTopicAttributes."""
    try:
        yield
    except RejectedValue as error:
        raise SnsInvalidParameter.of(error.detail_of_set) from error
