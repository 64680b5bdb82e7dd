/* Tracking as D-Bus has it: client/mail does the work.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/agent/mail/request.h"
#include "client/agent/mail/standing.h"
#include "client/agent/mail/told.h"
#include "client/mail/rules.h"
#include "client/mail/track.h"
#include "client/replica/query.h"
#include "protocol/error.h"

#define MOST_TRACKED 10000

/* ---- what came along ---- */

/* Whatever was passed for a file; the reading may take as long as a disk takes, but never waits for a writer.
 */
static GBytes *
read_descriptor (int descriptor, GError **error)
{
  struct stat about;
  g_autofree guint8 *bytes = NULL;
  gsize size, length = 0;
  gssize n = 1;

  if (fstat (descriptor, &about) != 0 || !S_ISREG (about.st_mode)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the message is no regular file");
    return NULL;
  }
  if (about.st_size > SATCHEL_MAX_MESSAGE_BYTES) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the message is too large");
    return NULL;
  }
  size = about.st_size;
  bytes = g_malloc (size + 1);
  while (length < size && n > 0) {
    n = pread (descriptor, bytes + length, size - length, length);
    if (n < 0 && errno == EINTR)
      n = 1;
    else if (n > 0)
      length += n;
  }
  if (n < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the message cannot be read: %s",
                 g_strerror (errno));
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

static SatchelMessage *
read_message (const SatchelRequest *request, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) problem = NULL;
  gint32 handle;
  int descriptor = -1;

  g_variant_get_child (request->arguments, 1, "h", &handle);
  if (request->files != NULL && handle >= 0 && handle < g_unix_fd_list_get_length (request->files))
    descriptor = g_unix_fd_list_get (request->files, handle, &problem);
  if (descriptor < 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "no message came along");
    return NULL;
  }
  bytes = read_descriptor (descriptor, error);
  close (descriptor);
  return bytes != NULL ? satchel_message_read (bytes, error) : NULL;
}

/* ---- options ---- */

static gboolean
read_attachments (GVariant *value, SatchelTrackOptions *track, const char ***names)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)) {
    track->attach = g_variant_get_boolean (value) ? SATCHEL_MAIL_ATTACH_ALL : SATCHEL_MAIL_ATTACH_NONE;
    return TRUE;
  }
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY) ||
      g_variant_n_children (value) > SATCHEL_MAX_MESSAGE_ATTACHMENTS)
    return FALSE;
  *names = g_variant_get_strv (value, NULL);
  track->attachment_names = *names;
  track->attach = **names != NULL ? SATCHEL_MAIL_ATTACH_NAMED : SATCHEL_MAIL_ATTACH_NONE;
  return TRUE;
}

static gboolean
read_direction (GVariant *value, SatchelTrackOptions *track)
{
  const char *text =
      g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_get_string (value, NULL) : "";

  if (g_str_equal (text, "incoming"))
    track->direction = SATCHEL_MAIL_INCOMING;
  else if (g_str_equal (text, "outgoing"))
    track->direction = SATCHEL_MAIL_OUTGOING;
  return track->direction != SATCHEL_MAIL_BY_SENDER;
}

/* What is read borrows from @dictionary, but for the list *names, which is owned. */
static gboolean
read_options (GVariant *dictionary, SatchelTrackOptions *track, const char ***names, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed)) {
    g_autoptr (GVariant) value = boxed;
    gboolean valid = FALSE;

    if (g_str_equal (name, "regarding") && g_variant_is_of_type (value, G_VARIANT_TYPE ("(ss)"))) {
      g_variant_get (value, "(&s&s)", &track->regarding_entity, &track->regarding_id);
      valid = TRUE;
    } else if (g_str_equal (name, "attachments") && *names == NULL) {
      valid = read_attachments (value, track, names);
    } else if (g_str_equal (name, "direction")) {
      valid = read_direction (value, track);
    }
    if (!valid) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                           "an option is unknown, or of another type");
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- methods ---- */

GVariant *
satchel_request_track (const SatchelRequest *request, GError **error)
{
  g_autoptr (GVariant) dictionary = g_variant_get_child_value (request->arguments, 2);
  g_autoptr (SatchelMessage) message = NULL;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_auto (SatchelTracked) tracked = { 0 };
  g_autofree const char **names = NULL;
  SatchelTrackOptions options = { 0 };

  if (!read_options (dictionary, &options, &names, error))
    return NULL;
  message = read_message (request, error);
  if (message == NULL || !satchel_mail_track (request->session, message, &options, deeds, &tracked, error))
    return NULL;
  satchel_past_add (request->past, request->caller, "track", message->message_id, g_steal_pointer (&deeds));
  return g_variant_new ("(ssb)", "email", tracked.id, tracked.joined);
}

/* Members of one message, or NULL: nothing is known of it. @problem is set when that cannot be said. */
static GVariant *
tell_state (const SatchelRequest *request, SatchelStanding *standing, const char *id, GError **problem)
{
  g_autoptr (SatchelRecord) email = satchel_mail_find_record (request->session, id, problem);
  const gboolean tracked = email != NULL && satchel_mail_is_tracked (request->session, email);
  g_autoptr (GVariant) members = NULL;
  g_auto (GVariantDict) dictionary = { 0 };
  gboolean stopped = FALSE;

  if (*problem != NULL || (!tracked && !satchel_mail_is_stopped (request->session, id, &stopped, problem)) ||
      (email != NULL && (members = satchel_standing_tell (standing, email, tracked, problem)) == NULL))
    return NULL;
  if (!stopped)
    return g_steal_pointer (&members);
  if (members != NULL)
    g_variant_ref_sink (members);
  g_variant_dict_init (&dictionary, members);
  g_variant_dict_insert (&dictionary, "tracked", "b", FALSE);
  g_variant_dict_insert (&dictionary, "stopped", "b", TRUE);
  return g_variant_dict_end (&dictionary);
}

GVariant *
satchel_request_state (const SatchelRequest *request, GError **error)
{
  g_autoptr (SatchelStanding) standing = satchel_standing_new (request->session, error);
  GVariantBuilder states;
  GVariantIter *ids;
  const char *asked;

  if (standing == NULL)
    return NULL;
  g_variant_builder_init (&states, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_get_child (request->arguments, 1, "as", &ids);
  while (g_variant_iter_next (ids, "&s", &asked)) {
    g_autofree char *id = strlen (asked) <= 1000 ? satchel_message_id_normalise (asked) : NULL;
    g_autoptr (GError) problem = NULL;
    GVariant *members = id != NULL ? tell_state (request, standing, id, &problem) : NULL;

    if (members != NULL)
      g_variant_builder_add (&states, "{s@a{sv}}", asked, members);
    if (problem != NULL) {
      g_variant_builder_clear (&states);
      g_variant_iter_free (ids);
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  g_variant_iter_free (ids);
  return g_variant_new ("(a{sa{sv}})", &states);
}

/* ---- all of hers ---- */

typedef struct {
  SatchelSession *session;
  GVariantBuilder ids;
  guint n;
} Tracked;

/* One more than are told says that there are more. */
static gboolean
add_tracked_cb (const SatchelRecord *email, gpointer data)
{
  Tracked *tracked = data;

  if (!satchel_mail_is_tracked (tracked->session, email))
    return TRUE;
  if (tracked->n < MOST_TRACKED)
    g_variant_builder_add (&tracked->ids, "s", satchel_told_peek (email, "message_id"));
  return tracked->n++ < MOST_TRACKED;
}

GVariant *
satchel_request_tracked (const SatchelRequest *request, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (request->session);
  const SatchelEntity *entity = satchel_registry_find (registry, "email");
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (
      registry, entity, "message_id is not empty and tracked_by is not empty", error);
  SatchelQuery query = { .entity = entity,
                         .where = where,
                         .sort = satchel_entity_find_field (entity, "sent_at"),
                         .descending = TRUE,
                         .limit = -1 };
  SatchelPredicateContext context;
  Tracked tracked = { .session = request->session };

  if (where == NULL)
    return NULL;
  satchel_session_get_context (request->session, &context);
  g_variant_builder_init (&tracked.ids, G_VARIANT_TYPE_STRING_ARRAY);
  if (!satchel_replica_query (satchel_session_get_replica (request->session), &query, &context,
                              add_tracked_cb, &tracked, error)) {
    g_variant_builder_clear (&tracked.ids);
    return NULL;
  }
  return g_variant_new ("(asb)", &tracked.ids, tracked.n <= MOST_TRACKED);
}

/* Owned; INVALID: it is none. */
static char *
read_message_id (const SatchelRequest *request, GError **error)
{
  const char *text;
  char *id;

  g_variant_get_child (request->arguments, 1, "&s", &text);
  id = satchel_message_id_normalise (text);
  if (id == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "that is no Message-ID");
  return id;
}

GVariant *
satchel_request_set_regarding (const SatchelRequest *request, GError **error)
{
  g_autofree char *message_id = read_message_id (request, error);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  const char *entity, *id;

  if (message_id == NULL)
    return NULL;
  g_variant_get_child (request->arguments, 2, "&s", &entity);
  g_variant_get_child (request->arguments, 3, "&s", &id);
  if (!satchel_mail_set_regarding (request->session, message_id, *entity != '\0' ? entity : NULL, id, deeds,
                                   error))
    return NULL;
  satchel_past_add (request->past, request->caller, "regarding", message_id, g_steal_pointer (&deeds));
  return g_variant_new ("()");
}

GVariant *
satchel_request_untrack (const SatchelRequest *request, GError **error)
{
  g_autofree char *message_id = read_message_id (request, error);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();

  if (message_id == NULL || !satchel_mail_untrack (request->session, message_id, deeds, error))
    return NULL;
  satchel_past_add (request->past, request->caller, "untrack", message_id, g_steal_pointer (&deeds));
  return g_variant_new ("()");
}

/* What was taken back by hand is not tracked by itself again, and the other way round. */
GVariant *
satchel_request_undo (const SatchelRequest *request, GError **error)
{
  g_autofree char *about = NULL;
  const char *kind;
  const char *messages[] = { NULL, NULL };
  gboolean done = TRUE;

  if (!satchel_past_undo (request->past, request->caller, request->session, &kind, &about, error))
    return NULL;
  if (g_str_equal (kind, "track"))
    done = satchel_mail_stop (request->session, about, error);
  else if (g_str_equal (kind, "untrack"))
    done = satchel_mail_resume (request->session, about, error);
  if (!done)
    return NULL;
  messages[0] = about;
  return g_variant_new ("(s^as)", kind, messages);
}

GVariant *
satchel_request_wanted (const SatchelRequest *request, GError **error)
{
  SatchelMailArrival arrival;
  g_autofree const char **references = NULL, **addresses = NULL;
  gboolean wanted = FALSE;

  g_variant_get (request->arguments, "(&s&s&s^a&s^a&s&s)", NULL, &arrival.message_id, &arrival.in_reply_to,
                 &references, &addresses, &arrival.folder);
  arrival.references = references;
  arrival.addresses = addresses;
  if (!satchel_mail_rule_decides (request->session, &arrival, &wanted, error))
    return NULL;
  return g_variant_new ("(b)", wanted);
}

GVariant *
satchel_request_get_rule (const SatchelRequest *request, GError **error)
{
  g_autofree char *folder = NULL;
  SatchelMailRule rule;

  if (!satchel_mail_rule_get (request->session, &rule, &folder, error))
    return NULL;
  return g_variant_new ("(ss)", satchel_mail_rule_name (rule), folder != NULL ? folder : "");
}

GVariant *
satchel_request_set_rule (const SatchelRequest *request, GError **error)
{
  const char *name, *folder;
  SatchelMailRule rule;

  g_variant_get_child (request->arguments, 1, "&s", &name);
  g_variant_get_child (request->arguments, 2, "&s", &folder);
  if (!satchel_mail_rule_from_name (name, &rule)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "there is no such rule");
    return NULL;
  }
  if (!satchel_mail_rule_set (request->session, rule, *folder != '\0' ? folder : NULL, error))
    return NULL;
  return g_variant_new ("()");
}
