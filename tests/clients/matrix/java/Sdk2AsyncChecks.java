import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchRequest;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** The same checks with the asynchronous clients: each call waits for its future. */
public final class Sdk2AsyncChecks extends Sdk2Checks {
    private final SqsAsyncClient sqs;

    public Sdk2AsyncChecks(SqsAsyncClient sqs, SnsAsyncClient sns) {
        super(new JoinedSqs(sqs), new JoinedSns(sns));
        this.sqs = sqs;
    }

    @Override
    protected List<List<String>> pages(String prefix, int size) {
        List<List<String>> pages = new ArrayList<>();
        sqs.listQueuesPaginator(r -> r.queueNamePrefix(prefix).maxResults(size))
                .subscribe(page -> pages.add(page.queueUrls()))
                .join();
        return pages;
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failure) {
            throw (RuntimeException) failure.getCause();
        }
    }

    private record JoinedSqs(SqsAsyncClient sqs) implements SqsClient {
        @Override
        public CreateQueueResponse createQueue(CreateQueueRequest request) {
            return join(sqs.createQueue(request));
        }

        @Override
        public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
            return join(sqs.getQueueUrl(request));
        }

        @Override
        public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
            return join(sqs.getQueueAttributes(request));
        }

        @Override
        public SendMessageResponse sendMessage(SendMessageRequest request) {
            return join(sqs.sendMessage(request));
        }

        @Override
        public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
            return join(sqs.sendMessageBatch(request));
        }

        @Override
        public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
            return join(sqs.receiveMessage(request));
        }

        @Override
        public DeleteMessageResponse deleteMessage(DeleteMessageRequest request) {
            return join(sqs.deleteMessage(request));
        }

        @Override
        public DeleteMessageBatchResponse deleteMessageBatch(DeleteMessageBatchRequest request) {
            return join(sqs.deleteMessageBatch(request));
        }

        @Override
        public ChangeMessageVisibilityResponse changeMessageVisibility(ChangeMessageVisibilityRequest request) {
            return join(sqs.changeMessageVisibility(request));
        }

        @Override
        public String serviceName() {
            return sqs.serviceName();
        }

        @Override
        public void close() {
            sqs.close();
        }
    }

    private record JoinedSns(SnsAsyncClient sns) implements SnsClient {
        @Override
        public CreateTopicResponse createTopic(CreateTopicRequest request) {
            return join(sns.createTopic(request));
        }

        @Override
        public SubscribeResponse subscribe(SubscribeRequest request) {
            return join(sns.subscribe(request));
        }

        @Override
        public PublishResponse publish(PublishRequest request) {
            return join(sns.publish(request));
        }

        @Override
        public PublishBatchResponse publishBatch(PublishBatchRequest request) {
            return join(sns.publishBatch(request));
        }

        @Override
        public String serviceName() {
            return sns.serviceName();
        }

        @Override
        public void close() {
            sns.close();
        }
    }
}
