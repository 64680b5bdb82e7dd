/* A pull of twenty rows: the same question from the same place again and again, so that only the server
 * works.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/wire/message.h"
#include "tests/bench/asker.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

#define ROWS 20

/* The tail of a pull's answer. */
static JsonObject *
parse_tail (GBytes *answer, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (answer, &size), *line;
  g_autofree char *tail = NULL;
  g_autoptr (JsonNode) node = NULL;

  for (line = text + size - 1; line > text && line[-1] != '\n'; line--) {
  }
  tail = g_strndup (line, text + size - line);
  node = satchel_json_parse (tail, strlen (tail), error);
  return node != NULL ? json_object_ref (json_node_get_object (node)) : NULL;
}

/* Where the device stands, as its replica knows it. */
static char *
dup_cursor (BenchDevice *device, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  g_autoptr (GPtrArray) ids = bench_device_list_ids (device, entity, 1, error);
  g_autoptr (SatchelSeen) seen =
      ids != NULL && ids->len > 0
          ? satchel_session_look (bench_device_get_session (device), entity, ids->pdata[0], error)
          : NULL;

  return seen != NULL ? g_strdup (seen->cursor) : NULL;
}

/* @from to @to of the accounts. */
static gboolean
edit_some (BenchDevice *device, guint from, guint to, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelField *field = satchel_entity_find_field (entity, "phone");
  g_autoptr (GPtrArray) ids = bench_device_list_ids (device, entity, to, error);

  for (guint i = from; ids != NULL && i < to; i++) {
    g_autofree char *text = g_strdup_printf ("+40 7%02u 557 0000", i);

    if (!bench_device_edit (device, entity, ids->pdata[i], field, text, error))
      return FALSE;
  }
  return ids != NULL && bench_device_sync (device, error);
}

/* What one pull from @cursor on says at its end. */
static JsonObject *
ask_tail (BenchDevice *device, const char *cursor, gint64 own, GError **error)
{
  g_autofree char *question =
      own > 0 ? g_strdup_printf ("{\"cursor\":\"%s\",\"own\":[[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]]}",
                                 cursor, own, own)
              : g_strdup_printf ("{\"cursor\":\"%s\"}", cursor);
  g_autoptr (GBytes) answer = bench_device_ask (device, "/v1/pull", question, error);

  return answer != NULL ? parse_tail (answer, error) : NULL;
}

static gboolean
measure_pull (BenchRig *rig, BenchDevice *device, const char *cursor, gint64 own, const char *name,
              const char *what, GError **error)
{
  g_autoptr (JsonObject) tail = ask_tail (device, cursor, own, error);
  g_auto (GStrv) requests = NULL;
  double cpu, floor;

  if (tail == NULL)
    return FALSE;
  if (json_object_get_int_member (tail, "rows") != ROWS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "a pull of %d rows has others", ROWS);
    return FALSE;
  }
  requests = bench_asker_format_pulls (device, cursor, own, 2, error);
  if (requests == NULL || !bench_asker_compare (rig, (const char *const *)requests, &cpu, &floor, error))
    return FALSE;
  bench_report (
      name, cpu, "µs", floor,
      "server CPU of a pull of %d changed rows, %s; asked back to back on a kept connection; floor: a bare "
      "SoupServer that gets the same request",
      ROWS, what);
  return TRUE;
}

/* A device that names a commit of its own is answered anew each time; what others ask from the same place on
 * is worked out once. */
gboolean
bench_pull_20 (BenchRig *rig, GError **error)
{
  g_autoptr (BenchDevice) writer = bench_rig_add_device (rig, BENCH_READER, error);
  g_autoptr (BenchDevice) reader = writer != NULL ? bench_rig_add_device (rig, BENCH_READER, error) : NULL;
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (JsonObject) tail = NULL;
  gint64 own;

  if (reader == NULL || !bench_device_sync (writer, error) || !bench_device_sync (reader, error) ||
      (before = dup_cursor (reader, error)) == NULL || !edit_some (reader, ROWS, ROWS + 1, error) ||
      (after = dup_cursor (reader, error)) == NULL || (tail = ask_tail (reader, before, 0, error)) == NULL)
    return FALSE;
  own = json_object_get_int_member (tail, "s");
  return edit_some (writer, 0, ROWS, error) && bench_rig_settle (rig, error) &&
         measure_pull (rig, reader, before, own, "pull_20", "by a device that wrote something, too", error) &&
         measure_pull (rig, reader, after, 0, "pull_20_again", "asked before by another device of the person",
                       error);
}
