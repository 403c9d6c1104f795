<?php
// The transport for SQS of Symfony Messenger.

use Psr\Container\ContainerInterface;
use Symfony\Component\EventDispatcher\EventDispatcher;
use Symfony\Component\Messenger\Bridge\AmazonSqs\Transport\AmazonSqsTransportFactory;
use Symfony\Component\Messenger\Envelope;
use Symfony\Component\Messenger\EventListener\SendFailedMessageForRetryListener;
use Symfony\Component\Messenger\Handler\HandlersLocator;
use Symfony\Component\Messenger\MessageBus;
use Symfony\Component\Messenger\Middleware\HandleMessageMiddleware;
use Symfony\Component\Messenger\Retry\MultiplierRetryStrategy;
use Symfony\Component\Messenger\Transport\Serialization\PhpSerializer;
use Symfony\Component\Messenger\Worker;

require 'Symfony/Component/EventDispatcher/autoload.php';
require 'Symfony/Component/HttpClient/autoload.php';
require 'Symfony/Component/Messenger/autoload.php';
require 'Symfony/Component/Messenger/Bridge/AmazonSqs/autoload.php';
require 'checks.php';

final class Order
{
    public function __construct(public readonly string $drink)
    {
    }
}

/** A container with the same service for every transport. */
final class Only implements ContainerInterface
{
    public function __construct(private readonly object $service)
    {
    }

    public function get(string $id): object
    {
        return $this->service;
    }

    public function has(string $id): bool
    {
        return true;
    }
}

function consumer(): void
{
    $host = parse_url(getenv('AWS_ENDPOINT_URL'), PHP_URL_HOST).':'.parse_url(getenv('AWS_ENDPOINT_URL'), PHP_URL_PORT);
    $dsn = "sqs://$host/orders?sslmode=disable&region=us-east-1&access_key=test&secret_key=test";
    $transport = (new AmazonSqsTransportFactory())->createTransport($dsn, [], new PhpSerializer());
    $transport->send(new Envelope(new Order('one coffee')));

    $handled = [];
    $handler = function (Order $order) use (&$handled, &$worker): void {
        $handled[] = $order->drink;
        if (count($handled) === 1) {
            throw new RuntimeException('refused');
        }
        $worker->stop();
    };
    $dispatcher = new EventDispatcher();
    $retry = new Only(new MultiplierRetryStrategy(3, 0));
    $dispatcher->addSubscriber(new SendFailedMessageForRetryListener(new Only($transport), $retry));
    $bus = new MessageBus([new HandleMessageMiddleware(new HandlersLocator([Order::class => [$handler]]))]);
    $worker = new Worker(['orders' => $transport], $bus, $dispatcher);
    $worker->run();
    equal($handled, ['one coffee', 'one coffee']);

    emulator('clock', ['advance' => 30]); // a message that was not deleted would be visible again
    equal($transport->getMessageCount(), 0);
}

run(version('php-symfony-amazon-sqs-messenger'), ['consumer' => 'consumer']);
