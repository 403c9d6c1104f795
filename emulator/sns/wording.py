"""AWS's wording of rejected values of attributes. This is the only place where a RejectedValue becomes an error."""

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.rejections import RejectedAlike, RejectedValue


@contextmanager
def attributes_of_request() -> Iterator[None]:
    """Word a RejectedValue as actions with a map of attributes do, such as CreateTopic."""
    try:
        yield
    except RejectedAlike as error:
        raise SnsInvalidParameter.of(error.detail) from error
    except RejectedValue as error:
        raise SnsInvalidParameter.of("Attributes", error.detail) from error


@contextmanager
def attribute_value() -> Iterator[None]:
    """Word a RejectedValue as actions that set one attribute do, such as SetTopicAttributes."""
    try:
        yield
    except RejectedValue as error:
        raise SnsInvalidParameter.of(error.detail_of_set) from error
