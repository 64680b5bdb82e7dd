/* Prices on the server: what a written record takes from others, and the sums of quotes, orders and invoices,
 * computed again at the end of each set from all lines as they stand then. So two people's lines add up,
 * whoever came first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/amounts.h"

#include "protocol/rules/validate.h"
#include "sync-server/resolve/source.h"

typedef struct {
  char *entity, *id;
  gboolean renew;
} Head;

void
satchel_resolve_head_free (gpointer data)
{
  Head *head = data;

  g_free (head->entity);
  g_free (head->id);
  g_free (head);
}

gboolean
satchel_resolve_derive (SatchelResolution *resolution, SatchelRecord *record, const SatchelRecord *before,
                        GError **error)
{
  g_auto (SatchelResolveSource) source = { 0 };
  gboolean open;

  satchel_resolve_source_init (&source, resolution, SATCHEL_LEND_READABLE);
  open = (before == NULL || satchel_amounts_check_open (before, &source.source, error)) &&
         satchel_amounts_check_open (record, &source.source, error);
  if (open)
    satchel_amounts_derive (resolution->store->registry, record, before, &source.source);
  return satchel_resolve_source_finish (&source, open, error);
}

gboolean
satchel_resolve_check_open (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  g_auto (SatchelResolveSource) source = { 0 };

  satchel_resolve_source_init (&source, resolution, SATCHEL_LEND_READABLE);
  return satchel_resolve_source_finish (&source, satchel_amounts_check_open (record, &source.source, error),
                                        error);
}

static Head *
find_head (SatchelResolution *resolution, const char *id)
{
  for (guint i = 0; i < resolution->heads->len; i++) {
    Head *head = resolution->heads->pdata[i];

    if (g_str_equal (head->id, id))
      return head;
  }
  return NULL;
}

void
satchel_resolve_note_heads (SatchelResolution *resolution, const SatchelRecord *before,
                            const SatchelRecord *after)
{
  SatchelHead heads[2];
  const guint n = satchel_amounts_list_heads (before, after, heads);

  for (guint i = 0; i < n; i++) {
    Head *head = find_head (resolution, heads[i].id);

    if (head == NULL) {
      head = g_new0 (Head, 1);
      head->entity = g_strdup (heads[i].entity);
      head->id = g_strdup (heads[i].id);
      g_ptr_array_add (resolution->heads, head);
    }
    head->renew |= heads[i].renew;
  }
}

/* A line is a part of its head: whoever may not change that may not change its sums. */
static gboolean
write_effect (SatchelResolution *resolution, const SatchelEffect *effect, GError **error)
{
  return satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_WRITE, effect->before, "change", error) &&
         satchel_rules_validate (effect->after, effect->before, "recalculate", error) &&
         satchel_rows_update (resolution->store, &resolution->commit, effect->before, effect->after, NULL,
                              error);
}

static gboolean
settle (SatchelResolution *resolution, const Head *head, GError **error)
{
  const SatchelHead named = { head->entity, head->id, head->renew };
  g_auto (SatchelResolveSource) source = { 0 };
  g_autoptr (GPtrArray) effects = NULL;

  satchel_resolve_source_init (&source, resolution, SATCHEL_LEND_ALL);
  effects = satchel_amounts_follow (resolution->store->registry, &named, &source.source, error);
  if (!satchel_resolve_source_finish (&source, effects != NULL, error))
    return FALSE;
  for (guint i = 0; i < effects->len; i++) {
    if (!write_effect (resolution, effects->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_resolve_settle_heads (SatchelResolution *resolution, GError **error)
{
  for (guint i = 0; i < resolution->heads->len; i++) {
    if (!settle (resolution, resolution->heads->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}
