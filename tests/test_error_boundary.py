"""Who may raise the errors of AWS: actions, and of the domains the modules listed here.

A module of a domain raises one where its text is the same for every caller. A value of an attribute is refused with a
``RejectedValue``, because its text depends on the action, and only ``sns/wording.py`` makes an error of it.
"""

import ast

import pytest

from tests.test_architecture import MODULES, imports_of

ERRORS = {"emulator.aws.errors", "emulator.aws.sns_errors", "emulator.aws.sqs_errors"}
RAISE = {
    "emulator.sns": {
        "access",  # the caller
        "confirmation",  # tokens
        "constraints",  # all members, in the words of AWS's framework
        "data_protection.policy",
        "data_protection.protection",
        "message_attributes",
        "opt_outs",
        "owned_subscriptions",  # NextToken
        "pages",  # NextToken
        "permissions",  # of AddPermission
        "platform_application",  # devices
        "platform_application_attributes",
        "platform_applications",
        "platform_endpoint",
        "protocols",  # Protocol and Endpoint of Subscribe
        "publication",
        "publishing",
        "resource_arns",
        "service",  # topics with an archive
        "sms_attributes",
        "sms_sandbox",
        "subscriptions",
        "tags",
        "topic_creation",  # topics that exist already
        "topic_room",  # how many subscriptions a topic has
        "topics",
        "wording",
    },
    "emulator.sqs": {
        "access",  # the caller
        "attempts",
        "attributes",  # which have one wording
        "exactly_once",
        "move_task",
        "move_tasks",
        "queue",
        "queues",
        "receipt",
        "receipts",
        "redrive",
        "sending",
    },
}


@pytest.mark.parametrize("domain", RAISE)
def test_errors_of_aws_are_raised_by_actions_and_the_listed_modules(domain: str) -> None:
    found = {
        module.removeprefix(f"{domain}.")
        for module in MODULES
        if module.startswith(f"{domain}.") and not module.startswith(f"{domain}.actions")
        if ERRORS & set(imports_of(module))
    }
    assert found == RAISE[domain]


def test_rejected_values_become_errors_in_one_module() -> None:
    catching = {
        module
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        if ast.unparse(node.type) in ("RejectedValue", "RejectedAlike")
    }
    assert catching == {"emulator.sns.wording"}
