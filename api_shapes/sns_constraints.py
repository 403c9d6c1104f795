"""Amazon SNS: what the members of its requests may be, by the names of their types.

Generated from the service model of botocore 1.44.5 by ``python -m api_shapes.generate``.
Do not edit.
"""

from api_shapes.operation import Constraint

CONSTRAINTS = {
    "AmazonResourceName": Constraint(minimum=1, maximum=1011),
    "LanguageCodeString": Constraint(
        choices=(
            "en-US",
            "en-GB",
            "es-419",
            "es-ES",
            "de-DE",
            "fr-CA",
            "fr-FR",
            "it-IT",
            "ja-JP",
            "pt-BR",
            "kr-KR",
            "zh-CN",
            "zh-TW",
        )
    ),
    "MaxItems": Constraint(minimum=1, maximum=100),
    "MaxItemsListOriginationNumbers": Constraint(minimum=1, maximum=30),
    "OTPCode": Constraint(minimum=5, maximum=8, pattern="^[0-9]+$"),
    "PhoneNumberString": Constraint(maximum=20, pattern="^(\\+[0-9]{8,}|[0-9]{0,9})$"),
    "TagKey": Constraint(minimum=1, maximum=128),
    "TagValue": Constraint(minimum=0, maximum=256),
}
