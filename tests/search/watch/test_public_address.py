"""Webhooks reach public addresses only, however another address is written."""

from ipaddress import ip_address, ip_network

import pytest

from search.watch.public_address import AddressRefused, is_permitted, permitted_address, resolved
from tests.search.watch.receiver import resolving_to

PUBLIC = (
    "93.184.215.14",
    "8.8.8.8",
    "192.0.1.1",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
)
OTHERS = {
    "loopback": ("127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "2002:7f00:1::1"),
    "unspecified": ("0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"),  # noqa: S104
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:10.0.0.1", "2002:a00:1::1"),
    "private IPv6": ("fc00::1", "fd12:3456::1", "fec0::1"),
    "link-local": ("169.254.0.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.0.1"),
    "metadata": (
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "::ffff:168.63.129.16",
    ),
    "shared": ("100.64.0.1", "100.127.255.255"),
    "multicast": ("224.0.0.1", "239.255.255.255", "233.252.0.1", "ff02::1", "ff0e::1", "::ffff:224.0.0.1"),
    "broadcast": ("255.255.255.255", "240.0.0.1"),
    "documentation": ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"),
    "benchmarking": ("198.18.0.1",),
    "translated": ("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "::127.0.0.1", "2001::1"),
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted(address: str) -> None:
    assert is_permitted(ip_address(address))


@pytest.mark.parametrize("address", [address for kind in OTHERS.values() for address in kind])
def test_other_addresses_are_refused(address: str) -> None:
    assert not is_permitted(ip_address(address))


@pytest.mark.parametrize(
    ("address", "network", "permitted"),
    [
        ("127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),
        ("::1", "127.0.0.0/8", False),
        ("::1", "::1/128", True),
        ("10.1.2.3", "10.1.2.0/24", True),
        ("10.1.3.3", "10.1.2.0/24", False),
        ("169.254.169.254", "10.0.0.0/8", False),
    ],
)
def test_allowed_networks_are_permitted(address: str, network: str, permitted: bool) -> None:
    assert is_permitted(ip_address(address), [ip_network(network)]) is permitted


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "::1", "0", "[::1]", "a..b"]
)
def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    """The system's resolver reads them all; one that it does not know is no way in either."""
    with pytest.raises((AddressRefused, OSError)):
        permitted_address(host, 80)


def test_the_first_address_is_used() -> None:
    assert permitted_address("hooks.example", 443, resolve=resolving_to("8.8.8.8", "8.8.4.4")) == "8.8.8.8"


def test_a_host_with_one_private_address_is_refused() -> None:
    with pytest.raises(AddressRefused) as caught:
        permitted_address("hooks.example", 443, resolve=resolving_to("8.8.8.8", "10.0.0.1"))
    assert str(caught.value) == (
        "hooks.example (10.0.0.1) is not a public address. If it should be reached, allow it with: "
        "--allow-network 10.0.0.1"
    )


def test_a_host_without_an_address_is_refused() -> None:
    with pytest.raises(AddressRefused, match="has no address"):
        permitted_address("hooks.example", 443, resolve=resolving_to())


def test_addresses_are_resolved_once_each() -> None:
    assert resolved("127.0.0.1", 80) == ["127.0.0.1"]
