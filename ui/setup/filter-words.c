/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/filter-words.h"

#include <glib/gi18n.h>

char *
satchel_filter_describe (SatchelRegistry *registry, const char *entity_name, const char *condition)
{
  const SatchelEntity *entity = satchel_registry_find (registry, entity_name);
  const char *what = entity != NULL ? _ (entity->plural) : _ ("Everything");

  if (*condition == '\0')
    return g_strdup_printf (_ ("%s: all that you may read"), what);
  if (g_str_equal (condition, "owner = me"))
    return g_strdup_printf (_ ("%s: your own"), what);
  if (g_str_equal (condition, "unit = my unit"))
    return g_strdup_printf (_ ("%s: your unit’s"), what);
  if (g_str_equal (condition, "tracked_by has me"))
    return g_strdup_printf (_ ("%s: those that you track"), what);
  if (g_str_equal (condition, "attendees has me or organizer has me"))
    return g_strdup_printf (_ ("%s: those that you take part in"), what);
  return g_strdup_printf ("%s: %s", what, condition);
}
