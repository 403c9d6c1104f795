"""Random calls of every SNS operation, with arguments that are mostly right, and of what else changes SNS."""

import json
from collections.abc import Callable
from random import Random

import msgspec

from emulator.aws.place import Place
from emulator.control.sms import SmsChange, change_sms
from emulator.sns.notification import timestamp
from emulator.state.exporting import export
from tests.sns.walk_values import (
    APPLICATIONS,
    DEVICE_TOKENS,
    ENDPOINTS,
    LABELS,
    MESSAGE_ATTRIBUTES,
    NUMBERS,
    PROTECTION,
    SUBSCRIPTION_ATTRIBUTES,
    TOPIC_ATTRIBUTES,
    TOPICS,
)
from tests.state.world import ACCOUNT, OTHER, REGION, World, topic_arn

Call = dict[str, str]


class Walk:
    """One emulator, and random steps in it."""

    def __init__(self, seed: int, world: World | None = None) -> None:
        self.chance = Random(seed)
        self.world = world or World()
        self.emulator = self.world.emulator
        self.sns = self.emulator.world.sns
        self.operations = [name for name in sorted(_CALLS) for _ in range(_WEIGHTS.get(name, 2))]
        self.earlier: object = None  # a state document
        self.opening = list(_OPENING)

    def exported(self) -> bytes:
        """What the state document shows of SNS."""
        return exported(self.world)

    def step(self) -> str:
        """Do something; its name."""
        if self.opening:
            name, account, call = self.opening.pop(0)
            self.world.sns(name, account, **(call or _CALLS[name](self)))
            return name
        kind = self.chance.random()
        if kind < 0.12:
            return self._pass_time()
        if kind < 0.17:
            name = self.chance.choice(sorted(_OTHERS))
            _OTHERS[name](self)
            return name
        name = self.chance.choice(self.operations)
        region = "eu-west-1" if self.chance.random() < 0.02 else REGION
        self.call(name, region)
        return name

    def call(self, name: str, region: str = REGION) -> None:
        """Call an operation with random arguments."""
        others = 0.6 if name == "Unsubscribe" else 0.1
        account = OTHER if self.chance.random() < others else ACCOUNT
        self.world.sns(name, account, region, **_CALLS[name](self))

    def _pass_time(self) -> str:
        seconds = self.chance.choice((1.0, 1.0, 60.0, 60.0, 301.0, 86_400.0, 172_801.0, 31 * 86_400.0))
        for account in (ACCOUNT, OTHER):
            self.world.advance(seconds, account)
        return f"{seconds} seconds pass"

    # Arguments.

    def topic(self) -> str:
        return topic_arn(self.chance.choice(TOPICS))

    def subscription(self) -> str:
        known = [each.arn for each in self.sns.subscriptions if each.confirmed or self.chance.random() < 0.3]
        return self.chance.choice(known) if known else topic_arn("topic:unknown")

    def token(self) -> Call:
        cancelled = self.sns.subscriptions.cancelled
        subscriptions = cancelled if cancelled and self.chance.random() < 0.5 else [*self.sns.subscriptions]
        known = [(each.topic_arn, each.token) for each in subscriptions if each.token is not None]
        topic, token = self.chance.choice(known) if known else (self.topic(), "00" * 144)
        return {"TopicArn": topic, "Token": token, "AuthenticateOnUnsubscribe": self.chance.choice(("true", "false"))}

    def application(self) -> str:
        name, platform = self.chance.choice(APPLICATIONS)
        return topic_arn(f"app/{platform}/{name}")

    def device(self) -> str:
        known = [arn for application in self.sns.applications for arn in application.endpoints]
        return self.chance.choice(known) if known else topic_arn("endpoint/GCM/app/unknown")

    def number(self) -> str:
        return self.chance.choice(NUMBERS)

    def password(self) -> str:
        phones = list(self.sns.sms.of(ACCOUNT, REGION).sandbox.phones)
        return self.chance.choice([phone.one_time_password for phone in phones] + ["000000"])

    def message(self, prefix: str = "", *, group: str = "MessageGroupId") -> Call:
        call = {f"{prefix}Message": self.chance.choice(("hello", "a@example.com", "more", ""))}
        if self.chance.random() < 0.5:
            attribute = f"{prefix}MessageAttributes_entry_1_"
            kind, member, value = self.chance.choice(MESSAGE_ATTRIBUTES)
            call |= {
                f"{attribute}Name": "store",
                f"{attribute}Value_DataType": kind,
                f"{attribute}Value_{member}": value,
            }
        if self.chance.random() < 0.7:
            call[f"{prefix}{group}"] = self.chance.choice("gh")
            call[f"{prefix}MessageDeduplicationId"] = str(self.chance.randrange(30))
        return call

    def subscription_attribute(self) -> tuple[str, str]:
        if self.chance.random() < 0.25:
            return "ReplayPolicy", self.replay_policy()
        return self.chance.choice(SUBSCRIPTION_ATTRIBUTES)

    def replay_policy(self) -> str:
        now = self.emulator.world.clocks.now_of(ACCOUNT)
        policy = {"PointType": "Timestamp", "StartingPoint": timestamp(now - self.chance.choice((0, 1, 3_600)))}
        if self.chance.random() < 0.6:
            policy["EndingPoint"] = timestamp(now + self.chance.choice((1, 600, 90_000)))
        return self.chance.choice((json.dumps(policy), json.dumps(policy), "{}"))


def exported(world: World) -> bytes:
    """What the state document shows of SNS."""
    state = export(world.control, None)
    return msgspec.json.encode(
        [
            state.topics,
            state.subscriptions,
            state.cancelled_subscriptions,
            state.sms,
            state.platform_applications,
            state.outbox,
        ]
    )


def _create_topic(walk: Walk) -> Call:
    name = walk.chance.choice(TOPICS)
    call = {"Name": name}
    entries = [("FifoTopic", "true")] if name.endswith(".fifo") else []
    if walk.chance.random() < 0.4:
        entries.append(walk.chance.choice(TOPIC_ATTRIBUTES))
    call |= _entries("Attributes", entries)
    if walk.chance.random() < 0.3:
        call |= _tags(walk)
    if walk.chance.random() < 0.1:
        call["DataProtectionPolicy"] = PROTECTION
    return call


def _tags(walk: Walk) -> Call:
    return {"Tags_member_1_Key": walk.chance.choice("kl"), "Tags_member_1_Value": walk.chance.choice("vw")}


def _entries(name: str, entries: list[tuple[str, str]]) -> Call:
    call = {}
    for number, (key, value) in enumerate(entries, 1):
        call[f"{name}_entry_{number}_key"], call[f"{name}_entry_{number}_value"] = key, value
    return call


def _subscribe(walk: Walk) -> Call:
    protocol, endpoint = walk.chance.choice((*ENDPOINTS, ("application", walk.device())))
    entries = [walk.subscription_attribute()] if walk.chance.random() < 0.5 else []
    if protocol == "firehose":
        entries = [("SubscriptionRoleArn", "arn:aws:iam::111111111111:role/r")]
    call = {"TopicArn": walk.topic(), "Protocol": protocol, "Endpoint": endpoint}
    return call | _entries("Attributes", entries)


def _set_subscription_attributes(walk: Walk) -> Call:
    name, value = walk.subscription_attribute()
    given = {} if walk.chance.random() < 0.1 else {"AttributeValue": value}
    return {"SubscriptionArn": walk.subscription(), "AttributeName": name, **given}


def _set_topic_attributes(walk: Walk) -> Call:
    name, value = walk.chance.choice(TOPIC_ATTRIBUTES)
    return {"TopicArn": walk.topic(), "AttributeName": name, "AttributeValue": value}


def _publish(walk: Walk) -> Call:
    target = walk.chance.random()
    if target < 0.15:
        return {"PhoneNumber": walk.number()} | walk.message()
    if target < 0.3:
        return {"TargetArn": walk.device()} | walk.message()
    return {"TopicArn": walk.topic()} | walk.message()


def _publish_batch(walk: Walk) -> Call:
    call = {"TopicArn": walk.topic()}
    for number in range(1, 3):
        prefix = f"PublishBatchRequestEntries_member_{number}_"
        call[f"{prefix}Id"] = str(number)
        call |= walk.message(prefix)
    return call


def _create_application(walk: Walk) -> Call:
    name, platform = walk.chance.choice(APPLICATIONS)
    entries = [("PlatformCredential", walk.chance.choice("xy"))]
    if platform == "ADM":
        entries.append(("PlatformPrincipal", "id"))
    return {"Name": name, "Platform": platform} | _entries("Attributes", entries)


def _set_application(walk: Walk) -> Call:
    entry = walk.chance.choice((("Enabled", "true"), ("Enabled", "false"), ("SuccessFeedbackSampleRate", "5")))
    return {"PlatformApplicationArn": walk.application()} | _entries("Attributes", [entry])


def _create_endpoint(walk: Walk) -> Call:
    token = walk.chance.choice(DEVICE_TOKENS)
    return {"PlatformApplicationArn": walk.application(), "Token": token}


def _set_endpoint(walk: Walk) -> Call:
    entry = walk.chance.choice(
        (("Enabled", "true"), ("Enabled", "false"), ("CustomUserData", "x"), ("Token", "aa"), ("Token", "bb"))
    )
    return {"EndpointArn": walk.device()} | _entries("Attributes", [entry])


def _set_sms(walk: Walk) -> Call:
    entry = walk.chance.choice(
        (("DefaultSMSType", "Promotional"), ("MonthlySpendLimit", "2"), ("MonthlySpendLimit", ""), ("Bad", "x"))
    )
    return _entries("attributes", [entry])


def _add_permission(walk: Walk) -> Call:
    return {
        "TopicArn": walk.topic(),
        "Label": walk.chance.choice(LABELS),
        "AWSAccountId_member_1": OTHER,
        "ActionName_member_1": "Publish",
    }


_CALLS: dict[str, Callable[[Walk], Call]] = {
    "AddPermission": _add_permission,
    "CheckIfPhoneNumberIsOptedOut": lambda walk: {"phoneNumber": walk.number()},
    "ConfirmSubscription": Walk.token,
    "CreatePlatformApplication": _create_application,
    "CreatePlatformEndpoint": _create_endpoint,
    "CreateSMSSandboxPhoneNumber": lambda walk: {"PhoneNumber": walk.number()},
    "CreateTopic": _create_topic,
    "DeleteEndpoint": lambda walk: {"EndpointArn": walk.device()},
    "DeletePlatformApplication": lambda walk: {"PlatformApplicationArn": walk.application()},
    "DeleteSMSSandboxPhoneNumber": lambda walk: {"PhoneNumber": walk.number()},
    "DeleteTopic": lambda walk: {"TopicArn": walk.topic()},
    "GetDataProtectionPolicy": lambda walk: {"ResourceArn": walk.topic()},
    "GetEndpointAttributes": lambda walk: {"EndpointArn": walk.device()},
    "GetPlatformApplicationAttributes": lambda walk: {"PlatformApplicationArn": walk.application()},
    "GetSMSAttributes": lambda _: {},
    "GetSMSSandboxAccountStatus": lambda _: {},
    "GetSubscriptionAttributes": lambda walk: {"SubscriptionArn": walk.subscription()},
    "GetTopicAttributes": lambda walk: {"TopicArn": walk.topic()},
    "ListEndpointsByPlatformApplication": lambda walk: {"PlatformApplicationArn": walk.application()},
    "ListOriginationNumbers": lambda _: {},
    "ListPhoneNumbersOptedOut": lambda _: {},
    "ListPlatformApplications": lambda _: {},
    "ListSMSSandboxPhoneNumbers": lambda _: {},
    "ListSubscriptions": lambda _: {},
    "ListSubscriptionsByTopic": lambda walk: {"TopicArn": walk.topic()},
    "ListTagsForResource": lambda walk: {"ResourceArn": walk.topic()},
    "ListTopics": lambda _: {},
    "OptInPhoneNumber": lambda walk: {"phoneNumber": walk.number()},
    "Publish": _publish,
    "PublishBatch": _publish_batch,
    "PutDataProtectionPolicy": lambda walk: {
        "ResourceArn": walk.topic(),
        "DataProtectionPolicy": walk.chance.choice((PROTECTION, "")),
    },
    "RemovePermission": lambda walk: {"TopicArn": walk.topic(), "Label": walk.chance.choice(LABELS)},
    "SetEndpointAttributes": _set_endpoint,
    "SetPlatformApplicationAttributes": _set_application,
    "SetSMSAttributes": _set_sms,
    "SetSubscriptionAttributes": _set_subscription_attributes,
    "SetTopicAttributes": _set_topic_attributes,
    "Subscribe": _subscribe,
    "TagResource": lambda walk: {"ResourceArn": walk.topic()} | _tags(walk),
    "Unsubscribe": lambda walk: {"SubscriptionArn": walk.subscription()},
    "UntagResource": lambda walk: {"ResourceArn": walk.topic(), "TagKeys_member_1": walk.chance.choice("kl")},
    "VerifySMSSandboxPhoneNumber": lambda walk: {"PhoneNumber": walk.number(), "OneTimePassword": walk.password()},
}
OPERATIONS = frozenset(_CALLS)

# By which account, and with which arguments, where they are not at random. In the end a subscription is restored.
_OPENING: tuple[tuple[str, str, Call], ...] = (
    ("CreateTopic", ACCOUNT, {"Name": "topic"}),
    ("Subscribe", ACCOUNT, {"TopicArn": topic_arn("topic"), "Protocol": "http", "Endpoint": "http://localhost:3/"}),
    ("ConfirmSubscription", ACCOUNT, {}),
    ("Unsubscribe", OTHER, {}),
    ("ConfirmSubscription", ACCOUNT, {}),
    (
        "CreateTopic",
        ACCOUNT,
        {"Name": "topic.fifo"}
        | _entries("Attributes", [("FifoTopic", "true"), ("ArchivePolicy", '{"MessageRetentionPeriod":"2"}')]),
    ),
)

# How often an operation is called, where that is not twice in each round.
_WEIGHTS = {
    "ConfirmSubscription": 6,
    "CreatePlatformApplication": 4,
    "CreatePlatformEndpoint": 4,
    "CreateTopic": 12,
    "DeletePlatformApplication": 1,
    "DeleteTopic": 1,
    "OptInPhoneNumber": 6,
    "Publish": 10,
    "SetSubscriptionAttributes": 10,
    "SetTopicAttributes": 6,
    "Subscribe": 20,
    "Unsubscribe": 3,
}


def _opt_out(walk: Walk) -> None:
    change_sms(walk.world.control, SmsChange(ACCOUNT, REGION, opt_out=[walk.chance.choice(NUMBERS[:3])]))


def _sandbox(walk: Walk) -> None:
    change_sms(walk.world.control, SmsChange(ACCOUNT, REGION, sandbox=walk.chance.random() < 0.3))


def _clear_outbox(walk: Walk) -> None:
    walk.sns.outbox.clear(Place(ACCOUNT))


def _reset(walk: Walk) -> None:
    if walk.chance.random() < 0.05:
        walk.emulator.world.reset(Place(walk.chance.choice((None, ACCOUNT, OTHER))), "sns")


def _restore(walk: Walk) -> None:
    """Go back to an earlier state, or keep the present one to go back to."""
    if walk.earlier is None or walk.chance.random() < 0.8:
        walk.earlier = walk.world.export()
    else:
        walk.world.restore(walk.earlier)


RESTORE = "a restore"
_OTHERS: dict[str, Callable[[Walk], None]] = {
    "an owner opts out": _opt_out,
    "the sandbox": _sandbox,
    "the outbox is cleared": _clear_outbox,
    "a reset": _reset,
    RESTORE: _restore,
}
