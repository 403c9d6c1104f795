// gocloud.dev/pubsub, the Go Cloud Development Kit.
package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"gocloud.dev/gcerrors"
	"gocloud.dev/pubsub"
	"gocloud.dev/pubsub/awssnssqs"

	"matrix/checks"
)

var (
	ctx    = context.Background()
	cfg    = checks.Must(config.LoadDefaultConfig(ctx))
	queues = sqs.NewFromConfig(cfg)
	topics = sns.NewFromConfig(cfg)
)

// create makes a queue, and returns its URL for pubsub, http://localhost:4566/... as awssqs://localhost:4566/...
func create(name string, attributes map[string]string) string {
	input := &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes}
	queue := checks.Must(queues.CreateQueue(ctx, input))
	return strings.Replace(*queue.QueueUrl, "http://", "awssqs://", 1)
}

func attributes(name string) map[string]string {
	queue := checks.Must(queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})).QueueUrl
	input := &sqs.GetQueueAttributesInput{QueueUrl: queue, AttributeNames: []types.QueueAttributeName{"All"}}
	return checks.Must(queues.GetQueueAttributes(ctx, input)).Attributes
}

// send opens the topic, a queue or topic of AWS, to send one message.
func send(url string, message *pubsub.Message) error {
	topic := checks.Must(pubsub.OpenTopic(ctx, url))
	defer topic.Shutdown(ctx)
	return topic.Send(ctx, message)
}

func longPolling() {
	url := create("polled", nil)
	time.AfterFunc(200*time.Millisecond, func() {
		checks.Equal(send(url, &pubsub.Message{Body: []byte("at last")}), nil)
	})
	subscription := checks.Must(pubsub.OpenSubscription(ctx, url+"?waittime=20s"))
	defer subscription.Shutdown(ctx)
	message := checks.Must(subscription.Receive(ctx))
	checks.Equal(string(message.Body), "at last")
	message.Ack()
}

func fifo() {
	url := create("line.fifo", map[string]string{"FifoQueue": "true"})
	for _, body := range []string{"first", "second", "second", "third"} {
		checks.Equal(send(url, &pubsub.Message{Body: []byte(body), Metadata: map[string]string{
			awssnssqs.MetadataKeyMessageGroupID:  "g",
			awssnssqs.MetadataKeyDeduplicationID: body,
		}}), nil)
	}
	subscription := checks.Must(pubsub.OpenSubscription(ctx, url))
	defer subscription.Shutdown(ctx)
	sequence := []string{}
	for _, body := range []string{"first", "second", "third"} {
		message := checks.Must(subscription.Receive(ctx))
		checks.Equal(string(message.Body), body)
		var received types.Message
		checks.Equal(message.As(&received), true)
		sequence = append(sequence, received.Attributes["SequenceNumber"])
		message.Ack()
	}
	checks.Equal(len(slices.Compact(sequence)), 3)
	checks.Equal(slices.IsSorted(sequence), true)
}

func exceptions() {
	for _, url := range []string{"awssqs://localhost/000000000000/none", "awssns:///arn:aws:sns:us-east-1:000000000000:none"} {
		err := send(url, &pubsub.Message{Body: []byte("x")})
		checks.Equal(gcerrors.Code(err), gcerrors.NotFound)
	}
	err := send(create("strict", nil), &pubsub.Message{Body: []byte("\x00")})
	checks.Equal(strings.Contains(err.Error(), "InvalidMessageContents"), true)
}

// published subscribes a queue to a topic, by raw delivery or with JSON, publishes to it, and checks what comes.
func published(name, raw string) {
	topic := *checks.Must(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(name)})).TopicArn
	queueURL := create(name, nil)
	checks.Must(topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn:   &topic,
		Protocol:   aws.String("sqs"),
		Endpoint:   aws.String(attributes(name)["QueueArn"]),
		Attributes: map[string]string{"RawMessageDelivery": raw, "FilterPolicy": `{"drink": ["coffee"]}`},
	}))
	for _, drink := range []string{"tea", "coffee"} {
		metadata := map[string]string{"drink": drink, "a price": "2 €"}
		checks.Equal(send("awssns:///"+topic, &pubsub.Message{Body: []byte{255, 0}, Metadata: metadata}), nil)
	}
	subscription := checks.Must(pubsub.OpenSubscription(ctx, queueURL+"?raw="+raw))
	message := checks.Must(subscription.Receive(ctx))
	checks.Equal(string(message.Body), "\xff\x00")
	checks.Equal(message.Metadata["drink"], "coffee")
	checks.Equal(message.Metadata["a price"], "2 €")
	message.Ack()
	checks.Equal(subscription.Shutdown(ctx), nil)
	isEmpty(name)
}

func isEmpty(queue string) {
	left := attributes(queue)
	checks.Equal(left["ApproximateNumberOfMessages"], "0")
	checks.Equal(left["ApproximateNumberOfMessagesNotVisible"], "0")
}

func publish() {
	published("raw", "true")
	published("json", "false")
}

// open opens a queue as a topic, to send, and as a subscription, to receive.
func open(queue *sqs.CreateQueueOutput) (*pubsub.Topic, *pubsub.Subscription, error) {
	queueURL := strings.Replace(*queue.QueueUrl, "http://", "awssqs://", 1)
	topic, err := pubsub.OpenTopic(ctx, queueURL)
	if err != nil {
		return nil, nil, err
	}
	subscription, err := pubsub.OpenSubscription(ctx, queueURL+"?raw=true&waittime=5s")
	return topic, subscription, err
}

func consumer() {
	queue := checks.Must(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("orders")}))
	topic, subscription, err := open(queue)
	checks.Equal(err, nil)
	checks.Equal(topic.Send(ctx, &pubsub.Message{Body: []byte("one coffee")}), nil)
	checks.Equal(topic.Shutdown(ctx), nil)
	refused := checks.Must(subscription.Receive(ctx))
	refused.Nack()
	again := checks.Must(subscription.Receive(ctx))
	checks.Equal(again.LoggableID, refused.LoggableID)
	checks.Equal(string(again.Body), "one coffee")
	again.Ack()
	checks.Equal(subscription.Shutdown(ctx), nil)
	isEmpty("orders")
}

func main() {
	checks.Run(checks.Version("gocloud.dev"), []checks.Check{
		{Name: "long polling", Run: longPolling},
		{Name: "FIFO", Run: fifo},
		{Name: "exceptions", Run: exceptions},
		{Name: "topics", Run: publish},
		{Name: "consumer", Run: consumer},
	})
}
