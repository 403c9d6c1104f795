"""The parameters of a form, as the query protocol sends them."""

from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.errors import MalformedInput, MalformedQueryString, ServiceError
from emulator.wire import form as forms
from emulator.wire.form import parse_form
from tests.examples import examples

_TEXT = st.text(st.characters(codec="utf-8"))


def test_form_keeps_blank_values_and_reads_escapes() -> None:
    form = parse_form(b"Action=Publish&Message=a+b%26%C3%A9%0D&Tags=&bare")
    assert form == {"Action": "Publish", "Message": "a b&\u00e9\r", "Tags": "", "bare": ""}


def test_form_takes_utf8_that_is_not_escaped() -> None:
    assert parse_form("Message=\u00e9".encode()) == {"Message": "\u00e9"}


def test_parameter_with_two_values_is_refused() -> None:
    with pytest.raises(MalformedInput, match="The parameter a b is given twice with different values"):
        parse_form(b"a+b=1&a%20b=2")


def test_parameter_given_twice_with_one_value_counts_once() -> None:
    assert parse_form(b"a=1&&b=2&a=1&") == {"a": "1", "b": "2"}


def test_empty_form_has_no_parameters() -> None:
    assert parse_form(b"") == {}


@pytest.mark.parametrize(
    "data", [b"a=%", b"a=%z1", b"a=%4", b"%2=a", b"a=%ff", b"a=\xff", b"a=%ed%a0%80", b"a=1&" * 10_001]
)
def test_broken_form_is_a_malformed_query_string(data: bytes) -> None:
    with pytest.raises(MalformedQueryString):
        parse_form(data)


@given(_TEXT, _TEXT)
def test_form_is_read_as_urllib_reads_it(name: str, value: str) -> None:
    for data in (urlencode({name: value}), urlencode({name: value}, quote_via=quote)):
        assert parse_form(data.encode()) == dict(parse_qsl(data, keep_blank_values=True))


@given(st.binary())
def test_any_form_is_read_as_urllib_reads_it_or_refused(data: bytes) -> None:
    """Raw bytes, among them the line ends and equals signs that mean something in quoted-printable."""
    try:
        params = parse_form(data)
    except ServiceError:
        return
    assert params == dict(parse_qsl(data.decode(), keep_blank_values=True, errors="strict"))


PARTS = st.sampled_from(["", "&", "=", "a", "Action=Publish", "%3A", "%zz", "+", "Message=" + "x" * 600, "é"])


@settings(max_examples=examples(300))
@given(st.lists(PARTS | st.text(max_size=3), max_size=60).map("".join), st.integers(0, 700))
def test_long_form_is_read_as_its_fields_one_by_one(form: str, padding: int) -> None:
    """Long forms are split in another way than short ones, and short fields are read once."""
    data = f"{form}&last={'y' * padding}".encode()
    expected: dict[str, str] | None = {}
    for field in data.decode().split("&"):
        try:
            expected = None if expected is None else expected | parse_form(field.encode())
        except MalformedQueryString:
            expected = None
    for _ in ("first", "again"):
        try:
            read: dict[str, str] | None = parse_form(data)
        except MalformedQueryString:
            read = None
        except MalformedInput:  # a name with two values
            return
        assert read == expected


@pytest.mark.parametrize("count", [*range(1, 40), 100])
def test_fields_of_a_long_form_all_count(count: int) -> None:
    fields = {f"name{number}": str(number) * (500 if number % 7 == 3 else 1) for number in range(count)}
    assert parse_form("&".join(f"{name}={value}" for name, value in fields.items()).encode()) == fields


def test_known_fields_are_bounded_and_short() -> None:
    for number in range(forms.MOST_KNOWN_FIELDS + 10):
        parse_form(f"name={number}".encode())
        parse_form(b"a=%b" % (b"x" * forms.CACHED_LENGTH))
    assert 0 < len(forms.KNOWN_FIELDS) <= forms.MOST_KNOWN_FIELDS
    assert max(map(len, forms.KNOWN_FIELDS)) < forms.CACHED_LENGTH


@pytest.mark.parametrize(
    "data", ["a=b==c", "a==%3D=", "a=%3D%0A=", "a=b+%2B+ ", "a=x%0D%0Ay ", "=\n=\n", "a=  \n", "a"]
)
def test_what_quoted_printable_would_take_for_its_own_stays(data: str) -> None:
    assert parse_form(data.encode()) == dict(parse_qsl(data, keep_blank_values=True))
