/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does the reference's upper tester keep to its protocol, whatever line it is given? By
 * model/grammar.h, which restates docs/upper-tester.md:
 *
 *   reply    there is one reply to a line, behind its events, with its number; no other line
 *   event    every other line is an event of the grammar
 *   refused  a line that is none gets EPROTO, an operation that is none ENOSYS, keys that are not
 *            the operation's EINVAL; and no other line gets the first two
 *   kept     what was set is what is got
 *   again    the same script says the same after a reset */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "fuzz.h"
#include "host/upper.h"
#include "model/grammar.h"
#include "script.h"
#include "v4.h"

#define LINE 4096
#define START V4_SECOND

struct session {
    struct v4_host *host;
    struct v4_upper *upper;
    v4_time now;
    const char *line; /* the one that is answered */
    size_t replies;
    char reply[512];
    uint64_t said; /* a sum over all that was */
};

static void hear(void *context, const char *line)
{
    struct session *session = context;
    struct v4_span octets = {(const uint8_t *)line, strlen(line)};

    session->said = session->said * 31 + v4_hash(1, octets);
    ORACLE(session->replies == 0, "reply: a line behind it: %.60s", line);
    if (line[0] == '*') {
        ORACLE(model_is_event(line), "event: %.60s", line);
        return;
    }
    ORACLE(model_is_reply(line, session->line), "reply: %.60s to %.60s", line, session->line);
    session->replies++;
    snprintf(session->reply, sizeof session->reply, "%s", line);
}

static bool replied(const struct session *session, const char *code)
{
    const char *said = strstr(session->reply, " err code=");

    return said != NULL && strcmp(said + 10, code) == 0;
}

static void say(struct session *session, const char *line)
{
    session->line = line;
    session->replies = 0;
    v4_upper_line(session->upper, line, session->now, hear, session);
    ORACLE(session->replies == 1, "reply: none to %.60s", line);
}

/* `set name=N value=V ...` and `get name=N ...`: numbers come back as numbers, whatever zeros they
 * began with; all else as it was. */
static void check_kept(struct session *session, const char *line)
{
    const char *name = strstr(line, " name="), *value = strstr(line, " value=");
    char get[LINE], *end;

    if (!name || !value || strstr(session->reply, " ok") == NULL)
        return;
    size_t value_len = strcspn(value + 1, " ") + 1;
    snprintf(get, sizeof get, "7 get%.*s%s", (int)(value - strchr(line + 2, ' ')),
             strchr(line + 2, ' '), value + value_len);
    say(session, get);
    const char *got = strstr(session->reply, " ok value=");
    ORACLE(got != NULL, "kept: %.60s to %.60s", session->reply, get);
    unsigned long long number = strtoull(value + 7, &end, 10);
    if (end == value + value_len)
        ORACLE(strtoull(got + 10, NULL, 10) == number, "kept: %.60s after %.60s", got, line);
    else
        ORACLE(strlen(got + 10) == value_len - 7 && memcmp(got + 10, value + 7, value_len - 7) == 0,
               "kept: %.60s after %.60s", got, line);
}

static void check_line(struct session *session, const char *line)
{
    enum model_verdict verdict = model_request(line);
    bool sets =
        verdict == MODEL_MAY_BE_DONE && strncmp(line + strspn(line, "0123456789"), " set ", 5) == 0;

    say(session, line);
    ORACLE(replied(session, "EPROTO") == (verdict == MODEL_BAD_LINE), "refused: %.60s", line);
    ORACLE(replied(session, "ENOSYS") == (verdict == MODEL_UNKNOWN), "refused: %.60s", line);
    if (verdict == MODEL_BAD_KEYS)
        ORACLE(replied(session, "EINVAL"), "refused: %.60s gets %.60s", line, session->reply);
    if (sets && strspn(line, "0123456789") == 1)
        check_kept(session, line);
}

static void take(struct session *session, const struct script_record *record)
{
    struct v4_frame frame;
    char line[LINE];

    switch (record->kind) {
    case SCRIPT_FRAME:
        v4_host_input(session->host, record->interface % 2, record->octets, session->now);
        break;
    case SCRIPT_ADVANCE:
        session->now += record->milliseconds * V4_MS;
        v4_host_tick(session->host, session->now);
        break;
    case SCRIPT_OP:
        snprintf(line, sizeof line, "%.*s", (int)record->octets.len,
                 (const char *)record->octets.octets);
        check_line(session, line);
        break;
    case SCRIPT_INTERFACE:
        break;
    }
    while (v4_host_output(session->host, &frame))
        session->said = session->said * 31 + v4_hash(2, frame.octets);
}

/* One host for all inputs, as small as one may be: to open it takes longer than what they do. What
 * `reset` leaves of an input the next one would say. */
static bool open_once(struct session *session)
{
    static struct session opened;
    struct v4_config config = v4_config_default();
    const char *why;

    config.iface_count = 2;
    config.ifaces[0] = (struct v4_iface){{{2, 0, 0, 0, 0, 2}}, {0xc6120002, 20}, V4_MTU_DEFAULT};
    config.ifaces[1] = (struct v4_iface){{{2, 0, 0, 0, 1, 2}}, {0xc6124042, 26}, V4_MTU_DEFAULT};
    config.gateway = 0xc6120001;
    config.sockets = 4;
    config.neighbors = 8;
    config.reass_datagrams = 2;
    config.reass_octets = 4096;
    config.output_octets = config.event_octets = (size_t)128 * 1024;
    if (opened.upper == NULL) {
        opened.host = v4_host_open(&config, &why);
        opened.upper = opened.host == NULL ? NULL : v4_upper_open(opened.host, false);
    }
    *session = opened;
    return opened.upper != NULL;
}

static uint64_t run(struct v4_span script)
{
    struct script_record record;
    struct session session;

    if (!open_once(&session))
        return 0;
    session.now = START;
    v4_host_reset(session.host);
    while (script_next(&script, &record))
        take(&session, &record);
    return session.said;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    uint64_t first = run(script);

    ORACLE(run(script) == first, "again: the second time it says something else");
    return 0;
}
