"""A load generator: raw HTTP/1.1 on kept connections, requests prepared as bytes, one process, loopback only.

An SDK would cost more than the measured servers, and hide their cost.
"""
