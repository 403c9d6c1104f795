"""Wording of texts for people."""

_SHOWN_CHARACTERS = 300  # of a message


def shortened(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…")
