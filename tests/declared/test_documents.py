"""Documents in TOML, YAML and JSON: values, positions, and what is refused before anything is looked at."""

import sys
from pathlib import Path

import pytest

from emulator.configuration.document_error import DocumentError
from emulator.declared.document import Document, Position
from emulator.declared.loading import SIZE_MAX, load

TOML = """\
# a comment
queues = ["orders", { name = "größe", tags.team = "a" }]  # ö before the column
[options]
port = 4566
[[topics]]
name = "events"
[topics.tags]
"the key" = "x"
[[topics]]
subscriptions = [
  "orders", # one
  { url = "http://localhost" },
]
[queues2."orders.fifo"]
delay_seconds = 1
"""
YAML = """\
queues:
  - orders
  - name: jobs
    tags: {team: a}
topics:
  events:
    subscriptions: [orders]
"""
JSON = """{
\t"queues": ["orders", {"name": "\\ud83d\\ude00"}],
\t"topics": {"events": {"a\\tb": 1e3}}
}"""


def document(folder: Path, name: str, text: str) -> Document:
    file = folder / name
    file.write_bytes(text.encode())
    return load(str(file))


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("queues",), (2, 10), (2, 1)),
        (("queues", 0), (2, 11), None),
        (("queues", 1, "name"), (2, 30), (2, 23)),
        (("queues", 1, "tags", "team"), (2, 51), (2, 44)),
        (("options", "port"), (4, 8), (4, 1)),
        (("topics", 0, "name"), (6, 8), (6, 1)),
        (("topics", 0, "tags", "the key"), (8, 13), (8, 1)),
        (("topics", 1, "subscriptions", 1, "url"), (12, 11), (12, 5)),
        (("queues2", "orders.fifo"), (14, 10), (14, 10)),
        (("queues2", "orders.fifo", "delay_seconds"), (15, 17), (15, 1)),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_toml_has_the_position_of_each_key_and_value(
    path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int] | None, end: str, tmp_path: Path
) -> None:
    read = document(tmp_path, "a.toml", TOML.replace("\n", end))
    assert read.values[path] == Position(*value)
    assert read.keys.get(path) == (None if key is None else Position(*key))


def test_yaml_and_json_have_the_position_of_each_key_and_value(tmp_path: Path) -> None:
    read = document(tmp_path, "a.yaml", YAML)
    assert read.values["queues", 1, "tags", "team"] == (4, 18)
    assert read.keys["queues", 1, "tags", "team"] == (4, 12)
    assert read.values["topics", "events", "subscriptions", 0] == (7, 21)
    read = document(tmp_path, "a.json", JSON)
    assert read.content == {"queues": ["orders", {"name": "😀"}], "topics": {"events": {"a\tb": 1000.0}}}
    assert read.values["queues", 1, "name"] == (2, 32)
    assert read.keys["topics", "events", "a\tb"] == (3, 24)


def test_position_of_what_is_not_in_the_file_is_that_of_what_it_would_be_in(tmp_path: Path) -> None:
    read = document(tmp_path, "a.yaml", YAML)
    assert read.position_of(("queues", 1, "delay_seconds")) == (3, 5)
    assert read.position_of(("nothing",)) is None


def test_own_keys_win_over_merged_ones_in_yaml(tmp_path: Path) -> None:
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\nw: [=, <<]\n"
    read = document(tmp_path, "a.yaml", text)
    assert read.content["z"] == {"a": 1, "b": 1, "c": 3}
    assert read.content["w"] == ["=", "<<"]


def test_byte_order_mark_is_no_part_of_a_document(tmp_path: Path) -> None:
    for name, text in (("a.toml", "a = 1"), ("a.yaml", "a: 1"), ("a.json", '{"a": 1}')):
        assert document(tmp_path, name, f"\ufeff{text}").content == {"a": 1}


def test_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert document(tmp_path, "a.toml", "").content == {}
    assert document(tmp_path, "a.yaml", "# nothing\n").content == {}


BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TOO_DEEP = "nested more than 50 levels deep"


@pytest.mark.parametrize(
    ("name", "text", "mistake"),
    [
        ("a.toml", 'queues = ["a"\n[options]', "2:1: Unclosed array."),
        ("a.toml", "a = 1\nb = 2\na = 3", "3:6: Cannot overwrite a value."),
        ("a.toml", "a = [", "1:6: Invalid value."),
        ("a.toml", "a = nan", "1:5: nan is no number that JSON knows."),
        ("a.toml", f"{'a.' * 60}b = 1", TOO_DEEP),
        ("a.toml", f"a = {'[' * 60}{']' * 60}", TOO_DEEP),
        ("a.toml", f"a = {'[' * 50_000}", TOO_DEEP),
        ("a.toml", f"{'a.' * 50_000}b = 1", TOO_DEEP),
        ("a.yaml", "a: b\n c: d", "2:3: Mapping values are not allowed here."),
        ("a.yaml", "a: 1\nb: 2\na: 3", "3:1: The key a is here twice."),
        ("a.yaml", "a: [1", "1:6: While parsing a flow sequence expected ',' or ']', but got '<stream end>'."),
        ("a.yaml", "--- 1\n--- 2", "2:1: Expected a single document in the stream but found another document."),
        ("a.yaml", "on: 1", '1:1: A key is a text, and on is none: write it in quotes, as "on".'),
        ("a.yaml", "[a]: 1", "1:1: A key is a text."),
        ("a.yaml", "a: !Ref b", "1:4: b cannot be read as !Ref."),
        ("a.yaml", "a: !Map {b: c}", "1:4: The tag !Map has no meaning here."),
        ("a.yaml", "a: !!python/object/apply:os.system [ls]", "The tag !!python/object/apply:os.system has no meaning"),
        ("a.yaml", "a: 2030-99-99", "1:4: 2030-99-99 cannot be read as !!timestamp."),
        ("a.yaml", "a: !!binary aGk=", "1:4: aGk= cannot be read as !!binary."),
        ("a.yaml", "a: b\x07", "1:5: The character U+0007 is not allowed here."),
        ("a.yaml", 'a: "\\ud800"', "1:4: The text has half of a surrogate pair, which is no character."),
        ("a.yaml", "<<: 3", "1:5: What << merges is a mapping, or a list of them."),
        ("a.yaml", BOMB, "With its aliases the document has more than 20000 values."),
        ("a.yaml", "a: &a [*a]", f"1:4: The document is {TOO_DEEP} (or an alias is inside its own anchor)."),
        ("a.yaml", "a: &a\n  <<: *a", "or an alias is inside its own anchor"),
        ("a.yaml", f"a: {'[' * 5_000}", TOO_DEEP),
        ("a.json", '{"a": 1,\n "a": 2}', "2:2: The key a is here twice."),
        ("a.json", '{"a": tru}', "1:7: Expecting value."),
        ("a.json", '{"a" 1}', "1:6: Expecting ':' delimiter."),
        ("a.json", "", "1:1: Expecting value."),
        ("a.json", '{"a": NaN}', "1:7: nan is no number that JSON knows."),
        ("a.json", '{"a": "\\ud800"}', "1:7: The text has half of a surrogate pair, which is no character."),
        ("a.json", "[" * 100_000, TOO_DEEP),
        ("a.json", f'{{"a": {"1" * 5_000}}}', "Exceeds the limit"),
        ("a.json", '["queues"]', "A table with queues, topics and so on is wanted, not a list."),
        ("a.json", "3", "A table with queues, topics and so on is wanted, not 3."),
        ("a.ini", "", "The name must end with .toml, .yaml, .yml or .json, or with .conf for"),
        ("a.toml", " " * (SIZE_MAX + 1), f"The file is larger than {SIZE_MAX} bytes."),
    ],
    ids=range(38),
)
def test_broken_document_is_refused_with_the_place(name: str, text: str, mistake: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as refused:
        document(tmp_path, name, text)
    (line,) = refused.value.lines
    assert line.startswith(f"{tmp_path / name}:")
    assert mistake in line


def test_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("a: 1\nb: größe".encode("latin-1"))
    for name, mistake in (
        ("missing.toml", ": The file cannot be read: No such file or directory."),
        ("latin.yaml", ":2:6: This is no text in UTF-8."),
        ("zero\0.json", ": The file cannot be read: embedded null byte."),
    ):
        with pytest.raises(DocumentError) as refused:
            load(str(tmp_path / name))
        assert refused.value.lines == [f"{tmp_path / name}{mistake}"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says that this is not permitted")
def test_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(DocumentError, match=r"folder\.toml: The file cannot be read: Is a directory\.$"):
        load(str(tmp_path / "folder.toml"))
