"""What stands in an address: which hosts are this machine, and what is an address at all."""

import ipaddress
import re

#: What a person who writes this does not mean as a folder, a slash forgotten or not; one letter is
#: a drive of Windows.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def is_address(text: str) -> bool:
    """Whether a person means an address, and not a folder."""
    return bool(_ADDRESS.match(text))


def is_loopback(host: str) -> bool:
    """Whether a name or number of a host can only be this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
