/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/write.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/mail/answer.h"
#include "client/permits.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/form/begin.h"
#include "ui/mail/accounts.h"
#include "ui/mail/addressing.h"
#include "ui/mail/mailing.h"
#include "ui/page.h"

/* ---- whom and what ---- */

static const SatchelEntity *
find_email (SatchelDesk *desk)
{
  return satchel_registry_find (satchel_desk_get_registry (desk), "email");
}

gboolean
satchel_mail_can_write (SatchelDesk *desk, const SatchelEntity *entity)
{
  const SatchelEntity *email = find_email (desk);
  const SatchelField *to = email != NULL ? satchel_entity_find_field (email, "to") : NULL,
                     *regarding = email != NULL ? satchel_entity_find_field (email, "regarding") : NULL;
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (SatchelPermits) permits = NULL;

  if (to == NULL || regarding == NULL || session == NULL ||
      !(satchel_field_allows_target (to, entity->name) ||
        satchel_field_allows_target (regarding, entity->name)))
    return FALSE;
  permits = satchel_session_read_permits (session);
  return satchel_permits_may_create (permits, email);
}

/* Only people can be written to together. */
static gboolean
is_person (SatchelDesk *desk, const SatchelEntity *entity)
{
  return satchel_field_allows_target (satchel_entity_find_field (find_email (desk), "to"), entity->name);
}

/* ---- the form ---- */

static void
start (GtkWidget *from, SatchelDesk *desk, const SatchelRecord *record)
{
  const SatchelEntity *email = find_email (desk);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  for (guint i = 0; email != NULL && i < email->n_fields; i++) {
    const SatchelValue *value = satchel_record_get_by_name (record, email->fields[i]->name);
    SatchelFieldValue *copy;

    if (value == NULL)
      continue;
    copy = g_new0 (SatchelFieldValue, 1);
    copy->field = email->fields[i];
    copy->value = satchel_value_ref (value);
    g_ptr_array_add (values, copy);
  }
  if (email != NULL)
    satchel_begin_new (from, desk, email, values);
}

/* ---- one or several ---- */

typedef struct {
  GtkWidget *window; /* owned */
  SatchelDesk *desk;
  SatchelAddressing *addressing;
  SatchelRecord *email; /* to all of them */
} Writing;

static void
writing_free (Writing *writing)
{
  g_object_unref (writing->window);
  g_object_unref (writing->desk);
  satchel_addressing_free (writing->addressing);
  satchel_record_free (writing->email);
  g_free (writing);
}

static void
gathered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Writing *writing = data;
  g_autoptr (GError) error = NULL;
  SatchelGathered *gathered = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (gathered == NULL) {
    satchel_toast_error (writing->window, error);
  } else {
    satchel_undo_offer_deeds (writing->window, writing->desk, _ ("A marketing list was made of them"),
                              g_steal_pointer (&gathered->deeds));
    satchel_mailing_show (writing->window, writing->desk, gathered->list);
    satchel_gathered_free (gathered);
  }
  writing_free (writing);
}

static void
chosen_cb (AdwMessageDialog *dialog, const char *response, Writing *writing)
{
  g_autoptr (SatchelValue) to = NULL;
  const SatchelAddressing *who = writing->addressing;

  if (g_str_equal (response, "each")) {
    satchel_desk_write (writing->desk, satchel_addressing_gather,
                        satchel_addressing_new (who->entity, who->ids, NULL), satchel_addressing_free,
                        satchel_gathered_free, gathered_cb, writing);
    return;
  }
  if (g_str_equal (response, "hidden")) {
    to = satchel_value_ref (satchel_record_get_by_name (writing->email, "to"));
    satchel_record_set_by_name (writing->email, "to", NULL);
    satchel_record_set_by_name (writing->email, "bcc", to);
  }
  if (g_str_equal (response, "open") || g_str_equal (response, "hidden"))
    start (writing->window, writing->desk, writing->email);
  writing_free (writing);
}

/* The first few of those who are left out; the mailing's report has all. */
#define MOST_TOLD 5

static char *
tell_left_out (const GPtrArray *left_out)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (left_out->len, MOST_TOLD); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (const char *)left_out->pdata[i]);
  if (left_out->len > MOST_TOLD)
    g_string_append (text, "\n…");
  return g_string_free (text, FALSE);
}

/* Takes @writing. */
static void
ask (Writing *writing, const GPtrArray *left_out)
{
  const SatchelValue *to = satchel_record_get_by_name (writing->email, "to");
  g_autofree char *heading = NULL, *told = tell_left_out (left_out), *body = NULL;
  AdwMessageDialog *dialog;
  guint n = 0;

  if (to != NULL)
    (void)satchel_value_get_parties (to, &n);
  heading = g_strdup_printf (g_dngettext (NULL, "Write to %u Person", "Write to %u People", n), n);
  body = left_out->len > 0 ? g_strdup_printf (_ ("Left out:\n%s"), told) : NULL;
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (writing->window), heading, body));
  adw_message_dialog_add_responses (
      dialog, "cancel", _ ("_Cancel"), "open", _ ("One Message, All See _Each Other"), "hidden",
      _ ("One Message, _Hidden Copies"), "each", _ ("One _Message Each, by a Template"), NULL);
  adw_message_dialog_set_response_enabled (dialog, "open", n > 0 && n < SATCHEL_MAX_KEYS);
  adw_message_dialog_set_response_enabled (dialog, "hidden", n > 0 && n < SATCHEL_MAX_KEYS);
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (chosen_cb), writing);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
addressed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Writing *writing = data;
  g_autoptr (GError) error = NULL;
  SatchelAddressed *addressed = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (addressed == NULL) {
    satchel_toast_error (writing->window, error);
    writing_free (writing);
    return;
  }
  writing->email = g_steal_pointer (&addressed->email);
  if (writing->addressing->ids->len > 1) {
    ask (writing, addressed->left_out);
  } else {
    start (writing->window, writing->desk, writing->email);
    if (addressed->left_out->len > 0)
      satchel_toast (writing->window, addressed->left_out->pdata[0], NULL, NULL);
    writing_free (writing);
  }
  satchel_addressed_free (addressed);
}

void
satchel_mail_write (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                    const char *address)
{
  GtkWidget *window = satchel_undo_find_window (from);
  Writing *writing;

  g_return_if_fail (ids->len > 0);
  if (window == NULL)
    return;
  writing = g_new0 (Writing, 1);
  writing->window = g_object_ref (window);
  writing->desk = g_object_ref (desk);
  writing->addressing = satchel_addressing_new (entity->name, ids, address);
  satchel_desk_read (desk, satchel_addressing_run, satchel_addressing_new (entity->name, ids, address),
                     satchel_addressing_free, satchel_addressed_free, NULL, addressed_cb, writing);
}

/* ---- answers ---- */

typedef struct {
  char *id;
  SatchelAnswerKind kind;
  char **mine; /* addresses of her mail accounts, as far as they are known */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->id);
  g_strfreev (question->mine);
  g_free (question);
}

/* With files it is stored at once, so that they can be about it. */
static gboolean
pass_on (SatchelSession *session, const SatchelRecord *email, SatchelRecord *draft, GError **error)
{
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();

  if (!satchel_session_begin_batch (session, error))
    return FALSE;
  if (satchel_deeds_create (deeds, session, draft, error) &&
      satchel_mail_pass_on_files (session, email, draft, deeds, error) && satchel_deeds_get_n (deeds) > 1 &&
      satchel_session_commit_batch (session, error))
    return TRUE;
  satchel_session_rollback_batch (session);
  return FALSE;
}

static gpointer
answer_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  g_autoptr (SatchelRecord) email = NULL, draft = NULL;

  if (!satchel_replica_read (satchel_session_get_replica (session), entity, question->id, &email, error))
    return NULL;
  if (email == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("This record is not on this computer."));
    return NULL;
  }
  draft = satchel_mail_new_answer (session, email, question->kind, (const char *const *)question->mine);
  if (question->kind == SATCHEL_ANSWER_FORWARD) {
    g_autoptr (SatchelRecord) kept = satchel_record_copy (draft);
    g_autoptr (GError) problem = NULL;

    if (!pass_on (session, email, kept, &problem) && problem != NULL) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  return g_steal_pointer (&draft);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  SatchelDesk *desk = SATCHEL_DESK (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRecord) draft = satchel_desk_finish (desk, result, &error);
  g_autoptr (SatchelRoute) route = NULL;
  g_autoptr (SatchelRecord) kept = NULL;

  if (draft == NULL) {
    satchel_toast_error (window, error);
    return;
  }
  if (satchel_desk_get_session (desk) == NULL ||
      !satchel_replica_read (satchel_session_get_replica (satchel_desk_get_session (desk)), draft->entity,
                             draft->id, &kept, NULL) ||
      kept == NULL) {
    start (window, desk, draft);
    return;
  }
  route = satchel_route_new_record ("email", draft->id);
  satchel_go (window, route);
}

static char **
list_own_addresses (SatchelDesk *desk)
{
  const GPtrArray *accounts = satchel_accounts_list (satchel_accounts_get (desk));
  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();

  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    g_strv_builder_add (addresses, ((SatchelAccount *)accounts->pdata[i])->address);
  return g_strv_builder_end (addresses);
}

static void
answer (GtkWidget *from, SatchelDesk *desk, const char *id, SatchelAnswerKind kind)
{
  GtkWidget *window = satchel_undo_find_window (from);
  Question *question;

  if (window == NULL)
    return;
  question = g_new0 (Question, 1);
  question->id = g_strdup (id);
  question->kind = kind;
  question->mine = list_own_addresses (desk);
  satchel_desk_write (desk, answer_job, question, question_free, (GDestroyNotify)satchel_record_free,
                      answered_cb, g_object_ref (window));
}

/* ---- the group ---- */

typedef struct {
  GtkWidget *widget; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  SatchelActTargets targets;
  gpointer data;
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_object_unref (group->desk);
  g_free (group);
}

static void
write_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const Group *group = data;
  g_autoptr (GPtrArray) ids = group->targets (group->data);

  if (ids->len > 0)
    satchel_mail_write (group->widget, group->desk, group->entity, ids,
                        parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL);
}

static void
answer_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const char *const names[] = { [SATCHEL_ANSWER_REPLY] = "reply",
                                       [SATCHEL_ANSWER_REPLY_ALL] = "reply-all",
                                       [SATCHEL_ANSWER_FORWARD] = "forward" };
  const Group *group = data;
  g_autoptr (GPtrArray) ids = group->targets (group->data);

  for (guint kind = 0; kind < G_N_ELEMENTS (names) && ids->len > 0; kind++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), names[kind]))
      answer (group->widget, group->desk, ids->pdata[0], kind);
}

static void
mailing_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const Group *group = data;
  g_autoptr (GPtrArray) ids = group->targets (group->data);

  if (ids->len > 0)
    satchel_mailing_show (group->widget, group->desk, ids->pdata[0]);
}

void
satchel_mail_append_menu (GMenu *menu, SatchelDesk *desk, const SatchelEntity *entity)
{
  if (satchel_mail_can_write (desk, entity))
    g_menu_append (menu, _ ("Write Email…"), "mail.write");
  if (g_str_equal (entity->name, "marketing_list"))
    g_menu_append (menu, _ ("Send Mailing…"), "mail.mailing");
}

void
satchel_mail_install (GtkWidget *widget, SatchelDesk *desk, const SatchelEntity *entity,
                      SatchelActTargets targets, gpointer data)
{
  static const GActionEntry entries[] = {
    { .name = "write", .activate = write_cb },
    { .name = "to", .activate = write_cb, .parameter_type = "s" },
    { .name = "reply", .activate = answer_cb },
    { .name = "reply-all", .activate = answer_cb },
    { .name = "forward", .activate = answer_cb },
    { .name = "mailing", .activate = mailing_cb },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  Group *group = g_new0 (Group, 1);

  *group = (Group){ widget, g_object_ref (desk), entity, targets, data };
  g_object_set_data_full (G_OBJECT (widget), "mail-group", group, group_free);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), group);
  /* Where there is no such action an address is opened as anywhere. */
  if (!is_person (desk, entity) || !satchel_mail_can_write (desk, entity))
    g_action_map_remove_action (G_ACTION_MAP (actions), "to");
  gtk_widget_insert_action_group (widget, "mail", G_ACTION_GROUP (actions));
}
