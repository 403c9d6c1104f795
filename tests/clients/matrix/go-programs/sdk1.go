// The AWS SDK for Go v1, which does not read AWS_ENDPOINT_URL.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sns"
	"github.com/aws/aws-sdk-go/service/sqs"

	"matrix/checks"
)

var configuration = &aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL"))}
var current = session.Must(session.NewSession(configuration))

var (
	queues = sqs.New(current)
	topics = sns.New(current)
	all    = aws.StringSlice([]string{"All"})
)

func create(name string, attributes map[string]*string) *string {
	input := &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes}
	return checks.Must(queues.CreateQueue(input)).QueueUrl
}

func attribute(queue *string, name string) string {
	input := &sqs.GetQueueAttributesInput{QueueUrl: queue, AttributeNames: all}
	return *checks.Must(queues.GetQueueAttributes(input)).Attributes[name]
}

func receive(queue *string, wait int64) []*sqs.Message {
	return checks.Must(queues.ReceiveMessage(&sqs.ReceiveMessageInput{
		QueueUrl:              queue,
		MaxNumberOfMessages:   aws.Int64(10),
		WaitTimeSeconds:       &wait,
		MessageAttributeNames: all,
		AttributeNames:        all,
	})).Messages
}

func receiveOne(queue *string) *sqs.Message {
	messages := receive(queue, 0)
	checks.Equal(len(messages), 1)
	return messages[0]
}

func send(queue *string, body string) {
	checks.Must(queues.SendMessage(&sqs.SendMessageInput{QueueUrl: queue, MessageBody: &body}))
}

func messages() {
	queue := create("orders", nil)
	sent := map[string]*sqs.MessageAttributeValue{
		"customer": {DataType: aws.String("String"), StringValue: aws.String("Zoë")},
		"total":    {DataType: aws.String("Number.int"), StringValue: aws.String("12")},
		"receipt":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
	}
	body := aws.String("coffee & tea")
	checks.Must(queues.SendMessage(&sqs.SendMessageInput{QueueUrl: queue, MessageBody: body, MessageAttributes: sent}))
	message := receiveOne(queue)
	checks.Equal(*message.Body, *body)
	checks.Equal(len(message.MessageAttributes), len(sent))
	for name, value := range message.MessageAttributes {
		checks.Equal(*value.DataType, *sent[name].DataType)
		checks.Equal(aws.StringValue(value.StringValue), aws.StringValue(sent[name].StringValue))
		checks.Equal(bytes.Compare(value.BinaryValue, sent[name].BinaryValue), 0)
	}
	checks.Equal(*message.Attributes["ApproximateReceiveCount"], "1")
	input := &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: message.ReceiptHandle}
	checks.Must(queues.DeleteMessage(input))
	checks.Equal(attribute(queue, "ApproximateNumberOfMessagesNotVisible"), "0")
}

func batches() {
	queue := create("batches", nil)
	entries := []*sqs.SendMessageBatchRequestEntry{{Id: aws.String("bad"), MessageBody: aws.String("\x00")}}
	for number := range 9 {
		id, body := fmt.Sprint(number), fmt.Sprint("order ", number)
		entries = append(entries, &sqs.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body})
	}
	sent := checks.Must(queues.SendMessageBatch(&sqs.SendMessageBatchInput{QueueUrl: queue, Entries: entries}))
	checks.Equal(len(sent.Successful), 9)
	checks.Equal(len(sent.Failed), 1)
	checks.Equal(*sent.Failed[0].Id, "bad")
	checks.Equal(*sent.Failed[0].Code, "InvalidMessageContents")
	checks.Equal(*sent.Failed[0].SenderFault, true)
	handles := []*sqs.DeleteMessageBatchRequestEntry{}
	bodies := map[string]bool{}
	for at, message := range receive(queue, 0) {
		bodies[*message.Body] = true
		id := fmt.Sprint(at)
		handles = append(handles, &sqs.DeleteMessageBatchRequestEntry{Id: &id, ReceiptHandle: message.ReceiptHandle})
	}
	checks.Equal(len(bodies), 9)
	deleted := checks.Must(queues.DeleteMessageBatch(&sqs.DeleteMessageBatchInput{QueueUrl: queue, Entries: handles}))
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
	queue := create("line.fifo", map[string]*string{"FifoQueue": aws.String("true")})
	numbers := []string{}
	for _, body := range []string{"first", "second", "second", "third"} {
		sent := checks.Must(queues.SendMessage(&sqs.SendMessageInput{
			QueueUrl:               queue,
			MessageBody:            &body,
			MessageGroupId:         aws.String("g"),
			MessageDeduplicationId: &body,
		}))
		numbers = append(numbers, *sent.SequenceNumber)
	}
	checks.Equal(numbers[1], numbers[2])
	bodies, sequence := []string{}, []string{}
	for _, message := range receive(queue, 0) {
		bodies = append(bodies, *message.Body)
		sequence = append(sequence, *message.Attributes["SequenceNumber"])
	}
	checks.Equal(strings.Join(bodies, " "), "first second third")
	checks.Equal(slices.IsSorted(sequence), true)
	checks.Equal(slices.Equal(sequence, slices.Compact(numbers)), true)
}

func deadLetters() {
	dead := create("dead", nil)
	redrive := fmt.Sprintf(`{"deadLetterTargetArn": %q, "maxReceiveCount": 2}`, attribute(dead, "QueueArn"))
	queue := create("work", map[string]*string{"RedrivePolicy": &redrive})
	send(queue, "poison")
	for range 2 {
		checks.Must(queues.ChangeMessageVisibility(&sqs.ChangeMessageVisibilityInput{
			QueueUrl:          queue,
			ReceiptHandle:     receiveOne(queue).ReceiptHandle,
			VisibilityTimeout: aws.Int64(0),
		}))
	}
	checks.Equal(len(receive(queue, 0)), 0)
	message := receiveOne(dead)
	checks.Equal(*message.Body, "poison")
	checks.Equal(*message.Attributes["DeadLetterQueueSourceArn"], attribute(queue, "QueueArn"))
}

func paginators() {
	for number := range 7 {
		create(fmt.Sprint("page-", number), nil)
	}
	sizes, urls := []int{}, map[string]bool{}
	input := &sqs.ListQueuesInput{QueueNamePrefix: aws.String("page-"), MaxResults: aws.Int64(3)}
	err := queues.ListQueuesPages(input, func(page *sqs.ListQueuesOutput, last bool) bool {
		sizes = append(sizes, len(page.QueueUrls))
		for _, url := range page.QueueUrls {
			urls[*url] = true
		}
		return true
	})
	checks.Equal(err, nil)
	checks.Equal(fmt.Sprint(sizes), "[3 3 1]")
	checks.Equal(len(urls), 7)
}

func exceptions() {
	_, err := queues.GetQueueUrl(&sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	var failure awserr.Error
	checks.Equal(errors.As(err, &failure), true)
	checks.Equal(failure.Code(), sqs.ErrCodeQueueDoesNotExist)
	checks.Equal(failure.Message(), "The specified queue does not exist.")
	topic := aws.String("arn:aws:sns:us-east-1:000000000000:none")
	_, err = topics.Publish(&sns.PublishInput{TopicArn: topic, Message: aws.String("x")})
	checks.Equal(errors.As(err, &failure), true)
	checks.Equal(failure.Code(), sns.ErrCodeNotFoundException)
	checks.Equal(failure.Message(), "Topic does not exist")
}

func retries() {
	checks.Emulator("faults", map[string]any{
		"service": "sqs", "action": "CreateQueue", "error": "ServiceUnavailable", "first": 1,
	})
	request, _ := queues.CreateQueueRequest(&sqs.CreateQueueInput{QueueName: aws.String("retried")})
	checks.Equal(request.Send(), nil)
	checks.Equal(request.RetryCount, 1)
}

func publish() {
	topic := checks.Must(topics.CreateTopic(&sns.CreateTopicInput{Name: aws.String("sales")})).TopicArn
	queue := create("coffee", nil)
	checks.Must(topics.Subscribe(&sns.SubscribeInput{
		TopicArn: topic,
		Protocol: aws.String("sqs"),
		Endpoint: aws.String(attribute(queue, "QueueArn")),
		Attributes: map[string]*string{
			"RawMessageDelivery": aws.String("true"),
			"FilterPolicy":       aws.String(`{"drink": ["coffee"]}`),
		},
	}))
	for _, drink := range []string{"tea", "coffee"} {
		checks.Must(topics.Publish(&sns.PublishInput{
			TopicArn: topic,
			Message:  aws.String("one " + drink),
			MessageAttributes: map[string]*sns.MessageAttributeValue{
				"drink": {DataType: aws.String("String"), StringValue: &drink},
			},
		}))
	}
	message := receiveOne(queue)
	checks.Equal(*message.Body, "one coffee")
	checks.Equal(*message.MessageAttributes["drink"].StringValue, "coffee")
}

func main() {
	checks.Run(checks.Version("github.com/aws/aws-sdk-go"), []checks.Check{
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
