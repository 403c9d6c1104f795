import json

import pytest

from emulator.aws.sns_errors import SnsInvalidParameter
from tests.sns.world import DEFAULT_EFFECTIVE_POLICY, NOW, World, set_topic_attribute

OWN = '{"minDelayTarget":6,"maxDelayTarget":7,"numRetries":9}'
RETRY = '{"http":{"defaultHealthyRetryPolicy":{"numRetries":1,"maxDelayTarget":6,"minDelayTarget":5}}}'
REQUEST = '{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}'


def effective(**http: object) -> dict[str, object]:
    """The default document with some parts of it replaced."""
    default = json.loads(DEFAULT_EFFECTIVE_POLICY)["http"]
    return {"http": {**default, **http}}


def test_request_policy_is_kept_with_the_override_flag_added(world: World) -> None:
    shown = world.topic(DeliveryPolicy=REQUEST).visible_attributes(NOW)
    assert shown["DeliveryPolicy"] == (
        '{"http":{"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"application/json"}}}'
    )
    assert json.loads(shown["EffectiveDeliveryPolicy"]) == effective(
        defaultRequestPolicy={"headerContentType": "application/json"}
    )


def test_media_type_is_read_in_any_case(world: World) -> None:
    shown = world.topic(DeliveryPolicy=REQUEST.replace("application/json", "Application/JSON")).visible_attributes(NOW)
    policy = json.loads(shown["DeliveryPolicy"])
    assert policy["http"]["defaultRequestPolicy"] == {"headerContentType": "Application/JSON"}


def test_new_policy_replaces_the_old_one_and_defaults_fill_what_it_lacks(world: World) -> None:
    topic = world.topic(DeliveryPolicy=REQUEST)
    set_topic_attribute(topic, "DeliveryPolicy", RETRY, now=NOW)
    shown = topic.visible_attributes(NOW)
    assert shown["DeliveryPolicy"] == (
        '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},'
        '"disableSubscriptionOverrides":false}}'
    )
    assert shown["EffectiveDeliveryPolicy"] == DEFAULT_EFFECTIVE_POLICY.replace(
        '"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3', '"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1'
    )


def test_policy_without_content_stays_as_a_bare_flag(world: World) -> None:
    topic = world.topic(DeliveryPolicy=RETRY)
    set_topic_attribute(topic, "DeliveryPolicy", '{"http":{"defaultHealthyRetryPolicy":null}}', now=NOW)
    shown = topic.visible_attributes(NOW)
    assert shown["DeliveryPolicy"] == '{"http":{"disableSubscriptionOverrides":false}}'
    assert shown["EffectiveDeliveryPolicy"] == DEFAULT_EFFECTIVE_POLICY


def test_throttle_policy_is_effective_as_given(world: World) -> None:
    topic = world.topic(DeliveryPolicy='{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":10}}}')
    shown = json.loads(topic.visible_attributes(NOW)["EffectiveDeliveryPolicy"])
    assert shown == effective(defaultThrottlePolicy={"maxReceivesPerSecond": 10})


@pytest.mark.parametrize(
    ("retry", "complaint"),
    [
        ({"minDelayTarget": ...}, "minDelayTarget must be specified"),
        ({"maxDelayTarget": ...}, "maxDelayTarget must be specified"),
        ({"numRetries": None}, "numRetries must be specified"),
        ({"minDelayTarget": 0}, "minDelayTarget must be greater than or equal to 1"),
        ({"maxDelayTarget": 3601}, "maxDelayTarget must be less than or equal to 3600"),
        ({"numRetries": 101}, "numRetries must be less than or equal to 100"),
        ({"numRetries": "3"}, "numRetries type mismatch, expecting integer, received a string"),
        ({"numRetries": True}, "numRetries type mismatch, expecting integer, received a boolean"),
        ({"numNoDelayRetries": 1.5}, "numNoDelayRetries type mismatch, expecting integer, received a decimal number"),
        ({"numNoDelayRetries": []}, "numNoDelayRetries type mismatch, expecting integer, received an array"),
        ({"backoffFunction": 1}, "backoffFunction type mismatch, expecting string, received an integer"),
        ({"minDelayTarget": 30}, "maxDelayTarget must be greater than or equal to minDelayTarget"),
        ({"numNoDelayRetries": 4}, "numRetries must be greater than or equal to the sum of "),
        ({"backoffFunction": "quadratic"}, "backoffFunction must be one of "),
    ],
)
def test_retry_policy_out_of_range_is_refused(world: World, retry: dict[str, object], complaint: str) -> None:
    path = "http.defaultHealthyRetryPolicy"
    whole = {"minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, **retry}
    retry = {name: value for name, value in whole.items() if value is not ...}
    with pytest.raises(SnsInvalidParameter) as refused:
        set_topic_attribute(
            world.topic(), "DeliveryPolicy", json.dumps({"http": {"defaultHealthyRetryPolicy": retry}}), now=NOW
        )
    assert refused.value.message.startswith(f"Invalid parameter: DeliveryPolicy: {path}.{complaint}")


@pytest.mark.parametrize(
    "policy",
    [
        "{",
        "[]",
        '{"https":{}}',
        '{"http":[]}',
        '{"http":{"nope":1}}',
        '{"http":{"defaultHealthyRetryPolicy":5}}',
        '{"http":{"defaultHealthyRetryPolicy":{"nope":1}}}',
        '{"http":{"disableSubscriptionOverrides":"yes"}}',
        '{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":0}}}',
        '{"http":{"defaultRequestPolicy":{"headerContentType":"image/png"}}}',
    ],
)
def test_malformed_policy_is_refused_and_the_old_one_stays(world: World, policy: str) -> None:
    topic = world.topic(DeliveryPolicy=RETRY)
    before = topic.visible_attributes(NOW)
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: DeliveryPolicy: "):
        set_topic_attribute(topic, "DeliveryPolicy", policy, now=NOW)
    assert topic.visible_attributes(NOW) == before


def subscription_policies(world: World, own: str | None, topic_policy: str = "") -> dict[str, str]:
    topic = world.topic(DeliveryPolicy=topic_policy)
    attributes = {} if own is None else {"DeliveryPolicy": own}
    subscription = world.subscribe(topic, "http://example.com/", protocol="http", **attributes)
    return subscription.visible(topic.settings.get("DeliveryPolicy"))


def test_http_subscription_shows_the_policy_of_its_topic(world: World) -> None:
    shown = subscription_policies(world, None, RETRY)
    assert "DeliveryPolicy" not in shown
    assert json.loads(shown["EffectiveDeliveryPolicy"]) == {
        "healthyRetryPolicy": {
            "minDelayTarget": 5,
            "maxDelayTarget": 6,
            "numRetries": 1,
            "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0,
            "numMinDelayRetries": 0,
            "backoffFunction": "linear",
        },
        "sicklyRetryPolicy": None,
        "throttlePolicy": None,
        "requestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
        "guaranteed": False,
    }


def test_subscription_overrides_its_topic_field_by_field(world: World) -> None:
    shown = subscription_policies(world, f'{{"healthyRetryPolicy":{OWN},"guaranteed":false}}', RETRY)
    retry = json.loads(shown["EffectiveDeliveryPolicy"])["healthyRetryPolicy"]
    assert (retry["numRetries"], retry["minDelayTarget"], retry["numNoDelayRetries"]) == (9, 6, 0)
    assert shown["DeliveryPolicy"] == f'{{"healthyRetryPolicy":{OWN},"guaranteed":false}}'


def test_parts_that_aws_gave_up_are_tolerated_without_effect(world: World) -> None:
    shown = subscription_policies(world, '{"sicklyRetryPolicy":{"numRetries":50},"guaranteed":true}')
    effective_policy = json.loads(shown["EffectiveDeliveryPolicy"])
    assert (effective_policy["sicklyRetryPolicy"], effective_policy["guaranteed"]) == (None, False)


def test_topic_can_forbid_overrides(world: World) -> None:
    shown = subscription_policies(
        world, f'{{"healthyRetryPolicy":{OWN}}}', '{"http":{"disableSubscriptionOverrides":true}}'
    )
    assert json.loads(shown["EffectiveDeliveryPolicy"])["healthyRetryPolicy"]["numRetries"] == 3


def test_subscription_policy_out_of_range_names_its_path(world: World) -> None:
    message = (
        r"^Invalid parameter: Attributes Reason: DeliveryPolicy: "
        r"healthyRetryPolicy\.minDelayTarget must be greater than or equal to 1$"
    )
    with pytest.raises(SnsInvalidParameter, match=message):
        subscription_policies(world, '{"healthyRetryPolicy":{"minDelayTarget":0,"maxDelayTarget":1,"numRetries":1}}')


def test_queue_subscription_has_no_effective_policy(world: World) -> None:
    topic = world.topic()
    assert "EffectiveDeliveryPolicy" not in world.subscribe(topic).visible(None)
