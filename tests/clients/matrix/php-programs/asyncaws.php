<?php
// AsyncAws, in the packages php-async-aws-sqs and php-async-aws-sns.

use AsyncAws\Sns\Exception\NotFoundException;
use AsyncAws\Sns\SnsClient;
use AsyncAws\Sqs\Exception\QueueDoesNotExistException;
use AsyncAws\Sqs\Result\ReceiveMessageResult;
use AsyncAws\Sqs\SqsClient;
use AsyncAws\Sqs\ValueObject\Message;

require 'AsyncAws/Sqs/autoload.php';
require 'AsyncAws/Sns/autoload.php';
require 'Symfony/Component/HttpClient/autoload.php';
require 'checks.php';

$sqs = new SqsClient(['endpoint' => getenv('AWS_ENDPOINT_URL')]);
$sns = new SnsClient(['endpoint' => getenv('AWS_ENDPOINT_URL')]);

function create(string $name, array $attributes = []): string
{
    global $sqs;

    return $sqs->createQueue(['QueueName' => $name, 'Attributes' => $attributes])->getQueueUrl();
}

function attribute(string $queue, string $name): string
{
    global $sqs;

    return $sqs->getQueueAttributes(['QueueUrl' => $queue, 'AttributeNames' => ['All']])->getAttributes()[$name];
}

function receive(string $queue, int $wait = 0): ReceiveMessageResult
{
    global $sqs;

    return $sqs->receiveMessage([
        'QueueUrl' => $queue,
        'MaxNumberOfMessages' => 10,
        'WaitTimeSeconds' => $wait,
        'MessageAttributeNames' => ['All'],
        'AttributeNames' => ['All'],
    ]);
}

function receiveOne(string $queue): Message
{
    $messages = receive($queue)->getMessages();
    equal(count($messages), 1);

    return $messages[0];
}

function messages(): void
{
    global $sqs;
    $queue = create('orders');
    $sqs->sendMessage([
        'QueueUrl' => $queue,
        'MessageBody' => 'coffee & tea',
        'MessageAttributes' => [
            'customer' => ['DataType' => 'String', 'StringValue' => 'Zoë'],
            'total' => ['DataType' => 'Number.int', 'StringValue' => '12'],
            'receipt' => ['DataType' => 'Binary', 'BinaryValue' => "\x00\xff"],
        ],
    ])->resolve();
    $message = receiveOne($queue);
    equal($message->getBody(), 'coffee & tea');
    $received = $message->getMessageAttributes();
    equal(count($received), 3);
    equal($received['customer']->getStringValue(), 'Zoë');
    equal($received['total']->getStringValue(), '12');
    equal($received['total']->getDataType(), 'Number.int');
    equal($received['receipt']->getBinaryValue(), "\x00\xff");
    equal($message->getAttributes()['ApproximateReceiveCount'], '1');
    $sqs->deleteMessage(['QueueUrl' => $queue, 'ReceiptHandle' => $message->getReceiptHandle()])->resolve();
    equal(attribute($queue, 'ApproximateNumberOfMessagesNotVisible'), '0');
}

function batches(): void
{
    global $sqs;
    $queue = create('batches');
    $entries = [['Id' => 'bad', 'MessageBody' => "\x01"]];
    foreach (range(1, 9) as $number) {
        $entries[] = ['Id' => "$number", 'MessageBody' => "order $number"];
    }
    $sent = $sqs->sendMessageBatch(['QueueUrl' => $queue, 'Entries' => $entries]);
    equal(count($sent->getSuccessful()), 9);
    equal(count($sent->getFailed()), 1);
    [$failed] = $sent->getFailed();
    equal([$failed->getId(), $failed->getCode(), $failed->getSenderFault()], ['bad', 'InvalidMessageContents', true]);
    $handles = $bodies = [];
    foreach (receive($queue)->getMessages() as $at => $message) {
        $bodies[$message->getBody()] = true;
        $handles[] = ['Id' => "$at", 'ReceiptHandle' => $message->getReceiptHandle()];
    }
    equal(count($bodies), 9);
    $deleted = $sqs->deleteMessageBatch(['QueueUrl' => $queue, 'Entries' => $handles]);
    equal(count($deleted->getSuccessful()), 9);
}

function longPolling(): void
{
    global $sqs;
    $queue = create('polled');
    if (pcntl_fork() === 0) {
        usleep(200_000);
        $sqs->sendMessage(['QueueUrl' => $queue, 'MessageBody' => 'at last'])->resolve();
        exit;
    }
    $messages = receive($queue, 20)->getMessages();
    pcntl_wait($status);
    equal(count($messages), 1);
    equal($messages[0]->getBody(), 'at last');
}

function fifo(): void
{
    global $sqs;
    $queue = create('line.fifo', ['FifoQueue' => 'true']);
    $numbers = $bodies = $sequence = [];
    foreach (['first', 'second', 'second', 'third'] as $body) {
        $numbers[] = $sqs->sendMessage([
            'QueueUrl' => $queue,
            'MessageBody' => $body,
            'MessageGroupId' => 'g',
            'MessageDeduplicationId' => $body,
        ])->getSequenceNumber();
    }
    equal($numbers[1], $numbers[2]);
    foreach (receive($queue)->getMessages() as $message) {
        $bodies[] = $message->getBody();
        $sequence[] = $message->getAttributes()['SequenceNumber'];
    }
    equal($bodies, ['first', 'second', 'third']);
    equal($sequence, array_values(array_unique($numbers)));
    $sorted = $sequence;
    sort($sorted, SORT_STRING);
    equal($sequence, $sorted);
}

function deadLetters(): void
{
    global $sqs;
    $dead = create('dead');
    $redrive = ['deadLetterTargetArn' => attribute($dead, 'QueueArn'), 'maxReceiveCount' => 2];
    $queue = create('work', ['RedrivePolicy' => json_encode($redrive)]);
    $sqs->sendMessage(['QueueUrl' => $queue, 'MessageBody' => 'poison'])->resolve();
    foreach (range(1, 2) as $_) {
        $handle = receiveOne($queue)->getReceiptHandle();
        $sqs->changeMessageVisibility([
            'QueueUrl' => $queue,
            'ReceiptHandle' => $handle,
            'VisibilityTimeout' => 0,
        ])->resolve();
    }
    equal(receive($queue)->getMessages(), []);
    $message = receiveOne($dead);
    equal($message->getBody(), 'poison');
}

function paginators(): void
{
    global $sqs;
    $created = [];
    foreach (range(1, 7) as $number) {
        $created[] = create("page-$number");
    }
    $listed = $sqs->listQueues(['QueueNamePrefix' => 'page-', 'MaxResults' => 3]);
    equal(count(iterator_to_array($listed->getQueueUrls(true), false)), 3);
    equal(iterator_to_array($listed->getQueueUrls(), false), $created);
}

function exceptions(): void
{
    global $sqs, $sns;
    try {
        $sqs->getQueueUrl(['QueueName' => 'none'])->resolve();
        throw new LogicException('there is no such queue');
    } catch (QueueDoesNotExistException $failure) {
        equal(str_starts_with($failure->getAwsMessage(), 'The specified queue does not exist'), true);
    }
    try {
        $sns->publish(['TopicArn' => 'arn:aws:sns:us-east-1:000000000000:none', 'Message' => 'x'])->resolve();
        throw new LogicException('there is no such topic');
    } catch (NotFoundException $failure) {
        equal($failure->getAwsMessage(), 'Topic does not exist');
    }
}

function retries(): void
{
    global $sqs;
    emulator('faults', ['service' => 'sqs', 'action' => 'CreateQueue', 'error' => 'ServiceUnavailable', 'first' => 1]);
    $created = $sqs->createQueue(['QueueName' => 'retried']);
    $created->resolve();
    equal($created->info()['response']->getInfo('retry_count'), 1);
}

function topics(): void
{
    global $sns;
    $topic = $sns->createTopic(['Name' => 'sales'])->getTopicArn();
    $queue = create('coffee');
    $sns->subscribe([
        'TopicArn' => $topic,
        'Protocol' => 'sqs',
        'Endpoint' => attribute($queue, 'QueueArn'),
        'Attributes' => ['RawMessageDelivery' => 'true', 'FilterPolicy' => '{"drink": ["coffee"]}'],
    ])->resolve();
    foreach (['tea', 'coffee'] as $drink) {
        $sns->publish([
            'TopicArn' => $topic,
            'Message' => "one $drink",
            'MessageAttributes' => ['drink' => ['DataType' => 'String', 'StringValue' => $drink]],
        ])->resolve();
    }
    $message = receiveOne($queue);
    equal($message->getBody(), 'one coffee');
    equal($message->getMessageAttributes()['drink']->getStringValue(), 'coffee');
}

run('sqs '.version('php-async-aws-sqs').', sns '.version('php-async-aws-sns'), [
    'messages' => 'messages',
    'batches' => 'batches',
    'long polling' => 'longPolling',
    'FIFO' => 'fifo',
    'dead letters' => 'deadLetters',
    'paginators' => 'paginators',
    'exceptions' => 'exceptions',
    'retries' => 'retries',
    'topics' => 'topics',
]);
