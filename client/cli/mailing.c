/* satchelctl mailing: mail merge. Without --send it says what would be sent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/values.h"
#include "client/mail/mailing.h"
#include "protocol/error.h"

#define USUAL_PER_MINUTE 30
#define MOST_PER_MINUTE  6000
#define NAP_US           (50 * 1000) /* between looks for Ctrl+C */

/* ---- the report ---- */

static JsonArray *
list_state (SatchelMailing *mailing, SatchelMailingState state)
{
  const GPtrArray *recipients = satchel_mailing_get_recipients (mailing);
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < recipients->len; i++) {
    const SatchelMailingRecipient *recipient = recipients->pdata[i];
    JsonObject *object;

    if (recipient->state != state)
      continue;
    object = json_object_new ();
    json_object_set_string_member (object, "entity", recipient->entity);
    json_object_set_string_member (object, "id", recipient->id);
    if (recipient->name != NULL)
      json_object_set_string_member (object, "name", recipient->name);
    if (recipient->address != NULL)
      json_object_set_string_member (object, "address", recipient->address);
    if (recipient->reason != NULL)
      json_object_set_string_member (object, "reason", recipient->reason);
    if (recipient->words != NULL)
      json_object_set_string_member (object, "words", recipient->words);
    json_array_add_object_element (list, object);
  }
  return list;
}

static void
tell_json (SatchelCli *cli, SatchelMailing *mailing)
{
  JsonObject *object = json_object_new ();

  for (guint state = 0; state < SATCHEL_MAILING_N_STATES; state++)
    json_object_set_array_member (object, satchel_mailing_state_name (state), list_state (mailing, state));
  satchel_cli_print_object (cli, object);
}

static void
tell (SatchelCli *cli, SatchelMailing *mailing)
{
  static const char *const heads[] = {
    [SATCHEL_MAILING_WAITING] = N_ ("Waiting"),     [SATCHEL_MAILING_SENT] = N_ ("Sent"),
    [SATCHEL_MAILING_REFUSED] = N_ ("Refused"),     [SATCHEL_MAILING_SKIPPED] = N_ ("Skipped"),
    [SATCHEL_MAILING_UNCERTAIN] = N_ ("Uncertain"),
  };
  const GPtrArray *recipients = satchel_mailing_get_recipients (mailing);

  if (cli->json) {
    tell_json (cli, mailing);
    return;
  }
  for (guint state = 0; state < SATCHEL_MAILING_N_STATES; state++) {
    satchel_cli_print (cli, "%s: %u\n", _ (heads[state]), satchel_mailing_count (mailing, state));
    for (guint i = 0; i < recipients->len; i++) {
      const SatchelMailingRecipient *recipient = recipients->pdata[i];
      g_autofree char *name = NULL, *words = NULL;

      if (recipient->state != state || recipient->words == NULL)
        continue;
      name = satchel_cli_display_text (recipient->name != NULL ? recipient->name : recipient->id,
                                       SATCHEL_CLI_ONE_LINE);
      words = satchel_cli_display_text (recipient->words, SATCHEL_CLI_ONE_LINE);
      satchel_cli_print (cli, "  %s <%s>: %s\n", name, recipient->address != NULL ? recipient->address : "",
                         words);
    }
  }
}

/* With --progress: how many there are in each state, a line after each message, before the report. */
static void
tell_progress (SatchelCli *cli, SatchelMailing *mailing, gboolean lines)
{
  g_autofree char *text =
      g_strdup_printf (_ ("%u sent, %u wait"), satchel_mailing_count (mailing, SATCHEL_MAILING_SENT),
                       satchel_mailing_count (mailing, SATCHEL_MAILING_WAITING));
  JsonObject *object;

  if (!lines || !cli->json) {
    satchel_cli_progress (cli, text);
    return;
  }
  object = json_object_new ();
  for (guint state = 0; state < SATCHEL_MAILING_N_STATES; state++)
    json_object_set_int_member (object, satchel_mailing_state_name (state),
                                satchel_mailing_count (mailing, state));
  satchel_cli_print_object (cli, object);
  fflush (stdout);
}

/* ---- sending ---- */

/* FALSE: interrupted. */
static gboolean
rest (gint64 until)
{
  while (g_get_monotonic_time () < until && !satchel_cli_interrupted ())
    g_usleep ((gulong)CLAMP (until - g_get_monotonic_time (), 0, NAP_US));
  return !satchel_cli_interrupted ();
}

static gboolean
send_all (SatchelCli *cli, SatchelMailing *mailing, const char *account_name, gint64 per_minute,
          gboolean progress, GError **error)
{
  g_autoptr (SatchelPost) post = satchel_post_new (error);
  const SatchelMailAccount *account =
      post != NULL ? satchel_post_find_account (post, account_name, error) : NULL;
  const SatchelMailingRecipient *recipient = NULL;
  gint64 next = 0;

  if (account == NULL)
    return FALSE;
  while (rest (next)) {
    next = g_get_monotonic_time () + G_TIME_SPAN_MINUTE / per_minute;
    if (!satchel_mailing_step (mailing, post, account, &recipient, error))
      return FALSE;
    if (recipient == NULL)
      return TRUE;
    tell_progress (cli, mailing, progress);
  }
  return TRUE;
}

static int
run (SatchelCli *cli, SatchelMailing *mailing, const char *account, gint64 per_minute, gboolean progress)
{
  g_autoptr (GError) error = NULL;
  const gboolean done = send_all (cli, mailing, account, per_minute, progress, &error);

  satchel_cli_progress (cli, NULL);
  tell (cli, mailing);
  if (!done)
    return satchel_cli_fail (cli, error);
  return satchel_mailing_count (mailing, SATCHEL_MAILING_REFUSED) +
                     satchel_mailing_count (mailing, SATCHEL_MAILING_UNCERTAIN) >
                 0
             ? SATCHEL_CLI_ATTENTION
             : SATCHEL_CLI_DONE;
}

/* "uncertain", "refused" → again. FALSE: neither. */
static gboolean
take_again (const char *text, SatchelMailingState *state)
{
  const gboolean uncertain = g_strcmp0 (text, "uncertain") == 0;

  *state = uncertain ? SATCHEL_MAILING_UNCERTAIN : SATCHEL_MAILING_REFUSED;
  return text == NULL || uncertain || g_str_equal (text, "refused");
}

int
satchel_cli_mailing (SatchelCli *cli, int argc, char **argv)
{
  const char *template_name = NULL, *account = NULL, *rate = NULL, *round = NULL, *again = NULL;
  gboolean dry_run = FALSE, send = FALSE, progress = FALSE;
  const SatchelCliOption known[] = { { "template", NULL, &template_name },
                                     { "account", NULL, &account },
                                     { "per-minute", NULL, &rate },
                                     { "round", NULL, &round },
                                     { "again", NULL, &again },
                                     { "dry-run", &dry_run, NULL },
                                     { "send", &send, NULL },
                                     { "progress", &progress, NULL },
                                     { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 1, 1, &status);
  g_autoptr (SatchelRecord) list = NULL, template_ = NULL;
  g_autoptr (SatchelMailing) mailing = NULL;
  g_autoptr (GError) error = NULL;
  gint64 per_minute = USUAL_PER_MINUTE;
  SatchelMailingState state;

  if (words == NULL)
    return status;
  if (template_name == NULL || (dry_run && send) || !take_again (again, &state))
    return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
  if (!satchel_cli_number (cli, "per-minute", rate, &per_minute))
    return SATCHEL_CLI_USAGE;
  if (per_minute < 1 || per_minute > MOST_PER_MINUTE)
    return satchel_cli_misuse (cli, _ ("--per-minute is a number from 1 to %d"), MOST_PER_MINUTE);
  if ((list = satchel_cli_read_record (cli, "marketing_list", words[0], &error)) == NULL ||
      (template_ = satchel_cli_read_record (cli, "mail_template", template_name, &error)) == NULL)
    return satchel_cli_fail (cli, error);
  const SatchelMailingOptions options = {
    .list = list, .template_ = template_, .round = round, .send = send
  };
  mailing = satchel_mailing_open (cli->session, &options, &error);
  if (mailing == NULL)
    return satchel_cli_fail (cli, error);
  if (again != NULL)
    satchel_mailing_again (mailing, state);
  if (send)
    return run (cli, mailing, account, per_minute, progress);
  tell (cli, mailing);
  satchel_cli_note (cli, _ ("nothing was sent; --send sends to those who wait"));
  return SATCHEL_CLI_DONE;
}
