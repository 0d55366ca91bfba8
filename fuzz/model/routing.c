/* SPDX-License-Identifier: BSD-2-Clause */
#include "routing.h"

#define REDIRECT_SECONDS 600
#define REST_SECONDS 300
#define QUESTIONS 3

static bool agree(uint32_t a, uint32_t b, unsigned bits)
{
    for (unsigned bit = 0; bit < bits; bit++)
        if ((a >> (31 - bit) & 1) != (b >> (31 - bit) & 1))
            return false;
    return true;
}

bool model_same_way(const struct model_way *a, const struct model_way *b)
{
    return a->bits == b->bits && agree(a->net, b->net, a->bits) && a->tos == b->tos &&
           a->iface == b->iface && a->gateway == b->gateway && a->preference == b->preference &&
           a->kind == b->kind;
}

bool model_way_add(struct model_routing *model, const struct model_way *way)
{
    for (size_t i = 0; i < model->way_count; i++)
        if (model_same_way(&model->ways[i], way))
            return false;
    if (model->way_count == MODEL_ROUTES)
        return false;
    model->ways[model->way_count++] = *way;
    return true;
}

bool model_way_remove(struct model_routing *model, const struct model_way *way)
{
    size_t kept = 0;

    for (size_t i = 0; i < model->way_count; i++)
        if (!model_same_way(&model->ways[i], way))
            model->ways[kept++] = model->ways[i];
    bool found = kept < model->way_count;
    model->way_count = kept;
    return found;
}

bool model_leads(const struct model_way *way, uint32_t dst, unsigned tos)
{
    return agree(way->net, dst, way->bits) && (way->tos == 0 || way->tos == (tos & 0x1e));
}

bool model_before(const struct model_way *a, const struct model_way *b)
{
    if (a->bits > b->bits)
        return true;
    if (a->bits < b->bits)
        return false;
    if (a->tos != 0 && b->tos == 0)
        return true;
    if (a->tos == 0 && b->tos != 0)
        return false;
    return a->preference <= b->preference;
}

static const struct model_trouble *trouble_of(const struct model_routing *model, unsigned iface,
                                              uint32_t gateway)
{
    for (size_t i = 0; i < model->trouble_count; i++)
        if (model->troubles[i].iface == iface && model->troubles[i].gateway == gateway)
            return &model->troubles[i];
    return NULL;
}

static bool rests(const struct model_trouble *trouble, v4_time now)
{
    return trouble->died != V4_NEVER && trouble->died <= now &&
           now < trouble->died + REST_SECONDS * V4_SECOND;
}

bool model_is_dead(const struct model_routing *model, unsigned iface, uint32_t gateway, v4_time now)
{
    const struct model_trouble *trouble = trouble_of(model, iface, gateway);

    return gateway != 0 && trouble != NULL && rests(trouble, now);
}

static bool leaves_by(unsigned from, unsigned iface)
{
    return from == MODEL_EVERY_IFACE || from == iface;
}

static const struct model_way *best(const struct model_routing *model, unsigned from, uint32_t dst,
                                    unsigned tos, bool only_living, v4_time now)
{
    const struct model_way *found = NULL;

    for (size_t i = 0; i < model->way_count; i++) {
        const struct model_way *way = &model->ways[i];
        if (!model_leads(way, dst, tos) || !leaves_by(from, way->iface) ||
            (only_living && model_is_dead(model, way->iface, way->gateway, now)))
            continue;
        if (found == NULL || !model_before(found, way))
            found = way;
    }
    return found;
}

const struct model_redirect *model_taught(const struct model_routing *model, uint32_t dst,
                                          unsigned tos, v4_time now)
{
    for (size_t i = 0; i < model->redirect_count; i++) {
        const struct model_redirect *redirect = &model->redirects[i];
        if (redirect->dst == dst && redirect->tos == tos &&
            now - redirect->when < REDIRECT_SECONDS * V4_SECOND)
            return redirect;
    }
    return NULL;
}

enum model_where model_find(const struct model_routing *model, unsigned from, uint32_t dst,
                            unsigned tos, v4_time now, unsigned *ret_iface, uint32_t *ret_hop)
{
    const struct model_redirect *redirect = model_taught(model, dst, tos & 0x1e, now);

    if (redirect == NULL)
        redirect = model_taught(model, dst, MODEL_EVERY_TOS, now);
    if (redirect != NULL && leaves_by(from, redirect->iface) &&
        !model_is_dead(model, redirect->iface, redirect->gateway, now)) {
        *ret_iface = redirect->iface;
        *ret_hop = redirect->gateway;
        return MODEL_GOES;
    }
    const struct model_way *way = best(model, from, dst, tos, true, now);
    if (way == NULL)
        way = best(model, from, dst, tos, false, now);
    if (way == NULL)
        return MODEL_NO_WAY;
    *ret_iface = way->iface;
    *ret_hop = way->gateway != 0 ? way->gateway : dst;
    return way->kind;
}

static void forget_redirect(struct model_routing *model, size_t at)
{
    for (size_t i = at + 1; i < model->redirect_count; i++)
        model->redirects[i - 1] = model->redirects[i];
    model->redirect_count--;
}

void model_redirect_learn(struct model_routing *model, const struct model_redirect *redirect)
{
    for (size_t i = 0; i < model->redirect_count;) {
        const struct model_redirect *old = &model->redirects[i];
        bool ends = redirect->tos == MODEL_EVERY_TOS || redirect->tos == old->tos;
        if (old->dst == redirect->dst && ends)
            forget_redirect(model, i);
        else
            i++;
    }
    if (model->redirect_count == MODEL_REDIRECTS)
        forget_redirect(model, 0);
    model->redirects[model->redirect_count++] = *redirect;
}

void model_redirects_vague(struct model_routing *model, unsigned iface, uint32_t gateway)
{
    for (size_t i = 0; i < model->redirect_count; i++)
        model->redirects[i].vague |=
            model->redirects[i].iface == iface && model->redirects[i].gateway == gateway;
}

void model_praise(struct model_routing *model, unsigned iface, uint32_t gateway)
{
    size_t kept = 0;

    for (size_t i = 0; i < model->trouble_count; i++)
        if (model->troubles[i].iface != iface || model->troubles[i].gateway != gateway)
            model->troubles[kept++] = model->troubles[i];
    model->trouble_count = kept;
}

static struct model_trouble *complain(struct model_routing *model, unsigned iface, uint32_t gateway)
{
    for (size_t i = 0; i < model->trouble_count; i++)
        if (model->troubles[i].iface == iface && model->troubles[i].gateway == gateway)
            return &model->troubles[i];
    if (model->trouble_count == MODEL_TROUBLES) {
        for (size_t i = 1; i < MODEL_TROUBLES; i++)
            model->troubles[i - 1] = model->troubles[i];
        model->trouble_count--;
    }
    struct model_trouble *made = &model->troubles[model->trouble_count++];
    *made = (struct model_trouble){.gateway = gateway, .iface = iface, .died = V4_NEVER};
    return made;
}

void model_doubt(struct model_routing *model, unsigned iface, uint32_t gateway)
{
    complain(model, iface, gateway);
}

void model_silent(struct model_routing *model, unsigned iface, uint32_t gateway, v4_time now)
{
    bool used = false;

    for (size_t i = 0; i < model->redirect_count;) {
        bool over = model->redirects[i].iface == iface && model->redirects[i].gateway == gateway;
        used = used || over;
        if (over)
            forget_redirect(model, i);
        else
            i++;
    }
    for (size_t i = 0; i < model->way_count; i++)
        used = used || (model->ways[i].iface == iface && model->ways[i].gateway == gateway);
    if (used)
        complain(model, iface, gateway)->died = now;
}

bool model_asks(struct model_routing *model, unsigned iface, uint32_t gateway, v4_time now)
{
    const struct model_trouble *known = trouble_of(model, iface, gateway);

    if (known == NULL || rests(known, now))
        return false;
    struct model_trouble *trouble = complain(model, iface, gateway);
    if (trouble->died != V4_NEVER && trouble->died <= now) { /* it has rested */
        trouble->died = V4_NEVER;
        trouble->asked = 0;
    }
    if (trouble->asked == QUESTIONS || (trouble->asked > 0 && now < trouble->last + V4_SECOND))
        return false;
    trouble->asked++;
    trouble->last = now;
    if (trouble->asked == QUESTIONS)
        trouble->died = now + V4_SECOND;
    return true;
}
