#!/bin/sh
# Where LocalStack's image has its entry point: Testcontainers' LocalStackContainer starts it by this path.
exec sqs-sns-emulator "$@"
