/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/fill.h"

#include <glib/gi18n.h>

#include "client/mail/writing.h"
#include "protocol/error.h"

#define MOST_TEMPLATES 100

/* ---- whom it is for ---- */

/* Whether a template for records of @wanted (NULL: of any) finds one; the first of its people, else what it
 * is about. */
static gboolean
find_subject (const SatchelRecord *email, const char *wanted, const char **entity, const char **id)
{
  const SatchelValue *to = satchel_record_get_by_name (email, "to"),
                     *regarding = satchel_record_get_by_name (email, "regarding");
  guint n = 0;
  const SatchelParty *parties = to != NULL ? satchel_value_get_parties (to, &n) : NULL;

  for (guint i = 0; i < n; i++) {
    *entity = parties[i].entity;
    *id = parties[i].id;
    if (*id != NULL && (wanted == NULL || g_str_equal (*entity, wanted)))
      return TRUE;
  }
  if (regarding == NULL)
    return FALSE;
  *entity = satchel_value_get_entity (regarding);
  *id = satchel_value_get_id (regarding);
  return wanted == NULL || g_str_equal (*entity, wanted);
}

static const char *
get_string (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

/* ---- the menu ---- */

typedef struct {
  const SatchelRecord *email;
  const char *action;
  GMenu *menu;
} Listing;

static gboolean
add_template (const SatchelRecord *template_, gpointer data)
{
  Listing *listing = data;
  const char *entity, *id;
  g_autofree char *title = NULL;
  g_autoptr (GMenuItem) item = NULL;

  if (!find_subject (listing->email, get_string (template_, "entity"), &entity, &id))
    return TRUE;
  title = satchel_record_dup_title (template_);
  item = g_menu_item_new (title, NULL);
  g_menu_item_set_action_and_target (item, listing->action, "s", template_->id);
  g_menu_append_item (listing->menu, item);
  return TRUE;
}

GMenuModel *
satchel_fill_menu_new (SatchelDesk *desk, const SatchelRecord *email, const char *action)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  SatchelRegistry *registry = satchel_desk_get_registry (desk);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "mail_template"),
                         .limit = MOST_TEMPLATES };
  g_autoptr (SatchelPredicate) where =
      query.entity != NULL ? satchel_predicate_parse (registry, query.entity, "active = yes", NULL) : NULL;
  Listing listing = { email, action, g_menu_new () };
  SatchelPredicateContext context;

  if (session != NULL && where != NULL) {
    query.where = where;
    query.sort = query.entity->title;
    satchel_session_get_context (session, &context);
    /* A menu without them is what there is to show of a store that cannot be read. */
    (void)!satchel_replica_query (satchel_session_get_replica (session), &query, &context, add_template,
                                  &listing, NULL);
  }
  if (g_menu_model_get_n_items (G_MENU_MODEL (listing.menu)) == 0)
    g_menu_append (listing.menu, _ ("No template fits"), "letter.none");
  return G_MENU_MODEL (listing.menu);
}

/* ---- filling ---- */

typedef struct {
  SatchelRecord *email;
  char *id;
} Filling;

static void
filling_free (gpointer data)
{
  Filling *filling = data;

  satchel_record_free (filling->email);
  g_free (filling->id);
  g_free (filling);
}

/* NULL with NOT_FOUND where it is not carried. */
static SatchelRecord *
require (SatchelSession *session, const char *entity_name, const char *id, GError **error)
{
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), entity_name, error);
  SatchelRecord *record = NULL;

  if (entity == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, id, &record, error))
    return NULL;
  if (record == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("This record is not on this computer."));
  return record;
}

static gpointer
fill_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Filling *filling = data;
  g_autoptr (SatchelRecord) template_ = require (session, "mail_template", filling->id, error);
  g_autoptr (SatchelRecord) subject = NULL, filled = NULL;
  const char *entity, *id;

  if (template_ == NULL)
    return NULL;
  if (!find_subject (filling->email, get_string (template_, "entity"), &entity, &id)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                         _ ("The template is written for other records."));
    return NULL;
  }
  subject = require (session, entity, id, error);
  filled = satchel_record_new (satchel_registry_find (satchel_session_get_registry (session), "email"),
                               filling->email->id);
  return subject != NULL && satchel_mail_fill (session, template_, subject, filled, error)
             ? g_steal_pointer (&filled)
             : NULL;
}

void
satchel_fill (SatchelDesk *desk, const SatchelRecord *email, const char *id, GAsyncReadyCallback callback,
              gpointer data)
{
  Filling *filling = g_new0 (Filling, 1);

  filling->email = satchel_record_copy (email);
  filling->id = g_strdup (id);
  satchel_desk_read (desk, fill_job, filling, filling_free, (GDestroyNotify)satchel_record_free, NULL,
                     callback, data);
}

SatchelRecord *
satchel_fill_finish (SatchelDesk *desk, GAsyncResult *result, GError **error)
{
  return satchel_desk_finish (desk, result, error);
}
