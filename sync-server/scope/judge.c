/* What a device is to have of a row, and what of it it has.
 *
 * All follows from memberships: "since" tells whether the row was in a bucket at the cursor's S, "entered"
 * whether all of it must be sent again, because anything that may alter an answer (an edit, a move, another
 * owner of a related record) enters or touches it anew in every bucket that it is in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/guard.h"
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/members.h"

/* The memberships of one row in one list of buckets. */
typedef struct {
  gboolean is, lasts, stood; /* now; also at the cursor's S; and unaltered since */
} Standing;

static gboolean
look (SatchelPulling *pull, gint64 bucket, gint64 row, Standing *standing, GError **error)
{
  SatchelMember member;
  gboolean found;

  if (!satchel_members_read (pull->store, bucket, row, &member, &found, error))
    return FALSE;
  standing->is |= found;
  standing->lasts |= found && member.since <= pull->since;
  standing->stood |= found && member.entered <= pull->since;
  return TRUE;
}

static gboolean
look_in_all (SatchelPulling *pull, const GArray *buckets, gint64 row, Standing *standing, GError **error)
{
  for (guint i = 0; i < buckets->len && !standing->stood; i++) {
    if (!look (pull, g_array_index (buckets, gint64, i), row, standing, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
look_readable (SatchelPulling *pull, const SatchelHolding *holding, gint64 row, Standing *standing,
               GError **error)
{
  if (holding->reads_all) {
    *standing = (Standing){ TRUE, TRUE, TRUE };
    return TRUE;
  }
  return look_in_all (pull, holding->readable, row, standing, error);
}

/* Where everything may be read, a row is looked for where it must be. */
static gboolean
look_carried (SatchelPulling *pull, const SatchelHolding *holding, gint64 row, Standing *standing,
              GError **error)
{
  SatchelMember member;

  if (!holding->reads_all || holding->entity->ownership != SATCHEL_OWNERSHIP_USER)
    return look_in_all (pull, holding->readable, row, standing, error);
  if (!satchel_members_read_in_unit (pull->store, holding->entity, row, &member, &standing->is, error))
    return FALSE;
  standing->lasts = standing->is && member.since <= pull->since;
  standing->stood = standing->is && member.entered <= pull->since;
  return TRUE;
}

/* ---- guards ---- */

/* Rows for which a guard holds. */
typedef struct {
  const SatchelSource *source;
  GHashTable *rows; /* gint64* */
} Guarded;

static void
guarded_free (Guarded *guarded)
{
  g_hash_table_unref (guarded->rows);
  g_free (guarded);
}

static gboolean
add_guarded (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source,
             const GArray *rows, GPtrArray *all, GError **error)
{
  Guarded *guarded = g_new0 (Guarded, 1);

  guarded->source = source;
  guarded->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_ptr_array_add (all, guarded);
  for (guint i = 0; i < rows->len; i++) {
    const gint64 row = g_array_index (rows, gint64, i);
    gboolean is;

    if (!satchel_members_contain (pull->store, source->bucket, row, &is, error))
      return FALSE;
    if (is)
      g_hash_table_add (guarded->rows, g_memdup2 (&row, sizeof row));
  }
  return g_hash_table_size (guarded->rows) == 0 ||
         satchel_guard_retain (pull, entity, source, guarded->rows, error);
}

static GPtrArray *
list_guarded (SatchelPulling *pull, const SatchelEntity *entity, const SatchelHolding *now,
              const GArray *rows, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)guarded_free);

  for (guint i = 0; i < now->sources->len && !now->all; i++) {
    const SatchelSource *source = &g_array_index (now->sources, SatchelSource, i);

    if (source->guard != NULL && !add_guarded (pull, entity, source, rows, all, error))
      return NULL;
  }
  return g_steal_pointer (&all);
}

/* ---- verdicts ---- */

static gboolean
is_unguarded (const SatchelSource *source)
{
  return source->guard == NULL;
}

/* What was chosen with a guard counts as held only where the guard holds now and could not have been another
 * at the cursor's S: the rights that it asks for are the same. */
static gboolean
look_chosen (SatchelPulling *pull, const SatchelHolding *holding, GPtrArray *guarded, gint64 row,
             Standing *chosen, Standing *ignoring_guards, GError **error)
{
  if (holding->all) {
    if (!look_carried (pull, holding, row, chosen, error))
      return FALSE;
    *ignoring_guards = *chosen;
    return TRUE;
  }
  for (guint i = 0; i < holding->sources->len; i++) {
    const SatchelSource *source = &g_array_index (holding->sources, SatchelSource, i);
    Standing own = { 0 };
    gboolean counts = is_unguarded (source);

    if (!look (pull, source->bucket, row, &own, error))
      return FALSE;
    ignoring_guards->is |= own.is;
    ignoring_guards->lasts |= own.lasts;
    for (guint j = 0; j < guarded->len && !counts; j++) {
      const Guarded *guard = guarded->pdata[j];

      counts = guard->source->bucket == source->bucket && g_hash_table_contains (guard->rows, &row);
    }
    chosen->is |= counts && own.is;
    chosen->stood |= counts && own.stood && (is_unguarded (source) || pull->same_rights);
  }
  return TRUE;
}

static gboolean
judge (SatchelPulling *pull, const SatchelHolding *now, const SatchelHolding *then, GPtrArray *guarded,
       gint64 row, SatchelVerdict *verdict, GError **error)
{
  Standing readable = { 0 }, authored = { 0 }, chosen = { 0 }, any = { 0 };
  Standing readable_then = { 0 }, authored_then = { 0 }, chosen_then = { 0 }, any_then = { 0 };
  const gboolean same = then == NULL || satchel_holding_equal (now, then);

  if (!look_readable (pull, now, row, &readable, error) ||
      !look_in_all (pull, now->authored, row, &authored, error) ||
      !look_chosen (pull, now, guarded, row, &chosen, &any, error))
    return FALSE;
  if (same) {
    readable_then = readable;
    authored_then = authored;
    chosen_then = chosen;
    any_then = any;
  } else if (!look_readable (pull, then, row, &readable_then, error) ||
             !look_in_all (pull, then->authored, row, &authored_then, error) ||
             !look_chosen (pull, then, guarded, row, &chosen_then, &any_then, error)) {
    return FALSE;
  }

  *verdict = (SatchelVerdict){ .row = row, .readable = readable.is };
  verdict->carried = (readable.is && chosen.is) || authored.is;
  verdict->blank = verdict->carried && !readable.is;
  verdict->readable_then = readable_then.lasts || authored_then.lasts;
  verdict->chosen_then = any_then.lasts || authored_then.lasts;
  if (verdict->blank)
    verdict->held = authored_then.stood && !readable_then.is;
  else
    verdict->held = verdict->carried && readable_then.stood && (chosen_then.stood || authored_then.stood);
  verdict->held &= pull->since >= 0;
  return TRUE;
}

GArray *
satchel_pulling_judge (SatchelPulling *pull, const SatchelEntity *entity, const GArray *rows,
                       GHashTable *stood, GError **error)
{
  const SatchelHolding *now = satchel_holdings_get (pull->now, entity);
  const SatchelHolding *then = pull->then != NULL ? satchel_holdings_get (pull->then, entity) : NULL;
  g_autoptr (GArray) verdicts = g_array_sized_new (FALSE, FALSE, sizeof (SatchelVerdict), rows->len);
  g_autoptr (GPtrArray) guarded = list_guarded (pull, entity, now, rows, error);

  if (guarded == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const gint64 *row = &g_array_index (rows, gint64, i);
    SatchelVerdict verdict = {
      .row = *row, .readable = TRUE, .carried = TRUE, .held = TRUE, .readable_then = TRUE, .chosen_then = TRUE
    };

    if ((stood == NULL || !g_hash_table_contains (stood, GSIZE_TO_POINTER (*row))) &&
        !judge (pull, now, then, guarded, *row, &verdict, error))
      return NULL;
    g_array_append_val (verdicts, verdict);
  }
  return g_steal_pointer (&verdicts);
}

gboolean
satchel_pulling_judge_one (SatchelPulling *pull, const SatchelEntity *entity, gint64 row,
                           SatchelVerdict *verdict, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof row);
  g_autoptr (GArray) verdicts = NULL;

  g_array_append_val (rows, row);
  verdicts = satchel_pulling_judge (pull, entity, rows, NULL, error);
  if (verdicts == NULL)
    return FALSE;
  *verdict = g_array_index (verdicts, SatchelVerdict, 0);
  return TRUE;
}
