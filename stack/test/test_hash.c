/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hash.h"
#include "octets.h"

/* The test vectors that its authors published: key 00 01 .. 0f, data 00 01 .. of each length. */
static const uint64_t published[] = {
    0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
    0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
    0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
    0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5,
};

Test(hash, is_siphash_2_4)
{
    for (size_t len = 0; len < COUNT(published); len++) {
        uint8_t octets[COUNT(published)];

        for (size_t i = 0; i < len; i++)
            octets[i] = (uint8_t)i;
        struct v4_span data = exact(octets, len);
        cr_expect(v4_hash_keyed(0x0706050403020100, 0x0f0e0d0c0b0a0908, data) == published[len],
                  "%zu octets", len);
        drop_octets(data);
    }
}

Test(hash, depends_on_the_seed)
{
    struct v4_span data = {(const uint8_t *)"abc", 3};

    cr_expect(v4_hash(1, data) == v4_hash(1, data));
    cr_expect(v4_hash(1, data) != v4_hash(2, data));
    cr_expect(v4_hash(UINT64_C(1) << 32, data) != v4_hash(0, data));
}
