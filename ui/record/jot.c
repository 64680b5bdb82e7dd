/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/jot.h"

#include "protocol/error.h"

static const struct {
  const char *entity;
  const char *text;   /* field that takes what is too long for the title */
  const char *action; /* done to it at once, or NULL */
} kinds[SATCHEL_JOT_N_KINDS] = {
  [SATCHEL_JOT_NOTE] = { "note", "body", NULL },
  [SATCHEL_JOT_TASK] = { "task", "description", NULL },
  [SATCHEL_JOT_CALL] = { "phone_call", "description", "complete" },
};

const SatchelEntity *
satchel_jot_find_entity (SatchelRegistry *registry, SatchelJotKind kind, const SatchelEntity *about)
{
  const SatchelEntity *entity = satchel_registry_find (registry, kinds[kind].entity);
  const SatchelField *regarding =
      entity != NULL && !entity->retired ? satchel_entity_find_field (entity, "regarding") : NULL;

  return regarding != NULL && satchel_field_allows_target (regarding, about->name) ? entity : NULL;
}

static void
set_text (SatchelRecord *record, const char *name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);

  if (field != NULL)
    satchel_record_set (record, field, value);
}

static SatchelRecord *
make_record (SatchelSession *session, SatchelJotKind kind, const SatchelEntity *about, const char *id,
             const char *line, GError **error)
{
  const SatchelEntity *entity = satchel_jot_find_entity (satchel_session_get_registry (session), kind, about);
  g_autofree char *new_id = satchel_id_new (satchel_session_get_clock (session));
  g_autofree char *text = g_strstrip (g_strdup (line)), *title = NULL;
  g_autoptr (SatchelValue) regarding = satchel_value_new_lookup (about->name, id);
  SatchelRecord *record;
  glong most;

  if (entity == NULL || *text == '\0') {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "there is nothing to be written down");
    return NULL;
  }
  record = satchel_record_new (entity, new_id);
  most = entity->title->max_chars > 0 ? (glong)entity->title->max_chars : 200;
  title = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), most));
  set_text (record, entity->title->name, title);
  if (g_utf8_strlen (text, -1) > most)
    set_text (record, kinds[kind].text, text);
  satchel_record_set_by_name (record, "regarding", regarding);
  return record;
}

gboolean
satchel_jot_write (SatchelDeeds *deeds, SatchelSession *session, SatchelJotKind kind,
                   const SatchelEntity *about, const char *id, const char *line, GError **error)
{
  g_autoptr (SatchelRecord) record = make_record (session, kind, about, id, line, error);

  return record != NULL && satchel_deeds_create (deeds, session, record, error) &&
         (kinds[kind].action == NULL ||
          satchel_deeds_act (deeds, session, record->entity, record->id, kinds[kind].action, NULL, error));
}
