// The CRM: it records each order that it finds in its queue, once.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

type Order struct {
	Number int    `json:"order"`
	Item   string `json:"item"`
}

func main() {
	wanted := math.MaxInt
	if len(os.Args) > 1 {
		var err error
		if wanted, err = strconv.Atoi(os.Args[1]); err != nil {
			log.Fatal(err)
		}
	}
	if err := recordOrders(context.Background(), wanted); err != nil {
		log.Fatal(err)
	}
}

func recordOrders(ctx context.Context, wanted int) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := sqs.NewFromConfig(cfg)
	queue, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("crm-orders")})
	if err != nil {
		return err
	}
	orders := map[int]string{} // stands for a table with the order's number as its key
	for len(orders) < wanted {
		received, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MaxNumberOfMessages: 10})
		if err != nil {
			return err
		}
		for _, message := range received.Messages {
			var order Order
			if err := json.Unmarshal([]byte(*message.Body), &order); err != nil || order.Number == 0 {
				log.Printf("crm: not recorded: %s", *message.Body)
				continue // it comes again, and after five times goes to the dead-letter queue
			}
			if _, known := orders[order.Number]; !known {
				orders[order.Number] = order.Item
				fmt.Printf("crm: order %d of %s recorded\n", order.Number, order.Item)
			}
			_, err = client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: queue.QueueUrl, ReceiptHandle: message.ReceiptHandle})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
