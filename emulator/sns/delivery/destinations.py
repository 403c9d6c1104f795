"""Where the calls that clients of AWS cause may lead: the rules of ``--deliver-to``, and what is always refused.

The rules are applied to the address that is about to be connected to, so neither a name that resolves to it, nor
another spelling of it, leads around them.

- This server's own ports are always refused: a delivery is a POST with a body of the publisher's choice, and could
  carry out any action here.
- Link-local addresses and those of the clouds' metadata services are refused unless a rule names them or a network
  within theirs.
- If there are rules, all else that no rule allows is refused.
"""

import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from emulator.sns.delivery.answer import NoAnswer
from emulator.sns.delivery.http_target import Origin

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

OPTION = "--deliver-to"

# Refused unless named, and what they are.
_SPECIAL = tuple(
    (ip_network(network), what)
    for network, what in (
        ("169.254.0.0/16", "a link-local address"),  # with the metadata services of AWS, Azure and Google
        ("fe80::/10", "a link-local address"),
        ("fd00:ec2::/32", "an address of AWS's metadata services"),
        ("fd20:ce::/32", "an address of Google's metadata service"),
        ("168.63.129.16/32", "an address of Azure's metadata service"),
        ("100.100.100.200/32", "an address of Alibaba's metadata service"),
        ("192.0.0.192/32", "an address of Oracle's metadata service"),
    )
)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/96"))
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_LOOPBACK = (IPv6Address("::"), IPv6Address("::1"))


class Destinations:
    """``rules`` are host names, addresses and networks, as ``configuration.checks.destinations`` gives them."""

    def __init__(self, rules: Sequence[str] = (), own: Sequence[tuple[str, int]] = ()) -> None:
        """``own`` are the addresses and ports at which this server listens. It may grow."""
        networks = {rule: _network(rule) for rule in rules}
        self._names = frozenset(rule for rule, network in networks.items() if network is None)
        self._networks = tuple(network for network in networks.values() if network is not None)
        self._special = tuple(network for network in self._networks if _special(network[0]) and _special(network[-1]))
        self._own = own

    def allowed(self, origin: Origin, addresses: Iterable[str]) -> list[str]:
        """Those of the host's addresses to which a connection may be made. Raises NoAnswer if there are none."""
        refusals = {address: self.why_not(origin, address) for address in addresses}
        allowed = [address for address, refusal in refusals.items() if refusal is None]
        if not allowed:
            raise NoAnswer(next((refusal for refusal in refusals.values() if refusal), "the host has no address"))
        return allowed

    def why_not(self, origin: Origin, address: str) -> str | None:
        """Why no connection may be made to ``address``, to which the host of ``origin`` resolves; None if it may."""
        plain = plain_address(address)
        which = origin.host if origin.host == str(plain) else f"{origin.host} ({plain})"
        if self._is_own(plain, origin.port):
            return f"nothing is delivered to {which} port {origin.port}, which is a port of this server"
        if any(plain in network for network in self._special):
            return None
        special = _special(plain)
        if special is not None:
            return f"nothing is delivered to {which}, {special}, unless {OPTION} {plain} is given"
        if not self._names and not self._networks:
            return None
        if origin.host.rstrip(".") in self._names or any(plain in network for network in self._networks):
            return None
        return f"nothing is delivered to {which}, which no {OPTION} allows; {OPTION} {origin.host} would"

    def _is_own(self, address: Address, port: int) -> bool:
        for host, listening in self._own:
            if port != listening:
                continue
            bound = plain_address(host)
            any_address = bound.is_unspecified or address.is_unspecified
            if address == bound or (any_address and _is_of_this_machine(address)):
                return True
        return False


def plain_address(text: str) -> Address:
    """The address, without its zone; where an IPv6 address stands for an IPv4 address, that one."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    embedded = address.ipv4_mapped or address.sixtofour
    if embedded is not None:
        return embedded
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and address not in _LOOPBACK):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _special(address: Address) -> str | None:
    return next((what for network, what in _SPECIAL if address in network), None)


def _network(rule: str) -> Network | None:
    """The network that a rule names; None if it is a host name."""
    try:
        network = ip_network(rule)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network[0]) & 0xFFFFFFFF, network.prefixlen - _MAPPED.prefixlen))
    return network


def _is_of_this_machine(address: Address) -> bool:
    """Whether ``address`` is one of this machine: only these can be bound."""
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
