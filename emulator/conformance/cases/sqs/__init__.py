"""Cases of SQS."""
