/* Two steps: who, and what to take along. The second is that of a profile for which that is not chosen yet.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/sign-in.h"
#include "protocol/error.h"
#include "ui/act/refusal.h"
#include "ui/setup/carry-page.h"
#include "ui/setup/enrol.h"
#include "ui/sync/sync.h"
#include "ui/tip.h"

struct _SatchelSetup {
  GtkWidget parent_instance;
  GtkStack *steps;
  AdwStatusPage *welcome;
  GtkWidget *server, *user, *password;
  GtkLabel *problem, *sealing;
  GtkButton *back, *sign_in, *demo;
  GtkSpinner *spinner;
  GtkBox *carry;
  SatchelDesk *desk;
  SatchelCarryChoices *choices; /* NULL before */
  GCancellable *cancellable;
};

enum { DONE, LEFT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelSetup, satchel_setup, GTK_TYPE_WIDGET)

/* ---- telling what is wrong ---- */

static void
set_wrong (GtkWidget *row, gboolean wrong)
{
  if (wrong)
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* @row is where it is to be mended, or NULL; @sentence NULL: nothing is wrong. */
static void
tell (SatchelSetup *setup, GtkWidget *row, const char *sentence)
{
  set_wrong (setup->server, row == setup->server);
  set_wrong (setup->user, row == setup->user);
  set_wrong (setup->password, row == setup->password);
  gtk_label_set_label (setup->problem, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (setup->problem), sentence != NULL);
  if (row != NULL)
    gtk_widget_grab_focus (row);
}

/* The entries stay as they are: what is typed meanwhile is for the next attempt, and GTK 4.8 takes the cursor
 * badly from one that becomes insensitive. */
static void
set_busy (SatchelSetup *setup, gboolean busy)
{
  gtk_widget_set_sensitive (GTK_WIDGET (setup->demo), !busy);
  gtk_widget_set_visible (GTK_WIDGET (setup->sign_in), !busy);
  gtk_widget_set_visible (GTK_WIDGET (setup->spinner), busy);
  gtk_spinner_set_spinning (setup->spinner, busy);
}

static char *
describe_pause (gint64 retry_after_ms)
{
  gulong seconds = (gulong)MAX (retry_after_ms + 999, 1000) / 1000;

  if (retry_after_ms < 0)
    return g_strdup (_ ("Too many attempts. Please try again later."));
  return g_strdup_printf (ngettext ("Too many attempts. Please try again in %lu second.",
                                    "Too many attempts. Please try again in %lu seconds.", seconds),
                          seconds);
}

static void
fail (SatchelSetup *setup, const GError *error, gint64 retry_after_ms)
{
  g_autofree char *sentence = NULL;
  GtkWidget *row = NULL;

  set_busy (setup, FALSE);
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_CANCELLED:
    return;
  case SATCHEL_ERROR_INVALID:
    row = setup->server;
    sentence =
        g_strdup (_ ("This is not the address of a server. It looks like crm.example.org, perhaps with the "
                     "name of your organisation after a slash."));
    break;
  case SATCHEL_ERROR_NOT_FOUND:
    row = setup->server;
    sentence = g_strdup (_ ("There is no Satchel server at this address."));
    break;
  case SATCHEL_ERROR_UNREACHABLE: /* the reason tells a certificate from a network */
    row = setup->server;
    sentence = g_strdup_printf (_ ("The server cannot be reached: %s"), error->message);
    break;
  case SATCHEL_ERROR_UNAUTHENTICATED:
    row = setup->password;
    sentence = g_strdup (_ ("The user name or the password is not right."));
    break;
  case SATCHEL_ERROR_RATE:
    sentence = describe_pause (retry_after_ms);
    break;
  case SATCHEL_ERROR_EXISTS:
    row = setup->user;
    sentence = g_strdup (
        _ ("Changes of the user who was signed in here before have not been sent yet. Sign in as that "
           "user first, or use another profile."));
    break;
  case SATCHEL_ERROR_BUSY:
    sentence = g_strdup (_ ("Another program uses this profile just now. Please try again."));
    break;
  default:
    sentence = satchel_refusal_to_text (error);
  }
  tell (setup, row, sentence);
}

/* ---- what to take along ---- */

static void
finish (SatchelSetup *setup)
{
  satchel_sync_now (satchel_sync_get (setup->desk));
  g_signal_emit (setup, signals[DONE], 0);
}

static void
fail_choice (SatchelSetup *setup, const GError *error)
{
  GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (setup->carry));
  g_autofree char *reason = satchel_refusal_to_text (error);

  satchel_carry_page_set_problem (SATCHEL_CARRY_PAGE (page), reason);
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelSetup) setup = data;
  g_autoptr (GError) error = NULL;
  gboolean released = satchel_enrol_release_finish (SATCHEL_DESK (source), result, &error);
  SatchelScopePreview sum;

  if (setup->desk == NULL)
    return;
  if (!released) {
    fail_choice (setup, error);
    return;
  }
  if (satchel_carry_choices_sum (setup->choices, &sum))
    satchel_sync_expect (satchel_sync_get (setup->desk), sum.bytes);
  finish (setup);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelSetup) setup = data;
  g_autoptr (GError) error = NULL;
  gboolean applied = satchel_carry_choices_apply_finish (SATCHEL_CARRY_CHOICES (source), result, &error);

  if (setup->desk == NULL)
    return;
  if (applied)
    satchel_enrol_release_async (setup->desk, released_cb, g_object_ref (setup));
  else
    fail_choice (setup, error);
}

static void
start_cb (SatchelCarryPage *page, SatchelSetup *setup)
{
  satchel_carry_choices_apply (setup->choices, applied_cb, g_object_ref (setup));
}

static void
show_carry (SatchelSetup *setup)
{
  GtkWidget *page;

  setup->choices = satchel_carry_choices_new (setup->desk);
  page = satchel_carry_page_new (setup->choices);
  gtk_widget_set_vexpand (page, TRUE);
  g_signal_connect (page, "start", G_CALLBACK (start_cb), setup);
  gtk_box_append (setup->carry, page);
  gtk_stack_set_visible_child_name (setup->steps, "carry");
}

/* ---- signing in ---- */

static void
enrolled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelSetup) setup = data;
  g_autoptr (GError) error = NULL;
  gint64 retry_after_ms;
  gboolean done = satchel_enrol_finish (SATCHEL_DESK (source), result, &retry_after_ms, &error);

  if (setup->desk == NULL)
    return;
  if (!done) {
    fail (setup, error, retry_after_ms);
    return;
  }
  set_busy (setup, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (setup->password), "");
  if (satchel_session_is_choosing (satchel_desk_get_session (setup->desk)))
    show_carry (setup);
  else
    finish (setup);
}

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* FALSE, and told: something is missing. */
static gboolean
is_complete (SatchelSetup *setup)
{
  if (*get_text (setup->server) == '\0')
    tell (setup, setup->server, _ ("Which server? Your administrator knows its address."));
  else if (*get_text (setup->user) == '\0')
    tell (setup, setup->user, _ ("Who are you? Please enter your user name."));
  else if (*get_text (setup->password) == '\0')
    tell (setup, setup->password, _ ("Please enter your password."));
  else
    return TRUE;
  return FALSE;
}

static void
sign_in (SatchelSetup *setup)
{
  SatchelSession *session = satchel_desk_get_session (setup->desk);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  gboolean held;

  if (!gtk_widget_get_visible (GTK_WIDGET (setup->sign_in)) || !is_complete (setup))
    return;
  url = satchel_server_address (get_text (setup->server), &error);
  if (url == NULL) {
    fail (setup, error, -1);
    return;
  }
  gtk_editable_set_text (GTK_EDITABLE (setup->server), url);
  tell (setup, NULL, NULL);
  set_busy (setup, TRUE);
  /* Who was here before has chosen. */
  held = g_strcmp0 (satchel_session_get_user_name (session), get_text (setup->user)) != 0;
  satchel_enrol_async (setup->desk, url, get_text (setup->user), get_text (setup->password), held,
                       setup->cancellable, enrolled_cb, g_object_ref (setup));
}

/* Where there is something to type; where all is there, the password: it has been refused or forgotten. */
static void
shown_cb (GtkWidget *welcome, SatchelSetup *setup)
{
  gtk_widget_grab_focus (*get_text (setup->server) == '\0' ? setup->server
                         : *get_text (setup->user) == '\0' ? setup->user
                                                           : setup->password);
}

/* What is mended is not wrong any more. */
static void
typed_cb (GtkEditable *row, SatchelSetup *setup)
{
  if (gtk_widget_has_css_class (GTK_WIDGET (row), "error"))
    tell (setup, NULL, NULL);
}

static void
sign_in_cb (GtkWidget *from, SatchelSetup *setup)
{
  sign_in (setup);
}

static void
back_cb (GtkButton *button, SatchelSetup *setup)
{
  g_cancellable_cancel (setup->cancellable);
  g_signal_emit (setup, signals[LEFT], 0);
}

/* ---- the object ---- */

static const char *
describe_sealing (SatchelSealing sealing)
{
  switch (sealing) {
  case SATCHEL_SEALING_SEALED:
    return _ ("What this computer keeps is encrypted; the key is in your keyring.");
  case SATCHEL_SEALING_KEY_THERE:
    return _ ("There is no keyring here: what this computer keeps is encrypted, but its key lies beside it. "
              "Whoever has the "
              "disk can read your records.");
  default:
    return _ ("What this computer keeps is not encrypted. Whoever has the disk can read your records.");
  }
}

static void
satchel_setup_dispose (GObject *object)
{
  SatchelSetup *setup = SATCHEL_SETUP (object);
  GtkWidget *child;

  g_cancellable_cancel (setup->cancellable);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (setup))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&setup->choices);
  g_clear_object (&setup->desk);
  G_OBJECT_CLASS (satchel_setup_parent_class)->dispose (object);
}

static void
satchel_setup_finalize (GObject *object)
{
  SatchelSetup *setup = SATCHEL_SETUP (object);

  g_object_unref (setup->cancellable);
  G_OBJECT_CLASS (satchel_setup_parent_class)->finalize (object);
}

static void
satchel_setup_class_init (SatchelSetupClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_setup_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_setup_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/setup/setup.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, steps);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, welcome);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, server);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, user);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, password);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, problem);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, sealing);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, back);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, sign_in);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, demo);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, spinner);
  gtk_widget_class_bind_template_child (widget_class, SatchelSetup, carry);
  signals[DONE] =
      g_signal_new ("done", SATCHEL_TYPE_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LEFT] =
      g_signal_new ("left", SATCHEL_TYPE_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* The eye of an AdwPasswordEntryRow 1.2 has no name of its own. */
static gboolean
name_eye (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), "view-reveal-symbolic") == 0) {
    satchel_tip_name (widget, _ ("Show the Password"));
    return TRUE;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (name_eye (child))
      return TRUE;
  return FALSE;
}

static void
satchel_setup_init (SatchelSetup *setup)
{
  setup->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (setup));
  name_eye (setup->password);
  g_signal_connect_after (setup->welcome, "map", G_CALLBACK (shown_cb), setup);
  g_signal_connect (setup->server, "changed", G_CALLBACK (typed_cb), setup);
  g_signal_connect (setup->user, "changed", G_CALLBACK (typed_cb), setup);
  g_signal_connect (setup->password, "changed", G_CALLBACK (typed_cb), setup);
  g_signal_connect (setup->sign_in, "clicked", G_CALLBACK (sign_in_cb), setup);
  g_signal_connect (setup->server, "entry-activated", G_CALLBACK (sign_in_cb), setup);
  g_signal_connect (setup->user, "entry-activated", G_CALLBACK (sign_in_cb), setup);
  g_signal_connect (setup->password, "entry-activated", G_CALLBACK (sign_in_cb), setup);
  g_signal_connect (setup->back, "clicked", G_CALLBACK (back_cb), setup);
}

static void
fill_known (SatchelSetup *setup, SatchelSession *session)
{
  adw_status_page_set_title (setup->welcome, _ ("Sign In Again"));
  adw_status_page_set_description (setup->welcome,
                                   _ ("Your records and what you have not sent yet stay on this computer."));
  gtk_editable_set_text (GTK_EDITABLE (setup->server), satchel_session_get_url (session));
  gtk_editable_set_text (GTK_EDITABLE (setup->user), satchel_session_get_user_name (session));
  gtk_widget_set_visible (GTK_WIDGET (setup->back), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (setup->demo), FALSE);
}

GtkWidget *
satchel_setup_new (SatchelDesk *desk)
{
  SatchelSetup *setup = g_object_new (SATCHEL_TYPE_SETUP, NULL);
  SatchelSession *session = satchel_desk_get_session (desk);

  setup->desk = g_object_ref (desk);
  gtk_label_set_label (setup->sealing, describe_sealing (satchel_session_get_sealing (session)));
  if (satchel_session_is_choosing (session))
    show_carry (setup);
  else if (satchel_session_get_user (session) != NULL)
    fill_known (setup, session);
  return GTK_WIDGET (setup);
}

gboolean
satchel_setup_is_due (SatchelDesk *desk)
{
  SatchelSession *session = satchel_desk_get_session (desk);

  return satchel_session_get_user (session) == NULL || satchel_session_is_choosing (session);
}
