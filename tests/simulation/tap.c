/* Reading the streams.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/tap.h"

#include <string.h>

#include "protocol/wire/json.h"

typedef struct {
  SimDevice *device;
  SimView *view;
  gboolean online;      /* what may be read, carried or not */
  gboolean may_be_gone; /* any id may be named as gone: the device asked about it */
  GHashTable *ids;      /* of the rows; or NULL */
  /* the section */
  char *entity;
  enum { SECTION_NONE, SECTION_ROWS, SECTION_GONE, SECTION_STUBS } section;
  GPtrArray *columns; /* names */
  char *cursor;       /* of the tail */
} Tap;

static void
tap_clear (Tap *tap)
{
  g_free (tap->entity);
  g_free (tap->cursor);
  g_ptr_array_unref (tap->columns);
}

/* ---- who could read what ---- */

gboolean
sim_tap_knew (SimWorld *world, const char *user, const char *id)
{
  g_autofree char *key = g_strconcat (user, " ", id, NULL);
  return g_hash_table_contains (world->known, key);
}

void
sim_tap_note (SimWorld *world)
{
  const SimTruth *truth = sim_truth_get (world);
  if (g_strcmp0 (world->noted, truth->place) == 0)
    return;
  g_free (world->noted);
  world->noted = g_strdup (truth->place);
  const GPtrArray *users = sim_truth_list (truth, "user");
  for (guint i = 0; i < users->len; i++) {
    const SimRow *user = users->pdata[i];
    g_autoptr (SimView) view = sim_view_new (world, truth, user->record->id, NULL);
    GHashTableIter iter;
    gpointer row;
    g_hash_table_iter_init (&iter, truth->rows);
    while (g_hash_table_iter_next (&iter, NULL, &row))
      if (sim_view_reads (view, row) || sim_view_holds (view, row) == SIM_HELD_BLANK)
        g_hash_table_add (world->known,
                          g_strconcat (user->record->id, " ", ((SimRow *)row)->record->id, NULL));
  }
}

/* ---- lines ---- */

static void
begin_section (Tap *tap, JsonObject *line)
{
  g_clear_pointer (&tap->entity, g_free);
  g_ptr_array_set_size (tap->columns, 0);
  tap->section = SECTION_NONE;
  if (json_object_has_member (line, "cursor") && json_object_has_member (line, "rows"))
    tap->cursor = g_strdup (json_object_get_string_member (line, "cursor"));
  if (!json_object_has_member (line, "entity"))
    return;
  tap->entity = g_strdup (json_object_get_string_member (line, "entity"));
  if (json_object_has_member (line, "gone")) {
    tap->section = SECTION_GONE;
  } else if (json_object_has_member (line, "stubs")) {
    tap->section = SECTION_STUBS;
  } else if (json_object_has_member (line, "columns")) {
    JsonArray *columns = json_object_get_array_member (line, "columns");
    tap->section = SECTION_ROWS;
    for (guint i = 0; i < json_array_get_length (columns); i++)
      g_ptr_array_add (tap->columns, g_strdup (json_array_get_string_element (columns, i)));
  }
}

/* A row carries nothing that is hidden from its reader. */
static void
check_columns (Tap *tap, const SimRow *row, SimHold hold, JsonArray *cells)
{
  for (guint i = 2; i < tap->columns->len; i++) {
    const char *column = tap->columns->pdata[i];
    const SatchelField *field = satchel_entity_find_field (row->record->entity, column);
    gboolean hidden = field != NULL && sim_view_hides (tap->view, field);
    hidden |= hold == SIM_HELD_BLANK && g_str_has_prefix (column, "theirs");
    if (hidden && !json_array_get_null_element (cells, i))
      sim_fail (tap->device->world, "4: device %u (%s) is sent %s of %s/%s", tap->device->index,
                tap->device->user, column, tap->entity, row->record->id);
  }
}

static void
check_row (Tap *tap, const char *id, JsonArray *cells)
{
  const SimRow *row = sim_truth_find (tap->view != NULL ? sim_truth_get (tap->device->world) : NULL, id);
  SimHold hold = row == NULL   ? SIM_NOT_HELD
                 : tap->online ? (sim_view_reads (tap->view, row) ? SIM_HELD : SIM_NOT_HELD)
                               : sim_view_holds (tap->view, row);
  if (hold == SIM_NOT_HELD)
    sim_fail (tap->device->world, "4: device %u (%s) is sent %s/%s", tap->device->index, tap->device->user,
              tap->entity, id);
  check_columns (tap, row, hold, cells);
  if (tap->ids != NULL)
    g_hash_table_add (tap->ids, g_strdup (id));
}

static void
check_stub (Tap *tap, const char *id, const char *title)
{
  const SimRow *row = sim_truth_find (sim_truth_get (tap->device->world), id);
  g_autofree char *expected = row != NULL ? satchel_record_dup_title (row->record) : NULL;
  if (row == NULL || !sim_view_reads (tap->view, row) || g_strcmp0 (title, expected) != 0)
    sim_fail (tap->device->world, "4: device %u (%s) is sent “%s” for the title of %s/%s", tap->device->index,
              tap->device->user, title, tap->entity, id);
}

static void
check_line (Tap *tap, JsonArray *cells)
{
  const char *id = json_array_get_string_element (cells, 0);
  switch (tap->section) {
  case SECTION_ROWS:
    check_row (tap, id, cells);
    break;
  case SECTION_STUBS:
    check_stub (tap, id, json_array_get_string_element (cells, 1));
    break;
  case SECTION_GONE:
    if (!tap->may_be_gone &&
        !sim_tap_knew (tap->device->world, satchel_session_get_user (tap->device->session), id))
      sim_fail (tap->device->world, "4: device %u (%s) is told that %s/%s is gone, of which it never knew",
                tap->device->index, tap->device->user, tap->entity, id);
    break;
  case SECTION_NONE:
    sim_fail (tap->device->world, "a row without a section");
  }
}

static void
read_lines (Tap *tap, const char *lines, gsize size)
{
  for (const char *end, *line = lines; line < lines + size; line = end + 1) {
    g_autoptr (GError) error = NULL;
    end = memchr (line, '\n', lines + size - line);
    if (end == NULL)
      sim_fail (tap->device->world, "an answer ends within a line");
    g_autoptr (JsonNode) node = satchel_json_parse (line, end - line, &error);
    sim_check (tap->device->world, node != NULL, error, "reading an answer");
    if (JSON_NODE_HOLDS_OBJECT (node))
      begin_section (tap, json_node_get_object (node));
    else
      check_line (tap, json_node_get_array (node));
  }
}

static void
tap (Tap *tap, const SatchelCaller *caller, const char *lines, gsize size)
{
  SimWorld *world = tap->device->world;
  sim_tap_note (world);
  g_autoptr (SimView) view = sim_view_new (world, sim_truth_get (world), caller->user, caller->device);
  tap->view = view;
  tap->columns = g_ptr_array_new_with_free_func (g_free);
  read_lines (tap, lines, size);
}

void
sim_tap_pull (SimDevice *device, const SatchelCaller *caller, const char *cursor, const char *lines,
              gsize size)
{
  Tap own = { .device = device };
  tap (&own, caller, lines, size);
  sim_oracle_promise (device, caller, own.cursor != NULL ? own.cursor : cursor);
  tap_clear (&own);
}

void
sim_tap_rows (SimDevice *device, const SatchelCaller *caller, const char *lines, gsize size)
{
  Tap own = { .device = device, .may_be_gone = TRUE };
  tap (&own, caller, lines, size);
  tap_clear (&own);
}

void
sim_tap_list (SimDevice *device, const SatchelCaller *caller, const char *lines, gsize size, GHashTable *ids)
{
  Tap own = { .device = device, .online = TRUE, .ids = ids };
  tap (&own, caller, lines, size);
  tap_clear (&own);
}
