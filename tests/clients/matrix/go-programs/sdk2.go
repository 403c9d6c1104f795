// The AWS SDK for Go v2.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"matrix/checks"
)

var (
	ctx    = context.Background()
	cfg    = checks.Must(config.LoadDefaultConfig(ctx))
	queues = sqs.NewFromConfig(cfg)
	topics = sns.NewFromConfig(cfg)
)

func create(name string, attributes map[string]string) *string {
	input := &sqs.CreateQueueInput{QueueName: aws.String(name), Attributes: attributes}
	return checks.Must(queues.CreateQueue(ctx, input)).QueueUrl
}

func attribute(queue *string, name types.QueueAttributeName) string {
	input := &sqs.GetQueueAttributesInput{QueueUrl: queue, AttributeNames: []types.QueueAttributeName{"All"}}
	return checks.Must(queues.GetQueueAttributes(ctx, input)).Attributes[string(name)]
}

func receive(queue *string, wait int32) []types.Message {
	return checks.Must(queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:                    queue,
		MaxNumberOfMessages:         10,
		WaitTimeSeconds:             wait,
		MessageAttributeNames:       []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})).Messages
}

func receiveOne(queue *string) types.Message {
	messages := receive(queue, 0)
	checks.Equal(len(messages), 1)
	return messages[0]
}

func send(queue *string, body string) {
	checks.Must(queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String(body)}))
}

func messages() {
	queue := create("orders", nil)
	sent := map[string]types.MessageAttributeValue{
		"customer": {DataType: aws.String("String"), StringValue: aws.String("Zoë")},
		"total":    {DataType: aws.String("Number.int"), StringValue: aws.String("12")},
		"receipt":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
	}
	checks.Must(queues.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:          queue,
		MessageBody:       aws.String("coffee & tea"),
		MessageAttributes: sent,
	}))
	message := receiveOne(queue)
	checks.Equal(*message.Body, "coffee & tea")
	checks.Equal(len(message.MessageAttributes), len(sent))
	for name, value := range message.MessageAttributes {
		checks.Equal(*value.DataType, *sent[name].DataType)
		checks.Equal(aws.ToString(value.StringValue), aws.ToString(sent[name].StringValue))
		checks.Equal(bytes.Compare(value.BinaryValue, sent[name].BinaryValue), 0)
	}
	checks.Equal(message.Attributes["ApproximateReceiveCount"], "1")
	checks.Must(queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl:      queue,
		ReceiptHandle: message.ReceiptHandle,
	}))
	checks.Equal(attribute(queue, "ApproximateNumberOfMessagesNotVisible"), "0")
}

func batches() {
	queue := create("batches", nil)
	entries := []types.SendMessageBatchRequestEntry{{Id: aws.String("bad"), MessageBody: aws.String("\x00")}}
	for number := range 9 {
		body := fmt.Sprint("order ", number)
		entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(number)), MessageBody: &body})
	}
	sent := checks.Must(queues.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: queue, Entries: entries}))
	checks.Equal(len(sent.Successful), 9)
	checks.Equal(len(sent.Failed), 1)
	checks.Equal(*sent.Failed[0].Id, "bad")
	checks.Equal(*sent.Failed[0].Code, "InvalidMessageContents")
	checks.Equal(sent.Failed[0].SenderFault, true)
	handles := []types.DeleteMessageBatchRequestEntry{}
	bodies := map[string]bool{}
	for at, message := range receive(queue, 0) {
		bodies[*message.Body] = true
		id := aws.String(fmt.Sprint(at))
		handles = append(handles, types.DeleteMessageBatchRequestEntry{Id: id, ReceiptHandle: message.ReceiptHandle})
	}
	checks.Equal(len(bodies), 9)
	deleted := checks.Must(queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: queue, Entries: handles}))
	checks.Equal(len(deleted.Successful), 9)
}

func longPolling() {
	queue := create("polled", nil)
	time.AfterFunc(200*time.Millisecond, func() { send(queue, "at last") })
	received := receive(queue, 20)
	checks.Equal(len(received), 1)
	checks.Equal(*received[0].Body, "at last")
}

func fifo() {
	queue := create("line.fifo", map[string]string{"FifoQueue": "true"})
	numbers := []string{}
	for _, body := range []string{"first", "second", "second", "third"} {
		sent := checks.Must(queues.SendMessage(ctx, &sqs.SendMessageInput{
			QueueUrl:               queue,
			MessageBody:            aws.String(body),
			MessageGroupId:         aws.String("g"),
			MessageDeduplicationId: aws.String(body),
		}))
		numbers = append(numbers, *sent.SequenceNumber)
	}
	checks.Equal(numbers[1], numbers[2])
	bodies, sequence := []string{}, []string{}
	for _, message := range receive(queue, 0) {
		bodies = append(bodies, *message.Body)
		sequence = append(sequence, message.Attributes["SequenceNumber"])
	}
	checks.Equal(strings.Join(bodies, " "), "first second third")
	checks.Equal(slices.IsSorted(sequence), true)
	checks.Equal(slices.Equal(sequence, slices.Compact(numbers)), true)
}

func deadLetters() {
	dead := create("dead", nil)
	redrive := fmt.Sprintf(`{"deadLetterTargetArn": %q, "maxReceiveCount": 2}`, attribute(dead, "QueueArn"))
	queue := create("work", map[string]string{"RedrivePolicy": redrive})
	send(queue, "poison")
	for range 2 {
		checks.Must(queues.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
			QueueUrl:          queue,
			ReceiptHandle:     receiveOne(queue).ReceiptHandle,
			VisibilityTimeout: 0,
		}))
	}
	checks.Equal(len(receive(queue, 0)), 0)
	message := receiveOne(dead)
	checks.Equal(*message.Body, "poison")
	checks.Equal(message.Attributes["DeadLetterQueueSourceArn"], attribute(queue, "QueueArn"))
}

func paginators() {
	for number := range 7 {
		create(fmt.Sprint("page-", number), nil)
	}
	pages := sqs.NewListQueuesPaginator(queues, &sqs.ListQueuesInput{
		QueueNamePrefix: aws.String("page-"),
		MaxResults:      aws.Int32(3),
	})
	sizes, urls := []int{}, map[string]bool{}
	for pages.HasMorePages() {
		page := checks.Must(pages.NextPage(ctx))
		sizes = append(sizes, len(page.QueueUrls))
		for _, url := range page.QueueUrls {
			urls[url] = true
		}
	}
	checks.Equal(fmt.Sprint(sizes), "[3 3 1]")
	checks.Equal(len(urls), 7)
}

func exceptions() {
	_, err := queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	var noQueue *types.QueueDoesNotExist
	checks.Equal(errors.As(err, &noQueue), true)
	checks.Equal(noQueue.ErrorMessage(), "The specified queue does not exist.")
	_, err = topics.Publish(ctx, &sns.PublishInput{
		TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:none"),
		Message:  aws.String("x"),
	})
	var noTopic *snstypes.NotFoundException
	checks.Equal(errors.As(err, &noTopic), true)
	checks.Equal(noTopic.ErrorMessage(), "Topic does not exist")
}

func retries() {
	checks.Emulator("faults", map[string]any{
		"service": "sqs", "action": "CreateQueue", "error": "ServiceUnavailable", "first": 1,
	})
	created := checks.Must(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("retried")}))
	attempts, _ := retry.GetAttemptResults(created.ResultMetadata)
	checks.Equal(len(attempts.Results), 2)
}

func publish() {
	topic := checks.Must(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("sales")})).TopicArn
	queue := create("coffee", nil)
	policy := checks.Must(json.Marshal(map[string][]string{"drink": {"coffee"}}))
	checks.Must(topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn:   topic,
		Protocol:   aws.String("sqs"),
		Endpoint:   aws.String(attribute(queue, "QueueArn")),
		Attributes: map[string]string{"RawMessageDelivery": "true", "FilterPolicy": string(policy)},
	}))
	for _, drink := range []string{"tea", "coffee"} {
		checks.Must(topics.Publish(ctx, &sns.PublishInput{
			TopicArn: topic,
			Message:  aws.String("one " + drink),
			MessageAttributes: map[string]snstypes.MessageAttributeValue{
				"drink": {DataType: aws.String("String"), StringValue: aws.String(drink)},
			},
		}))
	}
	message := receiveOne(queue)
	checks.Equal(*message.Body, "one coffee")
	checks.Equal(*message.MessageAttributes["drink"].StringValue, "coffee")
}

func main() {
	module := "github.com/aws/aws-sdk-go-v2/service/"
	checks.Run(fmt.Sprintf("sqs %s, sns %s", checks.Version(module+"sqs"), checks.Version(module+"sns")), []checks.Check{
		{Name: "messages", Run: messages},
		{Name: "batches", Run: batches},
		{Name: "long polling", Run: longPolling},
		{Name: "FIFO", Run: fifo},
		{Name: "dead letters", Run: deadLetters},
		{Name: "paginators", Run: paginators},
		{Name: "exceptions", Run: exceptions},
		{Name: "retries", Run: retries},
		{Name: "topics", Run: publish},
	})
}
