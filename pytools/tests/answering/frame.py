def checksum(octets: bytes) -> bytes:
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (total ^ 0xFFFF).to_bytes(2, "big")


def frame(octets: bytes) -> list[bytes]:
    """A frame came in: the frames that go out for it."""
    kind, packet = octets[12:14], octets[14:]
    if kind == b"\x08\x06" and len(packet) >= 28 and packet[6:8] == b"\0\1" and packet[24:28] == ADDR:
        return [octets[6:12] + MAC + kind + packet[:6] + b"\0\2" + MAC + ADDR + packet[8:18]]
    packet = packet[: int.from_bytes(packet[2:4], "big")]
    if kind != b"\x08\0" or len(packet) < 28 or packet[0] != 0x45 or packet[16:20] != ADDR or checksum(packet[:20]) != b"\0\0":
        return []
    if int.from_bytes(packet[6:8], "big") & 0x3FFF or packet[9] != 1 or packet[20] != 8:
        return []
    message = bytes(2) + checksum(bytes(4) + packet[24:]) + packet[24:]
    header = packet[:8] + b"\x40\1\0\0" + ADDR + packet[12:16]
    return [octets[6:12] + MAC + kind + header[:10] + checksum(header) + header[12:] + message]
