import base64

import pytest
from msgspec.structs import astuple, replace

from emulator.aws.sqs_errors import ReceiptHandleExpired, ReceiptHandleIsInvalid
from emulator.sqs.receipt import Receipt
from emulator.sqs.receipts import ReceiptHandles

RECEIPT = Receipt(sequence=7, receive_number=2, received_at=1_700_000_000.25)
HANDLES = ReceiptHandles(b"key of one queue")


def test_a_handle_leads_back_to_its_receipt() -> None:
    assert HANDLES.read(HANDLES.issue(*astuple(RECEIPT))) == RECEIPT


@pytest.mark.parametrize("receipt", [Receipt(2**63, 2**31, 0.0), Receipt(1, 1, -1.5)])
def test_any_receipt_has_a_handle(receipt: Receipt) -> None:
    assert HANDLES.read(HANDLES.issue(*astuple(receipt))) == receipt


def test_every_receive_has_a_handle_of_its_own() -> None:
    others = [replace(RECEIPT, sequence=8), replace(RECEIPT, receive_number=3), replace(RECEIPT, received_at=0.0)]
    assert len({HANDLES.issue(*astuple(receipt)) for receipt in (RECEIPT, *others)}) == 4


def test_a_handle_fits_where_aws_handles_fit() -> None:
    handle = HANDLES.issue(*astuple(RECEIPT))
    assert len(handle) <= 1_024
    assert handle.startswith("AQEB")
    assert handle.isascii()


def test_a_queue_refuses_the_handle_of_another() -> None:
    handle = HANDLES.issue(*astuple(RECEIPT))
    with pytest.raises(ReceiptHandleIsInvalid) as refusal:
        ReceiptHandles(b"key of another").read(handle)
    assert refusal.value.message == f'The receipt handle "{handle}" is not valid for this queue.'


@pytest.mark.parametrize(
    "handle",
    [
        "",
        "AQEB",
        "garbage",
        "ungültig",
        "AQEB" + "\ud800",
        "AQEB" + base64.b64encode(b"x" * 19).decode(),
        "AQEB" + base64.b64encode(b"x" * 35).decode(),
        "AQEB" + "A" * 10_000,
        HANDLES.issue(*astuple(RECEIPT)).removeprefix("AQEB"),
        HANDLES.issue(*astuple(RECEIPT))[:-1],
        HANDLES.issue(*astuple(RECEIPT)) + "=",
        HANDLES.issue(*astuple(RECEIPT)) + "AAAA",
        HANDLES.issue(*astuple(RECEIPT)).lower(),
        " " + HANDLES.issue(*astuple(RECEIPT)),
    ],
)
def test_what_was_never_issued_is_no_handle(handle: str) -> None:
    with pytest.raises(ReceiptHandleIsInvalid) as refusal:
        HANDLES.read(handle)
    assert refusal.value.message == f'The input receipt handle "{handle}" is not a valid receipt handle.'


def test_no_single_changed_character_passes() -> None:
    handle = HANDLES.issue(*astuple(RECEIPT))
    for place in range(len(handle)):
        changed = handle[:place] + ("B" if handle[place] == "A" else "A") + handle[place + 1 :]
        with pytest.raises(ReceiptHandleIsInvalid):
            HANDLES.read(changed)


def test_a_handle_can_be_used_until_twelve_hours_after_its_receive() -> None:
    handles = ReceiptHandles(b"k" * 16)
    handle = handles.issue(1, 1, 1_000.0)
    assert handles.read_valid(handle, 1_000.0 + 43_200) == Receipt(1, 1, 1_000.0)
    with pytest.raises(ReceiptHandleExpired):
        handles.read_valid(handle, 1_000.1 + 43_200)
    assert handles.read(handle) == Receipt(1, 1, 1_000.0)
