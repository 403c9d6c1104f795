// The shop: it takes orders, and leaves them in the queue of the CRM.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

type Order struct {
	Number int    `json:"order"`
	Item   string `json:"item"`
}

func main() {
	if err := placeOrders(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func placeOrders(ctx context.Context, items []string) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := sqs.NewFromConfig(cfg)
	queue, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("crm-orders")})
	if err != nil {
		return err
	}
	for index, item := range items {
		order := Order{Number: index + 1, Item: item}
		body, err := json.Marshal(order)
		if err != nil {
			return err
		}
		_, err = client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String(string(body))})
		if err != nil {
			return err
		}
		fmt.Printf("shop: order %d of %s placed\n", order.Number, item)
	}
	return nil
}
