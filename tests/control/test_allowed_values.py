from typing import Annotated, Literal

import msgspec
import pytest

from emulator.control.refusals import BadRequestError, convert, decode

Color = Literal["red", "blue"]


class Shirt(msgspec.Struct, rename="camel"):
    main_color: Color | Literal[0] = 0
    stripes: list[Color] = []
    buttons: dict[str, Annotated[Color, msgspec.Meta(description="Of a button.")]] = {}
    under: "Shirt | None" = None


@pytest.mark.parametrize(
    ("shirt", "complaint"),
    [
        ({"mainColor": "green"}, "Invalid enum value 'green' - at `$.mainColor`; allowed: 0, blue, red"),
        ({"mainColor": 7}, "Invalid enum value 7 - at `$.mainColor`; allowed: 0, blue, red"),
        ({"stripes": ["red", "white"]}, "Invalid enum value 'white' - at `$.stripes[1]`; allowed: blue, red"),
        ({"buttons": {"top": "x` - at `$.y"}}, "Invalid enum value 'x` - at `$.y' - at `$.buttons[...]`; allowed: b"),
        ({"under": {"under": {"stripes": [""]}}}, "Invalid enum value '' - at `$.under.under.stripes[0]`; allowed: b"),
        ({"main_colour": 1, "mainColor": None}, "Expected `int | str`, got `null` - at `$.mainColor`"),
    ],
)
def test_error_about_another_value_names_those_that_are_allowed(shirt: object, complaint: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        decode(msgspec.json.encode(shirt), Shirt)
    assert str(refused.value).startswith(complaint)


def test_parameter_with_another_value_names_those_that_are_allowed() -> None:
    with pytest.raises(BadRequestError, match="allowed: 0, blue, red"):
        convert({"mainColor": "green"}, Shirt)


def test_error_about_the_whole_document_names_them_too() -> None:
    with pytest.raises(BadRequestError, match="Invalid enum value 'green'; allowed: blue, red"):
        decode(b'"green"', Color)  # type: ignore[arg-type]
