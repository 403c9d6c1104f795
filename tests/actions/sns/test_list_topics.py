from typing import Any


def test_no_topics_are_an_empty_list(sns: Any) -> None:
    answer = sns.list_topics()
    assert answer["Topics"] == []
    assert "NextToken" not in answer


def test_each_region_and_account_has_its_own(sns: Any, elsewhere: Any, stranger: Any) -> None:
    arns = [client.create_topic(Name="topic")["TopicArn"] for client in (sns, elsewhere, stranger)]
    for client, arn in zip((sns, elsewhere, stranger), arns, strict=True):
        assert client.list_topics()["Topics"] == [{"TopicArn": arn}]


def test_pages_have_a_hundred_topics(sns: Any) -> None:
    arns = [sns.create_topic(Name=f"t{number}")["TopicArn"] for number in range(101)]
    first = sns.list_topics()
    assert [topic["TopicArn"] for topic in first["Topics"]] == arns[:100]
    last = sns.list_topics(NextToken=first["NextToken"])
    assert last["Topics"] == [{"TopicArn": arns[100]}]
    assert "NextToken" not in last
