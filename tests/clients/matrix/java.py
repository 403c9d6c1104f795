"""Clients for Java. They share one folder, with a file ``pom.xml`` for each set of libraries that do not mix."""

from tests.clients.matrix.client import CHECKS, OF_LIBRARIES, Client
from tests.clients.toolchains import Toolchain

SDK_2 = "sdk-2"
SDK_1 = "sdk-1"
SDK_1_QUERY = "sdk-1-query"
MESSAGE_MANAGER = "sns-message-manager"
SPRING = "spring-cloud-aws"
LIBRARIES = (SDK_2, SDK_1, SDK_1_QUERY, MESSAGE_MANAGER, SPRING)

OF_SDK_2 = tuple(check for check in CHECKS if check not in OF_LIBRARIES)
SIGNED_BY_AWS = ("--signing-cert-host", "sns.us-east-1.amazonaws.com")
OF_SDK_1 = (*(check for check in OF_SDK_2 if check != "paginators"), "signatures")  # it has no paginators

# What several programs share, compiled, in this order, with these libraries.
SHARED = {
    "Program.java": SDK_2,
    "Webhook.java": SDK_2,
    "CertificateHost.java": SDK_2,
    "Sdk2Checks.java": SDK_2,
    "Sdk2AsyncChecks.java": SDK_2,
    "Sdk1Checks.java": SDK_1,
}


def _download(library: str) -> tuple[str, ...]:
    return (
        *("mvn", "--batch-mode", "--quiet", "--file", f"{library}/pom.xml"),
        *("dependency:copy-dependencies", "-DoutputDirectory=lib"),
    )


def _class_path(library: str) -> str:
    return f"classes:{library}/lib/*"


def _toolchain(library: str) -> Toolchain:
    """What all programs need, to run one with this library."""
    return Toolchain(
        "matrix/java",
        tools=("java", "mvn"),
        files=(*(f"{name}/pom.xml" for name in LIBRARIES), *SHARED),
        fetch_commands=(
            *(_download(name) for name in LIBRARIES),
            *(("javac", "-d", "classes", "-cp", _class_path(of), file) for file, of in SHARED.items()),
        ),
        run_command=("java", "-cp", _class_path(library), "{program}"),
    )


def _sdk_2(http_client: str, program: str) -> Client:
    return Client(f"AWS SDK for Java 2, {http_client}", "Java", _toolchain(SDK_2), program, OF_SDK_2)


def _sdk_1(name: str, library: str, program: str) -> Client:
    return Client(name, "Java", _toolchain(library), program, OF_SDK_1, options=SIGNED_BY_AWS)


CLIENTS = (
    _sdk_2("Apache 5", "Apache5.java"),
    _sdk_2("Apache 4", "Apache4.java"),
    _sdk_2("URL connection", "UrlConnection.java"),
    _sdk_2("CRT", "Crt.java"),
    _sdk_2("Netty", "Netty.java"),
    _sdk_2("asynchronous CRT", "CrtAsync.java"),
    Client(
        "SqsAsyncBatchManager of the AWS SDK for Java 2",
        "Java",
        _toolchain(SDK_2),
        "BatchManager.java",
        ("messages", "batches", "long polling"),
        services=("sqs",),
    ),
    Client(
        "SnsMessageManager of the AWS SDK for Java 2",
        "Java",
        _toolchain(MESSAGE_MANAGER),
        "MessageManager.java",
        ("signatures",),
        services=("sns",),
        options=SIGNED_BY_AWS,
    ),
    _sdk_1("AWS SDK for Java 1", SDK_1, "Sdk1.java"),
    _sdk_1("AWS SDK for Java 1, before JSON", SDK_1_QUERY, "Sdk1Query.java"),
    Client(
        "Amazon SQS Java Messaging Library",
        "Java",
        _toolchain(SDK_2),
        "Jms.java",
        ("messages", "long polling", "FIFO", "dead letters", "exceptions", "retries", "consumer"),
        services=("sqs",),
    ),
    Client(
        "Spring Cloud AWS 3",
        "Java",
        _toolchain(SPRING),
        "SpringCloudAws.java",
        ("messages", "batches", "FIFO", "topics", "consumer", "endpoint"),
    ),
)
