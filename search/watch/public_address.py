"""Resolves host names to addresses that webhooks may connect to.

A name in a file of searches, or a redirect of its domain, must not reach the services of this machine or network.  The
connection is made to the address that was checked: a name that resolves to another address a moment later (DNS
rebinding) makes no difference.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from search.errors import ArticleSearchError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""The numeric addresses of a host, best first.  Raises OSError."""

_AZURE: Final = IPv4Address("168.63.129.16")
"""The metadata service of Azure, which has a public address; those of other clouds have link-local or private ones."""


class AddressRefused(ArticleSearchError):
    """A host has an address that webhooks may not connect to."""


def resolved(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def permitted_address(host: str, port: int, allowed: Sequence[Network] = (), resolve: Resolve = resolved) -> str:
    """The numeric address to connect to.

    Raises OSError if the host cannot be resolved, `AddressRefused` if it has any address that is neither public nor in
    one of the allowed networks."""
    try:
        addresses = resolve(host, port)
    except UnicodeError:
        raise AddressRefused(f"{host} is no host name") from None
    for address in addresses:
        if not is_permitted(ip_address(address), allowed):
            where = host if host == address else f"{host} ({address})"
            raise AddressRefused(
                f"{where} is not a public address. If it should be reached, allow it with: --allow-network {address}"
            )
    if not addresses:
        raise AddressRefused(f"{host} has no address")
    return addresses[0]


def is_permitted(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether the address is public, or in one of these networks, also as the IPv4 address in an IPv6 one."""
    within = _ipv4_within(address)
    address = within or address
    if any(address in network for network in allowed):
        return True
    if isinstance(address, IPv6Address) and (address.is_site_local or address.scope_id):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and address != _AZURE
    )


def _ipv4_within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, or by 6to4."""
    return (address.ipv4_mapped or address.sixtofour) if isinstance(address, IPv6Address) else None
