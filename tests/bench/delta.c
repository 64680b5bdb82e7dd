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

static gboolean
edit_some (BenchDevice *device, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelField *field = satchel_entity_find_field (entity, "phone");
  g_autoptr (GPtrArray) ids = bench_device_list_ids (device, entity, ROWS, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autofree char *text = g_strdup_printf ("+40 7%02u 557 0000", i);

    if (!bench_device_edit (device, entity, ids->pdata[i], field, text, error))
      return FALSE;
  }
  return ids != NULL && bench_device_sync (device, error);
}

static gboolean
expect_rows (GBytes *answer, GError **error)
{
  g_autoptr (JsonObject) tail = parse_tail (answer, error);

  if (tail == NULL)
    return FALSE;
  if (json_object_get_int_member (tail, "rows") == ROWS)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "a pull of %d rows has others", ROWS);
  return FALSE;
}

gboolean
bench_pull_20 (BenchRig *rig, GError **error)
{
  g_autoptr (BenchDevice) writer = bench_rig_add_device (rig, BENCH_READER, error);
  g_autoptr (BenchDevice) reader = writer != NULL ? bench_rig_add_device (rig, BENCH_READER, error) : NULL;
  g_autofree char *cursor = NULL, *question = NULL, *request = NULL;
  g_autoptr (GBytes) answer = NULL;
  double cpu, floor;

  if (reader == NULL || !bench_device_sync (writer, error) || !bench_device_sync (reader, error) ||
      (cursor = dup_cursor (reader, error)) == NULL || !edit_some (writer, error) ||
      !bench_rig_settle (rig, error))
    return FALSE;
  question = g_strdup_printf ("{\"cursor\":\"%s\"}", cursor);
  answer = bench_device_ask (reader, "/v1/pull", question, error);
  if (answer == NULL || !expect_rows (answer, error) ||
      (request = bench_asker_format_pull (reader, cursor, error)) == NULL ||
      !bench_asker_compare (rig, request, &cpu, &floor, error))
    return FALSE;
  bench_report (
      "pull_20", cpu, "µs", floor,
      "server CPU of a pull of %d changed rows, asked back to back on a kept connection; floor: a bare "
      "SoupServer that gets the same request",
      ROWS);
  return TRUE;
}
