"""Managed data identifiers: the kinds of sensitive data that AWS knows, and the patterns that find them.

The names, the words that must stand near some of the data, and the card numbers that are not reported are AWS's.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-managed-data-identifiers.html
"""

import re
from collections.abc import Mapping

from emulator.sns.data_protection.detectors import (
    Detector,
    SearchedText,
    Span,
    iban,
    is_ipv6,
    is_luhn,
    keywords,
    private_key,
)
from emulator.timing.turns import Work, at_once

# Card numbers that issuers reserve for testing. AWS does not report them.
_TEST_CARD_NUMBERS = (
    "122000000000003 2222405343248877 2222990905257051 2223007648726984 2223577120017656 30569309025904 "
    "34343434343434 3528000700000000 3530111333300000 3566002020360505 36148900647913 36700102000000 "
    "371449635398431 378282246310005 378734493671000 38520000023237 4012888888881881 4111111111111111 "
    "4222222222222 4444333322221111 4462030000000000 4484070000000000 4911830000000 4917300800000000 "
    "4917610000000000 4917610000000000003 5019717010103742 5105105105105100 5111010030175156 5185540810000019 "
    "5200828282828210 5204230080000017 5204740009900014 5420923878724339 5454545454545454 5455330760000018 "
    "5506900490000436 5506900490000444 5506900510000234 5506920809243667 5506922400634930 5506927427317625 "
    "5553042241984105 5555553753048194 5555555555554444 5610591081018250 6011000990139424 6011000400000000 "
    "6011111111111117 630490017740292441 630495060000000000 6331101999990016 6759649826438453 "
    "6799990100000000019 76009244561"
)
_TEST_CARDS = frozenset(_TEST_CARD_NUMBERS.split())
_CARD_PREFIX = (
    r"4"  # Visa, Electron
    r"|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"  # Mastercard
    r"|3[47]"  # American Express
    r"|30[0-5]|3095|36|3[89]"  # Diners Club
    r"|352[89]|35[3-8]"  # JCB
    r"|6011|64[4-9]|65"  # Discover
    r"|62"  # UnionPay
    r"|5019"  # Dankort
)


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return digits not in _TEST_CARDS and re.match(_CARD_PREFIX, digits) is not None and is_luhn(digits)


_BANK_KEYWORDS = keywords(
    "account code, account number, accountno#, accountnumber#, bban, customer account id, customer account number, "
    "customer bank account id, iban, sepa, code bancaire, compte bancaire, numéro de compte, bankleitzahl, "
    "kontonummer, codice bancario, conto bancario, numero di conto, código cuenta, número cuenta cliente"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_US_PHONE = r"\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\w)"
_US_PHONES = (
    Detector(rf"(?<![\w+])\+?1[ .-]?{_US_PHONE}"),
    Detector(
        rf"(?<![\w+]){_US_PHONE}",
        keywords("cell, contact, fax, fax number, mobile, phone, phone number, tel, telephone, telephone number"),
    ),
)

# How the identifiers are found that a pattern can recognize.
DETECTORS: Mapping[str, tuple[Detector, ...]] = {
    "AwsSecretKey": (
        Detector(
            r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
            keywords("aws_secret_access_key, credentials, secret access key, secret key, set-awscredential"),
        ),
    ),
    "BankAccountNumber-DE": (iban("DE", 18, _BANK_KEYWORDS),),
    "BankAccountNumber-ES": (iban("ES", 20, _BANK_KEYWORDS),),
    "BankAccountNumber-FR": (iban("FR", 23, _BANK_KEYWORDS),),
    "BankAccountNumber-GB": (iban("GB", 18, _BANK_KEYWORDS),),
    "BankAccountNumber-IT": (iban("IT", 23, _BANK_KEYWORDS),),
    "CreditCardExpiration": (
        Detector(
            r"(?<![\d/-])(?:0[1-9]|1[0-2])[/-](?:20)?\d\d(?![\d/-])",
            keywords("exp d, exp m, exp y, expiration, expiry"),
        ),
    ),
    "CreditCardNumber": (
        Detector(
            r"(?<![\d.-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})"
            r"(?![\d-])",
            keywords(
                "account number, american express, amex, bank card, card, card num, card number, cc #, ccn, "
                "check card, credit, credit card#, dankort, debit, debit card, diners club, discover, electron, "
                "elo verification code, japanese card bureau, jcb, mastercard, mc, pan, payment account number, "
                "payment card number, pcn, union pay, visa"
            ),
            _is_card,
        ),
    ),
    "CreditCardSecurityCode": (
        Detector(
            r"(?<![\w.-])\d{3,4}(?![\w-])",
            keywords(
                "card id, card identification code, card identification number, card security code, "
                "card validation code, card validation number, card verification data, card verification value, "
                "cvc, cvc2, cvv, cvv2, elo verification code"
            ),
        ),
    ),
    "EmailAddress": (
        Detector(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}(?![\w-])"),
    ),
    "IpAddress": (
        Detector(rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?\w)"),
        Detector(r"(?<![\w:.])[0-9A-Fa-f:]{3,39}(?![\w:])", holds=is_ipv6),
    ),
    "LatLong": (
        Detector(
            r"(?<![\w.])[-+]?(?:90|[0-8]?\d)\.\d{1,15}, ?[-+]?(?:180|1[0-7]\d|\d{1,2})\.\d{1,15}(?![\w.]?\d)",
            keywords("coordinate, coordinates, lat long, latitude longitude, location, position"),
        ),
    ),
    "OpenSshPrivateKey": (private_key("OPENSSH PRIVATE KEY"),),
    "PgpPrivateKey": (private_key("PGP PRIVATE KEY BLOCK"),),
    "PhoneNumber": _US_PHONES,
    "PhoneNumber-US": _US_PHONES,
    "PkcsPrivateKey": (private_key("(?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY"),),
    "PostalCode-CA": (
        Detector(r"(?<![\w-])[ABCEGHJ-NPR-TVXY]\d[ABCEGHJ-NPR-TV-Z][ -]?\d[ABCEGHJ-NPR-TV-Z]\d(?![\w-])"),
    ),
    "PuttyPrivateKey": (
        Detector(
            r"PuTTY-User-Key-File-\d: [^P]*+(?:P(?!uTTY-User-Key-File|rivate-MAC: )[^P]*+)*+"
            r"Private-MAC: [0-9a-fA-F]{40,64}",
            reach=None,
        ),
    ),
    "Ssn-US": (
        Detector(
            r"(?<![\w-])(?!000|666|9)\d{3}([ -]?)(?!00)\d\d\1(?!0000)\d{4}(?![\w-])",
            keywords("social security, ss#, ssn"),
        ),
    ),
    "VehicleIdentificationNumber": (
        Detector(
            r"(?<!\w)[A-HJ-NPR-Z0-9]{17}(?!\w)",
            keywords("fahrgestellnummer, niv, vehicle identification number, vin"),
        ),
    ),
    "ZipCode-US": (Detector(r"(?<![\w.-])\d{5}(?:-\d{4})?(?![\w-])", keywords("zip code, zip+4")),),
}

# Identifiers that a pattern cannot find: accepted in policies, and never found. By name, their countries.
_UNRECOGNIZED = {
    "Address": "",
    "BankAccountNumber": "US",
    "CepCode": "BR",
    "Cnpj": "BR",
    "CpfCode": "BR",
    "CreditCardMagneticStripe": "",
    "DateOfBirth": "",
    "DriversLicense": "AT AU BE BG CA CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK US",
    "DrugEnforcementAgencyNumber": "US",
    "ElectoralRollNumber": "GB",
    "HealthInsuranceCardNumber": "EU",
    "HealthInsuranceClaimNumber": "US",
    "HealthInsuranceNumber": "FR",
    "HealthcareProcedureCode": "US",
    "IndividualTaxIdentificationNumber": "US",
    "InseeCode": "FR",
    "MedicareBeneficiaryNumber": "US",
    "Name": "",
    "NationalDrugCode": "US",
    "NationalIdentificationNumber": "DE ES IT",
    "NationalInsuranceNumber": "GB",
    "NationalProviderId": "US",
    "NhsNumber": "GB",
    "NieNumber": "ES",
    "NifNumber": "ES",
    "PassportNumber": "CA DE ES FR GB IT US",
    "PermanentResidenceNumber": "CA",
    "PersonalHealthNumber": "CA",
    "PhoneNumber": "BR DE ES FR GB IT",
    "RgNumber": "BR",
    "SocialInsuranceNumber": "CA",
    "Ssn": "ES",
    "TaxId": "DE ES FR GB",
}

MANAGED_IDENTIFIERS = frozenset(DETECTORS) | frozenset(
    f"{name}-{country}" if country else name
    for name, countries in _UNRECOGNIZED.items()
    for country in countries.split(" ")
)


class Findings:
    """The sensitive data in the texts of one message. Each text is searched once for each kind of data."""

    def __init__(self) -> None:
        self._texts: dict[str, SearchedText] = {}
        self._found: dict[tuple[str, str], list[Span]] = {}
        self.deidentified: dict[str, tuple[object, tuple[str, bool]]] = {}  # by text: the statements, and what is left

    def of(self, identifier: str, text: str) -> list[Span]:
        """Where ``text`` contains data of this kind: spans in order, without overlaps."""
        return at_once(self.searching(identifier, text))

    def searching(self, identifier: str, text: str) -> Work[list[Span]]:
        """As ``of``, in portions."""
        found = self._found.get((identifier, text))
        if found is None:
            searched = self._texts.setdefault(text, SearchedText(text))
            found = self._found[identifier, text] = yield from _apart(identifier, searched)
        return found


def find(identifier: str, text: str) -> list[Span]:
    """The same for one text by itself."""
    return Findings().of(identifier, text)


def _apart(identifier: str, text: SearchedText) -> Work[list[Span]]:
    spans: list[Span] = []
    for detector in DETECTORS.get(identifier, ()):
        spans += yield from detector.searching(text)
    spans.sort()
    apart: list[Span] = []
    for start, end in spans:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart
