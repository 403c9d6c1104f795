"""The subscriptions that an account made, of all members: those to topics of other accounts live with these topics."""

import asyncio
from typing import Final

import msgspec

from emulator.aws.errors import ServiceUnavailable
from emulator.cluster.leases import Leases
from emulator.cluster.peer_connection import PeerLostError
from emulator.cluster.peers import Peers, as_bytes
from emulator.sns.owned_subscriptions import OwnedSubscription, WantedSubscriptions, owned_here
from emulator.wire.http import HttpRequest
from emulator.world.world import World

PATH: Final = "/_emulator/cluster/subscriptions"


class SubscriptionList:
    """Asks all members, and answers them."""

    def __init__(self, world: World, leases: Leases, peers: Peers, address: str) -> None:
        """``address`` is that of this member."""
        self._world = world
        self._leases = leases
        self._peers = peers
        self._address = address

    def owned(self, wanted: WantedSubscriptions) -> list[OwnedSubscription]:
        """What this member has."""
        return owned_here(self._world.sns.subscriptions, wanted, self._world.clocks.now_of)

    async def ask_everywhere(self, wanted: WantedSubscriptions) -> list[OwnedSubscription]:
        """What all members have. ServiceUnavailable if one of them does not answer."""
        headers = {b"host": b"localhost", b"content-type": b"application/json"}
        request = as_bytes(HttpRequest("POST", "http", PATH, b"", headers, msgspec.json.encode(wanted)))
        try:
            members = await self._leases.members()
            for account in {*await self._leases.accounts()}.difference(*(each.accounts for each in members)):
                await self._leases.owner(account)  # which brings it here, or to the member that is about to have it
            others = [each.address for each in members if each.address != self._address]
            answers = await asyncio.gather(*(self._peers.send(address, request) for address in others))
        except (ConnectionError, PeerLostError) as error:
            raise ServiceUnavailable from error
        found = self.owned(wanted)
        for answer in answers:
            if answer.status != 200:
                raise ServiceUnavailable
            found += msgspec.json.decode(answer.body, type=list[OwnedSubscription])
        return found
