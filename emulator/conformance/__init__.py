"""What is known about SQS and SNS, as cases that run against any endpoint: this emulator, another one, or AWS."""
