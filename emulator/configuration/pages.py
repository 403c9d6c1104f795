"""Where the documentation says more about options: titles and links, as in ``Option.see``."""

CONFIG_FILE = ("The configuration file", "config-file.md")
INFRASTRUCTURE = ("Infrastructure as code", "infrastructure.md")
STATE_FILES = ("State", "state.md#in-files")
PERSISTENCE = ("Persistence", "persistence.md")
FUNCTIONS = ("Lambda functions", "lambda.md")
CREDENTIALS = ("Credentials", "credentials.md")
POLICIES = ("Policies of callers", "policies.md")
OUTBOX = ("the outbox", "control.md#the-outbox")
