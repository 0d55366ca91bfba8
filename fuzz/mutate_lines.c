/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to the lines of a script: operations with their keys, one of which is left out, said
 * twice, or given a value at an edge; and octets that no line has. */
#include <string.h>
#include "calls.h"

static const char *const lines[] = {
    "1 hello version=1",
    "2 sync",
    "3 reset",
    "4 counters",
    "5 udp.bind port=4000",
    "6 udp.bind port=0 addr=198.18.0.2",
    "7 udp.send sock=1 dst=198.18.0.1 dport=9 data=6162 ttl=9 tos=16 df=1 options=01010101",
    "8 udp.send sock=1 dst=198.18.0.2 dport=4000 data=61",
    "9 udp.close sock=1",
    "1 ip.bind protocol=253",
    "2 ip.send dst=198.18.0.2 protocol=253 data=00 id=7 src=198.18.0.2",
    "3 ip.close sock=1",
    "4 echo.send dst=198.18.0.2 id=1 seq=2 data=",
    "5 set name=ttl value=9",
    "6 set name=mtu value=576 iface=0",
    "7 set name=mac value=020000000009 iface=1",
    "8 set name=tos value=16 sock=1",
    "9 set name=options value=01010101 sock=1",
    "1 set name=peer value=198.18.0.1 sock=1",
    "2 set name=checksum value=0 sock=1",
    "3 set name=by-iface value=2 sock=1",
    "4 set name=peer-port value=40000 sock=1",
    "5 set name=up value=0 iface=1",
    "6 get name=source dst=198.18.0.9",
    "7 get name=error sock=1",
    "8 add kind=address iface=0 addr=198.18.0.20 len=20",
    "9 del kind=address iface=0 addr=198.18.0.20",
    "1 list kind=address",
    "2 add kind=route net=203.0.113.0 len=24 gateway=198.18.0.9",
    "3 list kind=route",
    "4 add kind=neighbor iface=0 addr=198.18.0.9 mac=020000000009",
    "5 list kind=neighbor",
    "6 set name=strict-options value=0",
};

static const char *const values[] = {
    "",
    "0",
    "1",
    "255",
    "256",
    "65535",
    "65536",
    "4294967295",
    "4294967296",
    "00000000000000000009",
    "-1",
    "0x1",
    "198.18.0.2",
    "198.18.0.256",
    "198.18.0.2.1",
    "0.0.0.0",
    "61",
    "6",
    "6G",
    "x\x7f",
    "FF",
    "aBcD",
    "010101010101010101010101010101010101010101010101010101010101010101010101010101010101"};

static const char *const tails[] = {
    " ",        "  sync", " key", " =1",           " sock=1",    " port=1",  " ttl=0",   " a.b=",
    " k\x7f=1", " k=\t",  "\r",   " addr=1.2.3.4", " version=1", " x=1 x=1", " name=ttl"};

static struct draft_record *line_of(struct draft *draft)
{
    size_t start = draft_below(draft, draft->count);

    for (size_t i = 0; i < draft->count; i++) {
        struct draft_record *record = draft->records + (start + i) % draft->count;
        if (record->is.kind == SCRIPT_OP)
            return record;
    }
    return NULL;
}

static void write_line(struct draft *draft, struct draft_record *record, const char *text,
                       size_t len)
{
    if (draft_resize(draft, record, len))
        memcpy(record->octets, text, len);
}

static void new_line(struct draft *draft)
{
    char text[2 + CALL_MAX] = "1 ";
    size_t len = draft_once_in(draft, 2) ? 2 + call_write(draft, text + 2) : 0;
    const char *usual = lines[draft_below(draft, sizeof lines / sizeof *lines)];
    struct draft_record made = {.is = {.kind = SCRIPT_OP}};
    struct draft_record *record = draft_insert(draft, draft_below(draft, draft->count + 1), &made);

    if (record)
        write_line(draft, record, len > 0 ? text : usual, len > 0 ? len : strlen(usual));
}

/* Where the value of some key begins and ends; false when there is none. */
static bool some_value(struct draft *draft, const struct draft_record *record, size_t *ret_begin,
                       size_t *ret_end)
{
    size_t skip = draft_below(draft, 8), begin = 0;

    for (size_t i = 0; i < record->len; i++)
        if (record->octets[i] == '=' && (begin == 0 || skip-- > 0))
            begin = i + 1;
    if (begin == 0)
        return false;
    *ret_begin = *ret_end = begin;
    while (*ret_end < record->len && record->octets[*ret_end] > ' ')
        ++*ret_end;
    return true;
}

static void replace(struct draft *draft, struct draft_record *record, size_t begin, size_t end,
                    const char *text)
{
    char line[1024];
    size_t len = strlen(text), rest = record->len - end;

    if (begin + len + rest > sizeof line)
        return;
    memcpy(line, record->octets, begin);
    memcpy(line + begin, text, len);
    memcpy(line + begin + len, record->octets + end, rest);
    write_line(draft, record, line, begin + len + rest);
}

static void change(struct draft *draft, struct draft_record *record)
{
    size_t begin, end, len = record->len;

    switch (draft_below(draft, 8)) {
    case 0:
        draft_mutate(draft, record);
        break;
    case 1:
        replace(draft, record, len, len, tails[draft_below(draft, sizeof tails / sizeof *tails)]);
        break;
    case 2: /* a key is lost, or the first of them */
        for (end = len; end > 0 && record->octets[end - 1] != ' ';)
            end--;
        if (end > 1)
            draft_resize(draft, record, end - 1);
        break;
    case 3: /* the number */
        replace(draft, record, 0, len > 0 && record->octets[0] != ' ' ? 1 : 0,
                draft_once_in(draft, 2)   ? "0123456789"
                : draft_once_in(draft, 2) ? "01234567890"
                                          : "");
        break;
    default:
        if (some_value(draft, record, &begin, &end))
            replace(draft, record, begin, end,
                    values[draft_below(draft, sizeof values / sizeof *values)]);
        break;
    }
}

void mutate_script(struct draft *draft)
{
    if (draft->count == 0 || draft_once_in(draft, 2))
        new_line(draft);
    for (size_t n = draft_below(draft, 3); n > 0; n--) {
        struct draft_record *record = line_of(draft);
        if (record && record->len < 900)
            change(draft, record);
    }
    if (draft->count > 1 && draft_once_in(draft, 3))
        draft_remove(draft, draft_below(draft, draft->count));
}
