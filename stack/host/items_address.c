/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/address.h"
#include "proto/advertise.h"
#include "proto/conflict.h"

static enum v4_error add(struct v4_verb *verb)
{
    struct v4_request *request = verb->request;
    struct v4_address address = {
        .iface = v4_verb_iface(verb),
        .net = {v4_request_address(request, "addr"),
                (uint8_t)v4_request_number(request, "len", 0, 32)},
        .deprecated = v4_request_number_or(request, "deprecated", 0, 1, 0) == 1,
        .unadvertised = v4_request_number_or(request, "advertise", 0, 1, 1) == 0,
        .preference = (int32_t)v4_request_number_or(request, "preference", 0, UINT32_MAX, 0),
    };
    bool first = v4_request_number_or(request, "primary", 0, 1, 0) == 1;
    bool probe = v4_request_number_or(request, "probe", 0, 1, 0) == 1;

    if (!v4_request_understood(request))
        return V4_EINVAL;
    return v4_conflict_add(verb->core, &address, first, probe);
}

static enum v4_error del(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    uint32_t addr = v4_request_address(verb->request, "addr");

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_advertise_withdraw(verb->core, iface, addr);
    return v4_conflict_remove(verb->core, iface, addr);
}

/* Those that are tested stand behind those that are ours. */
static void list_tested(struct v4_verb *verb, unsigned only)
{
    const struct v4_claim *claim;

    for (size_t i = 0; (claim = v4_claims_tested(verb->core->claims, i)) != NULL; i++) {
        if (!v4_verb_wants(only, claim->iface))
            continue;
        v4_text_start(verb->line);
        v4_text_put(verb->line, "* address iface=%u", claim->iface);
        v4_text_address(verb->line, "addr", claim->addr);
        v4_text_put(verb->line, " len=%u tentative=1", claim->len);
        verb->emit(verb->context, verb->line->octets);
    }
}

static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_address *address = NULL;
    unsigned only;

    if (!v4_verb_only(verb, &only))
        return V4_EINVAL;
    for (unsigned i = 0; i < verb->core->config.iface_count; i++) {
        while (v4_verb_wants(only, i) &&
               (address = v4_address_next(verb->core, i, address)) != NULL) {
            v4_text_start(verb->line);
            v4_text_put(verb->line, "* address iface=%u", i);
            v4_text_address(verb->line, "addr", address->net.addr);
            v4_text_put(verb->line, " len=%u primary=%d deprecated=%d", address->net.len,
                        !address->secondary, address->deprecated);
            if (address->unadvertised)
                v4_text_put(verb->line, " advertise=0");
            if (address->preference != 0)
                v4_text_put(verb->line, " preference=%u", (uint32_t)address->preference);
            verb->emit(verb->context, verb->line->octets);
        }
    }
    list_tested(verb, only);
    return V4_OK;
}

const struct v4_kind v4_address_kind = {"address", add, del, list};
