/* Draws, each from the one source of the seed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-chance.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

guint
satchel_chance_below (GRand *random, guint bound)
{
  return (guint)g_rand_int_range (random, 0, (gint32)bound);
}

guint
satchel_chance_between (GRand *random, guint least, guint most)
{
  return least + satchel_chance_below (random, most - least + 1);
}

gboolean
satchel_chance_percent (GRand *random, guint chance)
{
  return satchel_chance_below (random, 100) < chance;
}

/* Small indexes far more often than large ones. */
guint
satchel_chance_skewed (GRand *random, guint bound)
{
  double chance = g_rand_double (random);

  return (guint)(bound * chance * chance * chance);
}

const char *
satchel_chance_pick (GRand *random, const char *const *texts)
{
  return texts[satchel_chance_below (random, g_strv_length ((char **)texts))];
}

const SatchelDemoWord *
satchel_chance_word (GRand *random, const SatchelDemoWord *words)
{
  guint n = 0;

  while (words[n].text != NULL)
    n++;
  return &words[satchel_chance_below (random, n)];
}

const SatchelDemoCity *
satchel_chance_city (GRand *random, const SatchelDemoCity *cities)
{
  guint n = 0;

  while (cities[n].name != NULL)
    n++;
  return &cities[satchel_chance_below (random, n)];
}

/* The row of a table of shares that sum up to a hundred. */
guint
satchel_chance_share (GRand *random, const guint *shares, guint n)
{
  guint chance = satchel_chance_below (random, 100), i = 0;

  while (i + 1 < n && chance >= shares[i])
    chance -= shares[i++];
  return i;
}

char *
satchel_chance_digits (GRand *random, const char *form)
{
  char *text = g_strdup (form);

  for (char *p = text; *p != '\0'; p++) {
    if (*p == '#')
      *p = (char)('0' + satchel_chance_below (random, 10));
  }
  return text;
}

/* A moment of a working day between the two. */
gint64
satchel_chance_moment (GRand *random, gint64 earliest_ms, gint64 latest_ms)
{
  gint64 days = (latest_ms - earliest_ms) / DAY_MS;
  gint64 day_ms =
      earliest_ms + (days > 0 ? (gint64)satchel_chance_below (random, (guint)days + 1) * DAY_MS : 0);
  gint64 moment_ms =
      day_ms - day_ms % DAY_MS + (gint64)satchel_chance_between (random, 7 * 60, 17 * 60) * 60 * 1000;

  return CLAMP (moment_ms, earliest_ms, MAX (latest_ms, earliest_ms));
}
