"""What the command line and the clients of the emulator may import."""

PROGRAMS = {
    # By name it imports nothing of the others: `packages` finds out which those are.
    "sqs_sns_emulator": ("sqs_sns_emulator", "emulator.testing"),  # types
    "sqs_sns_emulator.__main__": ("emulator.__main__",),
    "emulator": ("emulator.compilation",),  # besides that the version, and nothing else
    "emulator.__main__": (
        "emulator",
        "emulator.compilation",
        "emulator.serving.collector",
        "emulator.command_line.access",
        "emulator.command_line.commands",
        "emulator.configuration.file",
        "emulator.declared.contents",
        "emulator.configuration.document_error",
        "emulator.serving.start",
        "emulator.serving.start_errors",
        "emulator.configuration.settings",
        "emulator.configuration.values",
        "emulator.configuration.option",
        "emulator.configuration.options",
        "emulator.configuration.variables",
        "emulator.configuration.localstack",
        "emulator.observation.log",
        "emulator.control",
    ),
    "emulator.compilation": (),  # it finds the compiled modules by their names
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
        "emulator.configuration.values",
    ),
    # A client like any other: it knows nothing of the emulator that it is run against.
    "emulator.conformance": ("emulator.conformance", "api_shapes.operation", "api_shapes.sqs_query"),
    "emulator.testing": (
        "emulator.testing",
        "emulator.aws.arns",
        "emulator.configuration.localstack",
        "emulator.configuration.option",
        "emulator.configuration.values",
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
        "emulator.declared.sections",
        "emulator.declared.wording",
        "emulator.configuration.document_error",
        "emulator.infrastructure.files",
    ),
    "emulator.testing.options": (
        "emulator.configuration.options",
        "emulator.configuration.settings",
        "emulator.configuration.values",
    ),
}
