"""Cases of SNS."""
