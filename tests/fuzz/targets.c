/* The table of targets, and what they share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz.h"

#include <glib/gstdio.h>
#include <string.h>

#include "protocol/error.h"

#define KB 1024

const FuzzTarget fuzz_targets[] = {
  { "json", fuzz_json, 16 * KB, 2000 },
  { "message", fuzz_message, 16 * KB, 500 },
  { "row", fuzz_row, 4 * KB, 2000 },
  { "value", fuzz_value, 4 * KB, 500 },
  { "number", fuzz_number, 256, 2000 },
  { "merge-text", fuzz_merge_text, 8 * KB, 500 },
  { "metadata", fuzz_metadata, 16 * KB, 100 },
  { "predicate", fuzz_predicate, 2 * KB, 200 },
  { "predicate-json", fuzz_predicate_json, 4 * KB, 200 },
  { "csv", fuzz_csv, 4 * KB, 1000 },
  { "map", fuzz_map, 8 * KB, 300 },
  { "import", fuzz_import, 2 * KB, 20 },
  { "page", fuzz_page, 8 * KB, 500 },
  { "pull", fuzz_pull, 8 * KB, 50 },
  { "answers", fuzz_answers, 8 * KB, 20 },
  { "image", fuzz_image, 256 * KB, 20 },
  { "image-sql", fuzz_image_sql, 2 * KB, 20 },
  { "mail", fuzz_mail, 16 * KB, 200 },
  { "card", fuzz_card, 8 * KB, 500 },
  { "calendar", fuzz_calendar, 8 * KB, 150 },
  { "vault", fuzz_vault, 64 * KB, 100 },
  { "head", fuzz_head, 8 * KB, 2000 },
  { "body", fuzz_body, 16 * KB, 500 },
  { "cursor", fuzz_cursor, 256, 2000 },
  { "password", fuzz_password, 4 * KB, 200 },
  { "request", fuzz_request, 8 * KB, 20 },
  { NULL },
};

const FuzzTarget *
fuzz_find (const char *name)
{
  for (const FuzzTarget *target = fuzz_targets; target->name != NULL; target++)
    if (g_str_equal (target->name, name))
      return target;
  return NULL;
}

void
fuzz_init (void)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("G_DEBUG", "fatal-warnings", TRUE);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
}

void
fuzz_write_file (const char *path, const guint8 *bytes, gsize size)
{
  g_unlink (path); /* GLib writes over what is there, and leaves the rest of it */
  g_assert_true (g_file_set_contents_full (path, (const char *)bytes, (gssize)size, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
}

char *
fuzz_dup_text (const guint8 *bytes, gsize size)
{
  return g_utf8_validate_len ((const char *)bytes, size, NULL) ? g_strndup ((const char *)bytes, size) : NULL;
}

char **
fuzz_split (const guint8 *bytes, gsize size, guint n_parts)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size);

  return g_strsplit (text, "\n%%\n", (gint)n_parts);
}

void
fuzz_check_refusal (gboolean failed, const GError *error)
{
  g_assert_true (failed == (error != NULL));
  if (!failed)
    return;
  g_assert_true (error->domain == SATCHEL_ERROR);
  g_assert_cmpint (error->message[0], !=, '\0');
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}
