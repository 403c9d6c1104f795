"""One answer of the control interface, made of those of all members."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from emulator.architecture.model import Architecture
from emulator.control.graph import Edge, Node
from emulator.control.mermaid import flowchart
from emulator.wire.http import HttpRequest, HttpResponse

Answers = Sequence[HttpResponse]
_Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]  # by name and labels
Merge = Callable[[HttpRequest, Answers], HttpResponse]

# What every process answers for itself: whether it is ready is what a load balancer asks of each.
LOCAL: Final = frozenset(
    (
        "/_emulator",
        "/_emulator/",
        "/_emulator/health",
        "/_emulator/openapi.json",
        "/_emulator/call",  # which passes the call itself on
        "/_emulator/filter-policy/explain",
        "/health",
        "/_localstack/health",
        "/_localstack/info",
        "/_localstack/init",
        "/_localstack/config",
        "/_localstack/diagnose",
    )
)
_JSON: Final = b"application/json"


def json_answer(value: object, status: int = 200) -> HttpResponse:
    return _answer(msgspec.json.encode(value), _JSON, status)


def _answer(body: bytes, content_type: bytes, status: int = 200) -> HttpResponse:
    head = b"content-type: %b\r\ncontent-length: %d\r\n" % (content_type, len(body))
    return HttpResponse(status, head, body)


def _refusal(answers: Answers) -> HttpResponse | None:
    """The first answer that is none of success."""
    return next((each for each in answers if each.status >= 300), None)


def _joined(answers: Answers, name: str, keys: Iterable[str], limit: int | None = None) -> HttpResponse:
    """The lists called ``name``, as one, in the order of these keys; with a ``limit`` only the last ones."""
    refusal = _refusal(answers)
    if refusal is not None:
        return refusal
    rows = [row for each in answers for row in msgspec.json.decode(each.body)[name]]
    rows.sort(key=lambda row: [row[key] for key in keys])
    return json_answer({name: rows if limit is None else rows[-limit:]})


def _listed(name: str, *keys: str) -> Merge:
    return lambda _, answers: _joined(answers, name, keys)


def _newest(request: HttpRequest, answers: Answers) -> HttpResponse:
    """The newest traces of all."""
    return _joined(answers, "publishes", ("at",), _limit(request))


def _limit(request: HttpRequest) -> int | None:
    """How many rows are wanted at most. None: the request is refused anyway."""
    limit = parse_qs(request.query.decode("latin-1")).get("limit", ["100"])[0]
    return int(limit) if limit.isdecimal() else None


def _first_found(_: HttpRequest, answers: Answers) -> HttpResponse:
    """The answer of the one that has it."""
    return next((each for each in answers if each.status < 300), answers[0])


def _same(_: HttpRequest, answers: Answers) -> HttpResponse:
    """All have done the same."""
    return _refusal(answers) or answers[0]


def _added(_: HttpRequest, answers: Answers) -> HttpResponse:
    """The sums of the numbers in the answers; what else they say is the same in all."""
    return _refusal(answers) or json_answer(_sum([msgspec.json.decode(each.body) for each in answers]))


def _sum(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, Mapping):
        return {name: _sum([value[name] for value in values]) for name in first}
    return sum(values) if isinstance(first, int | float) and not isinstance(first, bool) else first


def _settled(_: HttpRequest, answers: Answers) -> HttpResponse:
    """What is under way anywhere."""
    left = [each for each in answers if each.status != 200]
    if not left or left[0].status != 408:
        return left[0] if left else answers[0]
    found = [msgspec.json.decode(each.body) for each in left]
    stuck = all(each.get("stuck", False) for each in found)
    under_way = [row for each in found for row in each["under_way"]]
    return json_answer({"under_way": under_way, **({"stuck": True} if stuck else {})}, 408)


def _first_due(_: HttpRequest, answers: Answers) -> HttpResponse:
    """What falls due first anywhere."""
    refusal = _refusal(answers)
    if refusal is not None:
        return refusal
    found = [msgspec.json.decode(each.body) for each in answers]
    return json_answer(min(found, key=lambda each: each["next"]["seconds"] if each["next"] else inf))


def _planned(request: HttpRequest, answers: Answers) -> HttpResponse:
    """The deliveries of all, those that are due first before the others, and how many are left out."""
    refusal = _refusal(answers)
    if refusal is not None:
        return refusal
    found = [msgspec.json.decode(each.body) for each in answers]
    rows = sorted((row for each in found for row in each["deliveries"]), key=lambda row: row["next_attempt_at"] or "")
    shown = rows[: _limit(request)]
    omitted = sum(each["omitted"] for each in found) + len(rows) - len(shown)
    return json_answer({"deliveries": shown, "omitted": omitted})


def _functions(_: HttpRequest, answers: Answers) -> HttpResponse:
    """The mappings and the functions of all."""
    refusal = _refusal(answers)
    if refusal is not None:
        return refusal
    found = [msgspec.json.decode(each.body) for each in answers]
    return json_answer({name: [row for each in found for row in each[name]] for name in ("mappings", "functions")})


def joined_architecture(answers: Answers) -> Architecture:
    """One model of those of all."""
    whole, *others = (msgspec.json.decode(each.body, type=Architecture) for each in answers)
    for each in others:
        for name in ("queues", "topics", "subscriptions", "consumers"):
            getattr(whole, name).extend(getattr(each, name))
    return whole


def _architecture(_: HttpRequest, answers: Answers) -> HttpResponse:
    return _refusal(answers) or json_answer(joined_architecture(answers))


class _Graph(msgspec.Struct):
    nodes: list[Node]
    edges: list[Edge]


def _topology(request: HttpRequest, answers: Answers) -> HttpResponse:
    """One graph. What one member lacks another may have."""
    refusal = _refusal(answers)
    if refusal is not None:
        return refusal
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for each in answers:
        graph = msgspec.json.decode(each.body, type=_Graph)
        edges += graph.edges
        for node in graph.nodes:
            if node.id not in nodes or nodes[node.id].missing:
                nodes[node.id] = node
    if b"format=mermaid" in request.query:
        text = "\n".join([*flowchart([*nodes.values()], edges), ""]).encode()
        return _answer(text, b"text/plain; charset=utf-8")
    return json_answer(_Graph([*nodes.values()], edges))


def _metrics(_: HttpRequest, answers: Answers) -> HttpResponse:
    """Samples with equal labels are added up."""
    refusal = _refusal(answers)
    if refusal is not None:
        return refusal
    families: dict[str, tuple[str, str, _Samples]] = {}
    for each in answers:
        for family in text_string_to_metric_families(each.body.decode()):
            title = f"{family.name}_total" if family.type == "counter" else family.name
            samples = families.setdefault(title, (family.documentation, family.type, {}))[2]
            for sample in family.samples:
                key = sample.name, tuple(sample.labels.items())
                samples[key] = samples.get(key, 0.0) + sample.value
    exposed = "".join(_exposed(title, *family) for title, family in families.items())
    return _answer(exposed.encode(), b"text/plain; version=0.0.4; charset=utf-8")


def _exposed(name: str, help_text: str, kind: str, samples: _Samples) -> str:
    lines = [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
    lines += [f"{sample}{_labels(labels)} {value!r}" for (sample, labels), value in samples.items()]
    return "\n".join([*lines, ""])


def _labels(labels: Iterable[tuple[str, str]]) -> str:
    shown = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{shown}}}" if shown else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


# By method and path; a path that ends with a slash stands for all with one more segment.
MERGES: Final[Mapping[tuple[str, str], Merge]] = {
    ("GET", "/_emulator/queues"): _listed("queues", "account", "region", "name"),
    ("GET", "/_emulator/topics"): _listed("topics", "account", "region", "name"),
    ("GET", "/_emulator/outbox"): _listed("entries", "at"),
    ("GET", "/_emulator/subscriptions/pending"): _listed("subscriptions", "subscription"),
    ("GET", "/_emulator/faults"): _listed("faults"),
    ("GET", "/_emulator/deliveries"): _planned,
    ("GET", "/_emulator/functions"): _functions,
    ("GET", "/_emulator/architecture"): _architecture,
    ("GET", "/_emulator/trace"): _newest,
    ("GET", "/_emulator/trace/"): _first_found,
    ("GET", "/_emulator/faults/"): _first_found,
    ("DELETE", "/_emulator/faults/"): _first_found,
    ("POST", "/_emulator/faults"): _same,
    ("DELETE", "/_emulator/faults"): _added,
    ("DELETE", "/_emulator/outbox"): _added,
    ("GET", "/_emulator/topology"): _topology,
    ("GET", "/_emulator/metrics"): _metrics,
    ("POST", "/_emulator/reset"): _added,
    ("POST", "/_emulator/reset/preview"): _added,
    ("POST", "/_emulator/clock"): _same,
    ("GET", "/_emulator/clock/next"): _first_due,
    ("POST", "/_emulator/requests"): _same,
    ("POST", "/_emulator/settle"): _settled,
    ("POST", "/_localstack/state/reset"): _same,
}
