"""AWS's limits of filter policies.

The source, if no other is given, is "Filter policy constraints",
https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

from decimal import Decimal
from typing import Final

MAX_POLICY_BYTES: Final = 256 * 1024

# Leaf keys: the keys of an array, at any depth.
MAX_KEYS: Final = 5

# Not AWS's: the length of an event pattern of Lambda, 4,096 characters, allows fewer.
MAX_KEYS_OF_A_PATTERN: Final = 1_000

# The product over the keys of (conditions x nesting level), summed over the alternatives of "$or":
# https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html#or-operator
MAX_COMBINATIONS: Final = 150

MAX_WILDCARDS_PER_PATTERN: Final = 3
MAX_WILDCARD_POINTS: Final = 100
SINGLE_WILDCARD_POINTS: Final = 1
SEVERAL_WILDCARDS_POINTS: Final = 3
ANYTHING_BUT_POINTS: Final = 1

# Bounds of a number in "numeric" and "anything-but".
MAX_NUMBER: Final = Decimal(10**9)

# AWS's parser (Jackson) shows this much of its source in an error:
# https://github.com/FasterXML/jackson-core, ContentReference.
MAX_ECHOED_CHARACTERS: Final = 500

# Not AWS's: the steps that a policy may take for one message, see budget.py. They take less than 5 ms. A test of one
# value is one step or more, and a value or an object that has to be found in a body is several.
MAX_STEPS: Final = 10_000
