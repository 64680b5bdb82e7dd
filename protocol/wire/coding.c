/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/coding.h"

#include <gio/gio.h>

#include "data/satchel-wire.h"

#define RESOURCE "/org/satchelcrm/wire/dictionary"

/* Static; the pointer holds for the program's life. */
static const void *
get_dictionary (gsize *size)
{
  static gsize once = 0;
  static GBytes *dictionary;

  if (g_once_init_enter (&once)) {
    dictionary =
        g_resource_lookup_data (satchel_wire_get_resource (), RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_assert (dictionary != NULL);
    g_once_init_leave (&once, 1);
  }
  return g_bytes_get_data (dictionary, size);
}

const ZSTD_CDict *
satchel_coding_get_cdict (void)
{
  static gsize once = 0;
  static ZSTD_CDict *cdict;

  if (g_once_init_enter (&once)) {
    gsize size;
    const void *dictionary = get_dictionary (&size);
    cdict = ZSTD_createCDict (dictionary, size, SATCHEL_CODING_LEVEL);
    g_assert (cdict != NULL);
    g_once_init_leave (&once, 1);
  }
  return cdict;
}

const ZSTD_DDict *
satchel_coding_get_ddict (void)
{
  static gsize once = 0;
  static ZSTD_DDict *ddict;

  if (g_once_init_enter (&once)) {
    gsize size;
    const void *dictionary = get_dictionary (&size);
    ddict = ZSTD_createDDict (dictionary, size);
    g_assert (ddict != NULL);
    g_once_init_leave (&once, 1);
  }
  return ddict;
}
