/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Little conversations about ways and paths, whole: routes and what goes by them, redirects,
 * routers that are advertised, gateways that do not answer, paths that are narrow. */
#pragma once
#include "mutate.h"

void mutate_ways(struct draft *draft);
