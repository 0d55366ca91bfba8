/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What somebody on the way, or the host that it is for, may say to a datagram that has left: errors
 * and Redirects that quote it (RFC 792), the reply to an echo, a datagram back. A script says
 * which, and does not have to guess what was sent. */
#pragma once
#include "model/frame.h"

#define MODEL_BACK 700 /* octets that it takes at most */

/* An answer of kind `which` to the packet in `sent`, in a frame that comes back from where that
 * went on `iface`; `rest` is what an error has behind its checksum. 0: there is none. */
size_t model_back(struct v4_span sent, unsigned iface, unsigned which, uint32_t rest,
                  uint8_t ret_frame[MODEL_BACK]);
