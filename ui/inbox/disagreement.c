/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/disagreement.h"

#include <glib/gi18n.h>

#include "client/tally.h"
#include "ui/display.h"

G_DEFINE_FINAL_TYPE (SatchelDisagreement, satchel_disagreement, G_TYPE_OBJECT)

static const char *const side_names[SATCHEL_N_SIDES] = { "base", "mine", "theirs" };

/* ---- who and when ---- */

static char *
dup_person (SatchelSession *session, const SatchelRecord *conflict, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (conflict, name);
  char *title;

  if (value == NULL)
    return g_strdup (_ ("Somebody"));
  if (g_strcmp0 (satchel_value_get_id (value), satchel_session_get_user (session)) == 0)
    return g_strdup (_ ("You"));
  title =
      satchel_replica_dup_name ("user", satchel_value_get_id (value), satchel_session_get_replica (session));
  return title != NULL ? title : g_strdup (_ ("Somebody"));
}

static gint64
get_moment (const SatchelRecord *conflict, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (conflict, name);

  return value != NULL ? satchel_value_get_integer (value) : 0;
}

/* "Ana chose “200”, 3 Nov" */
static char *
dup_outcome (SatchelSession *session, const SatchelRecord *conflict)
{
  const SatchelField *field = satchel_entity_find_field (conflict->entity, "resolution");
  g_autofree char *who = dup_person (session, conflict, "resolved_by");
  g_autofree char *what = satchel_display_value (satchel_session_get_replica (session), field,
                                                 satchel_record_get (conflict, field));
  g_autofree char *when = satchel_display_moment (get_moment (conflict, "resolved_at"),
                                                  satchel_clock_now_ms (satchel_session_get_clock (session)));

  return g_strdup_printf (C_ ("who decided a conflict, what was chosen, when", "%s decided: %s, %s"), who,
                          what, when);
}

/* ---- the sides ---- */

/* A text keeps its lines: it is to be compared. */
static char *
dup_text (SatchelSession *session, const SatchelField *field, const SatchelValue *value)
{
  if (value != NULL && field->type == SATCHEL_TYPE_TEXT)
    return g_strdup (satchel_value_get_string (value));
  return satchel_display_value (satchel_session_get_replica (session), field, value);
}

static void
read_side (SatchelSession *session, const SatchelRecord *conflict, SatchelDisagreement *disagreement,
           SatchelSide which)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelField *field = satchel_dispute_find_subject (registry, conflict);
  SatchelDisagreementSide *side = &disagreement->sides[which];

  side->kind = satchel_dispute_read_side (registry, conflict, side_names[which], &side->value);
  switch (side->kind) {
  case SATCHEL_SIDE_VALUE:
    side->text = dup_text (session, field, side->value);
    break;
  case SATCHEL_SIDE_UNKNOWN:
    side->text = g_strdup (satchel_dispute_get_text (conflict, side_names[which]));
    break;
  case SATCHEL_SIDE_HIDDEN:
    side->text = g_strdup ("");
    break;
  }
  if (which != SATCHEL_SIDE_BASE) {
    g_autofree char *by = g_strconcat (side_names[which], "_by", NULL);
    g_autofree char *at = g_strconcat (side_names[which], "_at", NULL);

    side->who = dup_person (session, conflict, by);
    side->when_ms = get_moment (conflict, at);
  }
}

/* Of the two the one that the record holds; another value may have come since. */
static gboolean
mark_standing (SatchelSession *session, SatchelDisagreement *disagreement, const SatchelEntity *entity,
               const SatchelField *field, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  if (field == NULL || disagreement->record == NULL)
    return TRUE;
  if (!satchel_replica_read (satchel_session_get_replica (session), entity, disagreement->record, &record,
                             error))
    return FALSE;
  for (guint i = SATCHEL_SIDE_MINE; i < SATCHEL_N_SIDES && record != NULL; i++) {
    SatchelDisagreementSide *side = &disagreement->sides[i];

    side->stands = side->kind == SATCHEL_SIDE_VALUE &&
                   satchel_value_equal (side->value, satchel_record_get (record, field));
  }
  return TRUE;
}

/* ---- one ---- */

static SatchelDisagreementState
state_of (const SatchelRecord *conflict, gboolean decided)
{
  const char *status = satchel_dispute_get_text (conflict, "status");

  if (g_strcmp0 (status, "resolved") == 0)
    return SATCHEL_DISAGREEMENT_RESOLVED;
  if (decided)
    return SATCHEL_DISAGREEMENT_DECIDED;
  return g_strcmp0 (status, "open") == 0 ? SATCHEL_DISAGREEMENT_OPEN : SATCHEL_DISAGREEMENT_SETTLED;
}

static char *
make_fingerprint (const SatchelDisagreement *disagreement)
{
  GString *text = g_string_new (disagreement->id);

  g_string_append_printf (text, "\n%d\n%s\n%s\n%s", disagreement->state, disagreement->title,
                          disagreement->label, disagreement->outcome != NULL ? disagreement->outcome : "");
  for (guint i = 0; i < SATCHEL_N_SIDES; i++) {
    const SatchelDisagreementSide *side = &disagreement->sides[i];

    g_string_append_printf (text, "\n%d %d %s\t%s", side->kind, side->stands,
                            side->who != NULL ? side->who : "", side->text);
  }
  return g_string_free (text, FALSE);
}

static SatchelDisagreement *
read_one (SatchelSession *session, const SatchelRecord *conflict, gboolean decided, GError **error)
{
  g_autoptr (SatchelDisagreement) disagreement = g_object_new (SATCHEL_TYPE_DISAGREEMENT, NULL);
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_dispute_find_entity (registry, conflict);
  const SatchelField *field = satchel_dispute_find_subject (registry, conflict);
  const char *record = satchel_dispute_get_text (conflict, "record_id");

  disagreement->id = g_strdup (conflict->id);
  disagreement->state = state_of (conflict, decided);
  disagreement->entity = g_strdup (satchel_dispute_get_text (conflict, "record_entity"));
  disagreement->record = g_strdup (record);
  disagreement->field = g_strdup (satchel_dispute_get_text (conflict, "field"));
  disagreement->is_text = field != NULL && field->type == SATCHEL_TYPE_TEXT;
  if (entity != NULL && record != NULL)
    disagreement->title =
        satchel_replica_dup_name (entity->name, record, satchel_session_get_replica (session));
  if (disagreement->title == NULL)
    disagreement->title = g_strdup (_ ("(a record that is not here)"));
  disagreement->label = g_strdup_printf (C_ ("field, kind of record", "%s · %s"),
                                         field != NULL ? _ (field->label) : disagreement->field,
                                         entity != NULL ? _ (entity->label) : disagreement->entity);
  for (guint i = 0; i < SATCHEL_N_SIDES; i++)
    read_side (session, conflict, disagreement, i);
  if (!mark_standing (session, disagreement, entity, field, error))
    return NULL;
  if (disagreement->state == SATCHEL_DISAGREEMENT_RESOLVED)
    disagreement->outcome = dup_outcome (session, conflict);
  disagreement->fingerprint = make_fingerprint (disagreement);
  return g_steal_pointer (&disagreement);
}

/* ---- all ---- */

static gboolean
read_list (SatchelSession *session, SatchelConflictList which, guint limit, GHashTable *decided,
           GPtrArray *to, GError **error)
{
  g_autoptr (GPtrArray) conflicts = satchel_session_list_conflicts (session, which, limit, error);

  if (conflicts == NULL)
    return FALSE;
  for (guint i = 0; i < conflicts->len; i++) {
    const SatchelRecord *conflict = conflicts->pdata[i];
    SatchelDisagreement *one =
        read_one (session, conflict, g_hash_table_contains (decided, conflict->id), error);

    if (one == NULL)
      return FALSE;
    g_ptr_array_add (to, one);
  }
  return TRUE;
}

SatchelDisagreements *
satchel_disagreements_read (SatchelSession *session, guint limit, GError **error)
{
  g_autoptr (SatchelDisagreements) all = g_new0 (SatchelDisagreements, 1);
  g_autoptr (GHashTable) decided = satchel_session_list_decided (session, error);

  if (decided == NULL)
    return NULL;
  all->open = g_ptr_array_new_with_free_func (g_object_unref);
  all->closed = g_ptr_array_new_with_free_func (g_object_unref);
  if (!read_list (session, SATCHEL_CONFLICTS_UNDECIDED, limit, decided, all->open, error))
    return NULL;
  all->n_open = all->open->len;
  if (!read_list (session, SATCHEL_CONFLICTS_DECIDED, limit, decided, all->open, error) ||
      !read_list (session, SATCHEL_CONFLICTS_CLOSED, limit + 1, decided, all->closed, error))
    return NULL;
  all->more = all->closed->len > limit;
  if (all->more)
    g_ptr_array_set_size (all->closed, limit);
  return g_steal_pointer (&all);
}

void
satchel_disagreements_free (SatchelDisagreements *disagreements)
{
  if (disagreements == NULL)
    return;
  g_clear_pointer (&disagreements->open, g_ptr_array_unref);
  g_clear_pointer (&disagreements->closed, g_ptr_array_unref);
  g_free (disagreements);
}

/* ---- the object ---- */

const char *
satchel_disagreement_get_fingerprint (gpointer disagreement)
{
  return SATCHEL_DISAGREEMENT (disagreement)->fingerprint;
}

static void
satchel_disagreement_finalize (GObject *object)
{
  SatchelDisagreement *disagreement = SATCHEL_DISAGREEMENT (object);
  char *const texts[] = { disagreement->id,      disagreement->entity,     disagreement->record,
                          disagreement->field,   disagreement->title,      disagreement->label,
                          disagreement->outcome, disagreement->fingerprint };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  for (guint i = 0; i < SATCHEL_N_SIDES; i++) {
    satchel_value_unref (disagreement->sides[i].value);
    g_free (disagreement->sides[i].text);
    g_free (disagreement->sides[i].who);
  }
  G_OBJECT_CLASS (satchel_disagreement_parent_class)->finalize (object);
}

static void
satchel_disagreement_class_init (SatchelDisagreementClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_disagreement_finalize;
}

static void
satchel_disagreement_init (SatchelDisagreement *disagreement)
{
}
