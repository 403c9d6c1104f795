"""AWS Lambda, as far as it takes messages out of queues: event source mappings, and calls of functions.

The functions themselves run elsewhere. Imported with the first event source mapping.
"""
