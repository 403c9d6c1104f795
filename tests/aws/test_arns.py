"""ARNs, and the partitions of regions."""

import botocore.session
import pytest

from emulator.aws.arns import Arn, partition_of

_SESSION = botocore.session.get_session()
_REGIONS = {
    region: partition
    for partition in _SESSION.get_available_partitions()
    for region in _SESSION.get_available_regions("sqs", partition, allow_non_regional=False)
}


def test_every_partition_that_the_sdk_has_is_known() -> None:
    assert {partition_of(region) for region in _REGIONS} == set(_REGIONS.values())
    assert len(set(_REGIONS.values())) > 5


@pytest.mark.parametrize("region", _REGIONS)
def test_region_is_in_the_partition_that_the_sdk_has_for_it(region: str) -> None:
    assert partition_of(region) == _REGIONS[region]


def test_region_that_aws_does_not_have_is_in_its_largest_partition() -> None:
    assert partition_of("elasticmq") == "aws"


def test_arn_is_read_and_written() -> None:
    text = "arn:aws-cn:lambda:cn-north-1:111111111111:function:resize:live"
    assert Arn.parse(text) == Arn("aws-cn", "lambda", "cn-north-1", "111111111111", "function:resize:live")
    assert str(Arn.parse(text)) == text
    assert Arn.parse("arn:aws:sqs:us-east-1:111111111111") is None
    assert Arn.parse("urn:aws:sqs:us-east-1:111111111111:q") is None
