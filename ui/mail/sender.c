/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/sender.h"

#include <glib/gi18n.h>

#include "ui/mail/accounts.h"

struct _SatchelSender {
  GtkWidget parent_instance;
  SatchelAccounts *accounts;
  GtkDropDown *choice; /* one of the two is visible */
  GtkLabel *no_account;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelSender, satchel_sender, GTK_TYPE_WIDGET)

const char *
satchel_sender_get_account (SatchelSender *sender)
{
  const GPtrArray *accounts = satchel_accounts_list (sender->accounts);
  const guint selected = gtk_drop_down_get_selected (sender->choice);

  return accounts != NULL && selected < accounts->len ? ((SatchelAccount *)accounts->pdata[selected])->id
                                                      : NULL;
}

static void
accounts_cb (SatchelAccounts *accounts, SatchelSender *sender)
{
  const GPtrArray *list = satchel_accounts_list (accounts);
  const char *problem = satchel_accounts_get_problem (accounts);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const gboolean any = list != NULL && list->len > 0;

  for (guint i = 0; any && i < list->len; i++) {
    const SatchelAccount *account = list->pdata[i];
    g_autofree char *name = g_strdup_printf ("%s <%s>", account->name, account->address);

    gtk_string_list_append (names, name);
  }
  if (any)
    gtk_drop_down_set_model (sender->choice, G_LIST_MODEL (names));
  gtk_widget_set_visible (GTK_WIDGET (sender->choice), any);
  gtk_label_set_text (sender->no_account,
                      list == NULL ? _ ("Asking for your mail accounts…")
                      : problem != NULL
                          ? problem
                          : _ ("No mail account that sends is set up on this desktop. The message can be "
                               "opened in a mail program, and is kept as a draft."));
  gtk_widget_set_visible (GTK_WIDGET (sender->no_account), !any);
  g_signal_emit (sender, signals[CHANGED], 0);
}

/* Who comes back from where accounts are set up finds hers. */
static void
active_cb (GtkWindow *window, GParamSpec *spec, SatchelSender *sender)
{
  const GPtrArray *accounts = satchel_accounts_list (sender->accounts);

  if (gtk_window_is_active (window) && accounts != NULL && accounts->len == 0)
    satchel_accounts_refresh (sender->accounts);
}

static void
satchel_sender_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (satchel_sender_parent_class)->root (widget);
  g_signal_connect_object (gtk_widget_get_root (widget), "notify::is-active", G_CALLBACK (active_cb), widget,
                           0);
}

static void
satchel_sender_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), active_cb, widget);
  GTK_WIDGET_CLASS (satchel_sender_parent_class)->unroot (widget);
}

/* The words of a long name do not make the window wider. */
static GtkListItemFactory *
new_factory (void)
{
  static const char item[] =
      "<interface><template class='GtkListItem'><property name='child'><object class='GtkLabel'>"
      "<property name='xalign'>0</property><property name='ellipsize'>end</property>"
      "<binding name='label'><lookup name='string' type='GtkStringObject'><lookup "
      "name='item'>GtkListItem</lookup>"
      "</lookup></binding></object></property></template></interface>";
  g_autoptr (GBytes) bytes = g_bytes_new_static (item, sizeof item - 1);

  return gtk_builder_list_item_factory_new_from_bytes (NULL, bytes);
}

/* ---- the object ---- */

static void
satchel_sender_dispose (GObject *object)
{
  SatchelSender *sender = SATCHEL_SENDER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (sender))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&sender->accounts);
  G_OBJECT_CLASS (satchel_sender_parent_class)->dispose (object);
}

static void
satchel_sender_class_init (SatchelSenderClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_sender_dispose;
  widget_class->root = satchel_sender_root;
  widget_class->unroot = satchel_sender_unroot;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_SENDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_sender_init (SatchelSender *sender)
{
  g_autoptr (GtkListItemFactory) factory = new_factory ();

  sender->choice = GTK_DROP_DOWN (gtk_drop_down_new (NULL, NULL));
  gtk_drop_down_set_factory (sender->choice, factory);
  gtk_widget_set_hexpand (GTK_WIDGET (sender->choice), TRUE);
  sender->no_account = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (sender->no_account, 0);
  gtk_label_set_wrap (sender->no_account, TRUE);
  gtk_label_set_wrap_mode (sender->no_account, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (sender->no_account), "dim-label");
  gtk_widget_set_hexpand (GTK_WIDGET (sender->no_account), TRUE);
  gtk_widget_set_parent (GTK_WIDGET (sender->choice), GTK_WIDGET (sender));
  gtk_widget_set_parent (GTK_WIDGET (sender->no_account), GTK_WIDGET (sender));
}

GtkWidget *
satchel_sender_new (SatchelDesk *desk, const char *name)
{
  SatchelSender *sender = g_object_new (SATCHEL_TYPE_SENDER, NULL);

  sender->accounts = g_object_ref (satchel_accounts_get (desk));
  gtk_accessible_update_property (GTK_ACCESSIBLE (sender->choice), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (sender->accounts, "changed", G_CALLBACK (accounts_cb), sender, 0);
  satchel_accounts_refresh (sender->accounts);
  accounts_cb (sender->accounts, sender);
  return GTK_WIDGET (sender);
}
