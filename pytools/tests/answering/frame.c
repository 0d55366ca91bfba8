static unsigned checksum(const uint8_t *p, size_t len)
{
    unsigned long sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? p[i] : (unsigned long)p[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (unsigned)sum ^ 0xffff;
}

static void put_sum(uint8_t *at, const uint8_t *p, size_t len)
{
    at[0] = at[1] = 0;
    unsigned sum = checksum(p, len);
    at[0] = (uint8_t)(sum >> 8);
    at[1] = (uint8_t)sum;
}

static void back(const uint8_t *from, uint8_t *reply, size_t len)
{
    memcpy(reply, from + 6, 6);
    memcpy(reply + 6, mac, 6);
    memcpy(reply + 12, from + 12, 2);
    if (write(wire, reply, len) < 0)
        exit(1);
}

static void frame(const uint8_t *octets, size_t len)
{
    static uint8_t reply[FRAME_MAX];
    const uint8_t *p = octets + 14;
    size_t total = len < 18 ? 0 : (size_t)p[2] << 8 | p[3];

    if (len < 42)
        return;
    memcpy(reply, octets, len);
    if (octets[13] == 6 && p[7] == 1 && memcmp(p + 24, addr, 4) == 0) {
        reply[21] = 2;
        memcpy(reply + 22, mac, 6);
        memcpy(reply + 28, addr, 4);
        memcpy(reply + 32, p + 8, 10);
        back(octets, reply, 42);
    }
    if (octets[13] != 0 || total < 28 || total > len - 14 || p[0] != 0x45 || (p[6] & 0x3f) || p[7] ||
        p[9] != 1 || p[20] != 8 || memcmp(p + 16, addr, 4) != 0 || checksum(p, 20) != 0)
        return;
    memcpy(reply + 26, addr, 4);
    memcpy(reply + 30, p + 12, 4);
    reply[34] = 0;
    put_sum(reply + 36, reply + 34, total - 20);
    put_sum(reply + 24, reply + 14, 20);
    back(octets, reply, total + 14);
}
