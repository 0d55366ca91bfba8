/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"
#include <string.h>

enum {
    HEADER = 14,
    LLC = 3,
    TEST = 0xe3,
    POLL = 0x10,
    NULL_SAP = 0,
    SNAP_SAP = 0xaa
};

/* To the station itself, or to all; from one station. */
static bool is_for(const struct model_host *model, const uint8_t *octets)
{
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t hosts[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};

    if (model_is_group_mac(octets + 6))
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (model->command_iface == i && memcmp(octets, model->ifaces[i].mac, 6) == 0)
            return true;
    return memcmp(octets, all, 6) == 0 || memcmp(octets, hosts, 6) == 0;
}

/* What answers it: from the access point that was asked, with the same poll bit; to XID that only
 * connectionless service is there, to TEST the same once more. */
static bool answers(const uint8_t *command, const struct model_frame *frame)
{
    static const uint8_t class_1[] = {0x81, 0x01, 0x00};
    const uint8_t *p = frame->dst;
    size_t len = v4_be16(p + 12), asked = v4_be16(command + 12);
    bool test = (command[16] & ~POLL) == TEST;
    size_t info = test ? asked - LLC : sizeof class_1;

    return memcmp(p, command + 6, 6) == 0 && p[14] == command[15] && p[15] == (command[14] | 1) &&
           p[16] == command[16] && len == LLC + info &&
           memcmp(p + HEADER + LLC, test ? command + HEADER + LLC : class_1, info) == 0;
}

const char *model_response_fault(struct model_host *model, unsigned iface,
                                 const struct model_frame *frame)
{
    const uint8_t *command = model->command.octets;

    if (model->command.len == 0 || iface != model->command_iface)
        return "cause: RFC1042-LLC-a: a response to no command";
    if (!(model->unsure & (UNSURE_LINK | UNSURE_GROUPS)) && !is_for(model, command))
        return "cause: RFC1042-LLC-a: a response to a command that was for somebody else";
    model->command.len = 0;
    return answers(command, frame) ? NULL
                                   : "answer: RFC1042-LLC-c: a response that says another thing";
}

bool model_command_passed(struct model_host *model)
{
    const uint8_t *command = model->command.octets;
    size_t len = model->command.len;

    model->command.len = 0;
    return len > 0 && model->must && !(model->unsure & UNSURE_LINK) && is_for(model, command) &&
           (command[HEADER] == NULL_SAP || command[HEADER] == SNAP_SAP);
}
