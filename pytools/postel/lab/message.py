# SPDX-License-Identifier: BSD-2-Clause
"""One JSON object and some descriptors, as one message of a SOCK_SEQPACKET socket."""
import json
import os
import socket
from typing import Any

_LIMIT = 1 << 17
_MAX_FDS = 16


def send(sock: socket.socket, message: dict[str, Any], fds: list[int] | None = None) -> None:
    socket.send_fds(sock, [json.dumps(message).encode()], fds or [])


def receive(sock: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message, None at the end of file or when the other end has died over what we sent."""
    try:
        data, fds, _, _ = socket.recv_fds(sock, _LIMIT, _MAX_FDS)
    except ConnectionResetError:
        return None
    for fd in fds:  # Python 3.11 takes no notice of flags, so MSG_CMSG_CLOEXEC would not do it
        os.set_inheritable(fd, False)
    if not data:
        return None
    return json.loads(data), list(fds)
