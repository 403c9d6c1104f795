"""Durations as people write them."""

import re

import click

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_PART = f"({_NUMBER})(ms|s|m|h|d|w)"


class Duration(click.ParamType):  # type: ignore[type-arg] # older versions of click take none
    """Seconds, or numbers with units such as ``1h30m``."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, int | float):
            return float(value)
        text = str(value)
        if re.fullmatch(_NUMBER, text):
            return float(text)
        if re.fullmatch(f"(?:{_PART})+", text):
            return sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, text))
        return self.fail(f"{text!r} is no duration: seconds are wanted, or for example 90s, 5m, 1h30m, 2d.", param, ctx)
