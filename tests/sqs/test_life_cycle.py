"""The table of a message's life, and the picture of it in the documentation."""

import re
from pathlib import Path

from emulator.sqs.life_cycle import TABLE, mermaid
from emulator.sqs.message import MessageState

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_the_documentation_shows_the_table() -> None:
    pictures = re.findall(r"```mermaid\n(stateDiagram.*?)```", ARCHITECTURE.read_text(), re.DOTALL)
    assert pictures == [mermaid()]


def test_every_state_can_be_reached_and_left() -> None:
    steps = {
        (state, after)
        for _, row in TABLE
        for state, after in zip(MessageState, row, strict=True)
        if after is not None and after != state
    }
    assert {state for state, _ in steps} == {after for _, after in steps} == set(MessageState)
