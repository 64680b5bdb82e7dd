/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/accounts.h"

#include "ui/act/refusal.h"
#include "ui/mail/errand.h"

struct _SatchelAccounts {
  GObject parent_instance;
  SatchelDesk *desk; /* borrowed: it owns this */
  GPtrArray *list;   /* NULL: not yet */
  char *problem;
  gboolean asking;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelAccounts, satchel_accounts, G_TYPE_OBJECT)

static void
account_free (gpointer data)
{
  SatchelAccount *account = data;

  g_free (account->id);
  g_free (account->name);
  g_free (account->address);
  g_free (account);
}

static void
add (GPtrArray *list, JsonObject *answer)
{
  SatchelAccount *account = g_new0 (SatchelAccount, 1);
  const gboolean usual = json_object_get_boolean_member_with_default (answer, "default", FALSE);

  account->id = g_strdup (json_object_get_string_member_with_default (answer, "id", ""));
  account->name = g_strdup (json_object_get_string_member_with_default (answer, "name", ""));
  account->address = g_strdup (json_object_get_string_member_with_default (answer, "address", ""));
  g_ptr_array_insert (list, usual ? 0 : -1, account);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelAccounts) accounts = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelErrandResult) told = satchel_errand_finish (result, &error);

  accounts->asking = FALSE;
  g_clear_pointer (&accounts->list, g_ptr_array_unref);
  g_clear_pointer (&accounts->problem, g_free);
  accounts->list = g_ptr_array_new_with_free_func (account_free);
  if (told == NULL)
    accounts->problem = satchel_refusal_to_text (error);
  else if (told->status != 0)
    accounts->problem = g_strdup (told->problem);
  for (guint i = 0; told != NULL && i < told->answers->len; i++)
    add (accounts->list, told->answers->pdata[i]);
  g_signal_emit (accounts, signals[CHANGED], 0);
}

void
satchel_accounts_refresh (SatchelAccounts *accounts)
{
  static const char *const words[] = { "accounts", NULL };

  if (accounts->asking)
    return;
  accounts->asking = TRUE;
  satchel_errand_run (accounts->desk, words, NULL, NULL, asked_cb, g_object_ref (accounts));
}

SatchelAccounts *
satchel_accounts_get (SatchelDesk *desk)
{
  static const char key[] = "satchel-accounts";
  SatchelAccounts *accounts = g_object_get_data (G_OBJECT (desk), key);

  if (accounts == NULL) {
    accounts = g_object_new (SATCHEL_TYPE_ACCOUNTS, NULL);
    accounts->desk = desk;
    g_object_set_data_full (G_OBJECT (desk), key, accounts, g_object_unref);
  }
  return accounts;
}

const GPtrArray *
satchel_accounts_list (SatchelAccounts *accounts)
{
  return accounts->list;
}

const char *
satchel_accounts_get_problem (SatchelAccounts *accounts)
{
  return accounts->problem;
}

static void
satchel_accounts_finalize (GObject *object)
{
  SatchelAccounts *accounts = SATCHEL_ACCOUNTS (object);

  g_clear_pointer (&accounts->list, g_ptr_array_unref);
  g_free (accounts->problem);
  G_OBJECT_CLASS (satchel_accounts_parent_class)->finalize (object);
}

static void
satchel_accounts_class_init (SatchelAccountsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_accounts_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_ACCOUNTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_accounts_init (SatchelAccounts *accounts)
{
}
