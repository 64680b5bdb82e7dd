/* Conflicts: filing them as records, and resolving them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/wire/message.h"
#include "sync-server/resolve/resolution.h"

static void
set_text (SatchelRecord *conflict, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = text != NULL ? satchel_value_new_string (text) : NULL;

  satchel_record_set_by_name (conflict, field, value);
}

static void
set_instant (SatchelRecord *conflict, const char *field, gint64 ms)
{
  g_autoptr (SatchelValue) value = satchel_value_new_integer (ms);

  satchel_record_set_by_name (conflict, field, value);
}

static void
set_user (SatchelRecord *conflict, const char *field, const char *user)
{
  g_autoptr (SatchelValue) value = user != NULL ? satchel_value_new_lookup ("user", user) : NULL;

  satchel_record_set_by_name (conflict, field, value);
}

/* Wire form as JSON text: "null" for the empty value, so that an empty field means "not for you to read". */
static void
set_wire (SatchelRecord *conflict, const char *name, const SatchelField *field, const SatchelValue *value)
{
  g_autoptr (JsonNode) node = satchel_value_to_wire (field, value);
  g_autofree char *text = satchel_json_print (node);

  set_text (conflict, name, text);
}

static const char *
peek_text (const SatchelRecord *conflict, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (conflict, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

/* ---- filing ---- */

/* The device has said more about the same field: its first word need not be decided any more. */
static gboolean
settle_earlier (SatchelResolution *resolution, const SatchelRecord *record, const SatchelField *field,
                GError **error)
{
  g_autoptr (SatchelRecord) before = NULL, after = NULL;

  if (!satchel_rows_find_open_conflict (resolution->store, record, field->name, resolution->device, &before,
                                        error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  after = satchel_record_copy (before);
  set_text (after, "status", "settled");
  return satchel_rows_update (resolution->store, &resolution->commit, before, after, NULL, error);
}

gboolean
satchel_conflicts_file (SatchelResolution *resolution, const SatchelRecord *record,
                        const SatchelDispute *dispute, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, "conflict");
  g_autofree char *id = satchel_id_new (resolution->clock);
  g_autoptr (SatchelRecord) conflict = satchel_record_new (entity, id);
  const gboolean open = dispute->status == SATCHEL_CONFLICT_OPEN;

  if (open && !settle_earlier (resolution, record, dispute->field, error))
    return FALSE;
  set_text (conflict, "record_entity", record->entity->name);
  set_text (conflict, "record_id", record->id);
  set_text (conflict, "field", dispute->field->name);
  set_wire (conflict, "base", dispute->field, dispute->base);
  set_wire (conflict, "mine", dispute->field, dispute->mine);
  set_wire (conflict, "theirs", dispute->field, dispute->theirs);
  set_user (conflict, "mine_by", resolution->user);
  set_instant (conflict, "mine_at", resolution->commit.made_at_ms);
  set_user (conflict, "theirs_by", dispute->theirs_by);
  if (dispute->theirs_at_ms > 0)
    set_instant (conflict, "theirs_at", dispute->theirs_at_ms);
  set_text (conflict, "status", open ? "open" : "settled");
  set_text (conflict, "device", resolution->device);
  set_text (conflict, "set_id", resolution->set->uuid);
  resolution->n_conflicts++;
  return satchel_rows_create (resolution->store, &resolution->commit, conflict, error);
}

/* ---- resolving ---- */

typedef struct {
  SatchelRecord *conflict;
  SatchelRecord *record; /* what it is about, as it stands */
  const SatchelField *field;
} Case;

static void
case_clear (Case *it)
{
  g_clear_pointer (&it->conflict, satchel_record_free);
  g_clear_pointer (&it->record, satchel_record_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static gboolean
is_author (const SatchelResolution *resolution, const SatchelRecord *conflict)
{
  const SatchelValue *author = satchel_record_get_by_name (conflict, "mine_by");

  return author != NULL && g_str_equal (satchel_value_get_id (author), resolution->user);
}

static gboolean
find_case (SatchelResolution *resolution, const SatchelChange *change, Case *it, GError **error)
{
  SatchelRegistry *registry = resolution->store->registry;
  const SatchelEntity *entity = satchel_registry_find (registry, change->entity);
  const SatchelEntity *about;
  gboolean readable = FALSE;

  if (!satchel_rows_read (resolution->store, entity, change->record, &it->conflict, error))
    return FALSE;
  about = it->conflict != NULL ? satchel_registry_find (registry, peek_text (it->conflict, "record_entity"))
                               : NULL;
  if (about != NULL && !satchel_rows_read (resolution->store, about, peek_text (it->conflict, "record_id"),
                                           &it->record, error))
    return FALSE;
  if (it->record != NULL &&
      !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, it->record, &readable, error))
    return FALSE;
  if (readable) {
    it->field =
        satchel_registry_require_written_field (registry, about, peek_text (it->conflict, "field"), error);
    if (it->field == NULL)
      return FALSE;
  }
  /* Who may not read the record, or the field, learns nothing of its conflicts; but its author has it. */
  if (!readable || (!satchel_rights_can_read_field (resolution->rights, it->field) &&
                    !is_author (resolution, it->conflict))) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such conflict any more");
    return FALSE;
  }
  if (g_str_equal (peek_text (it->conflict, "status"), "resolved")) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                         "somebody has resolved this conflict already");
    return FALSE;
  }
  return satchel_resolve_require (resolution,
                                  it->field == satchel_entity_owner_field (about) ? SATCHEL_PRIVILEGE_ASSIGN
                                                                                  : SATCHEL_PRIVILEGE_WRITE,
                                  it->record, "change", error) &&
         satchel_resolve_require_field (resolution, it->field, error);
}

/* A value that a person typed may stand in text form; wire form is tried first. */
static gboolean
read_value (const SatchelField *field, JsonNode *node, SatchelValue **value, GError **error)
{
  if (satchel_value_from_wire (field, node, value, NULL))
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return satchel_value_from_text (field, json_node_get_string (node), value, error);
  return satchel_value_from_wire (field, node, value, error);
}

static const char *
get_choice (const SatchelChange *change)
{
  const SatchelEdit *edit = satchel_change_find_edit (change, "choice");
  const char *choice =
      edit != NULL && JSON_NODE_HOLDS_VALUE (edit->value) ? json_node_get_string (edit->value) : NULL;

  return choice != NULL ? choice : "";
}

static gboolean
read_choice (const SatchelChange *change, const Case *it, SatchelValue **value, GError **error)
{
  const char *choice = get_choice (change);
  const SatchelEdit *edit = satchel_change_find_edit (change, "value");
  g_autoptr (JsonNode) node = NULL;

  if (g_str_equal (choice, "value") && edit != NULL)
    return read_value (it->field, edit->value, value, error);
  if (!g_str_equal (choice, "mine") && !g_str_equal (choice, "theirs")) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "choose “mine”, “theirs” or “value” with a value");
    return FALSE;
  }
  /* The server's value stands already; it may be a newer one than the conflict tells of. */
  if (g_str_equal (choice, "theirs") && g_str_equal (peek_text (it->conflict, "status"), "open")) {
    *value = satchel_value_ref (satchel_record_get (it->record, it->field));
    return TRUE;
  }
  node = json_from_string (peek_text (it->conflict, choice), error);
  return node != NULL && satchel_value_from_wire (it->field, node, value, error);
}

static gboolean
close_conflict (SatchelResolution *resolution, const Case *it, const char *choice, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (it->conflict);

  set_text (after, "status", "resolved");
  set_text (after, "resolution", choice);
  set_user (after, "resolved_by", resolution->user);
  set_instant (after, "resolved_at", resolution->commit.at_ms);
  return satchel_rows_update (resolution->store, &resolution->commit, it->conflict, after, NULL, error);
}

gboolean
satchel_conflicts_resolve (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  g_auto (Case) it = { 0 };
  g_auto (SatchelFieldHistory) history = { 0 };
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (SatchelRecord) after = NULL;
  gint64 seen;

  if (!find_case (resolution, change, &it, error) || !read_choice (change, &it, &value, error) ||
      !satchel_resolution_get_seen (resolution, change, &seen, error) ||
      !satchel_feed_read_field (resolution->store, it.record, it.field, seen, resolution->device, &history,
                                error))
    return FALSE;
  resolution->field = it.field;
  after = satchel_record_copy (it.record);
  satchel_record_set (after, it.field, value);
  if (!satchel_resolve_update (resolution, it.record, after, NULL, error) ||
      !close_conflict (resolution, &it, get_choice (change), error))
    return FALSE;

  /* A person has decided, but not about a value that came after what she saw: it is kept where it can be
   * found. */
  if (history.changed && !history.latest_is_device &&
      !satchel_value_equal (satchel_record_get (it.record, it.field), value)) {
    const SatchelDispute dispute = {
      .field = it.field,
      .base = history.base,
      .mine = value,
      .theirs = satchel_record_get (it.record, it.field),
      .status = SATCHEL_CONFLICT_SETTLED,
      .theirs_by = history.other_user,
      .theirs_at_ms = history.other_at_ms,
    };

    return satchel_conflicts_file (resolution, after, &dispute, error);
  }
  return TRUE;
}
