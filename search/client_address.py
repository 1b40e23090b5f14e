"""Which addresses count as one client."""

from ipaddress import IPv6Address, ip_address


def client_network(address: str | bytes) -> bytes:
    """The packed address, or of an IPv6 address its /64 network: a single subscriber has all of that.

    Raises ValueError if it is no IP address."""
    ip = ip_address(address)
    if not isinstance(ip, IPv6Address):
        return ip.packed
    return ip.ipv4_mapped.packed if ip.ipv4_mapped else ip.packed[:8]
