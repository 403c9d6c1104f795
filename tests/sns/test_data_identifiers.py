"""What is found in a text, and what is not; and that no text takes long to search."""

import pytest

from emulator.sns.data_protection.detectors import KEYWORD_DISTANCE
from emulator.sns.data_protection.identifiers import DETECTORS, MANAGED_IDENTIFIERS, find

CARD = "4539894458086459"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PUTTY = "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: Private-key\nPrivate-MAC: " + "0f" * 20


def key(kind: str, content: str = "b3BlbnNzaA==\n") -> str:
    return f"-----BEGIN {kind}-----\n{content}-----END {kind}-----"


FOUND = [
    ("AwsSecretKey", f"aws_secret_access_key={SECRET}", SECRET),
    ("AwsSecretKey", f"{SECRET} is my secret key", SECRET),
    ("BankAccountNumber-DE", "IBAN: DE89 3704 0044 0532 0130 00.", "DE89 3704 0044 0532 0130 00"),
    ("BankAccountNumber-ES", "iban ES9121000418450200051332", "ES9121000418450200051332"),
    ("BankAccountNumber-FR", "iban FR1420041010050500013M02606", "FR1420041010050500013M02606"),
    ("BankAccountNumber-GB", "account number GB29NWBK60161331926819", "GB29NWBK60161331926819"),
    ("BankAccountNumber-IT", "conto bancario IT60X0542811101000000123456", "IT60X0542811101000000123456"),
    ("CreditCardExpiration", '{"expiry": "09/27"}', "09/27"),
    ("CreditCardExpiration", "expiration: 12-2027", "12-2027"),
    ("CreditCardNumber", f"My credit card number is {CARD}", CARD),
    ("CreditCardNumber", "card 4539-8944-5808-6459.", "4539-8944-5808-6459"),
    ("CreditCardNumber", "visa 4539 8944 5808 6459", "4539 8944 5808 6459"),
    ("CreditCardNumber", "amex: 3700 000000 00002", "3700 000000 00002"),
    ("CreditCardNumber", '{"cardNumber":"2223000048400011"}', "2223000048400011"),
    ("CreditCardSecurityCode", "cvv 123", "123"),
    ("EmailAddress", "Write to a.b+c@mail.example.co.uk.", "a.b+c@mail.example.co.uk"),
    ("IpAddress", "Came from 192.168.0.1.", "192.168.0.1"),
    ("IpAddress", '"2001:db8::1"', "2001:db8::1"),
    ("LatLong", "location: 41.948614,-87.655311", "41.948614,-87.655311"),
    ("OpenSshPrivateKey", key("OPENSSH PRIVATE KEY"), key("OPENSSH PRIVATE KEY")),
    ("PgpPrivateKey", key("PGP PRIVATE KEY BLOCK", "a-b--c"), key("PGP PRIVATE KEY BLOCK", "a-b--c")),
    ("PkcsPrivateKey", key("PRIVATE KEY"), key("PRIVATE KEY")),
    ("PkcsPrivateKey", key("RSA PRIVATE KEY", "DEK-Info: AES-128\n"), key("RSA PRIVATE KEY", "DEK-Info: AES-128\n")),
    ("PhoneNumber-US", "+1 (206) 555-0100", "+1 (206) 555-0100"),
    ("PhoneNumber-US", "phone: 206-555-0100", "206-555-0100"),
    ("PhoneNumber", "1-206-555-0100", "1-206-555-0100"),
    ("PostalCode-CA", "K1A 0B1", "K1A 0B1"),
    ("PuttyPrivateKey", f"key: {PUTTY}", PUTTY),
    ("Ssn-US", "ssn: 123-45-6789", "123-45-6789"),
    ("Ssn-US", '{"SSN":"123456789"}', "123456789"),
    ("VehicleIdentificationNumber", "VIN 1HGCM82633A004352", "1HGCM82633A004352"),
    ("ZipCode-US", "zip_code: 98101-1234", "98101-1234"),
]

NOT_FOUND = [
    ("AwsSecretKey", SECRET),
    ("AwsSecretKey", f"secret key {SECRET}x"),
    ("BankAccountNumber-DE", "DE89370400440532013000"),
    ("BankAccountNumber-DE", "iban DE88370400440532013000"),
    ("BankAccountNumber-DE", "iban GB29NWBK60161331926819"),
    ("CreditCardExpiration", "expiry 13/27"),
    ("CreditCardNumber", CARD),
    ("CreditCardNumber", "card 4539894458086458"),
    ("CreditCardNumber", "card 4111111111111111"),
    ("CreditCardNumber", "card 9539894458086454"),
    ("CreditCardNumber", "company 4539894458086459"),
    ("CreditCardNumber", "card 4539 8944-5808 6459"),
    ("CreditCardNumber", f"card 1{CARD}1111"),
    ("EmailAddress", "a@b"),
    ("EmailAddress", "@example.com"),
    ("IpAddress", "256.0.0.1"),
    ("IpAddress", "1.2.3.4.5"),
    ("IpAddress", "std::vector a :: b 12:34"),
    ("LatLong", "location 91.5,0.5"),
    ("OpenSshPrivateKey", "-----BEGIN OPENSSH PRIVATE KEY-----"),
    ("OpenSshPrivateKey", key("OPENSSH PUBLIC KEY")),
    ("PhoneNumber-US", "206-555-0100"),
    ("PhoneNumber-US", "phone 106-555-0100"),
    ("PostalCode-CA", "D1A 0B1"),
    ("PuttyPrivateKey", "PuTTY-User-Key-File-2: ssh-rsa"),
    ("Ssn-US", "123-45-6789"),
    ("Ssn-US", "ssn 000-45-6789"),
    ("Ssn-US", "ssn 123-456789"),
    ("Ssn-US", "lesson 123-45-6789"),
    ("VehicleIdentificationNumber", "VIN 1HGCM82633A00435I"),
    ("ZipCode-US", "98101"),
]


@pytest.mark.parametrize(("identifier", "text", "sensitive"), FOUND)
def test_sensitive_data_are_found(identifier: str, text: str, sensitive: str) -> None:
    assert [text[start:end] for start, end in find(identifier, text)] == [sensitive]


@pytest.mark.parametrize(("identifier", "text"), NOT_FOUND)
def test_what_only_looks_like_it_is_not_found(identifier: str, text: str) -> None:
    assert find(identifier, text) == []


def test_every_detector_has_an_example() -> None:
    assert {identifier for identifier, _, _ in FOUND} == set(DETECTORS)


def test_all_occurrences_are_found_in_order() -> None:
    assert find("EmailAddress", "a@b.cd, e@f.gh") == [(0, 6), (8, 14)]
    assert find("PhoneNumber-US", "phone +1 206 555 0100") == [(6, 21)]


@pytest.mark.parametrize("template", ["ssn{}123-45-6789", "123-45-6789{}ssn"])
def test_keyword_must_stand_near(template: str) -> None:
    assert find("Ssn-US", template.format("." * KEYWORD_DISTANCE))
    assert not find("Ssn-US", template.format("." * (KEYWORD_DISTANCE + 1)))


def test_keyword_counts_for_all_data_around_it() -> None:
    text = "123-45-6789 ssn 123-45-6780 " + "." * KEYWORD_DISTANCE + " 123-45-6781"
    assert [text[start:end] for start, end in find("Ssn-US", text)] == ["123-45-6789", "123-45-6780"]


@pytest.mark.parametrize("keyword", ["zip code", "ZIPCODE", "zip_code", "Zip-Code"])
def test_space_in_a_keyword_may_be_left_out_or_replaced(keyword: str) -> None:
    assert find("ZipCode-US", f"{keyword}: 98101")


def test_identifiers_without_a_pattern_are_known_and_find_nothing() -> None:
    assert {"Address", "Name", "DriversLicense-US", "PhoneNumber-GB"} <= MANAGED_IDENTIFIERS
    assert find("Name", "Jane Doe") == []
