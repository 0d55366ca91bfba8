# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6890 section 2.2.2: blocks of addresses that nobody passes on."""

from postel.kit import *

FAR = "192.0.2.9"
BLOCKS = {
    "RFC6890-2.2.2-a": ("0.0.0.0", "0.0.0.5", "0.255.255.254"), "RFC6890-2.2.2-d": ("127.0.0.9", "127.255.255.254"),
    "RFC6890-2.2.2-e": ("169.254.1.9", "169.254.254.9"), "RFC6890-2.2.2-i": ("240.0.0.9", "255.255.255.254"),
    "RFC6890-2.2.2-j": ("255.255.255.255",),
}  # fmt: skip


@case(
    "RFC6890-2.2.2-a", "RFC6890-2.2.2-d", "RFC6890-2.2.2-e", "RFC6890-2.2.2-i", "RFC6890-2.2.2-j",
    violators={id_: answers("echo-request", nth=2 * n, dst=FAR) for n, id_ in enumerate(BLOCKS)},
)  # fmt: skip
def what_nobody_passes_on(lt):
    """Nothing leaves a host that came to it for, or from, an address that no router may pass on, though its frame was for the host."""
    for requirement, addresses in BLOCKS.items():
        for address in (addresses[0], addresses[-1]):
            with lt.judging(requirement):
                fields = {"dst": address} if address != "255.255.255.255" else {"src": address, "dst": FAR}
                lt.send(one_fault(echo(), **fields))
                lt.expect_silence(after=f"what has {address} in its header")


@case(
    "RFC6890-2.2.2-a", "RFC6890-2.2.2-d", "RFC6890-2.2.2-e", "RFC6890-2.2.2-i", "RFC6890-2.2.2-j",
    violators={id_: answers("echo-request", nth=n, dst=FAR) for n, id_ in enumerate(BLOCKS)},
)  # fmt: skip
def what_nobody_passes_on_for_another(lt):
    """Nor does what came from there for another host, near or far."""
    for requirement, addresses in BLOCKS.items():
        with lt.judging(requirement):
            for dst in (FAR, PEER):
                lt.send(one_fault(echo(), src=addresses[-1], dst=dst))
            lt.expect_silence(after=f"source {addresses[-1]}")
