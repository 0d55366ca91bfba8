/* SPDX-License-Identifier: BSD-2-Clause */
#include "paths.h"
#include <string.h>

/* RFC 1191, table 7-1, from the largest. */
static const unsigned table[] = {65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};

#define TABLE (sizeof table / sizeof *table)

static size_t index_of(const struct model_paths *model, uint32_t dst)
{
    size_t i = 0;

    while (i < model->count && model->paths[i].dst != dst)
        i++;
    return i;
}

static void take_out(struct model_paths *model, size_t i)
{
    memmove(&model->paths[i], &model->paths[i + 1], (--model->count - i) * sizeof *model->paths);
}

/* As the newest; false when all others are set by the user. */
static bool put(struct model_paths *model, struct model_path path)
{
    size_t i = index_of(model, path.dst);

    if (i < model->count)
        take_out(model, i);
    for (i = 0; model->count == model->room && i < model->count; i++)
        if (model->paths[i].why != SET)
            take_out(model, i);
    if (model->count == model->room)
        return false;
    model->paths[model->count++] = path;
    return true;
}

unsigned model_path_mtu(const struct model_paths *model, uint32_t dst, unsigned first_hop)
{
    size_t i = index_of(model, dst);

    return i < model->count && model->paths[i].mtu < first_hop ? model->paths[i].mtu : first_hop;
}

/* The first plateau below what an old router refused. Its length is doubted where it is no less
 * than what we believe to pass. */
static unsigned guessed(unsigned length, unsigned header, unsigned mtu)
{
    size_t i = 0;

    if (length >= mtu)
        length = length > header ? length - header : 0;
    while (i < TABLE - 1 && table[i] >= length)
        i++;
    return table[i];
}

bool model_path_lower(struct model_paths *model, uint32_t dst, unsigned said, unsigned length,
                      unsigned header, unsigned first_hop, uint64_t now)
{
    unsigned mtu = model_path_mtu(model, dst, first_hop);
    unsigned lower = said != 0 ? said : guessed(length, header, mtu);
    size_t i = index_of(model, dst);

    if (lower < 68)
        lower = 68;
    if (lower >= mtu || length <= lower) /* it would have passed */
        return false;
    if (i < model->count && model->paths[i].why == SET)
        return false;
    return put(model, (struct model_path){dst, lower, now, LOWERED});
}

bool model_path_set(struct model_paths *model, uint32_t dst, unsigned mtu)
{
    size_t i = index_of(model, dst);

    if (mtu == 0) {
        if (i < model->count)
            take_out(model, i);
        return true;
    }
    return put(model, (struct model_path){dst, mtu < 68 ? 68 : mtu, 0, SET});
}

uint64_t model_path_due(const struct model_paths *model, uint32_t *ret_dst)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < model->count; i++) {
        const struct model_path *path = &model->paths[i];
        uint64_t due =
            path->changed + (path->why == LOWERED ? model->after_fall : model->after_raise);
        if (path->why == SET || due >= first)
            continue;
        first = due;
        *ret_dst = path->dst;
    }
    return first;
}

void model_path_raise(struct model_paths *model, uint32_t dst, unsigned first_hop, uint64_t now)
{
    size_t i = index_of(model, dst), plateau = TABLE - 1;

    if (i == model->count || model->paths[i].why == SET)
        return;
    while (plateau > 0 && table[plateau] <= model->paths[i].mtu)
        plateau--;
    if (table[plateau] >= first_hop)
        take_out(model, i);
    else
        put(model, (struct model_path){dst, table[plateau], now, LIFTED});
}
