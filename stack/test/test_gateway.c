/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/gateway.h"

#define A 0xc6120001
#define B 0xc6120009
#define TRIES 3
#define REST (300 * V4_SECOND)

static struct v4_gateways *table;
static v4_time now;

static void opened(void)
{
    table = v4_gateways_open(&(struct v4_gateway_config){
        .gateways = 2, .tries = TRIES, .interval = V4_SECOND, .rest = REST});
    now = 10 * V4_SECOND;
}

static void closed(void)
{
    v4_gateways_close(table);
}

TestSuite(gateway, .init = opened, .fini = closed);

static bool is_dead(uint32_t addr)
{
    return v4_gateways_is_dead(table, 0, addr, now);
}

static bool use(uint32_t addr)
{
    return v4_gateways_use(table, 0, addr, now);
}

static void pass(v4_time span)
{
    now += span;
}

Test(gateway, nobody_asks_who_is_believed)
{
    for (int i = 0; i < 100; i++, pass(V4_SECOND))
        cr_expect(!use(A) && !is_dead(A));
    cr_expect(!v4_gateways_is_asked(table, 0, A));
}

Test(gateway, doubted_asked_and_dead)
{
    v4_gateways_doubt(table, 0, A);
    cr_expect(!v4_gateways_is_asked(table, 0, A));
    cr_expect(!use(B) && !v4_gateways_use(table, 1, A, now), "others are not doubted");
    pass(3600 * V4_SECOND);
    cr_expect(!is_dead(A), "who is not used is not asked");
    for (int i = 0; i < TRIES; i++) {
        cr_expect(!is_dead(A));
        cr_expect(use(A), "question %d", i);
        cr_expect(!use(A), "not so soon again");
        cr_expect(v4_gateways_is_asked(table, 0, A));
        v4_gateways_doubt(table, 0, A); /* changes nothing */
        pass(V4_SECOND - 1);
        cr_expect(!use(A) && !is_dead(A));
        pass(1);
    }
    cr_expect(is_dead(A) && !is_dead(B) && !v4_gateways_is_dead(table, 1, A, now));
    cr_expect(!use(A), "the last resort is not asked");
    pass(REST - 1);
    cr_expect(is_dead(A));
    pass(1);
    cr_expect(!is_dead(A) && use(A) && !use(A), "then it is doubted again");
    pass(V4_SECOND);
    cr_expect(use(A));
}

Test(gateway, a_sign_of_life_ends_it)
{
    v4_gateways_doubt(table, 0, A);
    cr_expect(use(A));
    v4_gateways_praise(table, 0, A);
    pass(V4_SECOND);
    cr_expect(!use(A) && !is_dead(A) && !v4_gateways_is_asked(table, 0, A));

    v4_gateways_fail(table, 0, A, now);
    cr_expect(is_dead(A));
    v4_gateways_praise(table, 1, A);
    v4_gateways_praise(table, 0, B);
    cr_expect(is_dead(A), "of somebody else");
    v4_gateways_fail(table, 0, B, now);
    v4_gateways_praise(table, 0, A);
    cr_expect(!is_dead(A) && is_dead(B));
}

Test(gateway, failed_at_once)
{
    v4_gateways_fail(table, 0, A, now);
    cr_expect(is_dead(A) && !use(A));
    pass(REST - 1);
    v4_gateways_fail(table, 0, A, now); /* its rest begins anew */
    pass(REST - 1);
    cr_expect(is_dead(A));
    pass(1);
    cr_expect(!is_dead(A));
}

Test(gateway, the_first_makes_room)
{
    v4_gateways_fail(table, 0, A, now);
    v4_gateways_fail(table, 0, B, now);
    v4_gateways_doubt(table, 0, A); /* stays the first */
    v4_gateways_fail(table, 1, A, now);
    cr_expect(!is_dead(A) && is_dead(B) && v4_gateways_is_dead(table, 1, A, now));
    v4_gateways_reset(table);
    cr_expect(!is_dead(B) && !v4_gateways_is_dead(table, 1, A, now));
}

Test(gateway, refuses)
{
    struct v4_gateway_config config = {.gateways = 1, .tries = 1};

    config.gateways = 0;
    cr_expect(v4_gateways_open(&config) == NULL);
    config.gateways = SIZE_MAX / 8;
    cr_expect(v4_gateways_open(&config) == NULL, "the size would wrap around");
    config.gateways = 1;
    config.tries = 0;
    cr_expect(v4_gateways_open(&config) == NULL);
    v4_gateways_close(NULL);
}
