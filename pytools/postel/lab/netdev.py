# SPDX-License-Identifier: BSD-2-Clause
"""Interfaces, by ioctl: TAPs, addresses, flags, routes. Everything here is for a namespace that was made for it, and
the calls that change something go through a `Lab` socket, which `private_socket` refuses to give anywhere else."""
import ctypes
import errno
import fcntl
import os
import socket
import struct

_IFF_UP, _IFF_BROADCAST, _IFF_NOARP, _IFF_RUNNING, _IFF_MULTICAST = 0x1, 0x2, 0x80, 0x40, 0x1000
_SIOCADDRT, _SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x890B, 0x8913, 0x8914
_SIOCSIFADDR, _SIOCSIFBRDADDR, _SIOCSIFNETMASK = 0x8916, 0x891A, 0x891C
_SIOCSIFMTU, _SIOCSIFHWADDR, _SIOCETHTOOL = 0x8922, 0x8924, 0x8946
_ETHTOOL_GLINK = 0x0A
_TUNSETIFF, _TUNSETPERSIST, _TUNSETOWNER, _TUNSETGROUP = 0x400454CA, 0x400454CB, 0x400454CC, 0x400454CE
_IFF_TAP, _IFF_NO_PI = 0x2, 0x1000
_ARPHRD_ETHER = 1
_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_AUXDATA, _PACKET_VNET_HDR, _PACKET_QDISC_BYPASS, _PACKET_IGNORE_OUTGOING = 263, 8, 15, 20, 23
_SO_RCVBUFFORCE = 33
_RTF_UP, _RTF_GATEWAY = 1, 2
_RTM_SETLINK, _IFLA_TXQLEN, _NLM_F_REQUEST, _NLM_F_ACK = 19, 13, 1, 4
_QUEUE = 10_000

TAP_MTU = 65_521  # the most that the kernel allows a TAP


class NotPrivate(Exception):
    """The network namespace was not made for the lab."""


def private_socket() -> socket.socket:
    """A socket for the ioctls below. Raises NotPrivate unless the namespace holds nothing but an unused `lo`."""
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        raise NotPrivate(f"refusing to touch a network namespace that holds {', '.join(names)}")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if flags(sock, "lo") & _IFF_UP:
        sock.close()
        raise NotPrivate("refusing to touch a network namespace whose lo is up already")
    return sock


def open_tap(name: str) -> int:
    """Makes the TAP. It outlives its descriptors, and goes with its namespace: that is the quick way to end one. It
    belongs to this user, who may join it from then on without a capability."""
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(fd, _TUNSETIFF, struct.pack("16sH14x", name.encode(), _IFF_TAP | _IFF_NO_PI))
    fcntl.ioctl(fd, _TUNSETPERSIST, 1)
    fcntl.ioctl(fd, _TUNSETOWNER, os.geteuid())
    fcntl.ioctl(fd, _TUNSETGROUP, os.getegid())
    return fd


def configure(sock: socket.socket, name: str, mac: str, mtu: int) -> None:
    octets = bytes.fromhex(mac.replace(":", ""))
    _ioctl(sock, _SIOCSIFHWADDR, name, struct.pack("H6s", _ARPHRD_ETHER, octets))
    _ioctl(sock, _SIOCSIFMTU, name, struct.pack("i", mtu))
    _set_queue(name, _QUEUE)


def _set_queue(name: str, frames: int) -> None:
    """By netlink: the ioctl for it wants to be root outside of our user namespace."""
    attribute = struct.pack("HHI", 8, _IFLA_TXQLEN, frames)
    body = struct.pack("BxHiII", socket.AF_UNSPEC, 0, socket.if_nametoindex(name), 0, 0) + attribute
    head = struct.pack("IHHII", 16 + len(body), _RTM_SETLINK, _NLM_F_REQUEST | _NLM_F_ACK, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.send(head + body)
        error = -struct.unpack_from("i", netlink.recv(4096), 16)[0]
    if error:
        raise OSError(error, os.strerror(error))


def up(sock: socket.socket, name: str, mute: bool = False) -> None:
    """Brings it up; a mute interface neither speaks ARP nor knows multicast."""
    wanted = flags(sock, name) | _IFF_UP
    if mute:
        wanted = (wanted | _IFF_NOARP) & ~_IFF_MULTICAST
    set_flags(sock, name, wanted)


def add_address(sock: socket.socket, name: str, address: str, prefix: int) -> None:
    mask = (0xFFFFFFFF << (32 - prefix)) & 0xFFFFFFFF
    broadcast = int.from_bytes(socket.inet_aton(address), "big") | (~mask & 0xFFFFFFFF)
    _ioctl(sock, _SIOCSIFADDR, name, _sockaddr(address))
    _ioctl(sock, _SIOCSIFNETMASK, name, _sockaddr(socket.inet_ntoa(mask.to_bytes(4, "big"))))
    _ioctl(sock, _SIOCSIFBRDADDR, name, _sockaddr(socket.inet_ntoa(broadcast.to_bytes(4, "big"))))


def add_default_route(sock: socket.socket, gateway: str) -> None:
    anywhere = _sockaddr("0.0.0.0")
    route = struct.pack(
        "L16s16s16sHhLPhPLLH",
        *(0, anywhere, _sockaddr(gateway), anywhere, _RTF_UP | _RTF_GATEWAY, 0, 0, 0, 0, 0, 0, 0, 0),
    )
    fcntl.ioctl(sock, _SIOCADDRT, route)


def packet_socket(name: str) -> socket.socket:
    """Sees every frame that comes out of `name`, and sends into it, past the kernel's own queue and stack. Each has before
    it what is still to be done to it, and beside it what has been (`postel.offload`)."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    sock.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(_SOL_PACKET, _PACKET_QDISC_BYPASS, 1)
    sock.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
    sock.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 1 << 26)
    except PermissionError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
    sock.bind((name, _ETH_P_ALL))
    return sock


def has_carrier(sock: socket.socket, name: str) -> bool:
    """Whether somebody holds the other end of the TAP. Needs no privilege."""
    value = ctypes.create_string_buffer(struct.pack("II", _ETHTOOL_GLINK, 0))
    try:
        _ioctl(sock, _SIOCETHTOOL, name, struct.pack("P", ctypes.addressof(value)))
    except OSError as error:
        if error.errno == errno.ENODEV:
            return False
        raise
    return bool(struct.unpack("II", value.raw[:8])[1])


def flags(sock: socket.socket, name: str) -> int:
    value: int = struct.unpack_from("H", _ioctl(sock, _SIOCGIFFLAGS, name, b""), 16)[0]
    return value


def set_flags(sock: socket.socket, name: str, value: int) -> None:
    _ioctl(sock, _SIOCSIFFLAGS, name, struct.pack("H", value & 0xFFFF))


def _ioctl(sock: socket.socket, request: int, name: str, value: bytes) -> bytes:
    return fcntl.ioctl(sock, request, struct.pack("16s24s", name.encode(), value))


def _sockaddr(address: str) -> bytes:
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
