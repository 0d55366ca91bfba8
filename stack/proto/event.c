/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/event.h"
#include <string.h>

/* The spans of an event, wherever its kind has them. An error has its extension where others have
 * options. */
static struct v4_span *spans_of(struct v4_event *event, struct v4_span **ret_options)
{
    switch (event->kind) {
    case V4_EVENT_UDP:
        *ret_options = &event->udp.options;
        return &event->udp.data;
    case V4_EVENT_IP:
        *ret_options = &event->ip.options;
        return &event->ip.data;
    case V4_EVENT_ECHO:
        *ret_options = &event->echo.options;
        return &event->echo.data;
    case V4_EVENT_LOG:
        *ret_options = &event->log.options;
        return &event->log.data;
    case V4_EVENT_CONFLICT:
        *ret_options = &event->conflict.nothing[0];
        return &event->conflict.nothing[1];
    case V4_EVENT_IGMP:
        *ret_options = &event->igmp.nothing[0];
        return &event->igmp.nothing[1];
    case V4_EVENT_MROUTE:
        *ret_options = &event->mroute.nothing[0];
        return &event->mroute.nothing[1];
    case V4_EVENT_TCP:
        *ret_options = &event->tcp.options;
        return &event->tcp.data;
    case V4_EVENT_ERROR:
        break;
    }
    *ret_options = &event->error.extension;
    return &event->error.data;
}

bool v4_event_tell(struct v4_core *core, const struct v4_event *event, struct v4_span options,
                   struct v4_span data)
{
    struct v4_event record = *event;
    struct v4_span *record_options;
    struct v4_span *record_data = spans_of(&record, &record_options);

    record_data->len = data.len;
    record_options->len = options.len;
    struct v4_span parts[] = {{(const uint8_t *)&record, sizeof record}, options, data};
    return v4_fifo_put(&core->events, parts, 3);
}

bool v4_event_take(struct v4_core *core, struct v4_event *ret_event)
{
    struct v4_span record, *options;

    if (!v4_fifo_take(&core->events, &record))
        return false;
    memcpy(ret_event, record.octets, sizeof *ret_event);
    struct v4_span *data = spans_of(ret_event, &options);
    options->octets = record.octets + sizeof *ret_event;
    data->octets = options->octets + options->len;
    return true;
}
