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
        "emulator.serving.collector",
        "emulator.command_line.access",
        "emulator.command_line.commands",
        "emulator.configuration.file",
        "emulator.declared.contents",
        "emulator.configuration.document_error",
        "emulator.serving.server",
        "emulator.configuration.settings",
        "emulator.configuration.option",
        "emulator.configuration.options",
        "emulator.configuration.variables",
        "emulator.configuration.localstack",
        "emulator.observation.log",
        "emulator.control",
    ),
    "emulator.observation": (),
    "emulator.observation.alerts": (
        "emulator.foundation.events",
        "emulator.observation.rate_limit",
        "emulator.sqs.events",
    ),
    "emulator.observation.notification_alerts": (
        "emulator.observation.alerts",
        "emulator.aws.arns",
        "emulator.foundation.events",
        "emulator.observation.log",
        "emulator.observation.rate_limit",
        "emulator.sns.audience",
        "emulator.sns.events",
    ),
    "emulator.observation.elsewhere": (
        "emulator.observation.alerts",
        "emulator.aws",
        "emulator.observation.log",
        "emulator.actions.subjects",
    ),
    "emulator.observation.rate_limit": (),
    "emulator.observation.recent_requests": ("emulator.observation.request_log",),
    "emulator.observation.request_log": ("emulator.observation.log", "emulator.actions.subjects"),
    "emulator.actions": (),
    "emulator.actions.subjects": (
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.aws.arns",
        "emulator.sqs.queue_urls",
        "api_shapes.operation",
    ),
    "emulator.configuration": (),
    "emulator.configuration.document_error": (),
    "emulator.configuration.file": (
        "emulator.declared",
        "emulator.configuration.document_error",
        "emulator.configuration.localstack",
    ),
    # It makes what a file declares with the actions, as requests do, and tries it on another World first.
    "emulator.declared": (
        "emulator.declared",
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.authentication.credentials",
        "emulator.aws",
        "emulator.configuration.file",
        "emulator.configuration.document_error",
        "emulator.control.clock",  # the clock and faults are declared as the control interface takes them
        "emulator.control.refusals",
        "emulator.faults",
        "emulator.functions",
        "emulator.infrastructure.files",
        "emulator.configuration.option",
        "emulator.configuration.options",
        "emulator.configuration.settings",
        "emulator.sns",
        "emulator.sqs",
        "emulator.state",
        "emulator.world.world",
        "api_shapes",
    ),
    # Files for browsers, which know the emulator by the control interface only.
    "emulator.console": ("emulator.console", "emulator.control.guard", "emulator.configuration.settings"),
    # It makes declarations, as a configuration file has them, of templates and plans.
    "emulator.infrastructure": (
        "emulator.infrastructure",
        "emulator.aws.arns",
        "emulator.aws.identity",
        "emulator.aws.managed_policies",
        "emulator.declared",
        "emulator.configuration.document_error",
        "emulator.foundation.lazy",
        "emulator.configuration.settings",
        "emulator.sns",
        "emulator.sqs",
    ),
    # The model of queues, topics and what belongs to them: of a World, of declarations, or of an account of AWS.
    "emulator.architecture": (
        "emulator.architecture",
        "emulator.aws",
        "emulator.declared",
        "emulator.configuration.document_error",
        "emulator.infrastructure",
        "emulator.configuration.settings",
        "emulator.functions.mapping",
        "emulator.sns.topic",
        "emulator.sqs.identity",
        "emulator.sqs.queue",
        "emulator.sqs.queue_urls",
        "emulator.timing.turns",
        "emulator.world.world",
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
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.aws.errors",
        "emulator.declared",
        "emulator.configuration.document_error",
        "emulator.infrastructure",
        "emulator.configuration.settings",
        "emulator.world.world",
        "api_shapes.cloudformation",
    ),
    "emulator.cloudformation.stacks": (
        "emulator.aws.arns",
        "emulator.cloudformation.stack_record",
        "emulator.aws.place",
        "emulator.foundation.changes",
        "emulator.foundation.part",
    ),
    "emulator.cloudformation.stack_record": (),
    "emulator.cloudformation.errors": ("emulator.aws.errors",),
    # What functions get of queues. Its domain has no I/O and no clock; only what calls functions has.
    "emulator.functions": (
        "emulator.functions",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.foundation.events",
        "emulator.foundation.part",
        "emulator.sns.delivery.answer",
        "emulator.sns.delivery.http_messages",
        "emulator.sns.filter_policy",
        "emulator.sqs",
        "api_shapes.aws_lambda",
    ),
    "emulator.functions.trigger": (
        "emulator.functions",
        "emulator.timing.alarm",
        "emulator.timing.clock",
        "emulator.timing.deadlines",
        "emulator.sqs.listeners",
    ),
    "emulator.functions.triggers": (
        "emulator.functions",
        "emulator.timing.clock",
        "emulator.foundation.events",
        "emulator.sns.delivery.answer",
        "emulator.sns.delivery.http_messages",
        "emulator.sqs.queues",
        "emulator.timing.watchers",
    ),
    "emulator.functions.alerts": (
        "emulator.functions.events",
        "emulator.observation.alerts",
        "emulator.foundation.events",
    ),
    "emulator.functions.service": (
        "emulator.functions",
        "emulator.actions.context",
        "emulator.aws.arns",
        "emulator.world.world",
    ),
    "emulator.functions.actions": (
        "emulator.functions",
        "emulator.actions.registry",
        "emulator.aws",
        "api_shapes.aws_lambda",
    ),
    "emulator.command_line.commands": (),  # it imports each subcommand by its name when that is called
    # Clients like any other, which know the emulator by its interfaces only.
    "emulator.command_line": (
        "emulator.command_line",
        "emulator.architecture",  # models of files, beside the one that a server answers
        "emulator.audit",
        "emulator.configuration.file",
        "emulator.authentication",
        "emulator.timing.clock",
        "emulator.wire.http",
        "emulator.configuration.document_error",
        "emulator.infrastructure.stack_names",
        "emulator.configuration.checks",
        "emulator.configuration.settings",
    ),
    # A client like any other: it knows nothing of the emulator that it is run against.
    "emulator.conformance": ("emulator.conformance", "api_shapes.operation", "api_shapes.sqs_query"),
    "emulator.configuration.option": (),
    "emulator.configuration.pages": (),
    "emulator.configuration.checks": ("emulator.authentication.credentials",),
    "emulator.configuration.options": (
        "emulator.authentication.credentials",
        "emulator.configuration.option",
        "emulator.configuration.settings",
        "emulator.serving.tls",
    ),
    "emulator.serving": (),
    "emulator.serving.tls": ("emulator.configuration.settings",),
    "emulator.configuration.variables": ("emulator.configuration.option",),
    "emulator.configuration.localstack": ("emulator.configuration.settings",),
    "emulator.serving.server": (
        "emulator.serving.app",
        "emulator.serving.asgi",
        "emulator.serving.collector",
        "emulator.configuration.document_error",
        "emulator.declared.contents",  # its types
        "emulator.serving.hooks",
        "emulator.http.acceptor",
        "emulator.http.aws_connection",
        "emulator.http.connection",
        "emulator.observation.log",
        "emulator.configuration.settings",
        "emulator.store",
        "emulator.cluster.address",
        "emulator.cluster.cluster",  # its type
        "emulator.cluster.entrance",
        "emulator.cluster.peer_entrance",
        "emulator.cluster.store",
        "emulator.serving.tls",
    ),
    # It takes what the ledger of a World records to a file, and back. Domains and connections know nothing of it.
    "emulator.store": (
        "emulator.store",
        "emulator.serving.app",
        "emulator.serving.asgi",
        "emulator.foundation.changes",
        "emulator.serving.health",
        "emulator.http.connection",
        "emulator.configuration.settings",
        "emulator.state",
        "emulator.timing.turns",
        "emulator.world.world",
    ),
    "emulator.store.write_ahead_log": (),
    "emulator.store.writer": (),
    "emulator.store.postgresql": (
        "emulator.store",
        "emulator.foundation.changes",
        "emulator.sns.changes",  # which of them belong to no account, or to all
        "emulator.sns.delivery.signing",
        "emulator.sqs.changes",
    ),
    # It brings accounts into a World, and takes them out of it, by the leases that it has of them. Calls about other
    # accounts it passes on.
    "emulator.cluster": (
        "emulator.cluster",
        "emulator.serving.app",
        "emulator.architecture.model",
        "emulator.serving.asgi",
        "emulator.audit.audit",
        "emulator.aws",
        "emulator.control.body_limit",
        "emulator.control.graph",
        "emulator.control.guard",
        "emulator.control.mermaid",
        "emulator.control.refusals",
        "emulator.serving.gateway",
        "emulator.http.aws_connection",
        "emulator.admission.browsers",
        "emulator.sns.delivery.transfers",
        "emulator.sns.owned_subscriptions",
        "emulator.sqs.move_task",
        "emulator.sqs.queue_urls",
        "emulator.wire",
        "api_shapes.operation",
        "emulator.foundation.changes",
        "emulator.foundation.ids",
        "emulator.configuration.settings",
        "emulator.state",
        "emulator.store",
        "emulator.timing.turns",
        "emulator.world.world",
    ),
    "emulator.cluster.leases": (),
    "emulator.serving.hooks": ("emulator.serving.stages",),
    "emulator.serving.stages": (),
    "emulator.http": (
        "emulator.http",
        "emulator.serving.asgi",
        "emulator.serving.gateway",
        "emulator.admission.browsers",
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
        "emulator.serving.gateway",  # its type
        "emulator.serving.app",
        "emulator.serving.asgi",
        "emulator.admission.browsers",
        "emulator.wire.http",
    ),
    "emulator.serving.health": ("emulator", "emulator.compilation", "emulator.serving.stages", "emulator.wire.http"),
    "emulator.serving.app": (
        "emulator.functions",
        "emulator.serving.health",
        "emulator.serving.gateway",
        "emulator.serving.asgi",
        "emulator.admission.cors",
        "emulator.admission.browsers",
        "emulator.cloudformation",
        "emulator.console",
        "emulator.control",
        "emulator.faults.requests",  # its types
        "emulator.actions.subjects",
        "emulator.aws.errors",
        "emulator.aws.identities",  # its types
        "emulator.foundation.ids",
        "emulator.foundation.lazy",
        "emulator.configuration.settings",
        "emulator.sqs.actions",
        "emulator.sts.actions",
        "emulator.serving.stages",
        "emulator.wire.caller",
        "emulator.wire.http",
        "emulator.world.world",
        "api_shapes.operation",
    ),
    "emulator.world": (),
    "emulator.world.world": (
        "emulator.functions.alerts",
        "emulator.functions.mappings",
        "emulator.functions.targets",
        "emulator.functions.triggers",
        "emulator.aws.identities",
        "emulator.timing.turns",
        "emulator.faults",
        "emulator.world.notifications",
        "emulator.observation.notification_alerts",
        "emulator.observation.alerts",
        "emulator.cloudformation.stacks",
        "emulator.observation.elsewhere",
        "emulator.actions.subjects",
        "emulator.aws.errors",
        "emulator.aws.place",
        "emulator.foundation.changes",
        "emulator.timing.clock",
        "emulator.foundation.events",
        "emulator.foundation.ids",
        "emulator.timing.jump",
        "emulator.foundation.lazy",
        "emulator.foundation.part",
        "emulator.configuration.settings",
        "emulator.sqs.service",
        "emulator.sns",  # its types
        "emulator.state.restored",
        "emulator.observation.trace",
        "api_shapes.operation",
    ),
    "emulator.foundation": (),
    "emulator.foundation.lazy": (),
    "emulator.foundation.part": ("emulator.aws.place", "emulator.foundation.changes", "api_shapes.operation"),
    "emulator.world.local_queues": (
        "emulator.observation.elsewhere",
        "emulator.sns",
        "emulator.sqs",
        "emulator.aws",
        "emulator.timing.clock",
        "emulator.foundation.ids",
    ),
    "emulator.world.notifications": (
        "emulator.functions.targets",
        "emulator.observation.elsewhere",
        "emulator.world.local_queues",
        "emulator.sns",
        "emulator.sqs",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.timing.clock",
        "emulator.foundation.events",
        "emulator.foundation.ids",
        "emulator.foundation.part",
        "emulator.configuration.settings",
        "emulator.observation.trace",
    ),
    "emulator.serving.asgi": ("emulator.serving.gateway", "emulator.wire.http"),
    "emulator.admission": (),
    "emulator.admission.cors": (
        "emulator.serving.asgi",
        "emulator.admission.browsers",
        "emulator.configuration.settings",
        "emulator.wire.http",
    ),
    "emulator.admission.browsers": (),
    "emulator.admission.hosts": ("emulator.configuration.settings", "emulator.wire.headers"),
    "emulator.admission.admission": (
        "emulator.aws.errors",
        "emulator.admission.hosts",
        "emulator.admission.browsers",
        "emulator.configuration.settings",
        "emulator.wire.call",
    ),
    # It verifies who calls, where that is asked for; what reads options makes credentials of texts.
    "emulator.authentication": (
        "emulator.authentication",
        "emulator.admission.admission",
        "emulator.aws.errors",
        "emulator.admission.browsers",
        "emulator.configuration.settings",
        "emulator.wire",
    ),
    "emulator.authentication.credentials": (),
    "emulator.serving.gateway": (
        "emulator.admission.admission",
        "emulator.authentication.admission",
        "emulator.admission.authorization",
        "emulator.aws.identities",
        "emulator.wire",
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.aws.errors",
        "emulator.timing.clock",
        "emulator.foundation.ids",
        "emulator.foundation.lazy",
        "emulator.observation.log",
        "emulator.observation.recent_requests",
        "emulator.observation.request_log",
        "emulator.observation.request_counts",
        "emulator.configuration.settings",
        "emulator.actions.subjects",
        "api_shapes",
    ),
    "emulator.observation.request_counts": ("emulator.aws.errors", "api_shapes.operation"),
    "emulator.control": (
        "emulator.functions.events",
        "emulator.functions.mapping",
        "emulator.actions.registry",
        "emulator.control.long_json",
        "emulator.timing.turns",
        "api_shapes.operation",
        "emulator",
        "emulator.control",
        "emulator.architecture.model",
        "emulator.architecture.of_world",
        "emulator.audit.audit",
        "emulator.audit.finding",
        "emulator.aws",
        "emulator.timing.clock",
        "emulator.declared.configuration",
        "emulator.configuration.document_error",
        "emulator.foundation.events",
        "emulator.serving.health",
        "emulator.faults",
        "emulator.findings.search",
        "emulator.foundation.ids",
        "emulator.observation.recent_requests",
        "emulator.observation.request_counts",
        "emulator.admission.hosts",
        "emulator.admission.browsers",
        "emulator.timing.jump",
        "emulator.configuration.settings",
        "emulator.foundation.ids",
        "emulator.sns",
        "emulator.sqs",
        "emulator.serving.stages",
        "emulator.state",
        "emulator.observation.trace",
        "emulator.world.world",
    ),
    # It looks at a World, and changes nothing.
    "emulator.findings": (
        "emulator.findings",
        "emulator.aws",
        "emulator.foundation.events",
        "emulator.sns",
        "emulator.sqs",
        "emulator.timing.turns",
        "emulator.world.world",
        "api_shapes.operation",
    ),
    "emulator.faults": (
        "emulator.faults",
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.timing.alarm",
        "emulator.aws",
        "emulator.timing.clock",
        "emulator.timing.deadlines",
        "emulator.foundation.events",
        "emulator.foundation.ids",
        "emulator.foundation.part",
        "emulator.sns",
        "emulator.actions.subjects",
        "emulator.wire.http",
        "api_shapes",
    ),
    # It calls AWS's actions as a client does.
    "emulator.control.aws_calls": (
        "emulator.serving.asgi",
        "emulator.control",
        "emulator.wire",
        "emulator.world.world",
        "api_shapes",
    ),
    "emulator.control.equivalents": ("emulator.wire.caller", "api_shapes.operation"),
    "emulator.control.run": (
        "emulator.observation.recent_requests",
        "emulator.observation.request_counts",
        "emulator.configuration.settings",
        "emulator.serving.stages",
        "emulator.wire.http",
    ),
    # LocalStack's look into a queue answers as ReceiveMessage does.
    "emulator.control.localstack_answer": ("emulator.wire", "api_shapes.operation", "api_shapes.sqs"),
    "emulator.control.localstack_sqs": (
        "emulator.timing.turns",
        "emulator.control",
        "emulator.aws",
        "emulator.configuration.settings",
        "emulator.sqs",
        "emulator.wire",
        "emulator.world.world",
        "api_shapes.operation",
        "api_shapes.sqs",
    ),
    "emulator.state": (
        "emulator.timing.turns",
        "api_shapes.operation",
        "emulator",
        "emulator.state",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.timing.clock",
        "emulator.foundation.ids",
        "emulator.foundation.part",
        "emulator.sns",
        "emulator.sqs",
        "emulator.structures.parted",
    ),
    "emulator.observation.trace": (
        "emulator.timing.turns",
        "emulator.aws.place",
        "emulator.foundation.part",
        "emulator.aws.message_attribute",
        "emulator.foundation.events",
        "emulator.sns.events",
        "emulator.sqs.events",
    ),
    "emulator.foundation.events": (),
    "emulator.timing": (),
    "emulator.timing.turns": (),
    "emulator.timing.watchers": (),
    "emulator.foundation.wording": (),
    "emulator.control.long_json": ("emulator.timing.turns",),
    "emulator.foundation.changes": (),
    "emulator.wire": (
        "emulator.wire",
        "emulator.aws.errors",
        "emulator.aws.lambda_errors",
        "emulator.aws.sns_errors",
        "emulator.aws.arns",
        "api_shapes",
    ),
    "emulator.actions.context": (
        "emulator.aws.access",  # its types
        "emulator.aws.errors",
        "emulator.timing.clock",
        "emulator.foundation.ids",
    ),
    "emulator.actions.registry": ("emulator.actions.context", "emulator.aws.errors", "api_shapes.operation"),
    "emulator.admission.authorization": (
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.aws",
        "emulator.configuration.settings",
        "emulator.wire.call",
        "emulator.wire.headers",
        "api_shapes.operation",
    ),
    "emulator.structures": (
        "emulator.timing.turns",
        "emulator.structures",
    ),
    "emulator.sqs": (
        "emulator.timing.turns",
        "emulator.sqs",
        "emulator.structures",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.foundation.events",
        "emulator.foundation.ids",
    ),
    "emulator.sqs.service": (
        "emulator.timing.turns",
        "emulator.sqs",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.foundation.events",
        "emulator.foundation.ids",
        "emulator.foundation.part",
    ),
    "emulator.sqs.waiting": (
        "emulator.timing.turns",
        "emulator.sqs",
        "emulator.timing.alarm",
        "emulator.timing.clock",
        "emulator.timing.deadlines",
    ),
    "emulator.sqs.actions": (
        "emulator.timing.turns",
        "emulator.sqs",
        "emulator.foundation.part",
        "emulator.aws",
        "emulator.actions.context",
        "emulator.actions.registry",
        "api_shapes",
    ),
    "emulator.sns": (
        "emulator.timing.turns",
        "emulator.sns",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.foundation.events",
        "emulator.foundation.ids",
    ),
    "emulator.sns.service": (
        "emulator.timing.turns",
        "emulator.sns",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.foundation.events",
        "emulator.foundation.ids",
        "emulator.foundation.part",
    ),
    "emulator.sns.constraints": ("emulator.aws.errors", "api_shapes.operation", "api_shapes.sns_constraints"),
    "emulator.sns.delivery.signing": (
        "emulator.foundation.changes",
        "emulator.foundation.ids",
        "emulator.foundation.part",
        "emulator.sns.delivery",
    ),
    "emulator.sns.delivery.http": ("emulator.sns", "emulator.foundation.lazy"),
    "emulator.sns.delivery.schedule": (
        "emulator.sns.delivery",
        "emulator.foundation.changes",
        "emulator.timing.deadlines",
    ),
    "emulator.sns.delivery.transfers": (
        "emulator.sns.delivery",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.foundation.ids",
        "emulator.foundation.part",
    ),
    "emulator.sns.delivery.worker": (
        "emulator.sns.delivery",
        "emulator.timing.alarm",
        "emulator.foundation.changes",
        "emulator.timing.clock",
        "emulator.timing.deadlines",
    ),
    "emulator.sns.delivery.dispatch": (
        "emulator.sns.delivery",
        "emulator.sns.subscription",
        "emulator.foundation.part",
        "emulator.aws",
        "emulator.foundation.changes",
        "emulator.timing.clock",
        "emulator.timing.watchers",
    ),
    "emulator.sns.actions": (
        "emulator.timing.turns",
        "emulator.sns",
        "emulator.aws",
        "emulator.actions.context",
        "emulator.actions.registry",
        "api_shapes",
    ),
    "emulator.sts": (
        "emulator.sts",
        "emulator.aws",
        "emulator.authentication.credentials",
        "emulator.actions.context",
        "emulator.actions.registry",
        "api_shapes",
    ),
    "emulator.aws": ("emulator.aws",),
    "emulator.aws.identities": ("emulator.aws", "emulator.authentication.credentials"),  # its types
    "emulator.aws.deduplication": ("emulator.timing.turns", "emulator.aws", "emulator.structures"),
    "emulator.timing.alarm": ("emulator.timing.deadlines",),
    "emulator.timing.clock": (
        "emulator.timing.alarm",
        "emulator.aws.place",
        "emulator.foundation.changes",
        "emulator.foundation.part",
    ),
    "emulator.timing.deadlines": (),
    "emulator.serving.collector": (),
    "emulator.timing.jump": (
        "emulator.timing.turns",
        "emulator.timing.clock",
    ),
    "emulator.foundation.ids": ("emulator.aws.place", "emulator.foundation.changes", "emulator.foundation.part"),
    "emulator.configuration.settings": (
        "emulator.authentication.credentials",  # its types
        "emulator.configuration.option",
        "emulator.configuration.checks",
        "emulator.configuration.pages",
    ),
    "emulator.observation.log": ("emulator.configuration.settings",),
    "emulator.testing": (
        "emulator.testing",
        "emulator.serving.app",
        "emulator.serving.asgi",
        "emulator.configuration.localstack",
        "emulator.configuration.option",
        "emulator.configuration.settings",
        "emulator.wire.http",
        "api_shapes.operation",
    ),
    "emulator.testing.in_process": (
        "emulator.foundation.lazy",
        "emulator.testing.handler_calls",
        "emulator.testing.handlers",
        "emulator.serving.app",
        "emulator.serving.asgi",
        "emulator.timing.clock",  # to see the process's time as the emulator sees it
        "emulator.configuration.settings",
        "emulator.testing.real_time",
        "emulator.wire.http",
        "emulator.world.world",  # to have its clocks go by the date
    ),
    "emulator.testing.handler_calls": (
        "emulator.sns.delivery.answer",
        "emulator.sns.delivery.http_messages",
        "emulator.testing.handlers",
    ),
    "emulator.testing.declaring": (
        "emulator.declared.loading",
        "emulator.configuration.document_error",
        "emulator.infrastructure.files",
    ),
    "emulator.testing.options": ("emulator.configuration.options", "emulator.configuration.settings"),
    # By name it imports nothing of the others: `packages` finds out which those are.
    "sqs_sns_emulator": ("sqs_sns_emulator", "emulator.testing"),  # types
    "sqs_sns_emulator.__main__": ("emulator.__main__",),
    "api_shapes": ("api_shapes",),
}

# Of these parts of a place, who alone may import them.
RESTRICTED = {
    "emulator.faults": (
        "emulator.faults",
        "emulator.control",
        "emulator.serving.app",
        "emulator.world.world",
        "emulator.declared",
    ),
    "emulator.sqs.actions": ("emulator.sqs.actions", "emulator.serving.app", "emulator.declared.calls"),
    "emulator.serving.hooks": ("emulator.serving.server",),
    "emulator.http": (
        "emulator.http",
        "emulator.serving.server",
        "emulator.store.store",
        "emulator.cluster.entrance",
        "emulator.cluster.peer_entrance",
    ),
    "emulator.store": ("emulator.store", "emulator.cluster", "emulator.serving.server"),
    "emulator.cluster": ("emulator.cluster", "emulator.serving.server"),
    "emulator.sqs.waiting": ("emulator.sqs.actions", "emulator.sqs.service", "emulator.control"),
    "emulator.sns.delivery.dispatch": (
        "emulator.state",
        "emulator.sns.delivery.http_deliverer",
        "emulator.sns.delivery.lambda_urls",
        "emulator.control",
        "emulator.world.notifications",
        "emulator.world.world",
    ),
    "emulator.sns.delivery.worker": (
        "emulator.sns.delivery.dispatch",
        "emulator.world.notifications",
        "emulator.world.world",
    ),
    "emulator.sns.delivery.http": ("emulator.world.notifications",),
    "emulator.sns.delivery.http_answer": ("emulator.sns.delivery.http_connection",),
    "emulator.sns.delivery.http_connection": ("emulator.sns.delivery.http", "emulator.sns.delivery.http_pool"),
    "emulator.sns.delivery.http_pool": ("emulator.sns.delivery.http",),
    "emulator.sns.delivery.resolver": ("emulator.sns.delivery.http",),
    "emulator.sns.delivery.http_deliverer": ("emulator.world.notifications",),
    "emulator.sns.delivery.lambda_urls": ("emulator.world.notifications",),
    "emulator.sns.actions": ("emulator.sns.actions", "emulator.world.notifications"),
    "emulator.world.local_queues": ("emulator.world.notifications",),
    "emulator.world.notifications": ("emulator.world.world",),
    "emulator.sts": ("emulator.sts", "emulator.serving.app"),
    "emulator.cloudformation": ("emulator.cloudformation", "emulator.serving.app", "emulator.world.world"),
    "emulator.functions": (
        "emulator.functions",
        "emulator.serving.app",
        "emulator.architecture.of_world",
        "emulator.control",
        "emulator.declared.calls",
        "emulator.world.notifications",
        "emulator.world.world",
    ),
    "emulator.state": (
        "emulator.state",
        "emulator.control.state",
        "emulator.declared",
        "emulator.store",
        "emulator.cluster",
        "emulator.world.world",
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
        "emulator.configuration.file",
        "emulator.control.declare",
        "emulator.testing.declaring",
        "emulator.__main__",
        "emulator.serving.server",
    ),
}

# What every module may import.
SHARED = ("emulator.foundation.wording",)

# Whose structs all may be made of: a dataclass takes forty times as long to be defined, a NamedTuple six times.
STRUCTS = "msgspec"

# Where each of these other libraries may be imported, and nowhere else.
EXTERNAL = {
    "asyncio": (
        "emulator.actions.context",
        "emulator.actions.registry",
        "emulator.timing.alarm",
        "emulator.timing.watchers",
        "emulator.timing.clock",  # to look in the next turn, once the date has jumped
        "emulator.cloudformation.deployment",
        "emulator.cloudformation.service",
        "emulator.serving.asgi",
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
        "emulator.serving.hooks",
        "emulator.timing.jump",
        "emulator.serving.server",
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
        "emulator.timing.turns",
        "emulator.world.world",  # to wait for all that goes on
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
        "emulator.command_line.commands",
        "emulator.conformance.command",
        "emulator.declared.command",
        "emulator.configuration.options",
    ),
    "hocon": ("emulator.declared.elasticmq",),
    "cryptography": ("emulator.authentication.keys", "emulator.sns.delivery.signing", "emulator.serving.tls"),
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
    "starlette": ("emulator.console", "emulator.control", "emulator.admission.cors"),
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
        "emulator.serving.server",
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
        or module
        in (
            "emulator.serving.gateway",
            "emulator.serving.asgi",
            "emulator.observation.request_log",
            "emulator.actions.subjects",
        )
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
