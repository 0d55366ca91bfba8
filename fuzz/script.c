/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"
#include <string.h>

/* The octets of a record that are always there, by kind. */
static const size_t fixed[] = {
    [SCRIPT_FRAME] = 4, [SCRIPT_ADVANCE] = 3, [SCRIPT_OP] = 3, [SCRIPT_INTERFACE] = 7};

static struct v4_span rest(struct v4_span script, size_t from, size_t len)
{
    size_t left = script.len - from;

    return (struct v4_span){script.octets + from, len < left ? len : left};
}

bool script_next(struct v4_span *script, struct script_record *ret_record)
{
    if (script->len == 0)
        return false;

    const uint8_t *p = script->octets;
    struct script_record record = {.kind = p[0] % 4};
    size_t len = fixed[record.kind];
    if (script->len < len)
        return false;

    switch (record.kind) {
    case SCRIPT_FRAME:
        record.interface = p[1];
        record.octets = rest(*script, len, v4_be16(p + 2));
        break;
    case SCRIPT_ADVANCE:
        record.milliseconds = v4_be16(p + 1);
        break;
    case SCRIPT_OP:
        record.octets = rest(*script, len, v4_be16(p + 1));
        break;
    case SCRIPT_INTERFACE:
        record.interface = p[1];
        record.address = v4_be32(p + 2);
        record.prefix_len = p[6] % 33;
        break;
    }
    len += record.octets.len;
    *script = rest(*script, len, script->len);
    *ret_record = record;
    return true;
}

size_t script_put(const struct script_record *record, uint8_t *to, size_t room)
{
    size_t head = fixed[record->kind];
    size_t len = record->octets.len < UINT16_MAX ? record->octets.len : UINT16_MAX;

    if (room < head || room - head < len)
        return 0;

    to[0] = (uint8_t)record->kind;
    switch (record->kind) {
    case SCRIPT_FRAME:
        to[1] = record->interface;
        v4_put16(to + 2, (uint16_t)len);
        break;
    case SCRIPT_ADVANCE:
        v4_put16(to + 1, record->milliseconds);
        break;
    case SCRIPT_OP:
        v4_put16(to + 1, (uint16_t)len);
        break;
    case SCRIPT_INTERFACE:
        to[1] = record->interface;
        v4_put32(to + 2, record->address);
        to[6] = record->prefix_len;
        break;
    }
    if (len > 0)
        memcpy(to + head, record->octets.octets, len);
    return head + len;
}
