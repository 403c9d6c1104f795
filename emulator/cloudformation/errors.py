"""The errors of CloudFormation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
"""

from emulator.aws.errors import ServiceError


class CloudFormationError(ServiceError):
    """An error of CloudFormation, which has the query protocol only."""

    namespace = "com.amazonaws.cloudformation"


class ValidationError(CloudFormationError):
    """What is asked for makes no sense: most errors of CloudFormation are of this kind."""

    shape = "ValidationError"
    code = "ValidationError"


class AlreadyExists(CloudFormationError):
    shape = "AlreadyExistsException"
    code = "AlreadyExistsException"


class InsufficientCapabilities(CloudFormationError):
    shape = "InsufficientCapabilitiesException"
    code = "InsufficientCapabilitiesException"


class ChangeSetNotFound(CloudFormationError):
    shape = "ChangeSetNotFoundException"
    code = "ChangeSetNotFound"
    status = 404

    @classmethod
    def of(cls, name: str) -> "ChangeSetNotFound":
        return cls(f"ChangeSet [{name}] does not exist")


class InvalidChangeSetStatus(CloudFormationError):
    shape = "InvalidChangeSetStatusException"
    code = "InvalidChangeSetStatus"
