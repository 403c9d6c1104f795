import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.sns.AmazonSNS;
import com.amazonaws.services.sns.AmazonSNSClientBuilder;
import com.amazonaws.services.sqs.AmazonSQSAsync;
import com.amazonaws.services.sqs.AmazonSQSAsyncClientBuilder;

/** The AWS SDK for Java 1, before it had JSON for SQS. */
public class Sdk1Query {
    public static void main(String[] args) throws Exception {
        CertificateHost.prepare();
        EndpointConfiguration endpoint = new EndpointConfiguration(System.getenv("AWS_ENDPOINT_URL"), "us-east-1");
        AmazonSQSAsync sqs = AmazonSQSAsyncClientBuilder.standard().withEndpointConfiguration(endpoint).build();
        AmazonSNS sns = AmazonSNSClientBuilder.standard().withEndpointConfiguration(endpoint).build();
        new Sdk1Checks(sqs, sns).run();
    }
}
