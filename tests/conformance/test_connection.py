"""Requests of the conformance suite."""

import socket

from botocore.credentials import Credentials

from emulator.conformance.connection import Connection, http_session
from tests.server import RunningServer


def test_body_is_sent_without_waiting_for_an_acknowledgment_of_the_headers(server: RunningServer) -> None:
    session = http_session()
    connection = Connection({"sqs": server.url}, "us-east-1", Credentials("any", "any"), 1, session)
    connection.send("sqs", body=b"{}")
    pool = vars(session)["_manager"].connection_from_url(server.url)
    with pool.pool.get(block=False).sock as used:
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
