"""The names in the certificate of signatures, which some validators compare.

The certificates of most regions are for ``sns.amazonaws.com``; those of other partitions and of regions that an account
has to opt in to have names of their own. AWS's SDKs for Java know which region has which name:
https://github.com/aws/aws-sdk-java-v2/tree/master/services-custom/sns-message-manager
"""

NAME = "sns.amazonaws.com"

_SERVICE = "sns"
_SIGNING = "sns-signing"
_OPT_IN_REGIONS = frozenset(
    (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
        *("ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1"),
        *("me-central-1", "me-south-1", "mx-central-1"),
        *("eu-isoe-west-1", "eusc-de-east-1", "us-isof-east-1", "us-isof-south-1"),
    )
)
_OF_REGIONS = {
    "cn-north-1": "sns-cn-north-1.amazonaws.com.cn",
    "cn-northwest-1": "sns-cn-northwest-1.amazonaws.com.cn",
    "us-gov-east-1": "sns-us-gov-west-1.amazonaws.com",
    "us-gov-west-1": "sns-us-gov-west-1.amazonaws.com",
    "us-iso-east-1": "sns-us-iso-east-1.c2s.ic.gov",
    "us-isob-east-1": "sns-us-isob-east-1.sc2s.sgov.gov",
}


def certificate_names(host: str | None) -> tuple[str, ...]:
    """The common name of a certificate that ``host`` serves, and then its other names."""
    service, _, rest = (host or "").partition(".")
    region, _, domain = rest.partition(".")
    if host is None or service != _SERVICE:
        return (NAME,)
    if region in _OPT_IN_REGIONS:
        return (f"{_SIGNING}.{region}.{domain}", host)
    return (_OF_REGIONS.get(region, NAME),)
