# SPDX-License-Identifier: BSD-2-Clause
"""The settings under which Linux is judged. A new namespace copies some of the machine's, so each one is written,
also where the value is the kernel's default. Absent files (older or newer kernels) are skipped."""

import os
from collections.abc import Collection

_HOST = {
    "icmp_echo_ignore_all": 0,
    "icmp_echo_ignore_broadcasts": 1,
    "icmp_errors_use_inbound_ifaddr": 0,
    "icmp_ignore_bogus_error_responses": 1,
    "icmp_ratelimit": 0,
    "icmp_ratemask": 0,  # lifts the global limit as well, which icmp_ratelimit alone does not
    "ip_default_ttl": 64,
    "ip_early_demux": 1,
    "ip_forward": 0,
    "ip_forward_use_pmtu": 0,
    "ip_local_port_range": "32768 60999",
    "ip_no_pmtu_disc": 0,
    "ip_nonlocal_bind": 0,
    "ip_unprivileged_port_start": 0,
    "ipfrag_high_thresh": 4 << 20,
    "ipfrag_low_thresh": 3 << 20,
    "ipfrag_max_dist": 64,
    "igmp_link_local_mcast_reports": 1,
    "igmp_qrv": 1,
    "ping_group_range": "0 0",
    "tcp_early_retrans": 0,
    "tcp_rto_min_us": 10_000_000,
    "udp_early_demux": 1,
}
_CONF = {
    "accept_local": 0,
    "accept_redirects": 1,
    "accept_source_route": 1,
    "arp_accept": 0,
    "arp_announce": 0,
    "arp_evict_nocarrier": 1,
    "arp_filter": 0,
    "arp_ignore": 0,
    "arp_notify": 0,
    "bc_forwarding": 0,
    "bootp_relay": 0,
    "drop_gratuitous_arp": 0,
    "drop_unicast_in_l2_multicast": 0,
    "force_igmp_version": 0,
    "forwarding": 0,
    "igmpv2_unsolicited_report_interval": 10,
    "igmpv3_unsolicited_report_interval": 1,
    "ignore_routes_with_linkdown": 0,
    "log_martians": 0,
    "medium_id": 0,
    "promote_secondaries": 0,
    "proxy_arp": 0,
    "proxy_arp_pvlan": 0,
    "route_localnet": 0,
    "rp_filter": 0,
    "secure_redirects": 1,
    "send_redirects": 1,
    "shared_media": 1,
    "src_valid_mark": 0,
}
_NEIGH = {
    "delay_first_probe_time": 5,
    "locktime": -1,  # lifts a limit: for a second after a change no other MAC is believed, and with 0 still for a tick
    "mcast_solicit": 1,
    "retrans_time_ms": 1000,  # nobody waits for it, and a shorter one would ask more often than RFC1122-2.3.2.1-b lets it
    "ucast_solicit": 1,
}

# Of these, what is not as the kernel has it by itself: name, value here, the kernel's, and why.
CHANGED = (
    ("ipv4/icmp_ratelimit", 0, "1000", "an error a second to each host would keep most errors from being seen"),
    ("ipv4/icmp_ratemask", 0, "6168", "the limit of all errors together is lifted only by this"),
    ("ipv4/ipfrag_time", None, "30", "a reassembly that times out is waited for in each run"),
    ("ipv4/conf/all/accept_source_route", 1, "0", "RFC 1122 3.2.1.8 has hosts take the source routes that end with them"),
    ("ipv4/neigh/*/locktime", -1, "100", "RFC 826 has a new MAC believed at once, not after a second"),
    ("ipv4/neigh/*/mcast_solicit", 1, "3", "a neighbour that does not answer is given up after a second"),
    ("ipv4/neigh/*/ucast_solicit", 1, "3", "the same where it is polled at the MAC that it had"),
    ("ipv4/igmp_qrv", 1, "2", "a membership is reported once, and not again amid a later step"),
    ("ipv4/conf/*/igmpv2_unsolicited_report_interval", 10, "10000", "and at once"),
    ("ipv4/conf/*/igmpv3_unsolicited_report_interval", 1, "1000", "and at once"),
    ("ipv4/ping_group_range", "0 0", "1 0", "the user sends echo requests"),
    ("ipv4/ip_unprivileged_port_start", 0, "1024", "the user binds any port"),
    ("ipv4/tcp_early_retrans", 0, "3", "on a fast link a segment would be sent again within milliseconds, amid a later step"),
    ("ipv4/tcp_rto_min_us", 10_000_000, "200000", "and after a fifth of a second, while a case on a slow machine lasts"),
    ("ipv6/conf/*/disable_ipv6", 1, "0", "an idle interface is silent"),
)


def told(reassembly: float, at_default: Collection[str] = ()) -> list[str]:
    """A line for each setting that the lab changes."""
    return [f"net.{name.replace('/', '.')} = {reassembly if value is None else value} (by default {default}): {why}"
            for name, value, default, why in CHANGED if name not in at_default]  # fmt: skip


def before_up(names: list[str], reassembly: int, at_default: Collection[str] = ()) -> None:
    """Writes every setting for the interfaces `names`, which must exist and not be up. IPv6 goes first: with it
    off, an idle interface is silent. The kernel knows the same limits for `all`, `default` and each interface."""
    for name in ("all", "default", *names):
        _write(f"ipv6/conf/{name}/disable_ipv6", 1)
        for key, value in _CONF.items():
            _write(f"ipv4/conf/{name}/{key}", value)
    for name in names:
        for key, value in _NEIGH.items():
            _write(f"ipv4/neigh/{name}/{key}", value)
    for key, setting in (_HOST | {"ipfrag_time": reassembly}).items():
        _write(f"ipv4/{key}", setting)
    for path, _, default, _ in CHANGED:
        for name in names if path in at_default else ():
            _write(path.replace("*", name), default)


def mute(name: str) -> None:
    """For an interface behind which the IUT is somebody else: the kernel's own stack must not say a word there."""
    _write(f"ipv6/conf/{name}/disable_ipv6", 1)
    for key in ("forwarding", "log_martians", "accept_redirects", "arp_notify"):
        _write(f"ipv4/conf/{name}/{key}", 0)
    _write(f"ipv4/conf/{name}/arp_ignore", 8)


def _write(name: str, value: object) -> None:
    try:
        fd = os.open(f"/proc/sys/net/{name}", os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(fd, str(value).encode())
    finally:
        os.close(fd)
