/* What a mail program asks, method by method (data/dbus/org.satchelcrm.Satchel.Mail1.xml): arguments in, answer out. Each runs in the clerk's
 * thread, and takes what it is given for a stranger's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "client/agent/mail/past.h"

G_BEGIN_DECLS

typedef struct {
  SatchelSession *session;
  SatchelPast *past;
  const char *caller;
  GVariant *arguments; /* as the interface describes them, the profile first */
  GUnixFDList *files;  /* NULL: none came along */
} SatchelRequest;

/* A tuple, floating; NULL with @error. */
typedef GVariant *(*SatchelRequestFunc) (const SatchelRequest *request, GError **error);

/* NULL: no such method. */
SatchelRequestFunc satchel_request_find (const char *method);
/* Whether the arguments keep within the limits that the interface tells. TOO_LARGE. */
gboolean satchel_request_check (const char *method, GVariant *arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* messages.c */
GVariant *satchel_request_track (const SatchelRequest *request, GError **error);
GVariant *satchel_request_state (const SatchelRequest *request, GError **error);
GVariant *satchel_request_tracked (const SatchelRequest *request, GError **error);
GVariant *satchel_request_set_regarding (const SatchelRequest *request, GError **error);
GVariant *satchel_request_untrack (const SatchelRequest *request, GError **error);
GVariant *satchel_request_undo (const SatchelRequest *request, GError **error);
GVariant *satchel_request_wanted (const SatchelRequest *request, GError **error);
GVariant *satchel_request_get_rule (const SatchelRequest *request, GError **error);
GVariant *satchel_request_set_rule (const SatchelRequest *request, GError **error);

/* pane.c */
GVariant *satchel_request_suggest (const SatchelRequest *request, GError **error);
GVariant *satchel_request_pane (const SatchelRequest *request, GError **error);
GVariant *satchel_request_link (const SatchelRequest *request, GError **error);

/* convert.c */
GVariant *satchel_request_convert (const SatchelRequest *request, GError **error);
GVariant *satchel_request_create_for (const SatchelRequest *request, GError **error);

/* items.c */
GVariant *satchel_request_track_item (const SatchelRequest *request, GError **error);
GVariant *satchel_request_item_state (const SatchelRequest *request, GError **error);
GVariant *satchel_request_set_item_regarding (const SatchelRequest *request, GError **error);

/* The "message_id" of emails, the UID of appointments: what State asks by. @ids: of records of @entity; NULL when one of them is not here. Owned, a strv. */
char **satchel_request_list_keys (SatchelSession *session, const char *entity, const GPtrArray *ids);

G_END_DECLS
