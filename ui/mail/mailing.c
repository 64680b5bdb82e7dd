/* One errand at a time: a look, which sends nothing, whenever something else is chosen; then the sending.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/mailing.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "protocol/predicate/predicate.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/mail/accounts.h"
#include "ui/mail/errand.h"
#include "ui/page.h"

#define MOST_TEMPLATES 200
#define MOST_LISTED    200 /* of one state; the count says how many there are */
#define LOOK_AFTER_MS  300 /* since the last letter of the round's name */

typedef enum { WAITING, SENT, REFUSED, UNCERTAIN, SKIPPED, N_STATES } State;

static const struct {
  const char *name, *label;
  const char *again; /* what sends to them once more; NULL: nothing does */
} states[N_STATES] = {
  [WAITING] = { "waiting", N_ ("Will get it"), NULL },
  [SENT] = { "sent", N_ ("Have got it"), NULL },
  [REFUSED] = { "refused", N_ ("Refused by the mail server"), N_ ("Try Again") },
  [UNCERTAIN] = { "uncertain", N_ ("Uncertain whether it arrived"), N_ ("Send Again") },
  [SKIPPED] = { "skipped", N_ ("Will not get it"), NULL },
};

typedef struct {
  AdwWindow *window; /* borrowed: it owns this */
  GtkWidget *home;   /* weak: where things are told once the window is closed */
  SatchelDesk *desk;
  SatchelAccounts *accounts;
  char *list;
  GPtrArray *templates; /* ids, as the row lists them */
  AdwComboRow *template_, *account;
  AdwEntryRow *round;
  GtkWidget *choices, *send, *pause;
  GtkLabel *problem;
  GtkProgressBar *progress;
  AdwPreferencesGroup *report;
  AdwExpanderRow *rows[N_STATES];
  GPtrArray *members[N_STATES]; /* GtkWidget*, borrowed from their row */
  guint counts[N_STATES];
  guint timer;
  GCancellable *cancellable; /* of what is under way; NULL: nothing is */
  gboolean sending, again;   /* again: something else was chosen during a look */
  gboolean closed;
  guint refs; /* the window, and what is under way */
} Mailing;

static void
mailing_unref (gpointer data)
{
  Mailing *mailing = data;

  if (--mailing->refs > 0)
    return;
  g_clear_handle_id (&mailing->timer, g_source_remove);
  g_clear_weak_pointer (&mailing->home);
  g_clear_object (&mailing->cancellable);
  for (guint i = 0; i < N_STATES; i++)
    g_ptr_array_unref (mailing->members[i]);
  g_ptr_array_unref (mailing->templates);
  g_object_unref (mailing->accounts);
  g_object_unref (mailing->desk);
  g_free (mailing->list);
  g_free (mailing);
}

static void
say (Mailing *mailing, const char *problem)
{
  gtk_label_set_text (mailing->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (mailing->problem), problem != NULL);
}

static void
update (Mailing *mailing)
{
  const GPtrArray *accounts = satchel_accounts_list (mailing->accounts);
  const guint waiting = mailing->counts[WAITING], sent = mailing->counts[SENT];
  g_autofree char *label = g_strdup_printf (_ ("Send to %u"), waiting);
  g_autofree char *far = g_strdup_printf (_ ("%u sent, %u wait"), sent, waiting);

  gtk_button_set_label (GTK_BUTTON (mailing->send), sent > 0 && waiting > 0 ? _ ("Resume") : label);
  gtk_widget_set_visible (mailing->send, !mailing->sending && waiting > 0);
  gtk_widget_set_sensitive (mailing->send, mailing->cancellable == NULL && waiting > 0 && accounts != NULL &&
                                               accounts->len > 0);
  gtk_widget_set_visible (mailing->pause, mailing->sending);
  gtk_widget_set_sensitive (mailing->choices, !mailing->sending);
  gtk_widget_set_visible (GTK_WIDGET (mailing->progress), mailing->sending);
  gtk_progress_bar_set_text (mailing->progress, far);
  gtk_progress_bar_set_fraction (mailing->progress, sent + waiting > 0 ? (double)sent / (sent + waiting) : 0);
}

/* ---- the report ---- */

static void
add_member (Mailing *mailing, State state, JsonObject *member)
{
  const char *address = json_object_get_string_member_with_default (member, "address", NULL),
             *name = json_object_get_string_member_with_default (member, "name", NULL),
             *words = json_object_get_string_member_with_default (member, "words", NULL);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *subtitle =
      g_strdup_printf ("%s%s%s", address != NULL ? address : "",
                       address != NULL && words != NULL ? " · " : "", words != NULL ? words : "");

  g_object_set (row, "use-markup", FALSE, "title-lines", 2, "subtitle-lines", 0, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name != NULL      ? name
                                                            : address != NULL ? address
                                                                              : "…");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_expander_row_add_row (mailing->rows[state], row);
  g_ptr_array_add (mailing->members[state], row);
}

static void
show_state (Mailing *mailing, State state, JsonArray *list)
{
  const guint n = json_array_get_length (list);
  g_autofree char *count = g_strdup_printf ("%u", n);

  for (guint i = 0; i < mailing->members[state]->len; i++)
    adw_expander_row_remove (mailing->rows[state], mailing->members[state]->pdata[i]);
  g_ptr_array_set_size (mailing->members[state], 0);
  for (guint i = 0; i < MIN (n, MOST_LISTED); i++)
    add_member (mailing, state, json_array_get_object_element (list, i));
  mailing->counts[state] = n;
  adw_expander_row_set_subtitle (mailing->rows[state], count);
  gtk_widget_set_visible (GTK_WIDGET (mailing->rows[state]), n > 0);
}

/* Lists of people, or only how many there are of each. */
static void
take_answer (Mailing *mailing, JsonObject *answer)
{
  for (guint state = 0; state < N_STATES; state++) {
    JsonNode *node = json_object_get_member (answer, states[state].name);

    if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
      show_state (mailing, state, json_node_get_array (node));
    else if (node != NULL && JSON_NODE_HOLDS_VALUE (node))
      mailing->counts[state] = (guint)json_node_get_int (node);
  }
}

static void
told_cb (JsonObject *answer, gpointer data)
{
  Mailing *mailing = data;

  if (mailing->closed)
    return;
  take_answer (mailing, answer);
  update (mailing);
}

/* ---- errands ---- */

static void look (Mailing *mailing);

/* Once the window is closed what happened is told where it was opened. */
static void
tell_home (Mailing *mailing, const SatchelErrandResult *told)
{
  JsonObject *answer =
      told != NULL && told->answers->len > 0 ? told->answers->pdata[told->answers->len - 1] : NULL;
  JsonNode *waiting = answer != NULL ? json_object_get_member (answer, "waiting") : NULL;
  const guint n = waiting != NULL && JSON_NODE_HOLDS_ARRAY (waiting)
                      ? json_array_get_length (json_node_get_array (waiting))
                      : 0;
  g_autofree char *message = n > 0
                                 ? g_strdup_printf (g_dngettext (NULL, "The mailing pauses: %u person waits.",
                                                                 "The mailing pauses: %u people wait.", n),
                                                    n)
                                 : NULL;

  if (mailing->home != NULL && mailing->sending && message != NULL)
    satchel_toast (mailing->home, message, NULL, NULL);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Mailing *mailing = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelErrandResult) told = satchel_errand_finish (result, &error);
  g_autofree char *refusal = error != NULL ? satchel_refusal_to_text (error) : NULL;
  const gboolean paused = g_cancellable_is_cancelled (mailing->cancellable);

  if (mailing->closed)
    tell_home (mailing, told);
  g_clear_object (&mailing->cancellable);
  mailing->sending = FALSE;
  if (!mailing->closed) {
    say (mailing, refusal != NULL ? refusal : !paused ? told->problem : NULL);
    if (told != NULL && told->answers->len == 0)
      memset (mailing->counts, 0, sizeof mailing->counts);
    gtk_widget_set_visible (GTK_WIDGET (mailing->report), told != NULL && told->answers->len > 0);
    update (mailing);
    /* Paused before it said a word. */
    if (mailing->again || (paused && told != NULL && told->answers->len == 0))
      look (mailing);
  }
  mailing_unref (mailing);
}

static const char *
get_template (Mailing *mailing)
{
  const guint selected = adw_combo_row_get_selected (mailing->template_);

  return selected < mailing->templates->len ? mailing->templates->pdata[selected] : NULL;
}

/* @send: @again may name a state whose people wait once more. */
static void
run (Mailing *mailing, gboolean send, const char *again)
{
  const char *round = gtk_editable_get_text (GTK_EDITABLE (mailing->round));
  const GPtrArray *accounts = satchel_accounts_list (mailing->accounts);
  const guint account = adw_combo_row_get_selected (mailing->account);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  if (get_template (mailing) == NULL || mailing->cancellable != NULL)
    return;
  g_strv_builder_add_many (builder, "mailing", mailing->list, "--template", get_template (mailing),
                           send ? "--send" : "--dry-run", "--progress", NULL);
  if (*round != '\0')
    g_strv_builder_add_many (builder, "--round", round, NULL);
  if (send && accounts != NULL && account < accounts->len)
    g_strv_builder_add_many (builder, "--account", ((SatchelAccount *)accounts->pdata[account])->id, NULL);
  if (again != NULL)
    g_strv_builder_add_many (builder, "--again", again, NULL);
  words = g_strv_builder_end (builder);
  mailing->cancellable = g_cancellable_new ();
  mailing->sending = send;
  mailing->again = FALSE;
  mailing->refs++;
  say (mailing, NULL);
  update (mailing);
  satchel_errand_run (mailing->desk, (const char *const *)words, mailing->cancellable, told_cb, done_cb,
                      mailing);
}

static void
look (Mailing *mailing)
{
  mailing->again = mailing->cancellable != NULL;
  run (mailing, FALSE, NULL);
}

static gboolean
look_cb (gpointer data)
{
  Mailing *mailing = data;

  mailing->timer = 0;
  look (mailing);
  return G_SOURCE_REMOVE;
}

static void
chosen_cb (GObject *row, GParamSpec *spec, Mailing *mailing)
{
  g_clear_handle_id (&mailing->timer, g_source_remove);
  mailing->timer = g_timeout_add (LOOK_AFTER_MS, look_cb, mailing);
}

static void
send_cb (GtkButton *button, Mailing *mailing)
{
  run (mailing, TRUE, NULL);
}

static void
again_cb (GtkButton *button, Mailing *mailing)
{
  run (mailing, TRUE, g_object_get_data (G_OBJECT (button), "state"));
}

/* The message that is under way goes out; the next one waits. */
static void
pause_cb (GtkButton *button, Mailing *mailing)
{
  if (mailing->cancellable != NULL)
    g_cancellable_cancel (mailing->cancellable);
}

static gboolean
close_cb (GtkWindow *window, Mailing *mailing)
{
  mailing->closed = TRUE;
  g_clear_handle_id (&mailing->timer, g_source_remove);
  pause_cb (NULL, mailing);
  return GDK_EVENT_PROPAGATE;
}

/* ---- what there is to choose from ---- */

typedef struct {
  GPtrArray *ids;
  GtkStringList *names;
  const char *members; /* the entity of those on the list */
} Listing;

static gboolean
add_template (const SatchelRecord *template_, gpointer data)
{
  Listing *listing = data;
  const SatchelValue *wanted = satchel_record_get_by_name (template_, "entity");
  g_autofree char *title = satchel_record_dup_title (template_);

  if (wanted != NULL && g_strcmp0 (satchel_value_get_string (wanted), listing->members) != 0)
    return TRUE;
  g_ptr_array_add (listing->ids, g_strdup (template_->id));
  gtk_string_list_append (listing->names, title);
  return TRUE;
}

static void
list_templates (Mailing *mailing, const SatchelRecord *list)
{
  SatchelSession *session = satchel_desk_get_session (mailing->desk);
  SatchelRegistry *registry = satchel_desk_get_registry (mailing->desk);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "mail_template"),
                         .limit = MOST_TEMPLATES };
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (registry, query.entity, "active = yes", NULL);
  const SatchelValue *members = satchel_record_get_by_name (list, "member_entity");
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  Listing listing = { mailing->templates, names,
                      members != NULL ? satchel_value_get_string (members) : "contact" };
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  SatchelPredicateContext context;

  query.where = where;
  query.sort = query.entity->title;
  satchel_session_get_context (session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, add_template, &listing,
                              &error))
    reason = satchel_refusal_to_text (error);
  else if (mailing->templates->len == 0)
    reason = g_strdup (
        _ ("There is no active email template for the people of this list. Make one under Marketing first."));
  say (mailing, reason);
  adw_combo_row_set_model (mailing->template_, G_LIST_MODEL (names));
}

static void
accounts_cb (SatchelAccounts *accounts, GtkWidget *window)
{
  Mailing *mailing = g_object_get_data (G_OBJECT (window), "mailing");
  const GPtrArray *list = satchel_accounts_list (accounts);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; list != NULL && i < list->len; i++)
    gtk_string_list_append (names, ((SatchelAccount *)list->pdata[i])->address);
  adw_combo_row_set_model (mailing->account, G_LIST_MODEL (names));
  if (list != NULL && list->len == 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (mailing->account),
                                 satchel_accounts_get_problem (accounts) != NULL
                                     ? satchel_accounts_get_problem (accounts)
                                     : _ ("No mail account that sends is set up on this desktop."));
  update (mailing);
}

/* ---- the window ---- */

static void
add_states (Mailing *mailing)
{
  for (guint state = 0; state < N_STATES; state++) {
    GtkWidget *row = adw_expander_row_new (), *button;

    mailing->rows[state] = ADW_EXPANDER_ROW (row);
    mailing->members[state] = g_ptr_array_new ();
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (states[state].label));
    gtk_widget_set_visible (row, FALSE);
    if (states[state].again != NULL) {
      button = gtk_button_new_with_label (_ (states[state].again));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data (G_OBJECT (button), "state", (gpointer)states[state].name);
      g_signal_connect (button, "clicked", G_CALLBACK (again_cb), mailing);
      adw_expander_row_add_action (ADW_EXPANDER_ROW (row), button);
    }
    adw_preferences_group_add (mailing->report, row);
  }
}

static GtkWidget *
new_choices (Mailing *mailing)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  mailing->template_ = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (mailing->template_), _ ("Template"));
  mailing->account = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (mailing->account), _ ("From"));
  mailing->round = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (mailing->round), _ ("Round, if it is not the first"));
  adw_preferences_group_add (group, GTK_WIDGET (mailing->template_));
  adw_preferences_group_add (group, GTK_WIDGET (mailing->account));
  adw_preferences_group_add (group, GTK_WIDGET (mailing->round));
  mailing->choices = GTK_WIDGET (group);
  return mailing->choices;
}

static GtkWidget *
new_content (Mailing *mailing)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *scrolled = gtk_scrolled_window_new ();

  mailing->report = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  gtk_widget_set_visible (GTK_WIDGET (mailing->report), FALSE);
  mailing->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (mailing->problem, TRUE);
  gtk_label_set_wrap_mode (mailing->problem, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (mailing->problem, 0);
  gtk_widget_add_css_class (GTK_WIDGET (mailing->problem), "error");
  mailing->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_progress_bar_set_show_text (mailing->progress, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (mailing->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Sending"), -1);
  gtk_widget_set_margin_top (page, 12);
  gtk_widget_set_margin_bottom (page, 18);
  gtk_widget_set_margin_start (page, 18);
  gtk_widget_set_margin_end (page, 18);
  gtk_box_append (GTK_BOX (page), new_choices (mailing));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (mailing->problem));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (mailing->progress));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (mailing->report));
  add_states (mailing);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), page);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

static void
build (Mailing *mailing, const SatchelRecord *list)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new ();
  g_autofree char *name = satchel_record_dup_title (list);

  mailing->send = gtk_button_new ();
  gtk_widget_add_css_class (mailing->send, "suggested-action");
  g_signal_connect (mailing->send, "clicked", G_CALLBACK (send_cb), mailing);
  mailing->pause = gtk_button_new_with_label (_ ("Pause"));
  g_signal_connect (mailing->pause, "clicked", G_CALLBACK (pause_cb), mailing);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), mailing->send);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), mailing->pause);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (_ ("Send a Mailing"), name));
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), new_content (mailing));
  adw_window_set_content (mailing->window, box);
  say (mailing, NULL);
  list_templates (mailing, list);
  g_signal_connect (mailing->template_, "notify::selected", G_CALLBACK (chosen_cb), mailing);
  g_signal_connect (mailing->round, "notify::text", G_CALLBACK (chosen_cb), mailing);
}

void
satchel_mailing_show (GtkWidget *from, SatchelDesk *desk, const char *id)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  const SatchelEntity *entity = satchel_registry_find (satchel_desk_get_registry (desk), "marketing_list");
  GtkWidget *home = satchel_undo_find_window (from);
  g_autoptr (SatchelRecord) list = NULL;
  Mailing *mailing;

  if (session == NULL || home == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, id, &list, NULL) || list == NULL)
    return;
  mailing = g_new0 (Mailing, 1);
  mailing->refs = 1;
  mailing->desk = g_object_ref (desk);
  mailing->list = g_strdup (id);
  mailing->templates = g_ptr_array_new_with_free_func (g_free);
  mailing->accounts = g_object_ref (satchel_accounts_get (desk));
  g_set_weak_pointer (&mailing->home, home);
  mailing->window =
      g_object_new (ADW_TYPE_WINDOW, "title", _ ("Send a Mailing"), "modal", TRUE, "transient-for", home,
                    "default-width", 480, "default-height", 560, "width-request", 320, NULL);
  g_object_set_data_full (G_OBJECT (mailing->window), "mailing", mailing, mailing_unref);
  satchel_close_with_escape (GTK_WIDGET (mailing->window));
  build (mailing, list);
  g_signal_connect (mailing->window, "close-request", G_CALLBACK (close_cb), mailing);
  g_signal_connect_object (mailing->accounts, "changed", G_CALLBACK (accounts_cb), mailing->window, 0);
  satchel_accounts_refresh (mailing->accounts);
  accounts_cb (mailing->accounts, GTK_WIDGET (mailing->window));
  look (mailing);
  gtk_window_present (GTK_WINDOW (mailing->window));
}
