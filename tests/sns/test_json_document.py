import pytest

from emulator.sns.json_document import JsonError, parse_json, parse_object, same_json

PLACE = "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "


def complaint(text: str) -> str:
    with pytest.raises(JsonError) as refused:
        parse_json(text)
    return refused.value.detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (
            "{invalidjson}",
            "Unexpected character ('i' (code 105)): was expecting double-quote to start field name"
            f"{PLACE}line: 1, column: 2]",
        ),
        ('{"a":1\n}}', f"Unexpected character ('}}' (code 125)): expected end of content{PLACE}line: 2, column: 2]"),
        (
            "NaN",
            "Unrecognized token 'NaN': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
            f"'false'){PLACE}line: 1, column: 4]",
        ),
        ("", f"Unexpected end-of-input{PLACE}line: 1, column: 1]"),
    ],
)
def test_fault_is_worded_as_by_awss_parser(text: str, detail: str) -> None:
    assert complaint(text) == detail


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000])
def test_document_out_of_bounds_is_refused(text: str) -> None:
    assert "exceeds the maximum allowed" in complaint(text)


def test_object_is_wanted_where_one_is_asked_for() -> None:
    assert parse_object('{"a": [1, null]}') == {"a": [1, None]}
    with pytest.raises(JsonError, match="expected a JSON object"):
        parse_object("[]")


def test_same_document_may_be_written_in_many_ways() -> None:
    assert same_json('{"a": 1, "b": "\\u00e4"}', '{"b":"ä","a":1}')
    assert not same_json('{"a":1}', '{"a":2}')
    assert not same_json("{", "{")
