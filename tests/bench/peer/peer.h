/* What our two programs in the comparison of sync engines agree on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define PEER_LOGIN    "bench"
#define PEER_PASSWORD "bench-password"

/* The entities of peer/metadata, each before what names it. */
static const char *const peer_tables[] = { "accounts", "contacts", "opportunities", "activities" };
