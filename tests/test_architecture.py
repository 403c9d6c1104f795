"""Who may import whom; docs/architecture.md draws the same picture."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("emulator", "api_shapes", "sqs_sns_emulator")

# Of each place, the most specific row that fits: what of this project its modules may import.
INTERNAL = {
    "emulator": ("emulator.compilation",),  # besides that the version, and nothing else
    "emulator.compilation": (),  # it finds the compiled modules by their names
    "emulator.__main__": (
        "emulator",
        "emulator.compilation",
        "emulator.collector",
        "emulator.command_line.access",
        "emulator.commands",
        "emulator.config_file",
        "emulator.declared.contents",
        "emulator.document_error",
        "emulator.server",
        "emulator.settings",
        "emulator.option",
        "emulator.options",
        "emulator.variables",
        "emulator.localstack",
        "emulator.log",
        "emulator.control",
    ),
    "emulator.alerts": ("emulator.events", "emulator.rate_limit", "emulator.sqs.events"),
    "emulator.notification_alerts": (
        "emulator.alerts",
        "emulator.aws.arns",
        "emulator.events",
        "emulator.log",
        "emulator.rate_limit",
        "emulator.sns.audience",
        "emulator.sns.events",
    ),
    "emulator.elsewhere": ("emulator.alerts", "emulator.aws", "emulator.log", "emulator.subjects"),
    "emulator.rate_limit": (),
    "emulator.recent_requests": ("emulator.request_log",),
    "emulator.request_log": ("emulator.log", "emulator.subjects"),
    "emulator.subjects": (
        "emulator.action_context",
        "emulator.actions",
        "emulator.aws.arns",
        "emulator.sqs.queue_urls",
        "api_shapes.operation",
    ),
    "emulator.document_error": (),
    "emulator.config_file": ("emulator.declared", "emulator.document_error", "emulator.localstack"),
    # It makes what a file declares with the actions, as requests do, and tries it on another World first.
    "emulator.declared": (
        "emulator.declared",
        "emulator.action_context",
        "emulator.actions",
        "emulator.authentication.credentials",
        "emulator.aws",
        "emulator.config_file",
        "emulator.document_error",
        "emulator.control.clock",  # the clock and faults are declared as the control interface takes them
        "emulator.control.refusals",
        "emulator.faults",
        "emulator.functions",
        "emulator.infrastructure.files",
        "emulator.option",
        "emulator.options",
        "emulator.settings",
        "emulator.sns",
        "emulator.sqs",
        "emulator.state",
        "emulator.world",
        "api_shapes",
    ),
    # Files for browsers, which know the emulator by the control interface only.
    "emulator.console": ("emulator.console", "emulator.control.guard", "emulator.settings"),
    # It makes declarations, as a configuration file has them, of templates and plans.
    "emulator.infrastructure": (
        "emulator.infrastructure",
        "emulator.aws.arns",
        "emulator.aws.identity",
        "emulator.aws.managed_policies",
        "emulator.declared",
        "emulator.document_error",
        "emulator.lazy",
        "emulator.settings",
        "emulator.sns",
        "emulator.sqs",
    ),
    # The model of queues, topics and what belongs to them: of a World, of declarations, or of an account of AWS.
    "emulator.architecture": (
        "emulator.architecture",
        "emulator.aws",
        "emulator.declared",
        "emulator.document_error",
        "emulator.infrastructure",
        "emulator.settings",
        "emulator.functions.mapping",
        "emulator.sns.topic",
        "emulator.sqs.identity",
        "emulator.sqs.queue",
        "emulator.sqs.queue_urls",
        "emulator.turns",
        "emulator.world",
    ),
    "emulator.architecture.model": ("emulator.architecture.policies", "emulator.aws.arns"),
    "emulator.architecture.policies": (),
    "emulator.architecture.aws_reader": (),
    "emulator.architecture.of_attributes": ("emulator.architecture",),
    # Rules about the model, whatever it was made of.
    "emulator.audit": (
        "emulator",  # its version
        "emulator.audit",
        "emulator.architecture.model",
        "emulator.architecture.policies",
        "emulator.aws",
        "emulator.declared.attributes",
    ),
    "emulator.audit.suppressions": (
        "emulator.audit",
        "emulator.architecture.model",
        "emulator.declared",
    ),
    # It deploys stacks by what it has of declarations; its stacks themselves are a part of the World.
    "emulator.cloudformation": (
        "emulator.cloudformation",
        "emulator.action_context",
        "emulator.actions",
        "emulator.aws.errors",
        "emulator.declared",
        "emulator.document_error",
        "emulator.infrastructure",
        "emulator.settings",
        "emulator.world",
        "api_shapes.cloudformation",
    ),
    "emulator.cloudformation.stacks": (
        "emulator.aws.arns",
        "emulator.cloudformation.stack_record",
        "emulator.aws.place",
        "emulator.changes",
        "emulator.part",
    ),
    "emulator.cloudformation.stack_record": (),
    "emulator.cloudformation.errors": ("emulator.aws.errors",),
    # What functions get of queues. Its domain has no I/O and no clock; only what calls functions has.
    "emulator.functions": (
        "emulator.functions",
        "emulator.aws",
        "emulator.changes",
        "emulator.events",
        "emulator.part",
        "emulator.sns.delivery.answer",
        "emulator.sns.delivery.http_messages",
        "emulator.sns.filter_policy",
        "emulator.sqs",
        "api_shapes.aws_lambda",
    ),
    "emulator.functions.trigger": (
        "emulator.functions",
        "emulator.alarm",
        "emulator.clock",
        "emulator.deadlines",
        "emulator.sqs.listeners",
    ),
    "emulator.functions.triggers": (
        "emulator.functions",
        "emulator.clock",
        "emulator.events",
        "emulator.sns.delivery.answer",
        "emulator.sns.delivery.http_messages",
        "emulator.sqs.queues",
        "emulator.watchers",
    ),
    "emulator.functions.alerts": ("emulator.functions.events", "emulator.alerts", "emulator.events"),
    "emulator.functions.service": (
        "emulator.functions",
        "emulator.action_context",
        "emulator.aws.arns",
        "emulator.world",
    ),
    "emulator.functions.actions": ("emulator.functions", "emulator.actions", "emulator.aws", "api_shapes.aws_lambda"),
    "emulator.commands": (),  # it imports each subcommand by its name when that is called
    # Clients like any other, which know the emulator by its interfaces only.
    "emulator.command_line": (
        "emulator.command_line",
        "emulator.architecture",  # models of files, beside the one that a server answers
        "emulator.audit",
        "emulator.config_file",
        "emulator.authentication",
        "emulator.clock",
        "emulator.wire.http",
        "emulator.document_error",
        "emulator.infrastructure.stack_names",
        "emulator.option_checks",
        "emulator.settings",
    ),
    # A client like any other: it knows nothing of the emulator that it is run against.
    "emulator.conformance": ("emulator.conformance", "api_shapes.operation", "api_shapes.sqs_query"),
    "emulator.option": (),
    "emulator.option_pages": (),
    "emulator.option_checks": ("emulator.authentication.credentials",),
    "emulator.options": (
        "emulator.authentication.credentials",
        "emulator.option",
        "emulator.settings",
        "emulator.tls",
    ),
    "emulator.tls": ("emulator.settings",),
    "emulator.variables": ("emulator.option",),
    "emulator.localstack": ("emulator.settings",),
    "emulator.server": (
        "emulator.app",
        "emulator.asgi",
        "emulator.collector",
        "emulator.document_error",
        "emulator.declared.contents",  # its types
        "emulator.hooks",
        "emulator.http.acceptor",
        "emulator.http.aws_connection",
        "emulator.http.connection",
        "emulator.log",
        "emulator.settings",
        "emulator.store",
        "emulator.cluster.address",
        "emulator.cluster.cluster",  # its type
        "emulator.cluster.entrance",
        "emulator.cluster.peer_entrance",
        "emulator.cluster.store",
        "emulator.tls",
    ),
    # It takes what the ledger of a World records to a file, and back. Domains and connections know nothing of it.
    "emulator.store": (
        "emulator.store",
        "emulator.app",
        "emulator.asgi",
        "emulator.changes",
        "emulator.health",
        "emulator.http.connection",
        "emulator.settings",
        "emulator.state",
        "emulator.turns",
        "emulator.world",
    ),
    "emulator.store.write_ahead_log": (),
    "emulator.store.writer": (),
    "emulator.store.postgresql": (
        "emulator.store",
        "emulator.changes",
        "emulator.sns.changes",  # which of them belong to no account, or to all
        "emulator.sns.delivery.signing",
        "emulator.sqs.changes",
    ),
    # It brings accounts into a World, and takes them out of it, by the leases that it has of them. Calls about other
    # accounts it passes on.
    "emulator.cluster": (
        "emulator.cluster",
        "emulator.app",
        "emulator.architecture.model",
        "emulator.asgi",
        "emulator.audit.audit",
        "emulator.aws",
        "emulator.control.body_limit",
        "emulator.control.graph",
        "emulator.control.guard",
        "emulator.control.mermaid",
        "emulator.control.refusals",
        "emulator.gateway",
        "emulator.http.aws_connection",
        "emulator.pages",
        "emulator.sns.delivery.transfers",
        "emulator.sns.owned_subscriptions",
        "emulator.sqs.move_task",
        "emulator.sqs.queue_urls",
        "emulator.wire",
        "api_shapes.operation",
        "emulator.changes",
        "emulator.ids",
        "emulator.settings",
        "emulator.state",
        "emulator.store",
        "emulator.turns",
        "emulator.world",
    ),
    "emulator.cluster.leases": (),
    "emulator.hooks": ("emulator.stages",),
    "emulator.stages": (),
    "emulator.http": (
        "emulator.http",
        "emulator.asgi",
        "emulator.gateway",
        "emulator.pages",
        "emulator.wire.headers",
        "emulator.wire.http",
    ),
    "emulator.http.channel": ("emulator.http.limits", "emulator.http.slot", "emulator.wire.http"),
    "emulator.http.slot": (),
    "emulator.http.limits": (),
    "emulator.http.acceptor": (),
    "emulator.http.half_closed": (),
    "emulator.http.aws_connection": (
        "emulator.http",
        "emulator.gateway",  # its type
        "emulator.app",
        "emulator.asgi",
        "emulator.pages",
        "emulator.wire.http",
    ),
    "emulator.health": ("emulator", "emulator.compilation", "emulator.stages", "emulator.wire.http"),
    "emulator.app": (
        "emulator.functions",
        "emulator.health",
        "emulator.gateway",
        "emulator.asgi",
        "emulator.cors",
        "emulator.pages",
        "emulator.cloudformation",
        "emulator.console",
        "emulator.control",
        "emulator.faults.requests",  # its types
        "emulator.subjects",
        "emulator.aws.errors",
        "emulator.aws.identities",  # its types
        "emulator.ids",
        "emulator.lazy",
        "emulator.settings",
        "emulator.sqs.actions",
        "emulator.sts",
        "emulator.stages",
        "emulator.wire.caller",
        "emulator.wire.http",
        "emulator.world",
        "api_shapes.operation",
    ),
    "emulator.world": (
        "emulator.functions.alerts",
        "emulator.functions.mappings",
        "emulator.functions.targets",
        "emulator.functions.triggers",
        "emulator.aws.identities",
        "emulator.turns",
        "emulator.faults",
        "emulator.notifications",
        "emulator.notification_alerts",
        "emulator.alerts",
        "emulator.cloudformation.stacks",
        "emulator.elsewhere",
        "emulator.subjects",
        "emulator.aws.errors",
        "emulator.aws.place",
        "emulator.changes",
        "emulator.clock",
        "emulator.events",
        "emulator.ids",
        "emulator.jump",
        "emulator.lazy",
        "emulator.part",
        "emulator.settings",
        "emulator.sqs.service",
        "emulator.sns",  # its types
        "emulator.state.restored",
        "emulator.trace",
        "api_shapes.operation",
    ),
    "emulator.lazy": (),
    "emulator.part": ("emulator.aws.place", "emulator.changes", "api_shapes.operation"),
    "emulator.local_queues": (
        "emulator.elsewhere",
        "emulator.sns",
        "emulator.sqs",
        "emulator.aws",
        "emulator.clock",
        "emulator.ids",
    ),
    "emulator.notifications": (
        "emulator.functions.targets",
        "emulator.elsewhere",
        "emulator.local_queues",
        "emulator.sns",
        "emulator.sqs",
        "emulator.aws",
        "emulator.changes",
        "emulator.clock",
        "emulator.events",
        "emulator.ids",
        "emulator.part",
        "emulator.settings",
        "emulator.trace",
    ),
    "emulator.asgi": ("emulator.gateway", "emulator.wire.http"),
    "emulator.cors": ("emulator.asgi", "emulator.pages", "emulator.settings", "emulator.wire.http"),
    "emulator.pages": (),
    "emulator.hosts": ("emulator.settings", "emulator.wire.headers"),
    "emulator.admission": (
        "emulator.aws.errors",
        "emulator.hosts",
        "emulator.pages",
        "emulator.settings",
        "emulator.wire.call",
    ),
    # It verifies who calls, where that is asked for; what reads options makes credentials of texts.
    "emulator.authentication": (
        "emulator.authentication",
        "emulator.admission",
        "emulator.aws.errors",
        "emulator.pages",
        "emulator.settings",
        "emulator.wire",
    ),
    "emulator.authentication.credentials": (),
    "emulator.gateway": (
        "emulator.admission",
        "emulator.authentication.admission",
        "emulator.authorization",
        "emulator.aws.identities",
        "emulator.wire",
        "emulator.action_context",
        "emulator.actions",
        "emulator.aws.errors",
        "emulator.clock",
        "emulator.ids",
        "emulator.lazy",
        "emulator.log",
        "emulator.recent_requests",
        "emulator.request_log",
        "emulator.requests",
        "emulator.settings",
        "emulator.subjects",
        "api_shapes",
    ),
    "emulator.requests": ("emulator.aws.errors", "api_shapes.operation"),
    "emulator.control": (
        "emulator.functions.events",
        "emulator.functions.mapping",
        "emulator.actions",
        "emulator.long_json",
        "emulator.turns",
        "api_shapes.operation",
        "emulator",
        "emulator.control",
        "emulator.architecture.model",
        "emulator.architecture.of_world",
        "emulator.audit.audit",
        "emulator.audit.finding",
        "emulator.aws",
        "emulator.clock",
        "emulator.declared.configuration",
        "emulator.document_error",
        "emulator.events",
        "emulator.health",
        "emulator.faults",
        "emulator.findings.search",
        "emulator.ids",
        "emulator.recent_requests",
        "emulator.requests",
        "emulator.hosts",
        "emulator.pages",
        "emulator.jump",
        "emulator.settings",
        "emulator.ids",
        "emulator.sns",
        "emulator.sqs",
        "emulator.stages",
        "emulator.state",
        "emulator.trace",
        "emulator.world",
    ),
    # It looks at a World, and changes nothing.
    "emulator.findings": (
        "emulator.findings",
        "emulator.aws",
        "emulator.events",
        "emulator.sns",
        "emulator.sqs",
        "emulator.turns",
        "emulator.world",
        "api_shapes.operation",
    ),
    "emulator.faults": (
        "emulator.faults",
        "emulator.action_context",
        "emulator.actions",
        "emulator.alarm",
        "emulator.aws",
        "emulator.clock",
        "emulator.deadlines",
        "emulator.events",
        "emulator.ids",
        "emulator.part",
        "emulator.sns",
        "emulator.subjects",
        "emulator.wire.http",
        "api_shapes",
    ),
    # It calls AWS's actions as a client does.
    "emulator.control.aws_calls": (
        "emulator.asgi",
        "emulator.control",
        "emulator.wire",
        "emulator.world",
        "api_shapes",
    ),
    "emulator.control.equivalents": ("emulator.wire.caller", "api_shapes.operation"),
    "emulator.control.run": (
        "emulator.recent_requests",
        "emulator.requests",
        "emulator.settings",
        "emulator.stages",
        "emulator.wire.http",
    ),
    # LocalStack's look into a queue answers as ReceiveMessage does.
    "emulator.control.localstack_answer": ("emulator.wire", "api_shapes.operation", "api_shapes.sqs"),
    "emulator.control.localstack_sqs": (
        "emulator.turns",
        "emulator.control",
        "emulator.aws",
        "emulator.settings",
        "emulator.sqs",
        "emulator.wire",
        "emulator.world",
        "api_shapes.operation",
        "api_shapes.sqs",
    ),
    "emulator.state": (
        "emulator.turns",
        "api_shapes.operation",
        "emulator",
        "emulator.state",
        "emulator.aws",
        "emulator.changes",
        "emulator.clock",
        "emulator.ids",
        "emulator.part",
        "emulator.sns",
        "emulator.sqs",
        "emulator.structures.parted",
    ),
    "emulator.trace": (
        "emulator.turns",
        "emulator.aws.place",
        "emulator.part",
        "emulator.aws.message_attribute",
        "emulator.events",
        "emulator.sns.events",
        "emulator.sqs.events",
    ),
    "emulator.events": (),
    "emulator.turns": (),
    "emulator.watchers": (),
    "emulator.wording": (),
    "emulator.long_json": ("emulator.turns",),
    "emulator.changes": (),
    "emulator.wire": (
        "emulator.wire",
        "emulator.aws.errors",
        "emulator.aws.lambda_errors",
        "emulator.aws.sns_errors",
        "emulator.aws.arns",
        "api_shapes",
    ),
    "emulator.action_context": (
        "emulator.aws.access",  # its types
        "emulator.aws.errors",
        "emulator.clock",
        "emulator.ids",
    ),
    "emulator.actions": ("emulator.action_context", "emulator.aws.errors", "api_shapes.operation"),
    "emulator.authorization": (
        "emulator.action_context",
        "emulator.actions",
        "emulator.aws",
        "emulator.settings",
        "emulator.wire.call",
        "emulator.wire.headers",
        "api_shapes.operation",
    ),
    "emulator.structures": (
        "emulator.turns",
        "emulator.structures",
    ),
    "emulator.sqs": (
        "emulator.turns",
        "emulator.sqs",
        "emulator.structures",
        "emulator.aws",
        "emulator.changes",
        "emulator.events",
        "emulator.ids",
    ),
    "emulator.sqs.service": (
        "emulator.turns",
        "emulator.sqs",
        "emulator.aws",
        "emulator.changes",
        "emulator.events",
        "emulator.ids",
        "emulator.part",
    ),
    "emulator.sqs.waiting": (
        "emulator.turns",
        "emulator.sqs",
        "emulator.alarm",
        "emulator.clock",
        "emulator.deadlines",
    ),
    "emulator.sqs.actions": (
        "emulator.turns",
        "emulator.sqs",
        "emulator.part",
        "emulator.aws",
        "emulator.action_context",
        "emulator.actions",
        "api_shapes",
    ),
    "emulator.sns": (
        "emulator.turns",
        "emulator.sns",
        "emulator.aws",
        "emulator.changes",
        "emulator.events",
        "emulator.ids",
    ),
    "emulator.sns.service": (
        "emulator.turns",
        "emulator.sns",
        "emulator.aws",
        "emulator.changes",
        "emulator.events",
        "emulator.ids",
        "emulator.part",
    ),
    "emulator.sns.constraints": ("emulator.aws.errors", "api_shapes.operation", "api_shapes.sns_constraints"),
    "emulator.sns.delivery.signing": ("emulator.changes", "emulator.ids", "emulator.part", "emulator.sns.delivery"),
    "emulator.sns.delivery.http": ("emulator.sns", "emulator.lazy"),
    "emulator.sns.delivery.schedule": ("emulator.sns.delivery", "emulator.changes", "emulator.deadlines"),
    "emulator.sns.delivery.transfers": (
        "emulator.sns.delivery",
        "emulator.aws",
        "emulator.changes",
        "emulator.ids",
        "emulator.part",
    ),
    "emulator.sns.delivery.worker": (
        "emulator.sns.delivery",
        "emulator.alarm",
        "emulator.changes",
        "emulator.clock",
        "emulator.deadlines",
    ),
    "emulator.sns.delivery.dispatch": (
        "emulator.sns.delivery",
        "emulator.sns.subscription",
        "emulator.part",
        "emulator.aws",
        "emulator.changes",
        "emulator.clock",
        "emulator.watchers",
    ),
    "emulator.sns.actions": (
        "emulator.turns",
        "emulator.sns",
        "emulator.aws",
        "emulator.action_context",
        "emulator.actions",
        "api_shapes",
    ),
    "emulator.sts": (
        "emulator.aws",
        "emulator.authentication.credentials",
        "emulator.action_context",
        "emulator.actions",
        "api_shapes",
    ),
    "emulator.aws": ("emulator.aws",),
    "emulator.aws.identities": ("emulator.aws", "emulator.authentication.credentials"),  # its types
    "emulator.aws.deduplication": ("emulator.turns", "emulator.aws", "emulator.structures"),
    "emulator.alarm": ("emulator.deadlines",),
    "emulator.clock": ("emulator.alarm", "emulator.aws.place", "emulator.changes", "emulator.part"),
    "emulator.deadlines": (),
    "emulator.collector": (),
    "emulator.jump": (
        "emulator.turns",
        "emulator.clock",
    ),
    "emulator.ids": ("emulator.aws.place", "emulator.changes", "emulator.part"),
    "emulator.settings": (
        "emulator.authentication.credentials",  # its types
        "emulator.option",
        "emulator.option_checks",
        "emulator.option_pages",
    ),
    "emulator.log": ("emulator.settings",),
    "emulator.testing": (
        "emulator.testing",
        "emulator.app",
        "emulator.asgi",
        "emulator.localstack",
        "emulator.option",
        "emulator.settings",
        "emulator.wire.http",
        "api_shapes.operation",
    ),
    "emulator.testing.in_process": (
        "emulator.lazy",
        "emulator.testing.handler_calls",
        "emulator.testing.handlers",
        "emulator.app",
        "emulator.asgi",
        "emulator.clock",  # to see the process's time as the emulator sees it
        "emulator.settings",
        "emulator.testing.real_time",
        "emulator.wire.http",
        "emulator.world",  # to have its clocks go by the date
    ),
    "emulator.testing.handler_calls": (
        "emulator.sns.delivery.answer",
        "emulator.sns.delivery.http_messages",
        "emulator.testing.handlers",
    ),
    "emulator.testing.declaring": (
        "emulator.declared.loading",
        "emulator.document_error",
        "emulator.infrastructure.files",
    ),
    "emulator.testing.options": ("emulator.options", "emulator.settings"),
    # By name it imports nothing of the others: `packages` finds out which those are.
    "sqs_sns_emulator": ("sqs_sns_emulator", "emulator.testing"),  # types
    "sqs_sns_emulator.__main__": ("emulator.__main__",),
    "api_shapes": ("api_shapes",),
}

# Of these parts of a place, who alone may import them.
RESTRICTED = {
    "emulator.faults": ("emulator.faults", "emulator.control", "emulator.app", "emulator.world", "emulator.declared"),
    "emulator.sqs.actions": ("emulator.sqs.actions", "emulator.app", "emulator.declared.calls"),
    "emulator.hooks": ("emulator.server",),
    "emulator.http": (
        "emulator.http",
        "emulator.server",
        "emulator.store.store",
        "emulator.cluster.entrance",
        "emulator.cluster.peer_entrance",
    ),
    "emulator.store": ("emulator.store", "emulator.cluster", "emulator.server"),
    "emulator.cluster": ("emulator.cluster", "emulator.server"),
    "emulator.sqs.waiting": ("emulator.sqs.actions", "emulator.sqs.service", "emulator.control"),
    "emulator.sns.delivery.dispatch": (
        "emulator.state",
        "emulator.sns.delivery.http_deliverer",
        "emulator.sns.delivery.lambda_urls",
        "emulator.control",
        "emulator.notifications",
        "emulator.world",
    ),
    "emulator.sns.delivery.worker": ("emulator.sns.delivery.dispatch", "emulator.notifications", "emulator.world"),
    "emulator.sns.delivery.http": ("emulator.notifications",),
    "emulator.sns.delivery.http_answer": ("emulator.sns.delivery.http_connection",),
    "emulator.sns.delivery.http_connection": ("emulator.sns.delivery.http", "emulator.sns.delivery.http_pool"),
    "emulator.sns.delivery.http_pool": ("emulator.sns.delivery.http",),
    "emulator.sns.delivery.resolver": ("emulator.sns.delivery.http",),
    "emulator.sns.delivery.http_deliverer": ("emulator.notifications",),
    "emulator.sns.delivery.lambda_urls": ("emulator.notifications",),
    "emulator.sns.actions": ("emulator.sns.actions", "emulator.notifications"),
    "emulator.local_queues": ("emulator.notifications",),
    "emulator.notifications": ("emulator.world",),
    "emulator.sts": ("emulator.app",),
    "emulator.cloudformation": ("emulator.cloudformation", "emulator.app", "emulator.world"),
    "emulator.functions": (
        "emulator.functions",
        "emulator.app",
        "emulator.architecture.of_world",
        "emulator.control",
        "emulator.declared.calls",
        "emulator.notifications",
        "emulator.world",
    ),
    "emulator.state": (
        "emulator.state",
        "emulator.control.state",
        "emulator.declared",
        "emulator.store",
        "emulator.cluster",
        "emulator.world",
    ),
    "emulator.architecture": (
        "emulator.architecture",
        "emulator.audit",
        "emulator.cluster.merging",
        "emulator.command_line",
        "emulator.control",
    ),
    "emulator.audit": (
        "emulator.audit",
        "emulator.cluster.control",
        "emulator.command_line.audit",
        "emulator.control.architecture",
    ),
    "emulator.infrastructure": (
        "emulator.infrastructure",
        "emulator.architecture",
        "emulator.declared.contents",
        "emulator.cloudformation",
        "emulator.command_line.deploy",
        "emulator.declared.command",
        "emulator.declared.configuration",
        "emulator.testing.declaring",
    ),
    "emulator.declared": (
        "emulator.declared",
        "emulator.architecture",
        "emulator.audit.code_terraform",
        "emulator.audit.suppressions",
        "emulator.infrastructure",
        "emulator.cloudformation",
        "emulator.config_file",
        "emulator.control.declare",
        "emulator.testing.declaring",
        "emulator.__main__",
        "emulator.server",
    ),
}

# What every module may import.
SHARED = ("emulator.wording",)

# Whose structs all may be made of: a dataclass takes forty times as long to be defined, a NamedTuple six times.
STRUCTS = "msgspec"

# Where each of these other libraries may be imported, and nowhere else.
EXTERNAL = {
    "asyncio": (
        "emulator.action_context",
        "emulator.actions",
        "emulator.alarm",
        "emulator.watchers",
        "emulator.clock",  # to look in the next turn, once the date has jumped
        "emulator.cloudformation.deployment",
        "emulator.cloudformation.service",
        "emulator.asgi",
        "emulator.cluster",
        "emulator.http",
        "emulator.__main__",
        "emulator.control.pulse",
        "emulator.architecture.sources",
        "emulator.control.architecture",  # a thread
        "emulator.control.deliveries",  # to wait for messages on their way to other processes
        "emulator.control.stream",
        "emulator.declared.command",
        "emulator.declared.contents",
        "emulator.faults.pauses",
        "emulator.hooks",
        "emulator.jump",
        "emulator.server",
        "emulator.sqs.waiting",
        "emulator.functions.trigger",
        "emulator.functions.triggers",
        "emulator.sns.delivery.dispatch",
        "emulator.sns.delivery.http",
        "emulator.sns.delivery.http_connection",
        "emulator.sns.delivery.http_pool",
        "emulator.sns.delivery.resolver",
        "emulator.sns.delivery.worker",
        "emulator.sns.delivery.smtp",
        "emulator.testing.handler_calls",
        "emulator.testing.in_process",
        "emulator.store",
        "emulator.turns",
        "emulator.world",  # to wait for all that goes on
    ),
    "aiobotocore": ("emulator.testing.interception",),
    "boto3": ("emulator.architecture.aws_reader", "emulator.testing"),
    "botocore": (
        "api_shapes.generate",
        "emulator.architecture.aws_reader",
        "emulator.conformance",
        "emulator.testing",
    ),
    "click": (
        "emulator.__main__",
        "emulator.command_line",
        "emulator.commands",
        "emulator.conformance.command",
        "emulator.declared.command",
        "emulator.options",
    ),
    "hocon": ("emulator.declared.elasticmq",),
    "cryptography": ("emulator.authentication.keys", "emulator.sns.delivery.signing", "emulator.tls"),
    "prometheus_client": ("emulator.cluster.merging", "emulator.control.collector"),
    "rich": ("emulator.command_line.ls", "emulator.command_line.output"),
    "smtplib": ("emulator.sns.delivery.smtp",),
    "psycopg": ("emulator.cluster.registry", "emulator.cluster.residence", "emulator.store"),
    "sqlite3": ("emulator.store",),
    "httptools": (
        "emulator.cluster.peer_connection",
        "emulator.cluster.streams",
        "emulator.http.connection",
        "emulator.sns.delivery.http_answer",
    ),
    "pytest": ("sqs_sns_emulator.pytest_plugin", "sqs_sns_emulator.run_options"),
    "starlette": ("emulator.console", "emulator.control", "emulator.cors"),
    "testcontainers": ("sqs_sns_emulator.testcontainers",),
    "xmltodict": ("emulator.conformance.answer",),
    "threading": (
        "emulator.cluster.registry",
        "emulator.conformance.connection",
        "emulator.sns.delivery.resolver",
        "emulator.sns.delivery.smtp",
        "emulator.store.writer",
        "emulator.testing",
    ),
    "tree_sitter": ("emulator.declared.toml_document",),
    "tree_sitter_toml": ("emulator.declared.toml_document",),
    "yaml": (
        "emulator.audit.code_cloudformation",
        "emulator.declared.yaml_document",
        "emulator.infrastructure.template_text",
    ),
    "uvicorn": (
        "emulator.server",
        "emulator.http.aws_connection",
        "emulator.http.channel",
        "emulator.http.connection",
    ),
}


def modules() -> dict[str, Path]:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


MODULES = modules()


@cache
def imports_of(module: str) -> tuple[str, ...]:
    """The modules that ``module`` imports, at its head or inside a function."""
    return tuple(_imports_of(module))


def _imports_of(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{module}: a relative import"
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module


def is_within(module: str, place: str) -> bool:
    return module == place or (module.startswith(place + ".") and place != "emulator")


def row_of(module: str) -> tuple[str, ...]:
    place = max((place for place in INTERNAL if module == place or module.startswith(place + ".")), key=len)
    assert place != "emulator" or module == "emulator", f"{module} has no row in INTERNAL"
    return INTERNAL[place]


def may_import(module: str, imported: str) -> bool:
    """Whether the tables of this project's own places allow it."""
    inside = imported.partition(".")[0] in PACKAGES
    return (not inside or any(is_within(imported, place) for place in (*row_of(module), *SHARED))) and all(
        any(is_within(module, place) for place in importers)
        for part, importers in RESTRICTED.items()
        if is_within(imported, part)
    )


def is_library_allowed(module: str, imported: str) -> bool:
    library = imported.partition(".")[0]
    if library in EXTERNAL:
        return any(is_within(module, place) for place in EXTERNAL[library])
    return library in (*PACKAGES, STRUCTS) or library in sys.stdlib_module_names


def test_every_module_imports_only_what_its_place_allows() -> None:
    for module in MODULES:
        row_of(module)  # fails if there is none
    wrong = [f"{each} imports {found}" for each in MODULES for found in imports_of(each) if not may_import(each, found)]
    assert wrong == []


def test_libraries_are_imported_only_where_they_belong() -> None:
    wrong = [
        f"{each} imports {found}"
        for each in MODULES
        for found in imports_of(each)
        if not is_library_allowed(each, found)
    ]
    assert wrong == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    finished: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module not in finished:
            for imported in set(imports_of(module)) & MODULES.keys():
                visit(imported, (*path, module))
            finished.add(module)

    for module in MODULES:
        visit(module, ())


# -- Wire and connection -------------------------------------------------------------------

PROTOCOL_NAMES = {"json", "query", "cbor", "s3", "ec2", "rest-json", "json10", "query-json", "xml"}


def compared(node: ast.AST) -> Iterator[object]:
    """The constants in a comparison or the pattern of a match."""
    if isinstance(node, ast.Compare):
        yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    elif isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant):
        yield node.value.value


@pytest.mark.parametrize(
    "module",
    sorted(
        module
        for module in MODULES
        if module.startswith(("emulator.wire", "emulator.http"))
        or module in ("emulator.gateway", "emulator.asgi", "emulator.request_log", "emulator.subjects")
        or module == "emulator.control.localstack_sqs"
    ),
)
def test_no_code_asks_for_the_name_of_a_wire_protocol(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        asked = {value for value in compared(node) if isinstance(value, str)} & PROTOCOL_NAMES
        assert not asked, f"{module} line {getattr(node, 'lineno', '?')} compares with {asked}"


@pytest.mark.parametrize("module", sorted(module for module in MODULES if module.startswith("emulator.http.")))
def test_connections_use_only_the_public_types_of_uvicorn(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text())
    names = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("uvicorn")
        for alias in node.names
    }
    assert names <= {"uvicorn.server.ServerState"}
    bases = {ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
    assert not any("uvicorn" in base or "HttpTools" in base for base in bases)
