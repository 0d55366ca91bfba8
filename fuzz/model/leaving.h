/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What datagrams look like as they leave: how long they may be, what their fragments are (RFC 791
 * 3.2, RFC 1122 3.3.3, RFC 1191), which identifications they have (RFC 6274 3.5, RFC 6864), and how
 * many errors of a second there are (RFC 1812 4.3.2.8). */
#pragma once
#include "model/known.h"

/* The first that is seen of a datagram of a user's: NULL, or what is wrong with it. */
const char *model_leaving_first(struct model_host *model, unsigned iface,
                                const struct model_packet *packet, const struct model_send *send);
/* Any packet, after that. */
const char *model_leaving_piece(struct model_host *model, unsigned iface,
                                const struct model_packet *packet);
/* When all has left. */
const char *model_leaving_done(struct model_host *model);

/* Another error to `dst`. False: there were as many as may be of a second. */
bool model_may_report(const struct model_host *model, uint32_t dst);
const char *model_reports(struct model_host *model, uint32_t dst);
