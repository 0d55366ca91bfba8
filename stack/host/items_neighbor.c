/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/arp_out.h"

static enum v4_error add(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    uint32_t addr = v4_request_address(verb->request, "addr");
    struct v4_mac mac = v4_request_mac(verb->request, "mac");

    return v4_request_understood(verb->request) ? v4_arp_fix(verb->core, iface, addr, mac)
                                                : V4_EINVAL;
}

static enum v4_error del(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    uint32_t addr = v4_request_address(verb->request, "addr");

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    return v4_neighbors_remove(verb->core->neighbors, iface, addr) ? V4_OK : V4_ENOENT;
}

static enum v4_error list(struct v4_verb *verb)
{
    struct v4_neighbor_entry entry;
    unsigned only;

    if (!v4_verb_only(verb, &only))
        return V4_EINVAL;
    for (size_t i = 0; v4_neighbors_at(verb->core->neighbors, i, &entry); i++) {
        if (!v4_verb_wants(only, entry.iface))
            continue;
        v4_text_start(verb->line);
        v4_text_put(verb->line, "* neighbor iface=%u", entry.iface);
        v4_text_address(verb->line, "addr", entry.addr);
        v4_text_mac(verb->line, "mac", entry.mac);
        verb->emit(verb->context, verb->line->octets);
    }
    return V4_OK;
}

const struct v4_kind v4_neighbor_kind = {"neighbor", add, del, list};
