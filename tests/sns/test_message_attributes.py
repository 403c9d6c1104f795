import pytest

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sns_errors import SnsParameterValueInvalid
from emulator.sns.message_attributes import check_attributes

GOOD = MessageAttribute("String", "x")


def refusal(name: str, attribute: MessageAttribute) -> str:
    with pytest.raises(SnsParameterValueInvalid) as refused:
        check_attributes({"good": GOOD, name: attribute})
    return refused.value.message


@pytest.mark.parametrize(
    "attribute",
    [
        MessageAttribute("String", ""),
        MessageAttribute("String"),
        MessageAttribute("Number", ""),
        MessageAttribute("Binary", None, b""),
        MessageAttribute("Binary"),
        MessageAttribute("String.Array", ""),
    ],
)
def test_value_that_is_missing_or_empty_is_refused(attribute: MessageAttribute) -> None:
    assert refusal("attr1", attribute) == (
        "The message attribute 'attr1' must contain non-empty message attribute value "
        f"for message attribute type '{attribute.data_type}'."
    )


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        (MessageAttribute("String", None, b"x"), "String"),
        (MessageAttribute("Number", None, b"1"), "String"),
        (MessageAttribute("Binary", "x"), "Binary"),
        (MessageAttribute("Binary.png", "x", b"x"), "Binary"),
    ],
)
def test_value_in_the_wrong_field_is_refused(attribute: MessageAttribute, field: str) -> None:
    message = f"The message attribute 'attr1' with type '{attribute.data_type}' must use field '{field}'."
    assert refusal("attr1", attribute) == message


@pytest.mark.parametrize(
    "data_type", ["InvalidType", "string", "", "Strings", ".String", "String.", "Number.", "Binary."]
)
def test_unknown_type_is_refused(data_type: str) -> None:
    assert refusal("attr1", MessageAttribute(data_type, "x")) == (
        "The message attribute 'attr1' has an invalid message attribute type, "
        "the set of supported type prefixes is Binary, Number, and String."
    )


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("n" * 257, "Length of message attribute name must be less than 256 bytes."),
        ("ä" * 129, "Length of message attribute name must be less than 256 bytes."),
        ("", "Length of message attribute name must be greater than 0."),
        (
            "^att^",
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots.",
        ),
        (".attr1", "Invalid message attribute name starting with character '.' was found."),
        ("attr1.", "Invalid message attribute name ending with character '.' was found."),
        ("attr..1", "Message attribute name can not have successive '.' character."),
    ],
)
def test_bad_name_is_refused(name: str, complaint: str) -> None:
    assert refusal(name, GOOD) == complaint


@pytest.mark.parametrize(
    "name",
    [
        *("AWS.trace", "aws.x", "Amazon.x", "AMAZON.x", "AWS.SNS.x"),
        *("AWS.SNS.SMS.SenderId", "AWS.SNS.SMS.TemplateId", "AWS.SNS.SMS.TemplateID", "AWS.MM.SMS.SenderID"),
    ],
)
def test_names_of_amazons_own_are_refused(name: str) -> None:
    assert refusal(name, GOOD) == (
        "Message attribute names starting with 'AWS.' or 'Amazon.' are reserved for use by Amazon."
    )


@pytest.mark.parametrize(
    "name",
    [
        *("AWS.SNS.SMS.SenderID", "AWS.SNS.SMS.SMSType", "AWS.SNS.SMS.MaxPrice", "AWS.SNS.MOBILE.APNS.TTL"),
        *("AWS.MM.SMS.EntityId", "AWS.MM.SMS.TemplateId", "AWS.MM.SMS.OriginationNumber"),
        *("awsome", "n" * 256, "A_b-9.c"),
    ],
)
def test_other_names_are_fine(name: str) -> None:
    check_attributes({name: GOOD})


@pytest.mark.parametrize("number", ["0", "-1.5", "+2", "99.12", ".5", "5.", "1e10", "1E-3"])
def test_numbers_are_numbers(number: str) -> None:
    check_attributes({"n": MessageAttribute("Number.int", number)})


@pytest.mark.parametrize("number", ["one", "1,5", "0x1", "1 2", "--1", "1e", "٣", "NaN", "."])
def test_number_that_is_none_is_refused(number: str) -> None:
    assert refusal("n", MessageAttribute("Number", number)) == "Could not cast message attribute 'n' value to number."
