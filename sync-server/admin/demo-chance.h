/* Chance for the demo organisation: everything is drawn from one seeded source, in a fixed order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/admin/demo-words.h"

G_BEGIN_DECLS

guint    satchel_chance_below (GRand *random, guint bound);
guint    satchel_chance_between (GRand *random, guint least, guint most); /* inclusive */
gboolean satchel_chance_percent (GRand *random, guint chance);

/* Below @bound, small numbers far more often than large ones. */
guint satchel_chance_skewed (GRand *random, guint bound);

const char            *satchel_chance_pick (GRand *random, const char *const *texts);
const SatchelDemoWord *satchel_chance_word (GRand *random, const SatchelDemoWord *words);
const SatchelDemoCity *satchel_chance_city (GRand *random, const SatchelDemoCity *cities);

/* The row of a table of shares that sum up to a hundred. */
guint satchel_chance_share (GRand *random, const guint *shares, guint n);

/* @form with a digit for each '#'. Owned. */
char *satchel_chance_digits (GRand *random, const char *form);

/* A moment of a working day between the two. */
gint64 satchel_chance_moment (GRand *random, gint64 earliest_ms, gint64 latest_ms);

G_END_DECLS
