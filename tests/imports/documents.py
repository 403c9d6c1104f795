"""What the packages that read options, configuration files and templates may import, and those of the audit."""

DOCUMENTS = {
    "emulator.configuration": (),
    "emulator.configuration.file": (
        "emulator.declared",
        "emulator.configuration.document_error",
        "emulator.configuration.localstack",
    ),
    "emulator.configuration.checks": (
        "emulator.authentication.credentials",
        "emulator.configuration.values",
    ),
    "emulator.configuration.options": (
        "emulator.authentication.credentials",
        "emulator.configuration.option",
        "emulator.configuration.settings",
        "emulator.serving.tls",
    ),
    "emulator.configuration.variables": ("emulator.configuration.option",),
    "emulator.configuration.localstack": ("emulator.configuration.values",),
    "emulator.configuration.settings": (
        "emulator.authentication.credentials",  # its types
        "emulator.configuration.option",
        "emulator.configuration.checks",
        "emulator.configuration.pages",
        "emulator.configuration.values",
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
}
