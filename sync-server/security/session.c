/* Sign-in, tokens and lock-out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/session.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/people.h"

#include <sodium.h>
#include <string.h>

#define TOKEN_BYTES   32
#define LONGEST_TOKEN 64
#define LONGEST_LOGIN 200 /* bytes */
#define LONGEST_NAME  200 /* characters of a device's name that are kept */

static void
keyed_hash (const SatchelStore *store, const char *purpose, const char *text, guint8 *hash, gsize size)
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, store->secret, sizeof store->secret, size);
  crypto_generichash_update (&state, (const guint8 *)purpose, strlen (purpose) + 1);
  crypto_generichash_update (&state, (const guint8 *)text, strlen (text));
  crypto_generichash_final (&state, hash, size);
}

/* A user's failures stand under her id. Whatever else is typed shares 65,536 slots, so that it fills no disk
 * and is locked as a user would be. */
static char *
attempt_name (const SatchelStore *store, const SatchelPerson *person, const char *login)
{
  g_autofree char *folded = satchel_fold (login);
  guint8 hash[crypto_generichash_BYTES_MIN];

  if (person != NULL)
    return g_strdup (person->id);
  keyed_hash (store, "attempt", folded, hash, sizeof hash);
  return g_strdup_printf ("?%02x%02x", hash[0], hash[1]);
}

/* Of the caller's network: an IPv4 address, or 64 bits of an IPv6 one. Each name has 65,536 slots, too. */
static char *
place_name (const SatchelStore *store, const char *attempt, const guint8 *peer)
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  gsize length = peer == NULL ? 0 : memcmp (peer, mapped, sizeof mapped) == 0 ? 16 : 8;
  g_autoptr (GString) network = g_string_new (attempt);
  guint8 hash[crypto_generichash_BYTES_MIN];

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (network, " %02x", peer[i]);
  keyed_hash (store, "network", network->str, hash, sizeof hash);
  return g_strdup_printf ("%s@%02x%02x", attempt, hash[0], hash[1]);
}

/* A network from which the owner has signed in has a row of its own, as if it had failed once. */
static char *
known_name (const char *place)
{
  return g_strconcat (place, "!", NULL);
}

static gboolean
is_known (SatchelStore *store, const char *place, gboolean *known, GError **error)
{
  g_autofree char *name = known_name (place);
  gint64 failures, locked_until_ms;

  if (!satchel_people_read_attempt (store, name, &failures, &locked_until_ms, error))
    return FALSE;
  *known = failures > 0;
  return TRUE;
}

/* No lock is set for longer than that: one that lasts longer was set by a clock that has been put right since. */
static gint64
judge_lock (gint64 locked_until_ms, gint64 now_ms)
{
  return locked_until_ms - now_ms <= SATCHEL_SIGN_IN_MOST_LOCK_MS ? locked_until_ms : 0;
}

static gboolean
read_lock (SatchelStore *store, const SatchelSignInCheck *check, gint64 now_ms, gint64 *locked_until_ms,
           GError **error)
{
  gint64 failures, everywhere_ms;
  gboolean known;

  if (!satchel_people_read_attempt (store, check->place, &failures, locked_until_ms, error) ||
      !satchel_people_read_attempt (store, check->attempt, &failures, &everywhere_ms, error) ||
      !is_known (store, check->place, &known, error))
    return FALSE;
  *locked_until_ms = judge_lock (*locked_until_ms, now_ms);
  if (!known)
    *locked_until_ms = MAX (*locked_until_ms, judge_lock (everywhere_ms, now_ms));
  return TRUE;
}

gboolean
satchel_session_prepare (SatchelStore *store, const SatchelSignIn *request, const guint8 *peer, gint64 now_ms,
                         SatchelSignInCheck *check, char **hash, gint64 *retry_after_ms, GError **error)
{
  g_autoptr (SatchelPerson) person = NULL;
  g_autofree char *login = g_strndup (request->user, LONGEST_LOGIN);
  gint64 locked_until_ms;

  *hash = NULL;
  *retry_after_ms = -1;
  if (strlen (request->user) <= LONGEST_LOGIN && !satchel_people_find_login (store, login, &person, error))
    return FALSE;
  check->attempt = attempt_name (store, person, login);
  check->place = place_name (store, check->attempt, peer);
  if (!read_lock (store, check, now_ms, &locked_until_ms, error))
    return FALSE;
  if (locked_until_ms > now_ms) {
    *retry_after_ms = locked_until_ms - now_ms;
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RATE,
                         "too many failed sign-ins under this name; wait a moment");
    return FALSE;
  }
  if (person != NULL && !satchel_people_read_password (store, person->id, hash, error))
    return FALSE;
  check->user = person != NULL && person->active ? g_strdup (person->id) : NULL;
  return TRUE;
}

/* ---- the writing half ---- */

static gboolean
count_failure (SatchelStore *store, const char *name, gint64 n_free, gint64 now_ms, GError **error)
{
  gint64 failures, locked_until_ms;

  if (!satchel_people_read_attempt (store, name, &failures, &locked_until_ms, error))
    return FALSE;
  failures++;
  if (failures >= n_free) {
    const guint doublings = MIN (failures - n_free, 16);
    const gint64 lock_ms =
        MIN ((gint64)SATCHEL_SIGN_IN_FIRST_LOCK_MS << doublings, SATCHEL_SIGN_IN_MOST_LOCK_MS);

    locked_until_ms = now_ms + lock_ms;
  }
  return satchel_people_write_attempt (store, name, failures, locked_until_ms, error);
}

static gboolean
forget_failures (SatchelStore *store, const SatchelSignInCheck *check, GError **error)
{
  g_autofree char *known = known_name (check->place);

  return satchel_people_write_attempt (store, check->attempt, 0, 0, error) &&
         satchel_people_write_attempt (store, check->place, 0, 0, error) &&
         satchel_people_write_attempt (store, known, 1, 0, error);
}

static SatchelDeviceRow *
add_device (SatchelStore *store, const SatchelClock *clock, const char *user, const char *name,
            GError **error)
{
  g_autoptr (SatchelDeviceRow) device = NULL;
  g_autofree char *id = satchel_id_new (clock);

  if (!satchel_devices_add (store, id, user, name, satchel_clock_now_ms (clock), error) ||
      !satchel_devices_read (store, id, &device, error))
    return NULL;
  return g_steal_pointer (&device);
}

/* The device that the request names, when it is this user's and not revoked; else a new one. */
static SatchelDeviceRow *
take_device (SatchelStore *store, const SatchelClock *clock, const SatchelSignIn *request, const char *user,
             GError **error)
{
  g_autoptr (SatchelDeviceRow) device = NULL;
  g_autofree char *name = g_utf8_substring (request->device_name, 0,
                                            MIN (g_utf8_strlen (request->device_name, -1), LONGEST_NAME));

  if (request->device != NULL && !satchel_devices_read (store, request->device, &device, error))
    return NULL;
  if (device != NULL && !device->revoked && g_str_equal (device->user, user)) {
    satchel_store_token_reissued (store, device->id);
    return g_steal_pointer (&device);
  }
  return add_device (store, clock, user, name, error);
}

static char *
make_token (const SatchelClock *clock)
{
  guint8 bytes[TOKEN_BYTES];
  char text[LONGEST_TOKEN];

  clock->random (clock->data, bytes, sizeof bytes);
  sodium_bin2base64 (text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (text);
}

/* Gives the device a new token; owned. */
static char *
issue_token (SatchelStore *store, const SatchelClock *clock, const char *device, GError **error)
{
  g_autofree char *token = make_token (clock);
  guint8 hash[SATCHEL_TOKEN_HASH_BYTES];

  keyed_hash (store, "token", token, hash, sizeof hash);
  if (!satchel_devices_set_token (store, device, hash, satchel_clock_now_ms (clock), error))
    return NULL;
  return g_steal_pointer (&token);
}

static SatchelSignInAnswer *
enrol (SatchelStore *store, const SatchelClock *clock, const SatchelSignIn *request, const char *user,
       GError **error)
{
  const gint64 now_ms = satchel_clock_now_ms (clock);
  g_autoptr (SatchelDeviceRow) device = take_device (store, clock, request, user, error);
  g_autoptr (SatchelPerson) person = NULL;
  g_autofree char *token = NULL;
  g_autofree char *name = NULL;
  SatchelSignInAnswer *answer;

  if ((name = satchel_store_read_name (store, error)) == NULL)
    return NULL;
  if (device == NULL || (token = issue_token (store, clock, device->id, error)) == NULL ||
      !satchel_people_read (store, user, &person, error) ||
      !satchel_people_audit (store, now_ms, user, device->id, "sign-in", NULL, error))
    return NULL;
  answer = g_new0 (SatchelSignInAnswer, 1);
  answer->organisation = g_strdup (store->organisation);
  answer->organisation_name = g_steal_pointer (&name);
  answer->user = g_strdup (user);
  answer->user_name = g_strdup (person->login);
  answer->device = g_strdup (device->id);
  answer->token = g_steal_pointer (&token);
  answer->next_number = device->high_water + 1;
  return answer;
}

/* Whoever has found a lost device again begins anew, with what it holds erased. */
static gboolean
refuse_wiped (SatchelStore *store, const SatchelSignIn *request, GError **refusal, GError **error)
{
  g_autoptr (SatchelDeviceRow) device = NULL;

  if (request->device != NULL && !satchel_devices_read (store, request->device, &device, error))
    return FALSE;
  if (device != NULL && device->wiped)
    g_set_error_literal (refusal, SATCHEL_ERROR, SATCHEL_ERROR_WIPED, "this device was given up for lost");
  return TRUE;
}

gboolean
satchel_session_finish (SatchelStore *store, const SatchelClock *clock, const SatchelSignIn *request,
                        const SatchelSignInCheck *check, SatchelSignInAnswer **answer, GError **refusal,
                        GError **error)
{
  const gint64 now_ms = satchel_clock_now_ms (clock);

  *answer = NULL;
  if (check->user == NULL) {
    g_set_error_literal (refusal, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, "wrong user or password");
    return count_failure (store, check->attempt, SATCHEL_SIGN_IN_FREE_GUESSES, now_ms, error) &&
           count_failure (store, check->place, SATCHEL_SIGN_IN_FREE_FAILURES, now_ms, error) &&
           satchel_people_audit (store, now_ms, NULL, NULL, "sign-in refused", check->attempt, error);
  }
  if (!forget_failures (store, check, error) || !refuse_wiped (store, request, refusal, error))
    return FALSE;
  if (refusal != NULL && *refusal != NULL)
    return TRUE;
  *answer = enrol (store, clock, request, check->user, error);
  return *answer != NULL;
}

SatchelDeviceAnswer *
satchel_session_split (SatchelStore *store, const SatchelClock *clock, const SatchelCaller *caller,
                       GError **error)
{
  g_autoptr (SatchelDeviceRow) old = NULL, device = NULL;
  g_autofree char *token = NULL;
  SatchelDeviceAnswer *answer;

  if (!satchel_devices_read (store, caller->device, &old, error))
    return NULL;
  device = add_device (store, clock, caller->user, old->name, error);
  if (device == NULL || (token = issue_token (store, clock, device->id, error)) == NULL ||
      !satchel_people_audit (store, satchel_clock_now_ms (clock), caller->user, device->id, "device split",
                             caller->device, error))
    return NULL;
  answer = g_new0 (SatchelDeviceAnswer, 1);
  answer->device = g_strdup (device->id);
  answer->token = g_steal_pointer (&token);
  answer->next_number = device->high_water + 1;
  return answer;
}

SatchelCaller *
satchel_session_authenticate (SatchelStore *store, const char *token, GError **error)
{
  g_autofree char *device = NULL, *user = NULL;
  guint8 hash[SATCHEL_TOKEN_HASH_BYTES];
  SatchelCaller *caller;
  gboolean wiped = FALSE;

  if (strnlen (token, LONGEST_TOKEN) < LONGEST_TOKEN) {
    keyed_hash (store, "token", token, hash, sizeof hash);
    if (!satchel_devices_find_token (store, hash, &device, &user, &wiped, error))
      return NULL;
  }
  if (device == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, "sign in again");
    return NULL;
  }
  if (wiped) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_WIPED, "this device was given up for lost");
    return NULL;
  }
  caller = g_new0 (SatchelCaller, 1);
  caller->user = g_steal_pointer (&user);
  caller->device = g_steal_pointer (&device);
  return caller;
}
