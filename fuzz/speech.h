/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a neighbour says to a host in several steps, and what its user does meanwhile: records one
 * behind the other, from one place on. */
#pragma once
#include "mutate.h"

struct speech {
    struct draft *draft;
    size_t at;     /* where the next record goes */
    uint8_t host;  /* the last octet of the neighbour who speaks */
    uint8_t iface; /* by which; on the second one there is one neighbour alone */
    bool to_all;   /* what is said is a broadcast */
    uint8_t tos, ttl;
};

/* Begins somewhere: a neighbour makes himself known. */
struct speech speech_begin(struct draft *draft);
void speech_arp(struct speech *speech);
void speech_line(struct speech *speech, const char *line);
void speech_time(struct speech *speech, unsigned milliseconds);
/* One of the lines, that are separated by `|`. */
void speech_one_of(struct speech *speech, const char *lines);

/* A packet of the neighbour's to the host, with `header_len - 20` octets of options, and `len` of
 * data that count up from `fill`. NULL when there is no room. */
struct draft_record *speech_packet(struct speech *speech, uint8_t protocol, const uint8_t *options,
                                   size_t options_len, size_t len, uint8_t fill);
/* A message's head: an echo request, or UDP's to `port` with no checksum. */
void speech_head(struct draft_record *frame, uint16_t port);

/* Datagrams with options, right ones and wrong ones, under some setting that is about them. */
void speech_options(struct draft *draft);
/* Fragments of one datagram or of several: cut, shuffled, overlapping, missing, too late. */
void speech_pieces(struct draft *draft);
