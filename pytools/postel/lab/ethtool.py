# SPDX-License-Identifier: BSD-2-Clause
"""What an interface does with frames besides carrying them, by ioctl: `ethtool -k` and `-K` under the kernel's own names."""
import ctypes
import fcntl
import re
import socket
import struct

_SIOCETHTOOL = 0x8946
_GSTRINGS, _GSSET_INFO, _GFEATURES, _SFEATURES = 0x1B, 0x37, 0x3A, 0x3B
_ETH_SS_FEATURES, _STRING = 4, 32
_AVAILABLE, _REQUESTED, _ACTIVE, _NEVER_CHANGED = range(4)

# Checksums that are computed elsewhere, frames that are cut up or put together, tags that are taken off: nothing is as on the wire.
OFFLOADS = re.compile(r"[rt]x-checksum|.*segmentation|.*gso|rx-(gro|lro|udp-gro)|[rt]x-vlan-.*(insert|parse)")
MERGING = re.compile(r"rx-(gro|lro|udp-gro)")  # those of a receiver for which nothing makes up

Features = dict[str, tuple[bool, bool]]  # by name: is it on, and may it be changed


def features(sock: socket.socket, name: str) -> Features:
    names = _names(sock, name)
    blocks = (len(names) + 31) // 32
    value = _ask(sock, name, struct.pack("II", _GFEATURES, blocks) + bytes(16 * blocks))
    words = struct.unpack_from(f"{4 * blocks}I", value, 8)

    def bit(number: int, which: int) -> bool:
        return bool(words[number // 32 * 4 + which] >> number % 32 & 1)

    return {
        each: (bit(n, _ACTIVE), bit(n, _AVAILABLE) and not bit(n, _NEVER_CHANGED)) for n, each in enumerate(names) if each
    }


def switch(sock: socket.socket, name: str, wanted: dict[str, bool]) -> None:
    """Asks for these to be on or off. The driver may do otherwise: only `features` says what has become of it."""
    names = _names(sock, name)
    blocks = (len(names) + 31) // 32
    words = [0] * (2 * blocks)  # by turns: which are meant, and what they shall be
    for number, each in enumerate(names):
        if each in wanted:
            words[number // 32 * 2] |= 1 << number % 32
            words[number // 32 * 2 + 1] |= wanted[each] << number % 32
    _ask(sock, name, struct.pack(f"II{2 * blocks}I", _SFEATURES, blocks, *words))


def offloads_off(sock: socket.socket, name: str) -> dict[str, bool]:
    """Switches the offloads off; what to give to `switch` to have them back as they were."""
    found: dict[str, bool] = {each: on for each, (on, may) in features(sock, name).items() if on and may and OFFLOADS.match(each)}
    if found:
        switch(sock, name, dict.fromkeys(found, False))
    return found


def merging(sock: socket.socket, name: str) -> list[str]:
    """What still makes one frame of several that arrive."""
    return [each for each, (on, _) in features(sock, name).items() if on and MERGING.match(each)]


def _names(sock: socket.socket, name: str) -> list[str]:
    value = _ask(sock, name, struct.pack("IIQI", _GSSET_INFO, 0, 1 << _ETH_SS_FEATURES, 0))
    count = struct.unpack_from("I", value, 16)[0]
    value = _ask(sock, name, struct.pack("III", _GSTRINGS, _ETH_SS_FEATURES, count) + bytes(_STRING * count))
    return [value[at : at + _STRING].partition(b"\0")[0].decode() for at in range(12, 12 + _STRING * count, _STRING)]


def _ask(sock: socket.socket, name: str, value: bytes) -> bytes:
    buffer = ctypes.create_string_buffer(value, len(value))
    fcntl.ioctl(sock, _SIOCETHTOOL, struct.pack("16sP16x", name.encode(), ctypes.addressof(buffer)))
    return buffer.raw
