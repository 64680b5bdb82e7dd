/* New records from mail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "client/agent/mail/draft.h"
#include "client/agent/mail/request.h"
#include "client/mail/people.h"
#include "client/mail/track.h"
#include "client/permits.h"
#include "protocol/error.h"

/* One of @names that the user may create; INVALID, FORBIDDEN. */
static const SatchelEntity *
find_entity (SatchelSession *session, const char *name, const char *const *names, GError **error)
{
  const SatchelEntity *entity = g_strv_contains (names, name)
                                    ? satchel_registry_find (satchel_session_get_registry (session), name)
                                    : NULL;
  g_autoptr (SatchelPermits) permits = NULL;

  if (entity == NULL || entity->retired) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "no such thing can be made");
    return NULL;
  }
  permits = satchel_session_read_permits (session);
  if (satchel_permits_may_create (permits, entity))
    return entity;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, _ ("you may not create any %s"),
               _ (entity->plural));
  return NULL;
}

static SatchelRecord *
find_message (const SatchelRequest *request, char **message_id, GError **error)
{
  const char *text;
  SatchelRecord *email;
  GError *problem = NULL;

  g_variant_get_child (request->arguments, 1, "&s", &text);
  *message_id = satchel_message_id_normalise (text);
  if (*message_id == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "that is no Message-ID");
    return NULL;
  }
  email = satchel_mail_find_record (request->session, *message_id, &problem);
  if (problem != NULL)
    g_propagate_error (error, problem);
  else if (email == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("this message is not tracked"));
  return email;
}

/* A message that cannot be told what it became is left as it was, and nothing new is there. */
static gboolean
regard (const SatchelRequest *request, const char *message_id, const SatchelRecord *made, SatchelDeeds *deeds,
        GError **error)
{
  g_autoptr (GError) lost = NULL;

  if (g_str_equal (made->entity->name, "task") ||
      satchel_mail_set_regarding (request->session, message_id, made->entity->name, made->id, deeds, error))
    return TRUE;
  (void)!satchel_deeds_take_back (deeds, request->session, &lost); /* the first reason is the one to tell */
  return FALSE;
}

GVariant *
satchel_request_convert (const SatchelRequest *request, GError **error)
{
  static const char *const entities[] = { "lead", "opportunity", "case", "task", NULL };
  g_autofree char *message_id = NULL;
  g_autoptr (SatchelRecord) email = NULL, draft = NULL;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  const SatchelEntity *entity;
  const char *name;

  g_variant_get_child (request->arguments, 2, "&s", &name);
  entity = find_entity (request->session, name, entities, error);
  if (entity == NULL || (email = find_message (request, &message_id, error)) == NULL)
    return NULL;
  draft = satchel_draft_of_message (request->session, email, entity, error);
  if (draft == NULL || !satchel_deeds_create (deeds, request->session, draft, error) ||
      !regard (request, message_id, draft, deeds, error))
    return NULL;
  satchel_past_add (request->past, request->caller, "convert", message_id, g_steal_pointer (&deeds));
  return g_variant_new ("(s)", draft->id);
}

GVariant *
satchel_request_create_for (const SatchelRequest *request, GError **error)
{
  static const char *const entities[] = { "contact", "lead", NULL };
  g_autoptr (SatchelRecord) draft = NULL;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (GPtrArray) people = NULL;
  const SatchelEntity *entity;
  const char *kind, *name, *text;
  SatchelMailAddress *address;

  g_variant_get_child (request->arguments, 1, "&s", &kind);
  g_variant_get_child (request->arguments, 2, "&s", &name);
  g_variant_get_child (request->arguments, 3, "&s", &text);
  entity = find_entity (request->session, kind, entities, error);
  if (entity == NULL)
    return NULL;
  address = satchel_mail_address_read (text);
  if (address != NULL)
    people = satchel_mail_people (request->session, address->address, error);
  for (guint i = 0; people != NULL && i < people->len; i++) {
    const SatchelRecord *person = people->pdata[i];

    if (person->entity == entity) {
      satchel_mail_address_free (address);
      return g_variant_new ("(s)", person->id);
    }
  }
  if (address == NULL || people != NULL)
    draft = satchel_draft_of_person (request->session, entity, name,
                                     address != NULL ? address->address : NULL, error);
  if (address != NULL)
    satchel_mail_address_free (address);
  if (draft == NULL || !satchel_deeds_create (deeds, request->session, draft, error))
    return NULL;
  satchel_past_add (request->past, request->caller, "create", NULL, g_steal_pointer (&deeds));
  return g_variant_new ("(s)", draft->id);
}
