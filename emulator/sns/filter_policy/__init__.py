"""Subscription filter policies: the language, its limits, and how messages are matched."""

from emulator.sns.filter_policy.attributes import Attribute, Offers
from emulator.sns.filter_policy.errors import FilterPolicyError, NestedPolicyError
from emulator.sns.filter_policy.explanation import Failure, Verdict
from emulator.sns.filter_policy.grammar import Scope
from emulator.sns.filter_policy.index import Group, Judgment, PolicyIndex
from emulator.sns.filter_policy.policy import FilterPolicy, Refusal, compile_pattern, compile_policy

__all__ = [
    "Attribute",
    "Failure",
    "FilterPolicy",
    "FilterPolicyError",
    "Group",
    "Judgment",
    "NestedPolicyError",
    "Offers",
    "PolicyIndex",
    "Refusal",
    "Scope",
    "Verdict",
    "compile_pattern",
    "compile_policy",
]
