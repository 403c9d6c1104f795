"""Every kind of mistake has its line and column, says what would be right, and all of a file are reported at once."""

import asyncio
from pathlib import Path

import pytest

from emulator.configuration.document_error import DocumentError
from emulator.declared.configuration import check_file
from tests.declared.worlds import document


def mistakes(folder: Path, text: str, suffix: str = "toml") -> list[str]:
    """The mistakes, without the name of the file."""
    read = document(folder, text, suffix)
    with pytest.raises(DocumentError) as refused:
        asyncio.run(check_file(read))
    return [line.removeprefix(f"{read.file}:") for line in refused.value.lines]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('quees = ["a"]', "1:1: There is no section quees; did you mean queues?"),
        ("queues = 3", "1:10: queues is 3; a list is wanted."),
        ("queues = [7]", "1:11: queues[0] is 7; a name or a table is wanted."),
        ('queues = ["a", "a"]', "1:16: There is another queue a in line 1."),
        ('queues = [{ name = "a" }, "b", "a"]', "1:32: There is another queue a in line 1."),
        ("queues = [{ delay_seconds = 3 }]", "1:11: name is missing."),
        ("queues = [{ name = 3 }]", "1:20: name is 3; a text is wanted."),
        ('queues = ["a b"]', "1:11: AWS refuses this: Can only include alphanumeric characters, hyphens, or unders"),
        ("[queues]\na = 3", "2:5: a is 3; a table is wanted."),
        ("[queues.a]\npolcy = {}", "2:1: There is no polcy here; did you mean policy?"),
        ("[queues.a]\nVisibilityTimeout = 3", "2:1: There is no VisibilityTimeout here; did you mean visibility_t"),
        ("[queues.a]\nsubscriptions = []", "2:1: There is no subscriptions here; there are account, "),
        ("[queues.a]\nvisibility_timeout = 43201", "2:22: visibility_timeout is 43201; an integer from 0 to 43200 is"),
        ('[queues.a]\ndelay_seconds = "5"', '2:17: delay_seconds is "5"; an integer from 0 to 900 is wanted.'),
        ("[queues.a]\ntags = { a = 1 }", "2:14: a is 1; a text is wanted."),
        ('[queues.a]\ntags = { a = "b", "aws:x" = "y" }', "2:29: AWS refuses this: Value aws:x for parameter Tag.Key"),
        ("[queues.a]\naccount = 111111111111", "2:11: account is 111111111111; twelve digits in quotes, such as"),
        ('[queues.a]\nregion = "Frankfurt"', '2:10: region is "Frankfurt"; a region, such as eu-west-1 is wanted.'),
        ('[queues.a]\ndeduplication_scope = "all"', '2:23: deduplication_scope is "all"; one of queue, messageGroup'),
        ("[queues.a]\ncontent_based_deduplication = true", "2:31: AWS refuses this: Unknown Attribute ContentBasedDe"),
        ("[queues.a]\npolicy = { Statement = 3 }", "2:10: AWS refuses this: Invalid value for the parameter Policy."),
        (
            '[queues.a]\nkms_master_key_id = "k"\nsqs_managed_sse_enabled = true',
            "1:9: AWS refuses this: You can use one type of server-side encryption (SSE) at one time.",
        ),
        ('[queues.a]\ndead_letter_queue = "b"', "2:21: There is no queue b; there are a."),
        ('[queues.a]\ndead_letter_queue = "ordrs"\n[queues.orders]', "2:21: There is no queue ordrs; did you mean or"),
        ("[queues.a]\ndead_letter_queue = { max_receive_count = 3 }", "2:21: queue is missing."),
        (
            '[queues.a]\ndead_letter_queue = { queue = "a", max_receive_count = 1001 }',
            "2:56: max_receive_count is 1001; an integer from 1 to 1000 is wanted.",
        ),
        (
            '[queues."a.fifo"]\ndead_letter_queue = "b"\n[queues.b]',
            "2:21: AWS refuses this: Value {",
        ),
        (
            '[queues.a]\ndead_letter_queue = "b"\nredrive_policy = {}\n[queues.b]',
            "2:1: dead_letter_queue and redrive_policy say the same: give one of them.",
        ),
        ('[topics.a]\nsubscriptions = ["b"]', "2:18: There is no queue b; there are none."),
        ('topics = ["a", "a"]', "1:16: There is another topic a in line 1."),
        ('topics = ["a b"]', "1:11: AWS refuses this: Invalid parameter: Topic Name"),
        ("[topics.a]\nmaximum_message_size = 1", "2:24: maximum_message_size is 1; an integer from 1024 to "),
        (
            '[topics.a]\narchive_policy = { MessageRetentionPeriod = "3" }',
            "2:18: AWS refuses this: Invalid parameter: A",
        ),
        ("[topics.a]\ndata_protection_policy = { Name = 3 }", "2:26: AWS refuses this: "),
        (
            "[topics.a]\nsubscriptions = [3]",
            "2:18: subscriptions[0] is 3; the name of a queue, an ARN, a URL or a table is",
        ),
        ("[topics.a]\nsubscriptions = [{ }]", "2:18: A subscription has one of queue, url, "),
        ('[topics.a]\nsubscriptions = [{ url = "http://a", email = "b@c" }]', "this one has url, email."),
        ('[topics.a]\nsubscriptions = [{ protocol = "http" }]', "this one has protocol."),
        ('[topics.a]\nsubscriptions = [{ email = "nobody" }]', "2:28: AWS refuses this: Invalid parameter: Email addr"),
        (
            '[topics.a]\nsubscriptions = [{ protocol = "pigeon", endpoint = "x" }]',
            "2:52: AWS refuses this: Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
        ),
        (
            '[topics.a]\nsubscriptions = [{ sms = "+15550100", raw_message_delivery = true }]',
            "2:62: AWS refuses this: Invalid parameter: Delivery protocol [sms] does not support raw message delivery.",
        ),
        (
            '[topics.a]\nsubscriptions = [{ sms = "+15550100", filter_policy = { a = 1 } }]',
            '2:55: AWS refuses this: Invalid parameter: FilterPolicy: "a" must be an object or an array at [Source:',
        ),
        (
            '[topics.a]\nsubscriptions = [{ sms = "+15550100", dead_letter_queue = "b" }]',
            "2:59: There is no queue b; there are none.",
        ),
        (
            '[topics.a]\nsubscriptions = [{ firehose = "arn:aws:firehose:us-east-1:000000000000:deliverystream/x" }]',
            "2:31: AWS refuses this: Invalid parameter: Attributes Reason: SubscriptionRoleArn: is required for",
        ),
        (
            'queues = ["q"]\n[topics.a]\nsubscriptions = ["q", { queue = "q" }]',
            "3:23: The topic has another subscription of arn:aws:sqs:us-east-1:000000000000:q in line 3.",
        ),
        (
            'topics = ["events"]\n[[subscriptions]]\ntopic = "evnts"\nemail = "a@b"',
            "3:9: There is no topic evnts; did you mean events?",
        ),
        ('[[subscriptions]]\nemail = "a@b"', "1:3: topic is missing."),
        ("[subscriptions]\n", "1:2: subscriptions is a table; a list is wanted."),
        ("[options]\nprot = 3", "2:1: There is no option prot in a file; did you mean port?"),
        ('[options]\nconfig = "x"', "2:1: There is no option config in a file; "),
        ("[options]\nport = 70000", "2:8: port: 70000 is not in the range 0<=x<=65535."),
        ('[options]\ntls = "yes"', "2:7: tls is True or False, not 'yes'."),
        ('[options]\ntls_cert = "x"', "1:2: --tls-cert and --tls-key belong together: give both."),
        ("options = 3", "1:11: options is 3; a table is wanted."),
        ('[[faults]]\nservice = "sqs"\nerror = "NoSuchError"', "3:9: error: sqs has no error 'NoSuchError'."),
        ("[[faults]]\nprobability = 2", "2:15: probability is 2; a number above 0, up to 1 is wanted."),
        ('[[faults]]\nlatency = "long"', '2:11: latency is "long"; a number from 0 to 3600 or a table is wanted.'),
        ("[[faults]]\nbatch_failures = { entries = 11, error = 'x' }", "2:30: entries is 11; an integer from 1 to 10"),
        ("[clock]\nadvance = 1\nset = 2030-01-01T00:00:00Z", "1:2: Give either `advance` (seconds) or `set` (a time)"),
        ("[clock]\nset = 2030-01-01T00:00:00", "2:7: set is 2030-01-01 00:00:00; a time with its time zone"),
        ("[clock]\nset = 2001-01-01T00:00:00Z", "1:2: `set`: the clock cannot go back"),
    ],
    ids=str,
)
def test_mistake_has_its_place_and_says_what_would_be_right(text: str, mistake: str, tmp_path: Path) -> None:
    found = mistakes(tmp_path, text)
    assert any(line.startswith(mistake) or (mistake.startswith("this") and line.endswith(mistake)) for line in found)


MANY = """
queues:
  - orders
  - {name: jobs, delay_seconds: 1000, visibility_timeout: -1}
  - orders
topics:
  events:
    subscriptions: [ordrs]
options:
  prot: 1
"""


def test_all_mistakes_of_a_file_are_reported_at_once_in_its_order(tmp_path: Path) -> None:
    assert mistakes(tmp_path, MANY, "yaml") == [
        "4:33: delay_seconds is 1000; an integer from 0 to 900 is wanted.",
        "4:59: visibility_timeout is -1; an integer from 0 to 43200 is wanted.",
        "5:5: There is another queue orders in line 3.",
        "8:21: There is no queue ordrs; did you mean orders?",
        "10:3: There is no option prot in a file; did you mean port?",
    ]


def test_table_with_a_mistake_is_declared_all_the_same(tmp_path: Path) -> None:
    """What refers to it is no mistake of its own."""
    text = '[queues.a]\ndelay_seconds = -1\n[queues.b]\ndead_letter_queue = "a"\n[topics.t]\nsubscriptions = ["a"]'
    assert len(mistakes(tmp_path, text)) == 1
    refused = 'queues = ["a b", { name = "c", dead_letter_queue = "a b" }]\n[topics.t]\nsubscriptions = ["a b"]'
    assert len(mistakes(tmp_path, refused)) == 1


def test_json_has_the_same_places(tmp_path: Path) -> None:
    text = '{"queues": {"a": {"delay_seconds": 1000}},\n "topics": {"t": {"polcy": 1}}}'
    assert mistakes(tmp_path, text, "json") == [
        "1:36: delay_seconds is 1000; an integer from 0 to 900 is wanted.",
        "2:19: There is no polcy here; did you mean policy?",
    ]
