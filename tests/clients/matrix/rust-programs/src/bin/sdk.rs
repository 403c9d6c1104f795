//! The AWS SDK for Rust.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_sqs::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_sqs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sqs::error::BoxError;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName,
    QueueAttributeName, SendMessageBatchRequestEntry,
};
use aws_sdk_sqs::{Client, types};
use matrix::{Checked, emulator, run, version};

type Found<T> = Result<T, Box<dyn Error>>;

async fn create(sqs: &Client, name: &str) -> Found<String> {
    let created = sqs.create_queue().queue_name(name).send().await?;
    Ok(created.queue_url.ok_or("no URL")?)
}

async fn attribute(sqs: &Client, queue: &str, name: QueueAttributeName) -> Found<String> {
    let wanted = sqs
        .get_queue_attributes()
        .queue_url(queue)
        .attribute_names(name.clone());
    let mut attributes = wanted.send().await?.attributes.unwrap_or_default();
    Ok(attributes.remove(&name).ok_or("no such attribute")?)
}

async fn receive(sqs: &Client, queue: &str, wait: i32) -> Found<Vec<Message>> {
    let received = sqs
        .receive_message()
        .queue_url(queue)
        .max_number_of_messages(10)
        .wait_time_seconds(wait)
        .message_attribute_names("All")
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await?;
    Ok(received.messages.unwrap_or_default())
}

async fn receive_one(sqs: &Client, queue: &str) -> Found<Message> {
    let mut messages = receive(sqs, queue, 0).await?;
    assert_eq!(messages.len(), 1);
    Ok(messages.remove(0))
}

fn system(message: &Message, name: MessageSystemAttributeName) -> Found<&str> {
    let value = message.attributes().and_then(|all| all.get(&name));
    Ok(value.ok_or("no such attribute")?)
}

async fn messages(sqs: &Client) -> Checked {
    let queue = create(sqs, "orders").await?;
    let text = |data_type, value| {
        MessageAttributeValue::builder()
            .data_type(data_type)
            .string_value(value)
            .build()
    };
    let receipt = MessageAttributeValue::builder()
        .data_type("Binary")
        .binary_value(Blob::new([0, 255]));
    let sent = [
        ("customer".to_string(), text("String", "Zoë")?),
        ("total".to_string(), text("Number.int", "12")?),
        ("receipt".to_string(), receipt.build()?),
    ];
    sqs.send_message()
        .queue_url(&queue)
        .message_body("coffee & tea")
        .set_message_attributes(Some(sent.clone().into()))
        .send()
        .await?;
    let message = receive_one(sqs, &queue).await?;
    assert_eq!(message.body(), Some("coffee & tea"));
    assert_eq!(message.message_attributes(), Some(&sent.into()));
    assert_eq!(
        system(
            &message,
            MessageSystemAttributeName::ApproximateReceiveCount
        )?,
        "1"
    );
    sqs.delete_message()
        .queue_url(&queue)
        .set_receipt_handle(message.receipt_handle)
        .send()
        .await?;
    let left = attribute(
        sqs,
        &queue,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
    )
    .await?;
    assert_eq!(left, "0");
    Ok(())
}

async fn batches(sqs: &Client) -> Checked {
    let queue = create(sqs, "batches").await?;
    let entry = |id: &str, body: &str| {
        SendMessageBatchRequestEntry::builder()
            .id(id)
            .message_body(body)
            .build()
    };
    let mut sending = sqs
        .send_message_batch()
        .queue_url(&queue)
        .entries(entry("bad", "\0")?);
    for number in 0..9 {
        sending = sending.entries(entry(&number.to_string(), &format!("order {number}"))?);
    }
    let sent = sending.send().await?;
    assert_eq!(sent.successful().len(), 9);
    let [failed] = sent.failed() else {
        return Err("not one failed".into());
    };
    assert_eq!(
        (failed.id(), failed.code(), failed.sender_fault()),
        ("bad", "InvalidMessageContents", true)
    );
    let received = receive(sqs, &queue, 0).await?;
    let bodies: HashSet<_> = received.iter().map(Message::body).collect();
    assert_eq!(bodies.len(), 9);
    let mut deleting = sqs.delete_message_batch().queue_url(&queue);
    for (at, message) in received.into_iter().enumerate() {
        let handle = message.receipt_handle.ok_or("no receipt handle")?;
        let entry = DeleteMessageBatchRequestEntry::builder()
            .id(at.to_string())
            .receipt_handle(handle);
        deleting = deleting.entries(entry.build()?);
    }
    assert_eq!(deleting.send().await?.successful().len(), 9);
    Ok(())
}

async fn long_polling(sqs: &Client) -> Checked {
    let queue = create(sqs, "polled").await?;
    let send_later = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        sqs.send_message()
            .queue_url(&queue)
            .message_body("at last")
            .send()
            .await
    };
    let (received, sent) = tokio::join!(receive(sqs, &queue, 20), send_later);
    sent?;
    let bodies: Vec<_> = received?.into_iter().map(|message| message.body).collect();
    assert_eq!(bodies, [Some("at last".to_string())]);
    Ok(())
}

async fn fifo(sqs: &Client) -> Checked {
    let creating = sqs
        .create_queue()
        .queue_name("line.fifo")
        .attributes(QueueAttributeName::FifoQueue, "true");
    let queue = creating.send().await?.queue_url.ok_or("no URL")?;
    let mut numbers = vec![];
    for body in ["first", "second", "second", "third"] {
        let sent = sqs
            .send_message()
            .queue_url(&queue)
            .message_body(body)
            .message_group_id("g")
            .message_deduplication_id(body)
            .send()
            .await?;
        numbers.push(sent.sequence_number.ok_or("no sequence number")?);
    }
    assert_eq!(numbers[1], numbers[2]);
    numbers.dedup();
    let received = receive(sqs, &queue, 0).await?;
    let bodies: Vec<_> = received.iter().filter_map(Message::body).collect();
    assert_eq!(bodies, ["first", "second", "third"]);
    let mut sequence = vec![];
    for message in &received {
        sequence.push(system(message, MessageSystemAttributeName::SequenceNumber)?);
    }
    assert!(sequence.is_sorted());
    assert_eq!(sequence, numbers);
    Ok(())
}

async fn dead_letters(sqs: &Client) -> Checked {
    let dead = create(sqs, "dead").await?;
    let arn = attribute(sqs, &dead, QueueAttributeName::QueueArn).await?;
    let redrive = format!(r#"{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 2}}"#);
    let creating = sqs
        .create_queue()
        .queue_name("work")
        .attributes(QueueAttributeName::RedrivePolicy, redrive);
    let queue = creating.send().await?.queue_url.ok_or("no URL")?;
    sqs.send_message()
        .queue_url(&queue)
        .message_body("poison")
        .send()
        .await?;
    for _ in 0..2 {
        sqs.change_message_visibility()
            .queue_url(&queue)
            .set_receipt_handle(receive_one(sqs, &queue).await?.receipt_handle)
            .visibility_timeout(0)
            .send()
            .await?;
    }
    assert!(receive(sqs, &queue, 0).await?.is_empty());
    let message = receive_one(sqs, &dead).await?;
    assert_eq!(message.body(), Some("poison"));
    assert!(
        system(
            &message,
            MessageSystemAttributeName::DeadLetterQueueSourceArn
        )?
        .ends_with(":work")
    );
    Ok(())
}

async fn paginators(sqs: &Client) -> Checked {
    let mut created = HashSet::new();
    for number in 0..7 {
        created.insert(create(sqs, &format!("page-{number}")).await?);
    }
    let mut pages = sqs
        .list_queues()
        .queue_name_prefix("page-")
        .into_paginator()
        .page_size(3)
        .send();
    let (mut sizes, mut listed) = (vec![], HashSet::new());
    while let Some(page) = pages.next().await {
        let urls = page?.queue_urls.unwrap_or_default();
        sizes.push(urls.len());
        listed.extend(urls);
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(listed, created);
    Ok(())
}

async fn exceptions(sqs: &Client, sns: &aws_sdk_sns::Client) -> Checked {
    let failed = sqs
        .get_queue_url()
        .queue_name("none")
        .send()
        .await
        .unwrap_err();
    let types::error::QueueDoesNotExist { message, .. } = match failed.into_service_error() {
        aws_sdk_sqs::operation::get_queue_url::GetQueueUrlError::QueueDoesNotExist(error) => error,
        other => return Err(other.into()),
    };
    assert_eq!(
        message.as_deref(),
        Some("The specified queue does not exist.")
    );
    let publishing = sns
        .publish()
        .topic_arn("arn:aws:sns:us-east-1:000000000000:none")
        .message("x");
    let failed = publishing.send().await.unwrap_err().into_service_error();
    assert!(failed.is_not_found_exception());
    assert_eq!(failed.meta().message(), Some("Topic does not exist"));
    Ok(())
}

#[derive(Clone, Debug, Default)]
struct Attempts(Arc<AtomicUsize>);

impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "Attempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

async fn retries(sqs: &Client) -> Checked {
    let fault =
        r#"{"service": "sqs", "action": "CreateQueue", "error": "ServiceUnavailable", "first": 1}"#;
    emulator("faults", fault)?;
    let attempts = Attempts::default();
    let creating = sqs.create_queue().queue_name("retried").customize();
    creating.interceptor(attempts.clone()).send().await?;
    assert_eq!(attempts.0.load(Ordering::Relaxed), 2);
    Ok(())
}

async fn topics(sqs: &Client, sns: &aws_sdk_sns::Client) -> Checked {
    let topic = sns
        .create_topic()
        .name("sales")
        .send()
        .await?
        .topic_arn
        .ok_or("no ARN")?;
    let queue = create(sqs, "coffee").await?;
    sns.subscribe()
        .topic_arn(&topic)
        .protocol("sqs")
        .endpoint(attribute(sqs, &queue, QueueAttributeName::QueueArn).await?)
        .attributes("RawMessageDelivery", "true")
        .attributes("FilterPolicy", r#"{"drink": ["coffee"]}"#)
        .send()
        .await?;
    for drink in ["tea", "coffee"] {
        let attribute = aws_sdk_sns::types::MessageAttributeValue::builder()
            .data_type("String")
            .string_value(drink);
        sns.publish()
            .topic_arn(&topic)
            .message(format!("one {drink}"))
            .message_attributes("drink", attribute.build()?)
            .send()
            .await?;
    }
    let message = receive_one(sqs, &queue).await?;
    assert_eq!(message.body(), Some("one coffee"));
    let attributes = message.message_attributes().ok_or("no attributes")?;
    assert_eq!(attributes["drink"].string_value(), Some("coffee"));
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Checked {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let sqs = aws_sdk_sqs::Client::new(&config);
    let sns = aws_sdk_sns::Client::new(&config);

    let versions = format!(
        "sqs {}, sns {}",
        version("aws-sdk-sqs"),
        version("aws-sdk-sns")
    );
    let checks: Vec<matrix::Check> = vec![
        ("messages", Box::pin(messages(&sqs))),
        ("batches", Box::pin(batches(&sqs))),
        ("long polling", Box::pin(long_polling(&sqs))),
        ("FIFO", Box::pin(fifo(&sqs))),
        ("dead letters", Box::pin(dead_letters(&sqs))),
        ("paginators", Box::pin(paginators(&sqs))),
        ("exceptions", Box::pin(exceptions(&sqs, &sns))),
        ("retries", Box::pin(retries(&sqs))),
        ("topics", Box::pin(topics(&sqs, &sns))),
    ];
    run(versions, checks).await
}
