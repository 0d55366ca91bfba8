/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/ident.h"
#include <string.h>
#include "base/hash.h"

#define ROUND UINT64_C(0x10000)
#define PART (ROUND / V4_IDENT_PARTS)
#define BACK 4096 /* an error may be about any of those given so lately */

#define KEY_OCTETS 9

static void write_key(const struct v4_ident_key *key, uint8_t octets[KEY_OCTETS])
{
    v4_put32(octets, key->src);
    v4_put32(octets + 4, key->dst);
    octets[8] = key->protocol;
}

static unsigned index_of(const struct v4_idents *idents, const struct v4_ident_key *key)
{
    uint8_t octets[KEY_OCTETS];

    write_key(key, octets);
    return (unsigned)(v4_hash(idents->seed, (struct v4_span){octets, sizeof octets}) % V4_IDENTS);
}

void v4_idents_start(struct v4_idents *idents, uint64_t seed, v4_time lifetime)
{
    memset(idents, 0, sizeof *idents);
    idents->seed = seed;
    idents->lifetime = lifetime;
    idents->rng = v4_rng_open(seed);
    for (unsigned i = 0; i < V4_IDENTS; i++) {
        struct v4_ident_counter *counter = &idents->counters[i];
        counter->next = (uint16_t)v4_rng_next(&idents->rng);
        counter->part = V4_IDENT_PARTS; /* none */
        for (unsigned part = 0; part < V4_IDENT_PARTS; part++)
            counter->last[part] = V4_NEVER;
    }
}

/* When `part` was used in the round before this one. */
static v4_time used(const struct v4_ident_counter *counter, unsigned part)
{
    return part == counter->part ? counter->before : counter->last[part];
}

enum v4_ident_answer v4_ident_next(struct v4_idents *idents, const struct v4_ident_key *key,
                                   bool wait, v4_time now, uint16_t *ret_id)
{
    struct v4_ident_counter *counter = &idents->counters[index_of(idents, key)];
    unsigned part = (unsigned)(counter->next / PART);
    v4_time then = used(counter, part);
    bool again = then != V4_NEVER && now - then < idents->lifetime;

    if (again && wait)
        return V4_IDENT_AGAIN;
    counter->before = then;
    counter->part = part;
    counter->last[part] = now;
    *ret_id = counter->next;

    uint32_t step = 1 + v4_rng_below(&idents->rng, V4_IDENT_STEP);
    counter->next = (uint16_t)(counter->next + step);
    counter->given += step;
    return again ? V4_IDENT_AGAIN : V4_IDENT_FRESH;
}

uint16_t v4_ident_atomic(const struct v4_idents *idents, const struct v4_ident_key *key,
                         struct v4_span data)
{
    uint8_t octets[KEY_OCTETS + V4_IDENT_QUOTED];
    size_t len = data.len < V4_IDENT_QUOTED ? data.len : V4_IDENT_QUOTED;

    write_key(key, octets);
    if (len != 0)
        memcpy(octets + KEY_OCTETS, data.octets, len);
    return (uint16_t)v4_hash(~idents->seed, (struct v4_span){octets, KEY_OCTETS + len});
}

void v4_ident_note(struct v4_idents *idents, const struct v4_ident_key *key, uint16_t id)
{
    idents->chosen[idents->chosen_next++ % V4_IDENT_CHOSEN] =
        (struct v4_ident_chosen){.key = *key, .id = id, .used = true};
}

static bool was_chosen(const struct v4_idents *idents, const struct v4_ident_key *key, uint16_t id)
{
    for (unsigned i = 0; i < V4_IDENT_CHOSEN; i++) {
        const struct v4_ident_chosen *chosen = &idents->chosen[i];
        if (chosen->used && chosen->id == id && chosen->key.src == key->src &&
            chosen->key.dst == key->dst && chosen->key.protocol == key->protocol)
            return true;
    }
    return false;
}

bool v4_ident_is_ours(const struct v4_idents *idents, const struct v4_ident_key *key, uint16_t id,
                      struct v4_span data)
{
    const struct v4_ident_counter *counter = &idents->counters[index_of(idents, key)];
    uint16_t back = (uint16_t)(counter->next - id);
    bool given = back != 0 && back <= BACK && back <= counter->given;

    return given || v4_ident_atomic(idents, key, data) == id || was_chosen(idents, key, id);
}
