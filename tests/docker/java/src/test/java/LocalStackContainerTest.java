import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.containers.localstack.LocalStackContainer.Service;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

/** LocalStackContainer with nothing but the image exchanged. */
class LocalStackContainerTest {
    private static final DockerImageName IMAGE =
        DockerImageName.parse(System.getenv("EMULATOR_IMAGE")).asCompatibleSubstituteFor("localstack/localstack");
    private static final String HOOK = "#!/bin/bash\nawslocal sqs create-queue --queue-name seeded\n";

    @Test
    void startsWithTheQueuesOfItsHookAndIsUsable() {
        try (LocalStackContainer localstack = new LocalStackContainer(IMAGE)
                .withServices(Service.SQS)
                .withCopyToContainer(Transferable.of(HOOK, 0755), "/etc/localstack/init/ready.d/queues.sh")) {
            localstack.start();
            SqsClient sqs = SqsClient.builder()
                .endpointOverride(localstack.getEndpoint())
                .region(Region.of(localstack.getRegion()))
                .credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(localstack.getAccessKey(), localstack.getSecretKey())))
                .build();

            assertTrue(sqs.listQueues().queueUrls().get(0).endsWith("/000000000000/seeded"));
            String url = sqs.createQueue(queue -> queue.queueName("orders")).queueUrl();
            sqs.sendMessage(message -> message.queueUrl(url).messageBody("order 17"));
            assertEquals("order 17", sqs.receiveMessage(receive -> receive.queueUrl(url)).messages().get(0).body());
        }
    }
}
