/* SPDX-License-Identifier: BSD-2-Clause
 *
 * For the tests of the sandbox: an IUT that reads an octet too many of each frame, or with a second
 * argument forgets an allocation. Built with a sanitizer.
 *
 *   overflowing_iut FD [leaks] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *volatile kept;

static int sum_of_one_too_many(const char *frame, size_t len)
{
    int sum = 0;

    for (size_t i = 0; i <= len; i++)
        sum += frame[i];
    return sum;
}

int main(int argc, char **argv)
{
    static char octets[65549];
    ssize_t len;

    while ((len = read(atoi(argv[1]), octets, sizeof octets)) > 0) {
        kept = malloc((size_t)len);
        memcpy(kept, octets, (size_t)len);
        if (argc == 2)
            printf("%d\n", sum_of_one_too_many(kept, (size_t)len));
        kept = NULL;
    }
    return 0;
}
