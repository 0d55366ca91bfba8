/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/text.h"
#include <stdarg.h>
#include <stdio.h>

void v4_text_start(struct v4_text *text)
{
    text->len = 0;
    text->octets[0] = '\0';
}

void v4_text_put(struct v4_text *text, const char *format, ...)
{
    size_t room = sizeof text->octets - text->len;
    va_list words;

    va_start(words, format);
    int len = vsnprintf(text->octets + text->len, room, format, words);
    va_end(words);
    text->len += (size_t)len < room ? (size_t)len : room - 1;
}

void v4_text_address(struct v4_text *text, const char *key, uint32_t addr)
{
    v4_text_put(text, " %s=%u.%u.%u.%u", key, addr >> 24, addr >> 16 & 0xff, addr >> 8 & 0xff,
                addr & 0xff);
}

void v4_text_octets(struct v4_text *text, const char *key, struct v4_span octets)
{
    static const char digits[] = "0123456789abcdef";

    v4_text_put(text, " %s=", key);
    for (size_t i = 0; i < octets.len && text->len + 2 < sizeof text->octets; i++) {
        text->octets[text->len++] = digits[octets.octets[i] >> 4];
        text->octets[text->len++] = digits[octets.octets[i] & 0x0f];
    }
    text->octets[text->len] = '\0';
}

void v4_text_mac(struct v4_text *text, const char *key, struct v4_mac mac)
{
    v4_text_octets(text, key, (struct v4_span){mac.octets, sizeof mac.octets});
}
