"""Signatures of botocore are accepted, and those of anything else are not."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.authentication.signed import CHANGES, Signed, check_changed, check_signed, signed_requests
from tests.examples import examples


@settings(max_examples=examples(1_500))
@given(signed_requests())
def test_what_botocore_signs_is_accepted(signed: Signed) -> None:
    check_signed(signed)


@settings(max_examples=examples(1_500))
@given(signed_requests(), st.sampled_from(CHANGES), st.integers(0, 9))
def test_a_change_to_what_was_signed_is_refused(
    signed: Signed, change: Callable[[Signed, int], None], number: int
) -> None:
    check_changed(signed, change, number)
