from hypothesis import given
from hypothesis import strategies as st

from emulator.structures.parted import PartedDict

KEYS = st.integers(0, 200)


@given(st.lists(st.tuples(st.booleans(), KEYS, st.integers())))
def test_it_holds_what_a_dictionary_would_hold(steps: list[tuple[bool, int, int]]) -> None:
    parted, plain = PartedDict[int](), dict[int, int]()
    for adds, key, value in steps:
        if adds:
            parted[key] = plain[key] = value
        else:
            assert parted.pop(key) == plain.pop(key, None)
    assert dict(parted.items()) == plain
    assert len(parted) == len(plain)
    assert [parted.get(key) for key in range(201)] == [plain.get(key) for key in range(201)]
