/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The upper tester's operations on TCP connections (docs/upper-tester.md). */
#pragma once
#include "host/settings.h"

enum v4_error v4_upper_tcp_listen(struct v4_verb *verb);
enum v4_error v4_upper_tcp_connect(struct v4_verb *verb);
enum v4_error v4_upper_tcp_send(struct v4_verb *verb);
enum v4_error v4_upper_tcp_close(struct v4_verb *verb);

void v4_upper_tcp_event(struct v4_text *text, const struct v4_event_tcp *tcp);
