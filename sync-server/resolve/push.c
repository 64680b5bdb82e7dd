/* Identity, dependence, then each set in a savepoint of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/push.h"

#include "protocol/error.h"
#include "sync-server/resolve/dependence.h"
#include "sync-server/resolve/resolution.h"
#include "sync-server/scope/cursor.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/outcomes.h"

#include <sodium.h>
#include <string.h>

typedef struct {
  SatchelStore *store;
  SatchelAccess *access;
  const SatchelClock *clock;
  gint64 now_ms; /* all sets of a push are taken at one instant */
  SatchelDeviceRow *device;
  SatchelDependence *dependence;
  SatchelSight sight;
} Push;

static void
push_clear (Push *push)
{
  g_clear_pointer (&push->device, satchel_device_row_free);
  g_clear_pointer (&push->dependence, satchel_dependence_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Push, push_clear)

static SatchelOutcome *
copy_outcome (const SatchelOutcome *outcome, gint64 number)
{
  SatchelOutcome *copy = g_memdup2 (outcome, sizeof *outcome);

  copy->uuid = g_strdup (outcome->uuid);
  copy->reason = g_strdup (outcome->reason);
  copy->field = g_strdup (outcome->field);
  copy->number = number;
  return copy;
}

static void
hash_set (const SatchelChangeSet *set, guint8 hash[SATCHEL_SET_HASH_BYTES])
{
  g_autofree char *digits = satchel_change_set_hash (set);

  sodium_hex2bin (hash, SATCHEL_SET_HASH_BYTES, digits, strlen (digits), NULL, NULL, NULL);
}

/* ---- identity ---- */

/* A set whose UUID is known gets its stored outcome; *outcome NULL for a new one. */
static gboolean
find_outcome (Push *push, const SatchelChangeSet *set, SatchelOutcome **outcome, GError **error)
{
  g_autoptr (SatchelStoredOutcome) stored = NULL;
  g_autoptr (SatchelDeviceRow) device = NULL;
  guint8 hash[SATCHEL_SET_HASH_BYTES];

  *outcome = NULL;
  if (!satchel_outcomes_read (push->store, set->uuid, &stored, error))
    return FALSE;
  if (stored == NULL)
    return TRUE;
  hash_set (set, hash);
  /* Another device of the same user may ask: the one that this replica was before it got a new identity. */
  if (!g_str_equal (stored->device, push->device->id) &&
      !satchel_devices_read (push->store, stored->device, &device, error))
    return FALSE;
  if ((device != NULL && !g_str_equal (device->user, push->device->user)) ||
      memcmp (hash, stored->hash, sizeof hash) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 "change set %" G_GINT64_FORMAT " has the id of another one", set->number);
    return FALSE;
  }
  *outcome = copy_outcome (&stored->outcome, set->number);
  return TRUE;
}

/* Numbers and UUIDs of all sets, before anything is applied. *known: SatchelOutcome* or NULL for each set. */
static gboolean
identify (Push *push, const SatchelPush *request, GPtrArray *known, GError **error)
{
  g_autoptr (GHashTable) uuids = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 high_water = push->device->high_water;

  for (guint i = 0; i < request->sets->len; i++) {
    const SatchelChangeSet *set = request->sets->pdata[i];
    SatchelOutcome *outcome;

    if (!find_outcome (push, set, &outcome, error))
      return FALSE;
    g_ptr_array_add (known, outcome);
    if (!g_hash_table_add (uuids, set->uuid)) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                           "one change set came twice in one push");
      return FALSE;
    }
    if (outcome != NULL) /* its place in the order was given long ago, perhaps to another device */
      continue;
    if (set->number <= high_water) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_DEVICE_CLONED,
                   "change set %" G_GINT64_FORMAT " was another one before", set->number);
      return FALSE;
    }
    if (set->number > high_water + 1) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_GAP,
                   "change set %" G_GINT64_FORMAT " came, %" G_GINT64_FORMAT " is next", set->number,
                   high_water + 1);
      return FALSE;
    }
    high_water = set->number;
  }
  return TRUE;
}

/* ---- one set ---- */

static SatchelOutcome *
park (const SatchelChangeSet *set, SatchelErrorCode code, const char *reason, const SatchelField *field)
{
  SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

  outcome->uuid = g_strdup (set->uuid);
  outcome->number = set->number;
  outcome->state = SATCHEL_OUTCOME_PARKED;
  outcome->code = code;
  outcome->reason = g_strdup (reason);
  outcome->field = g_strdup (field != NULL ? field->name : NULL);
  return outcome;
}

/* Applies the set in a savepoint, or rolls back to it and parks the set as a whole. */
static SatchelOutcome *
resolve (Push *push, const SatchelChangeSet *set, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const SatchelRights *rights = satchel_access_get_rights (push->access, push->device->user, &problem);
  g_auto (SatchelResolution) resolution = { 0 };
  SatchelOutcome *outcome;

  /* An administrator may have made herself inactive two sets earlier. */
  if (rights == NULL && g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED))
    return park (set, SATCHEL_ERROR_FORBIDDEN, problem->message, NULL);
  if (rights == NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (!satchel_store_savepoint (push->store, error))
    return NULL;
  satchel_resolution_init (&resolution, push->store, rights, push->clock, push->now_ms, push->device->id, set,
                           &push->sight);
  if (satchel_resolve_set (&resolution, &problem)) {
    if (!satchel_store_release (push->store, error))
      return NULL;
    outcome = g_new0 (SatchelOutcome, 1);
    outcome->uuid = g_strdup (set->uuid);
    outcome->number = set->number;
    outcome->s = resolution.commit.s;
    outcome->at_ms = satchel_resolution_is_exact (&resolution) ? resolution.commit.at_ms : 0;
    outcome->n_conflicts = resolution.n_conflicts;
    return outcome;
  }
  satchel_store_rollback_to (push->store);
  if (satchel_error_is_general (problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  return park (set, satchel_error_code (problem), problem->message, resolution.field);
}

static SatchelOutcome *
take_set (Push *push, const SatchelChangeSet *set, GError **error)
{
  guint8 hash[SATCHEL_SET_HASH_BYTES];
  SatchelOutcome *outcome;

  if (satchel_dependence_holds_back (push->dependence, set))
    outcome = park (set, SATCHEL_ERROR_DEPENDS, "an earlier change that it builds on is parked", NULL);
  else
    outcome = resolve (push, set, error);
  if (outcome == NULL)
    return NULL;

  hash_set (set, hash);
  if (!satchel_outcomes_write (push->store, outcome, push->device->id, hash, error) ||
      (outcome->state == SATCHEL_OUTCOME_PARKED && !satchel_dependence_add (push->dependence, set, error)))
    g_clear_pointer (&outcome, satchel_outcome_free);
  return outcome;
}

/* ---- the push ---- */

/* What the device says of earlier sets. */
static gboolean
take_news (Push *push, const SatchelPush *request, GError **error)
{
  SatchelDeviceRow *device = push->device;
  const gint64 acknowledged = CLAMP (request->acknowledged, device->acknowledged, device->high_water);

  for (guint i = 0; i < request->released->len; i++) {
    if (!satchel_parked_release (push->store, device->id, request->released->pdata[i], error))
      return FALSE;
  }
  if (acknowledged > device->acknowledged &&
      !satchel_outcomes_forget_reasons (push->store, device->id, device->acknowledged, acknowledged, error))
    return FALSE;
  device->acknowledged = acknowledged;
  return TRUE;
}

static void
maybe_free_outcome (gpointer outcome)
{
  if (outcome != NULL)
    satchel_outcome_free (outcome);
}

/* A cursor that this server signed and that lies ahead of it: the store's file was put back without
 * "restore". What comes now belongs to a new epoch. */
static gboolean
notice_restore (Push *push, const SatchelPush *request, GError **error)
{
  SatchelStore *store = push->store;
  const gint64 s = store->s;
  const char *last = NULL;

  for (guint i = 0; i < request->sets->len; i++) {
    const SatchelChangeSet *set = request->sets->pdata[i];

    for (guint j = 0; j < set->changes->len; j++) {
      const SatchelChange *change = set->changes->pdata[j];
      SatchelCursor cursor;

      if (change->seen == NULL || g_strcmp0 (change->seen, last) == 0)
        continue;
      last = change->seen;
      if (!satchel_cursor_from_text (change->seen, store->secret, sizeof store->secret, push->device->user,
                                     &cursor, NULL))
        continue;
      if (cursor.epoch == store->epoch && cursor.s > s)
        return satchel_store_open_epoch (store, 0, satchel_clock_now_ms (push->clock), error);
    }
  }
  return TRUE;
}

/* Everything that writes. Each failure here ends the batch. */
static gboolean
take_all (Push *push, const SatchelPush *request, GPtrArray *known, SatchelPushAnswer *answer, GError **error)
{
  if (!notice_restore (push, request, error) || !take_news (push, request, error))
    return FALSE;
  push->dependence = satchel_dependence_load (push->store, push->device->id, error);
  if (push->dependence == NULL)
    return FALSE;
  for (guint i = 0; i < request->sets->len; i++) {
    const SatchelChangeSet *set = request->sets->pdata[i];
    SatchelOutcome *outcome = g_steal_pointer (&known->pdata[i]);

    if (outcome == NULL) {
      outcome = take_set (push, set, error);
      push->device->high_water = set->number;
    }
    if (outcome == NULL)
      return FALSE;
    g_ptr_array_add (answer->outcomes, outcome);
  }
  return satchel_devices_set_progress (push->store, push->device, satchel_clock_now_ms (push->clock), error);
}

gboolean
satchel_push_apply (SatchelStore *store, SatchelAccess *access, const SatchelClock *clock, const char *user,
                    const char *device, const SatchelPush *request, SatchelPushAnswer **result,
                    GError **refusal, GError **error)
{
  g_auto (Push)
      push = { .store = store, .access = access, .clock = clock, .now_ms = satchel_clock_now_ms (clock) };
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (maybe_free_outcome);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();

  *result = NULL;
  if (!satchel_devices_read (store, device, &push.device, error))
    return FALSE;
  if (push.device == NULL || push.device->revoked || !g_str_equal (push.device->user, user)) {
    g_set_error_literal (refusal, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED,
                         "this device is not enrolled");
    return TRUE;
  }
  if (satchel_access_get_rights (access, user, refusal) == NULL || !identify (&push, request, known, refusal))
    return TRUE;
  if (!take_all (&push, request, known, answer, error))
    return FALSE;
  *result = g_steal_pointer (&answer);
  return TRUE;
}
