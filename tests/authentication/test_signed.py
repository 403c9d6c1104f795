"""Signatures of botocore are accepted, and those of anything else are not."""

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.authentication.signed import CHANGES, Signed, check_changed, check_signed, signed_request
from tests.examples import examples

RANDOMS = st.integers(0, 2**32).map(Random)


@settings(max_examples=examples(2_000))
@given(RANDOMS)
def test_what_botocore_signs_is_accepted(random: Random) -> None:
    check_signed(signed_request(random))


@settings(max_examples=examples(2_000))
@given(RANDOMS, st.sampled_from(CHANGES), st.integers(0, 9))
def test_a_change_to_what_was_signed_is_refused(
    random: Random, change: Callable[[Signed, int], None], number: int
) -> None:
    check_changed(signed_request(random), change, number)
