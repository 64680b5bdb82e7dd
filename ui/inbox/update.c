/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/update.h"

#include "protocol/diff.h"

/* Beyond this many differences everything is put in anew: nobody was looking at it. */
#define MOST_DIFFERENCES 400

/* The same number for the same fingerprint. */
static guint
number_of (GHashTable *numbers, const char *fingerprint)
{
  gpointer number = g_hash_table_lookup (numbers, fingerprint);

  if (number == NULL) {
    number = GUINT_TO_POINTER (g_hash_table_size (numbers) + 1);
    g_hash_table_insert (numbers, g_strdup (fingerprint), number);
  }
  return GPOINTER_TO_UINT (number);
}

static GArray *
number_store (GHashTable *numbers, GListModel *model, SatchelFingerprintFunc fingerprint)
{
  GArray *sequence = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (model, i);
    guint number = number_of (numbers, fingerprint (item));

    g_array_append_val (sequence, number);
  }
  return sequence;
}

void
satchel_list_update (GListStore *store, GPtrArray *items, SatchelFingerprintFunc fingerprint)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) old = number_store (numbers, G_LIST_MODEL (store), fingerprint);
  g_autoptr (GArray) new = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) hunks = NULL;

  for (guint i = 0; i < items->len; i++) {
    guint number = number_of (numbers, fingerprint (items->pdata[i]));

    g_array_append_val (new, number);
  }
  hunks = satchel_diff ((const guint *)(gpointer)old->data, old->len, (const guint *)(gpointer) new->data,
                        new->len, MOST_DIFFERENCES);
  if (hunks == NULL) {
    g_list_store_splice (store, 0, old->len, items->pdata, items->len);
    return;
  }
  /* From the end, so that the places before a hunk hold. */
  for (guint i = hunks->len; i-- > 0;) {
    const SatchelHunk *hunk = &g_array_index (hunks, SatchelHunk, i);

    g_list_store_splice (store, hunk->at, hunk->n, items->pdata + hunk->side, hunk->n_side);
  }
}
