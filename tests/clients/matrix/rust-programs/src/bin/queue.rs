//! omniqueue, an abstraction of queues.

use aws_config::BehaviorVersion;
use matrix::{Checked, emulator, run, version};
use omniqueue::QueueError;
use omniqueue::backends::SqsBackend;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Order {
    drink: String,
}

async fn consumer(sqs: &aws_sdk_sqs::Client) -> Checked {
    let queue = sqs.create_queue().queue_name("orders").send().await?;
    let queue_url = queue.queue_url().ok_or("no queue URL")?;
    let order = Order {
        drink: "coffee".to_string(),
    };

    let (producer, consumer) = SqsBackend::builder(queue_url).build_pair().await?;
    producer.send_serde_json(&order).await?;
    let delivery = consumer.receive().await?;
    assert_eq!(delivery.payload_serde_json::<Order>()?, Some(order));

    delivery.nack().await.map_err(|(error, _)| error)?;
    assert!(matches!(consumer.receive().await, Err(QueueError::NoData)));
    emulator("clock", r#"{"advance": 30}"#)?; // nack leaves the message to the visibility timeout
    let again = consumer.receive().await?;
    assert_eq!(
        again.borrow_payload(),
        Some(br#"{"drink":"coffee"}"#.as_slice())
    );

    again.ack().await.map_err(|(error, _)| error)?;
    emulator("clock", r#"{"advance": 30}"#)?;
    assert!(matches!(consumer.receive().await, Err(QueueError::NoData)));
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Checked {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let sqs = aws_sdk_sqs::Client::new(&config);
    run(
        version("omniqueue").to_string(),
        vec![("consumer", Box::pin(consumer(&sqs)))],
    )
    .await
}
