"""No module assigns a field of another's aggregate: it calls a method, which keeps the laws and records the change."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

# The packages that hold to it.
HELD = (
    "emulator/sqs",
    "emulator/sns",
    "emulator/faults",
    "emulator/control",
    "emulator/state",
    "emulator/structures",
    "emulator/world",
)

# By module: the variables whose fields it may assign, as their class is of the module's own aggregate.
OWN = {
    "emulator/sqs/contents.py": {
        "message",
        "self.messages",
    },  # a message's state, number, times and receive count
    "emulator/sqs/exactly_once.py": {"message"},  # the deduplication id of a message that is about to be placed
    "emulator/sqs/queue.py": {"totals", "self.totals"},
    "emulator/sqs/listeners.py": {"queue"},  # who hears of its changes
    "emulator/sqs/tenants.py": {"tenant"},
    "emulator/sqs/waiting.py": {"waiter", "self._queue", "queue"},  # a room subscribes to its queue
    "emulator/sqs/catching_up.py": {"budget"},
    "emulator/sqs/chaos.py": {"chaos"},
    "emulator/structures/pages.py": {"item"},  # its number
    "emulator/sns/delivery/schedule.py": {"delivery", "subscriber"},  # what they say about time and place in line
    "emulator/sns/delivery/transfers.py": {"stream", "taken"},
    "emulator/sns/json_tree.py": {"node"},
    "emulator/world/world.py": {"made", "self._notifications.get()"},  # whom its parts call
    # Parameters of libraries, and the context of one request.
    "emulator/sns/delivery/http.py": {"context", "context.trace_request_ctx"},
    "emulator/control/routes.py": {"app.router"},
    "emulator/control/localstack_sqs.py": {"call"},
    "emulator/faults/requests.py": {"request.context"},
    # Answers and documents that are being made or read.
    "emulator/sqs/actions/sending.py": {"sent"},
    "emulator/state/moment.py": {"stored", "stored.archive"},
    "emulator/state/topics.py": {"stored", "stored.archive"},
    "emulator/state/completing.py": {
        "archive",
        "attempt",
        "delivery",
        "endpoint",
        "entry",
        "message",
        "name",
        "phone",
        "subscription",
        "task",
        "topic",
        "used",
    },
    "emulator/state/completing_queues.py": {"attempt", "message", "queue", "queue.chaos", "tenant", "used"},
    "emulator/control/trace.py": {"trace", "step"},
    "emulator/state/deliveries.py": {"self.dead_letter"},
    "emulator/state/document.py": {"state"},
    "emulator/state/exporting.py": {"state"},
    "emulator/state/messages.py": {"message"},  # which is in no queue yet
    "emulator/state/queues.py": {"stored"},
    "emulator/state/restoring.py": {"state"},
    "emulator/state/move_tasks.py": {"destination", "stored"},
}

MODULES = sorted(
    path for held in HELD for path in ([ROOT / held] if held.endswith(".py") else (ROOT / held).rglob("*.py"))
)


def assigned_fields(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, object and field of each assignment to a field of anything but ``self``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        for target in targets:
            for each in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(each, ast.Attribute) and ast.unparse(each.value) != "self":
                    yield node.lineno, owner(each.value), each.attr


def owner(value: ast.expr) -> str:
    """The variable whose field it is, without what is looked up in it."""
    return ast.unparse(value.value if isinstance(value, ast.Subscript) else value)


def test_modules_assign_fields_of_their_own_aggregates_alone() -> None:
    foreign = [
        f"{module}:{line}: {variable}.{field}"
        for path in MODULES
        for module in (str(path.relative_to(ROOT)),)
        for line, variable, field in assigned_fields(path.read_text())
        if variable not in OWN.get(module, set())
    ]
    assert foreign == []


def test_assignments_are_found_in_all_their_forms() -> None:
    source = "queue.a = 1\nqueue.b += 1\nqueue.c, other.d = 1, 2\nself.e = 1\nself.queue.f = 1\nqueues[0].g: int = 1\n"
    found = [(variable, field) for _, variable, field in assigned_fields(source)]
    assert found == [
        ("queue", "a"),
        ("queue", "b"),
        ("queue", "c"),
        ("other", "d"),
        ("self.queue", "f"),
        ("queues", "g"),
    ]
