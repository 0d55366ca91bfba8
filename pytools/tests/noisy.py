# SPDX-License-Identifier: BSD-2-Clause
"""What a host says of its own accord, and a program that has any IUT over the link `fd` say it as well.

  noisy.py EVERY SECONDS FD,FD COMMAND...    runs COMMAND behind the descriptors; every EVERY-th frame of the IUT has noise before
                                             and after it, and SECONDS without a frame end with one more"""

import dataclasses
import importlib.util
import itertools
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def alone(module: str) -> Any:
    """One module of the tools by itself: the whole kit takes half a second."""
    spec = importlib.util.spec_from_file_location(Path(module).stem, Path(__file__).parent.parent / "postel" / module)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


wire, INTERFACES = alone("kit/wire.py"), alone("lab/addresses.py").INTERFACES
LONGEST = 70_000
NO_MAC, ALL = "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"


def noise(iface: int = 0) -> dict[str, bytes]:
    """One frame of each kind, as the IUT would send it by this interface of the lab."""
    return _of_the_link(f"02000000{iface:02x}02") | _arp(iface) | _ip(iface)


def _of_the_link(mac: str) -> dict[str, bytes]:
    """Neither IPv4 nor ARP."""

    def frame(dst: str, rest: str) -> bytes:
        return bytes.fromhex(dst + mac + rest.replace(" ", "")).ljust(60, b"\0")

    six, to_all = "fe80 0000000000000000 00fffe000002", "ff02" + "00" * 13
    return {
        "lldp": frame("0180c200000e", "88cc 0207 04" + mac + " 0402 0731 0602 0078 0000"),
        "stp": frame("0180c2000000", "0026 424203 0000 00 00 00 8000" + mac + "00000000 8000" + mac + "8001 0000 1400 0200 0f00"),
        "cdp": frame("01000ccccccc", "0020 aaaa03 00000c 2000 02b4 0000 0001 0008 686f7374"),
        "appletalk-aarp": frame("090007ffffff", "0024 aaaa03 000000 80f3 0001 809b 0604 0003"),
        "netbios-frames": frame("030000000001", "002f f0f003 2c00 ffef 0000 00000000"),
        "ipx-raw": frame("ffffffffffff", "0022 ffff 0022 0011 00000000 ffffffffffff 0452"),
        "xid": frame("ffffffffffff", "0006 0001af 810100"),
        "rarp": frame("ffffffffffff", "8035 0001 0800 06 04 0003" + mac + "00000000" + mac + "00000000"),
        "ipv6-router-solicitation": frame("333300000002", "86dd 60000000 0008 3a ff" + six + to_all + "02 8500 7bb8 00000000"),
        "ipv6-neighbour-solicitation": frame("020000000001", "86dd 60000000 0018 3a ff" + six + six + "8700 0000" + "00" * 20),
        "ipv6-mld": frame("333300000016", "86dd 60000000 0024 00 01" + six + to_all + "16 3a00 0502 0000 0100 8f00 0000 0000 0001"),
        "ipv6-mdns": frame("3333000000fb", "86dd 60000000 0010 11 ff" + six + to_all + "fb 14e9 14e9 0010 0000" + "00" * 8),
        "eapol-start": frame("0180c2000003", "888e 0101 0000"),
        "eapol-to-one": frame("020000000001", "888e 0100 0005 0101 0005 01"),
        "mka": frame("0180c2000003", "888e 0305 0000"),
        "ptp": frame("011b19000000", "88f7 0002 002c 0000 0000" + "00" * 36),
        "esmc": frame("0180c2000002", "8809 0a 0019a7 0001 10000000 01 0004 02"),
        "lacp": frame("0180c2000002", "8809 01 01 01 14 8000" + mac + "0001 8000 0001 3d"),
        "cfm": frame("0180c2000035", "8902 a001 0046"),
        "loop": frame("cf0000000000", "9000 0000 0100 0000"),
        "vlan": frame("ffffffffffff", "8100 0005 0806 0001 0800 06 04 0001" + mac + "c6120002" + "00" * 6 + "c6120001"),
        "vlan-with-ip": frame("020000000001", "8100 0005 0800 4500 001c 0001 0000 40 01 0000 c6120002 c6120001 0800 f7ff 0000 0000"),
        "vlan-in-vlan": frame("ffffffffffff", "88a8 0005 8100 0006 0806"),
        "mpls": frame("020000000001", "8847 00010140 4500"),
        "pppoe": frame("ffffffffffff", "8863 1109 0000 0004 0101 0000"),
        "wake-on-lan": frame("ffffffffffff", "0842" + "ff" * 6 + (mac * 16)),
        "homeplug": frame("ffffffffffff", "88e1 00 0060 00b052"),
        "of-no-known-type": frame("ffffffffffff", "9abc 01020304"),
        "experimental-to-one": frame("020000000001", "88b5 4142434445464748"),
        "runt": bytes.fromhex("ffffffffffff"),
    }  # fmt: skip


def _arp(iface: int) -> dict[str, bytes]:
    mac, address = INTERFACES[iface].iut_mac, INTERFACES[iface].iut
    said = {"eth_dst": ALL, "eth_src": mac, "eth_type": 0x0806, "htype": 1, "ptype": 0x0800, "hlen": 6, "plen": 4,
            "sha": mac, "tpa": address}  # fmt: skip
    return {
        "arp-probe": wire.build(said | {"op": 1, "spa": "0.0.0.0", "tha": NO_MAC}),
        "arp-announcement": wire.build(said | {"op": 1, "spa": address, "tha": NO_MAC}),
        "arp-announcement-as-reply": wire.build(said | {"op": 2, "spa": address, "tha": ALL}),
    }


def _ip(iface: int) -> dict[str, bytes]:
    mac, address, near = INTERFACES[iface].iut_mac, INTERFACES[iface].iut, INTERFACES[iface].broadcast

    def to(dst: str, **said: Any) -> bytes:
        octets = wire.address_octets(dst)
        group = "01:00:5e:" + wire.mac_text(bytes([octets[1] & 0x7F, *octets[2:]]))
        link = group if octets[0] < 240 and dst != near else ALL
        return bytes(wire.build({"eth_dst": link, "eth_src": mac, "src": address, "dst": dst, "ttl": 1} | said))

    def udp(dst: str, sport: int, dport: int, **said: Any) -> bytes:
        return to(dst, protocol=17, sport=sport, dport=dport, **{"data": b"by the way", **said})

    return {
        "mdns": udp("224.0.0.251", 5353, 5353, ttl=255),
        "llmnr": udp("224.0.0.252", 50123, 5355),
        "ssdp": udp("239.255.255.250", 1900, 1900),
        "ssdp-search": udp("239.255.255.250", 50124, 1900),
        "ws-discovery": udp("239.255.255.250", 50125, 3702),
        "ptp-over-udp": udp("224.0.1.129", 319, 319),
        "dhcp": udp("255.255.255.255", 68, 67, src="0.0.0.0", data=bytes(240)),
        "dhcp-rebinding": udp("255.255.255.255", 68, 67, data=bytes(240)),
        "netbios-names": udp(near, 137, 137),
        "netbios-datagrams": udp(near, 138, 138),
        "rip": udp("224.0.0.9", 520, 520),
        "igmp-2": to("224.0.0.251", protocol=2, payload=bytes.fromhex("16000904e00000fb"), options=b"\x94\4\0\0"),
        "igmp-without-address": to("224.0.0.22", src="0.0.0.0", protocol=2, payload=bytes.fromhex("2200f9020000000104000000e00000fb"), options=b"\x94\4\0\0", tos=0xC0),
        "router-solicitation": to("224.0.0.2", protocol=1, type=10, code=0),
        "router-solicitation-without-address": to("255.255.255.255", src="0.0.0.0", protocol=1, type=10, code=0),
        "ospf": to("224.0.0.5", protocol=89, payload=bytes.fromhex("0201002c") + bytes(40)),
        "vrrp": to("224.0.0.18", protocol=112, payload=bytes.fromhex("2101640100010000") + bytes(8), ttl=255),
        "pim": to("224.0.0.13", protocol=103, payload=bytes.fromhex("2000dfff")),
    }  # fmt: skip


def behind(definition: Any, every: int = 1, seconds: float = 0.2) -> Any:
    """The definition of an IUT over `fd`, with noise around it."""
    numbers = ",".join(f"{{if{n}}}" for n in range(definition.interfaces))
    before = (sys.executable, __file__, str(every), str(seconds), numbers)
    command = {"fd": (*before, *definition.command["fd"])}
    return dataclasses.replace(definition, links=("fd",), command=command, object={})


class Relay:
    """Between the harness and the IUT, whose descriptors have the same numbers."""

    def __init__(self, numbers: list[int], every: int) -> None:
        self.harness = [socket.socket(fileno=os.dup(number)) for number in numbers]
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in numbers]
        self.iut = [ours for ours, _ in pairs]
        for number, (_, theirs) in zip(numbers, pairs, strict=True):
            os.dup2(theirs.fileno(), number)
            theirs.close()
        self.noise: list[Iterator[bytes]] = [itertools.cycle(noise(iface).values()) for iface in range(len(numbers))]
        self.every, self.heard = every, 0

    def from_iut(self, iface: int, frame: bytes) -> None:
        self.heard += 1
        loud = self.heard % self.every == 0
        frames = [next(self.noise[iface]), frame, next(self.noise[iface])] if loud else [frame]
        for each in frames:
            self.harness[iface].send(each)

    def more(self) -> None:
        for link, frames in zip(self.harness, self.noise, strict=True):
            link.send(next(frames))

    def serve(self, seconds: float) -> None:
        """Until either end is closed."""
        with selectors.DefaultSelector() as selector:
            for iface, (harness, iut) in enumerate(zip(self.harness, self.iut, strict=True)):
                selector.register(harness, selectors.EVENT_READ, (iface, True))
                selector.register(iut, selectors.EVENT_READ, (iface, False))
            while True:
                ready = selector.select(seconds)
                if not ready:
                    self.more()
                for key, _ in ready:
                    iface, asked = key.data
                    frame = key.fileobj.recv(LONGEST)  # type: ignore[union-attr]  # a socket
                    if not frame:
                        return
                    if asked:
                        self.iut[iface].send(frame)
                    else:
                        self.from_iut(iface, frame)

    def close(self) -> None:
        for link in (*self.harness, *self.iut):
            link.close()


def main(every: str, seconds: str, numbers: str, *command: str) -> int:
    descriptors = [int(number) for number in numbers.split(",")]
    relay = Relay(descriptors, int(every))
    process = subprocess.Popen(command, pass_fds=descriptors)
    for number in descriptors:
        os.close(number)
    try:
        relay.serve(float(seconds))
    except (BrokenPipeError, ConnectionResetError):
        pass
    relay.close()
    code = process.wait()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
