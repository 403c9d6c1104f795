"""The known behavior of SQS and SNS, as cases that run against any endpoint: this emulator, another one, or AWS."""
