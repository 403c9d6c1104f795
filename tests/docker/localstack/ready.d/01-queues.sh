#!/bin/bash
set -euo pipefail
awslocal sqs create-queue --queue-name orders
topic=$(aws sns create-topic --name sales --query TopicArn --output text)
echo "made $topic"
