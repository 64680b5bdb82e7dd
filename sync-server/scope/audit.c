/* Sums over exactly what is carried.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/audit.h"

#include "protocol/checksum.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/members.h"
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/checksums.h"
#include "sync-server/store/deadline.h"
#include "sync-server/store/rows.h"

#include <string.h>

#define MOST_PART_DIGITS 12    /* of a part that has others below */
#define MOST_TOLD        10000 /* rows of one part: nobody's ids agree by chance in so many digits */
#define STALE            "{\"stale\":true}"

/* ---- requests ---- */

void
satchel_audit_request_free (SatchelAuditRequest *request)
{
  g_free (request->cursor);
  g_free (request->entity);
  g_strfreev (request->parts);
  g_strfreev (request->ids);
  g_free (request);
}

static gboolean
is_id (const char *text)
{
  return satchel_id_is_valid (text);
}

/* NULL for anything but at most @most strings that @is_valid. */
static char **
read_strings (JsonArray *array, guint most, gboolean (*is_valid) (const char *text), GError **error)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  const guint n = json_array_get_length (array);

  if (n > most) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "an audit asks for %u at most", most);
    return NULL;
  }
  for (guint i = 0; i < n; i++) {
    const char *text = satchel_json_get_string (json_array_get_element (array, i));

    if (text == NULL || !is_valid (text)) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "an audit asks for parts or ids");
      return NULL;
    }
    g_strv_builder_add (strings, text);
  }
  return g_strv_builder_end (strings);
}

SatchelAuditRequest *
satchel_audit_request_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelAuditRequest) request = g_new0 (SatchelAuditRequest, 1);
  SatchelMembers members;
  JsonArray *parts;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "an audit");
  request->cursor = g_strdup (satchel_members_require_string (&members, "cursor"));
  request->entity = g_strdup (satchel_members_get_name (&members, "entity"));
  parts = request->entity != NULL ? satchel_members_require_array (&members, "parts") : NULL;
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  if (parts != NULL) {
    request->parts = read_strings (parts, SATCHEL_MAX_AUDIT_PARTS, satchel_checksum_part_is_valid, error);
    if (request->parts == NULL)
      return NULL;
  }
  return g_steal_pointer (&request);
}

SatchelAuditRequest *
satchel_rows_request_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelAuditRequest) request = g_new0 (SatchelAuditRequest, 1);
  SatchelMembers members;
  JsonArray *ids;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a request for rows");
  request->cursor = g_strdup (satchel_members_require_string (&members, "cursor"));
  request->entity = g_strdup (satchel_members_require_name (&members, "entity"));
  ids = satchel_members_require_array (&members, "ids");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  request->ids = read_strings (ids, SATCHEL_MAX_AUDIT_IDS, is_id, error);
  return request->ids != NULL ? g_steal_pointer (&request) : NULL;
}

/* ---- sums ---- */

/* A conflict whose other side its reader may not see, as she has it. */
static gboolean
visit_blanked (SatchelPulling *pull, const SatchelEntity *entity, gint64 row, SatchelChecksumFunc visit,
               gpointer data, GError **error)
{
  const SatchelHolding *now = satchel_holdings_get (pull->now, entity);
  g_autoptr (GPtrArray) fields = g_ptr_array_new (), lookups = g_ptr_array_new ();
  const SatchelTextForm form = { entity, fields, lookups, TRUE };

  for (guint i = 0; i < entity->n_fields; i++) {
    if (!satchel_holding_hides (now, entity->fields[i]))
      g_ptr_array_add (fields, (gpointer)entity->fields[i]);
  }
  return satchel_checksums_visit_computed (pull->store, &form, row, visit, data, error);
}

/* All that is carried of @entity. */
static gboolean
visit_carried (SatchelPulling *pull, const SatchelEntity *entity, SatchelChecksumFunc visit, gpointer data,
               GError **error)
{
  const SatchelHolding *now = satchel_holdings_get (pull->now, entity);
  g_auto (SatchelConditions) select = { 0 };
  g_autoptr (GArray) blanked = satchel_pulling_list_blanked (pull, entity, error);

  satchel_conditions_init (&select);
  if (blanked == NULL || !satchel_pulling_select_carried (pull, entity, &select, error) ||
      !satchel_checksums_visit (pull->store, entity, now->hidden, &select, visit, data, error))
    return FALSE;
  for (guint i = 0; i < blanked->len; i++) {
    if (!visit_blanked (pull, entity, g_array_index (blanked, gint64, i), visit, data, error))
      return FALSE;
  }
  return TRUE;
}

typedef struct {
  guint64 sum;
  guint n_rows;
} Total;

static gboolean
add_to_total (gint64 row, guint64 tail, guint64 sum, gpointer data, GError **error)
{
  Total *total = data;

  total->sum += sum;
  total->n_rows++;
  return TRUE;
}

static char *
answer_entities (SatchelPulling *pull, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);
  g_autoptr (GString) answer = g_string_new ("{\"entities\":[");
  const gsize start = answer->len;

  for (guint i = 0; i < n_entities; i++) {
    Total total = { 0 };

    if (!visit_carried (pull, entities[i], add_to_total, &total, error))
      return NULL;
    if (total.n_rows == 0)
      continue;
    g_string_append_printf (answer, "%s[\"%s\",\"", answer->len > start ? "," : "", entities[i]->name);
    satchel_checksum_append (answer, total.sum);
    g_string_append (answer, "\"]");
  }
  g_string_append (answer, "]}");
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

typedef struct {
  gint64 row;
  guint64 sum;
} Row;

/* One of the parts that are asked for. */
typedef struct {
  const char *name;
  guint64 sums[SATCHEL_CHECKSUM_PARTS];
  guint n_rows;
  GArray *rows; /* Row: as long as the answer may be made of them */
} Part;

static void
part_clear (gpointer part)
{
  g_array_unref (((Part *)part)->rows);
}

/* Whether its rows are told. */
static gboolean
is_small (const Part *part)
{
  return part->n_rows <= SATCHEL_MAX_AUDIT_ROWS || strlen (part->name) >= MOST_PART_DIGITS;
}

static gboolean
add_to_parts (gint64 row, guint64 tail, guint64 sum, gpointer data, GError **error)
{
  GArray *parts = data;
  const Row told = { row, sum };

  for (guint i = 0; i < parts->len; i++) {
    Part *part = &g_array_index (parts, Part, i);
    const int child = satchel_checksum_part_of_tail (part->name, tail);

    if (child < 0)
      continue;
    part->sums[child] += sum;
    part->n_rows++;
    if (!is_small (part))
      continue;
    if (part->rows->len == MOST_TOLD) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                           "too many rows have ids like these");
      return FALSE;
    }
    g_array_append_val (part->rows, told);
  }
  return TRUE;
}

static gboolean
append_rows (SatchelPulling *pull, const SatchelEntity *entity, GString *answer, const Part *part,
             GError **error)
{
  g_string_append (answer, "{\"rows\":[");
  for (guint i = 0; i < part->rows->len; i++) {
    const Row *told = &g_array_index (part->rows, Row, i);
    g_autofree char *id = satchel_texts_dup_id (pull->store, entity, told->row, error);

    if (id == NULL)
      return FALSE;
    g_string_append_printf (answer, "%s[\"%s\",\"", i > 0 ? "," : "", id);
    satchel_checksum_append (answer, told->sum);
    g_string_append (answer, "\"]");
  }
  g_string_append (answer, "]}");
  return TRUE;
}

static void
append_sums (GString *answer, const Part *part)
{
  g_string_append (answer, "{\"sums\":\"");
  for (guint i = 0; i < SATCHEL_CHECKSUM_PARTS; i++)
    satchel_checksum_append (answer, part->sums[i]);
  g_string_append (answer, "\"}");
}

static char *
answer_parts (SatchelPulling *pull, const SatchelEntity *entity, char **names, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (Part));
  g_autoptr (GString) answer = g_string_new ("{\"parts\":[");

  g_array_set_clear_func (parts, part_clear);
  for (guint i = 0; names[i] != NULL; i++) {
    g_array_set_size (parts, i + 1);
    g_array_index (parts, Part, i).name = names[i];
    g_array_index (parts, Part, i).rows = g_array_new (FALSE, FALSE, sizeof (Row));
  }
  if (!visit_carried (pull, entity, add_to_parts, parts, error))
    return NULL;
  for (guint i = 0; i < parts->len; i++) {
    const Part *part = &g_array_index (parts, Part, i);

    if (i > 0)
      g_string_append_c (answer, ',');
    if (!is_small (part))
      append_sums (answer, part);
    else if (!append_rows (pull, entity, answer, part, error))
      return NULL;
  }
  g_string_append (answer, "]}");
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

static char *
answer_request (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                const SatchelAuditRequest *request, gint64 now_ms, GError **error)
{
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms };
  const SatchelEntity *entity = NULL;
  gboolean current;
  gint64 s;

  if (request->entity != NULL &&
      (entity = satchel_registry_require (store->registry, request->entity, error)) == NULL)
    return NULL;
  if (!satchel_pull_is_current (store, access, user, device, request->cursor, now_ms, &current, &s, error))
    return NULL;
  if (!current)
    return g_strdup (STALE);
  if (!satchel_pulling_open (&pull, access, user, device, error))
    return NULL;
  return entity != NULL ? answer_parts (&pull, entity, request->parts, error)
                        : answer_entities (&pull, error);
}

char *
satchel_audit_answer (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                      const SatchelAuditRequest *request, gint64 now_ms, GError **error)
{
  GError *problem = NULL;
  char *text;

  satchel_deadline_begin (store, SATCHEL_MAX_AUDIT_MS);
  text = answer_request (store, access, user, device, request, now_ms, &problem);
  satchel_deadline_end (store, problem, error);
  return text;
}

/* ---- rows ---- */

static gboolean
put_rows (SatchelPulling *pull, const SatchelEntity *entity, char **ids, GError **error)
{
  g_autoptr (GArray) whole = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) blanked = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();

  for (guint i = 0; ids[i] != NULL; i++) {
    SatchelVerdict verdict = { 0 };
    gint64 row;

    if (!satchel_rows_find (pull->store, entity, ids[i], &row, error) ||
        (row != 0 && !satchel_pulling_judge_one (pull, entity, row, &verdict, error)))
      return FALSE;
    if (!verdict.carried)
      g_ptr_array_add (gone, ids[i]);
    else
      g_array_append_val (verdict.blank ? blanked : whole, row);
  }
  if (!satchel_pulling_put_whole (pull, entity, whole, FALSE, error) ||
      !satchel_pulling_put_whole (pull, entity, blanked, TRUE, error))
    return FALSE;
  for (guint i = 0; i < gone->len; i++) {
    if (!satchel_pulling_put_gone (pull, entity, gone->pdata[i], "left", error))
      return FALSE;
  }
  return satchel_pulling_put_stubs (pull, error);
}

static gboolean
write_rows (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
            const SatchelAuditRequest *request, gint64 now_ms, SatchelWriteFunc write, gpointer data,
            GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (store->registry, request->entity, error);
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms, .write = write, .data = data };
  const SatchelPullHead head = { .restored_s = -1 };
  g_auto (SatchelPullTail) tail = { 0 };
  g_autofree char *head_line = NULL, *tail_line = NULL;
  gboolean current;

  if (entity == NULL || !satchel_pull_is_current (store, access, user, device, request->cursor, now_ms,
                                                  &current, &tail.s, error))
    return FALSE;
  if (!current)
    return write (STALE "\n", strlen (STALE "\n"), data, error);
  head_line = satchel_pull_head_to_text (&head);
  if (!satchel_pulling_open (&pull, access, user, device, error) ||
      !satchel_pulling_put_line (&pull, head_line, strlen (head_line), error) ||
      !put_rows (&pull, entity, request->ids, error))
    return FALSE;
  tail.rows = pull.n_rows;
  tail_line = satchel_pull_tail_to_text (&tail);
  return satchel_pulling_put_line (&pull, tail_line, strlen (tail_line), error) &&
         satchel_pulling_close (&pull, error);
}

gboolean
satchel_audit_write_rows (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                          const SatchelAuditRequest *request, gint64 now_ms, SatchelWriteFunc write,
                          gpointer data, GError **error)
{
  GError *problem = NULL;
  gboolean written;

  satchel_deadline_begin (store, SATCHEL_MAX_AUDIT_MS);
  written = write_rows (store, access, user, device, request, now_ms, write, data, &problem);
  satchel_deadline_end (store, problem, error);
  return written;
}
