from benchmarks.profiling import parse, text_of

RAW = """\
run (uvloop/loop.py:1);on_message_complete (emulator/protocol.py:61);send (emulator/sqs/queue.py:9) 3
run (uvloop/loop.py:1);on_message_complete (emulator/protocol.py:61);dumps (json/__init__.py:8) 1
run (uvloop/loop.py:1) 6
"""


def test_time_of_a_library_belongs_to_the_part_that_called_it() -> None:
    assert [found.part for found in parse(RAW)] == ["queues", "the protocol", "uvicorn, uvloop and the kernel"]


def test_profile_says_how_time_is_shared_then_names_functions() -> None:
    lines = text_of("send", parse(RAW)).splitlines()
    assert lines[1] == "By part: uvicorn, uvloop and the kernel 60%, queues 30%, the protocol 10%."
    assert lines[3:] == [
        "  60.0%  run (uvloop/loop.py)",
        "  30.0%  send (emulator/sqs/queue.py)",
        "  10.0%  dumps (json/__init__.py)",
    ]
