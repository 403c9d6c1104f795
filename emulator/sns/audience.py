"""The audience of a topic: its subscriptions as publishes find them, prepared for many messages."""

from collections.abc import Iterable, Mapping

from emulator.aws.arns import Arn
from emulator.sns.filter_policy import FilterPolicy, Group, Judgment, Offers, PolicyIndex
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription


def in_account(arn: str, account: str) -> bool:
    """Whether the queue with this ARN belongs to ``account``; also True for a text that is not an ARN."""
    parsed = Arn.parse(arn)
    return parsed is None or parsed.account == account


class Audience:
    """The subscriptions of a topic, in their order, until one of them changes.

    A position is an index into ``subscriptions``, and into ``policies``, which are their filter policies.

    ``unusual`` are the positions of subscriptions that are not confirmed or have a replay: these may not get a message
    that their filter policy accepts. ``everyone`` are all positions if each subscription gets every message; else it is
    empty. ``queues_alone`` is whether all subscriptions are queues and none is unusual.
    """

    __slots__ = (
        "_abroad",
        "_attributes",
        "_bodies",
        "_unfiltered",
        "everyone",
        "policies",
        "queues_alone",
        "subscriptions",
        "unusual",
    )

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        self.subscriptions = tuple(subscriptions)
        self.policies: tuple[FilterPolicy | None, ...] = tuple([each.filter_policy for each in self.subscriptions])
        self.unusual: frozenset[int] = frozenset(
            [
                position
                for position, each in enumerate(self.subscriptions)
                if not each.confirmed or each.replay is not None
            ]
        )
        self.queues_alone = not self.unusual and all(each.protocol == "sqs" for each in self.subscriptions)
        self._abroad: frozenset[int] | None = None
        self._unfiltered: list[int] = []
        attributes: dict[str, list[int]] = {}  # positions by the text of their policy, which is about attributes
        bodies: dict[str, list[int]] = {}  # likewise, for policies about the body
        for position, policy in enumerate(self.policies):
            if position in self.unusual:
                continue
            if policy is None or not policy.paths:
                self._unfiltered.append(position)
            else:
                by_text = bodies if policy.scope == "MessageBody" else attributes
                by_text.setdefault(policy.text, []).append(position)
        self._attributes = self._groups(attributes)
        self._bodies = self._groups(bodies)
        self.everyone = tuple(self._unfiltered) if len(self._unfiltered) == len(self.subscriptions) else ()

    def _groups(self, positions_by_text: Mapping[str, list[int]]) -> PolicyIndex | None:
        groups: list[Group] = []
        for positions in positions_by_text.values():
            policy = self.policies[positions[0]]
            assert policy is not None, "it is not unfiltered"
            groups.append(Group(policy, tuple(positions)))
        return PolicyIndex(groups) if groups else None

    @property
    def abroad(self) -> frozenset[int]:
        """The positions of queues of other accounts than the topic's."""
        if self._abroad is None:
            self._abroad = frozenset(
                position
                for position, each in enumerate(self.subscriptions)
                if each.protocol == "sqs" and not in_account(each.endpoint, each.topic.account)
            )
        return self._abroad

    def filtered(self) -> list[int]:
        """The positions of subscriptions whose filter policies can reject a message, without the unusual ones."""
        unfiltered = {*self._unfiltered, *self.unusual}
        return [position for position in range(len(self.subscriptions)) if position not in unfiltered]

    def judge(self, notification: Notification) -> Judgment:
        """Which subscriptions get a message by their filter policies, and how many do not; without the unusual ones."""
        attributes, bodies = self._attributes, self._bodies
        if attributes is None and bodies is None:
            return Judgment(self._unfiltered)
        judgment, offers = Judgment([*self._unfiltered]), Offers(notification.attributes)
        if attributes is not None:
            attributes.judge_attributes(notification.message, offers, judgment)
        if bodies is not None:
            if len(notification.by_protocol) > 1:
                self._judge_texts(bodies, notification, offers, judgment)
            else:
                bodies.judge_body(notification.message, offers, judgment)
        judgment.sort()
        return judgment

    def _judge_texts(self, bodies: PolicyIndex, notification: Notification, offers: Offers, judgment: Judgment) -> None:
        """Judge by the text that each subscription would get, where they differ by protocol."""
        for group in bodies.groups:
            for position in group.positions:
                text = notification.message_for(self.subscriptions[position].protocol)
                judgment.test(Group(group.policy, (position,)), text, offers)


class KnownAudience:
    """The audience of one topic, made for the first publish after each change of a subscription."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: Audience | None = None

    def of(self, subscriptions: Mapping[str, Subscription]) -> Audience:
        """The audience of these subscriptions, by ARN, which have not changed since the last call of ``forget``."""
        audience = self.known
        if audience is None:
            audience = self.known = Audience(subscriptions.values())
        return audience

    def forget(self) -> None:
        """Drop the known audience. Called when a subscription was added, removed or changed."""
        self.known = None
