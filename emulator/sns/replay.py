"""The replay of a topic's archive to one subscription.

                       +---- EndingPoint not reached ----> In progress --reached--+
    Pending --start--> |                                                          +--> Completed, paused
                       +---- EndingPoint has passed ------------------------------+
                       +---- no EndingPoint ----> Completed, delivering what is published from now on
                       +---- no archive any more ----> Failed

What the archive holds is delivered at once, when the replay starts.
https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
"""

from datetime import datetime

from emulator.sns.changes import ReplayStatus
from emulator.sns.json_document import JsonError, parse_object
from emulator.sns.notification import milliseconds
from emulator.sns.rejections import RejectedValue

_ELEMENTS = ("PointType", "StartingPoint", "EndingPoint")


class Replay:
    """The replay that a ReplayPolicy asks for, and its status. Times are milliseconds since the epoch."""

    __slots__ = ("end", "start", "status")

    def __init__(self, start: int, end: int | None) -> None:
        self.start = start
        self.end = end  # inclusive, as ``start`` is; None: no end
        self.status: ReplayStatus = "Pending"

    @classmethod
    def parse(cls, policy: str) -> "Replay":
        """The replay that a ReplayPolicy asks for; RejectedValue if the policy is invalid."""
        try:
            document = parse_object(policy)
        except JsonError as error:
            raise RejectedValue(f"ReplayPolicy: failed to parse JSON. {error.detail}") from error
        for name in document:
            if name not in _ELEMENTS:
                raise RejectedValue(f"ReplayPolicy: invalid JSON. Attribute {name} is unknown.")
        if document.get("PointType") != "Timestamp":
            raise RejectedValue("ReplayPolicy: PointType must be Timestamp")
        start = _point(document, "StartingPoint")
        end = _point(document, "EndingPoint") if "EndingPoint" in document else None
        if end is not None and end <= start:
            raise RejectedValue("ReplayPolicy: EndingPoint must be later than StartingPoint")
        return cls(start, end)

    def status_once_begun(self, now: float) -> ReplayStatus:
        """The status of a replay whose messages are being delivered."""
        return "In progress" if self.end is not None and not self.is_past_end(now) else "Completed"

    def is_over(self, now: float) -> bool:
        """Whether the replay is in progress and has reached its end at ``now``."""
        return self.status == "In progress" and self.is_past_end(now)

    def reach(self, status: ReplayStatus) -> None:
        self.status = status

    def is_past_end(self, moment: float) -> bool:
        """Whether the subscription gets no message published at that moment, because the replay's end is before it."""
        return self.end is not None and milliseconds(moment) > self.end


def _point(document: dict[str, object], name: str) -> int:
    given = document.get(name)
    try:
        point = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        point = None
    if point is None or point.tzinfo is None:
        raise RejectedValue(f"ReplayPolicy: {name} must be an ISO 8601 timestamp such as 2023-10-01T10:00:00.000Z")
    return milliseconds(point.timestamp())
