/* The cache of rights and bucket lists.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/access.h"

#include "protocol/error.h"
#include "sync-server/scope/holdings.h"

#define MOST_USERS    4096 /* kept at a time */
#define MOST_ALIKE    4096 /* devices of one user that have nothing of their own */
#define MOST_DEVICES  16   /* of one user that have */
#define MOST_SCOPES   1024 /* of all users, some 50 kB each */
#define MOST_HOLDINGS 512  /* some 30 kB each */

typedef struct {
  SatchelRights *rights;
  char *permits,
      *permits_digest; /* as her devices are told; made when first asked for, as are the next two */
  SatchelBucketList *buckets;
  SatchelScope *common; /* of no device, and of all that are alike */
  GHashTable *alike;    /* devices that have nothing of their own */
  GHashTable *scopes;   /* device → SatchelScope: of those that have */
} User;

struct _SatchelAccess {
  SatchelStore *store;
  gint64 rights; /* what the store counted when the cache was filled */
  guint undone;
  SatchelUnits *units;
  GHashTable *users;    /* id → User */
  guint n_scopes;       /* of all of them */
  GHashTable *holdings; /* digest of a scope → SatchelHoldings; empty once rights changed */
  gint64 due_s, due_ms; /* as of which S filters are due when */
};

static void
user_free (User *user)
{
  g_clear_pointer (&user->common, satchel_scope_free);
  g_hash_table_unref (user->alike);
  g_hash_table_unref (user->scopes);
  satchel_rights_free (user->rights);
  g_free (user->permits);
  g_free (user->permits_digest);
  g_clear_pointer (&user->buckets, satchel_bucket_list_free);
  g_free (user);
}

SatchelAccess *
satchel_access_new (SatchelStore *store)
{
  SatchelAccess *access = g_new0 (SatchelAccess, 1);

  access->store = store;
  access->due_s = -1;
  access->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)user_free);
  access->holdings =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)satchel_holdings_free);
  return access;
}

void
satchel_access_free (SatchelAccess *access)
{
  g_hash_table_unref (access->users);
  g_hash_table_unref (access->holdings);
  g_clear_pointer (&access->units, satchel_units_unref);
  g_free (access);
}

static gboolean
refresh (SatchelAccess *access, GError **error)
{
  SatchelStore *store = access->store;

  if (access->units != NULL && access->rights == store->rights && access->undone == store->undone)
    return TRUE;
  g_hash_table_remove_all (access->users);
  access->n_scopes = 0;
  g_hash_table_remove_all (access->holdings);
  g_clear_pointer (&access->units, satchel_units_unref);
  access->units = satchel_people_read_units (store, error);
  access->rights = store->rights;
  access->undone = store->undone;
  return access->units != NULL;
}

static User *
load_user (SatchelAccess *access, const char *id, GError **error)
{
  g_autoptr (SatchelPerson) person = NULL;
  g_auto (GStrv) roles = NULL, teams = NULL, direct = NULL, indirect = NULL;
  SatchelStanding standing = { .user = id };
  User *user;

  if (!satchel_people_read (access->store, id, &person, error))
    return NULL;
  if (person == NULL || !person->active) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, "this user is not active");
    return NULL;
  }
  roles = satchel_people_list_roles (access->store, id, error);
  teams = roles != NULL ? satchel_people_list_teams (access->store, id, error) : NULL;
  if (teams == NULL || !satchel_people_read_reports (access->store, id, &direct, &indirect, error))
    return NULL;
  if (g_hash_table_size (access->users) >= MOST_USERS) {
    g_hash_table_remove_all (access->users);
    access->n_scopes = 0;
  }
  user = g_new0 (User, 1);
  user->alike = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  user->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)satchel_scope_free);
  standing.unit = person->unit != NULL ? person->unit : access->store->root_unit;
  standing.roles = (const char *const *)roles;
  standing.teams = (const char *const *)teams;
  standing.direct_reports = (const char *const *)direct;
  standing.indirect_reports = (const char *const *)indirect;
  user->rights = satchel_rights_new (&standing, satchel_roles_builtin (), access->units);
  g_hash_table_insert (access->users, g_strdup (id), user);
  return user;
}

static User *
get_user (SatchelAccess *access, const char *id, GError **error)
{
  User *user;

  if (!refresh (access, error))
    return NULL;
  user = g_hash_table_lookup (access->users, id);
  return user != NULL ? user : load_user (access, id, error);
}

const SatchelRights *
satchel_access_get_rights (SatchelAccess *access, const char *id, GError **error)
{
  User *user = get_user (access, id, error);

  return user != NULL ? user->rights : NULL;
}

const char *
satchel_access_get_permits (SatchelAccess *access, const char *id, const char **digest, GError **error)
{
  User *user = get_user (access, id, error);

  if (user == NULL)
    return NULL;
  if (user->permits == NULL) {
    g_autoptr (SatchelPermits) permits = satchel_rights_list_permits (user->rights, access->store->registry);

    user->permits = satchel_permits_to_text (permits);
    user->permits_digest = satchel_permits_digest (user->permits);
  }
  *digest = user->permits_digest;
  return user->permits;
}

const SatchelBucketList *
satchel_access_get_buckets (SatchelAccess *access, const char *id, GError **error)
{
  User *user = get_user (access, id, error);

  if (user == NULL)
    return NULL;
  if (user->buckets == NULL)
    user->buckets = satchel_bucket_list_new (user->rights, access->store->registry);
  return user->buckets;
}

static void
forget_devices (SatchelAccess *access, User *user)
{
  access->n_scopes -= g_hash_table_size (user->scopes);
  g_hash_table_remove_all (user->scopes);
}

/* Another user's go, and always those of the same ones first: where more people come in turns than there is
 * room for, most of the others still find theirs. */
static void
make_room (SatchelAccess *access, const User *user)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, access->users);
  while (access->n_scopes >= MOST_SCOPES && g_hash_table_iter_next (&iter, NULL, &value)) {
    User *other = value;

    if (other == user)
      continue;
    forget_devices (access, other);
    access->n_scopes -= other->common != NULL;
    g_clear_pointer (&other->common, satchel_scope_free);
  }
}

/* A scope takes some 2 ms to make; to see that a device needs none of its own, a fiftieth of that. */
static SatchelScope *
get_common (SatchelAccess *access, User *user, const SatchelBucketList *list, GError **error)
{
  if (user->common == NULL) {
    make_room (access, user);
    user->common = satchel_scope_new (access->store, user->rights, list, NULL, error);
    access->n_scopes += user->common != NULL;
  }
  return user->common;
}

static gboolean
is_alike (SatchelAccess *access, User *user, const char *device, gboolean *alike, GError **error)
{
  gboolean differs;

  *alike = g_hash_table_contains (user->alike, device);
  if (*alike)
    return TRUE;
  if (!satchel_scope_differs (access->store, user->common, device, &differs, error))
    return FALSE;
  *alike = !differs;
  if (differs)
    return TRUE;
  if (g_hash_table_size (user->alike) >= MOST_ALIKE)
    g_hash_table_remove_all (user->alike);
  g_hash_table_add (user->alike, g_strdup (device));
  return TRUE;
}

static SatchelScope *
find_scope (SatchelAccess *access, User *user, const SatchelBucketList *list, const char *device,
            GError **error)
{
  SatchelScope *scope = device != NULL ? g_hash_table_lookup (user->scopes, device) : NULL;
  gboolean alike = TRUE;

  if (scope != NULL)
    return scope;
  if (get_common (access, user, list, error) == NULL ||
      (device != NULL && !is_alike (access, user, device, &alike, error)))
    return NULL;
  if (alike)
    return user->common;
  scope = satchel_scope_new (access->store, user->rights, list, device, error);
  if (scope == NULL)
    return NULL;
  if (g_hash_table_size (user->scopes) >= MOST_DEVICES)
    forget_devices (access, user);
  make_room (access, user);
  g_hash_table_insert (user->scopes, g_strdup (device), scope);
  access->n_scopes++;
  return scope;
}

SatchelScope *
satchel_access_get_scope (SatchelAccess *access, const char *id, const char *device, GError **error)
{
  const SatchelBucketList *list = satchel_access_get_buckets (access, id, error);
  SatchelScope *scope;

  if (list == NULL)
    return NULL;
  scope = find_scope (access, g_hash_table_lookup (access->users, id), list, device, error);
  return scope != NULL && satchel_scope_complete (access->store, scope, error) ? scope : NULL;
}

SatchelSignature *
satchel_access_dup_signature (SatchelAccess *access, const char *id, const char *device, GError **error)
{
  SatchelScope *scope = satchel_access_get_scope (access, id, device, error);

  if (scope == NULL)
    return NULL;
  if (scope->signature == NULL)
    scope->signature = satchel_signature_new (scope);
  return satchel_signature_ref (scope->signature);
}

/* Any one goes: as above, most of the others stay. */
static void
make_room_for_holdings (SatchelAccess *access)
{
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, access->holdings);
  while (g_hash_table_size (access->holdings) >= MOST_HOLDINGS && g_hash_table_iter_next (&iter, NULL, NULL))
    g_hash_table_iter_remove (&iter);
}

SatchelHoldings *
satchel_access_get_holdings (SatchelAccess *access, const SatchelScope *scope, GError **error)
{
  SatchelHoldings *holdings = g_hash_table_lookup (access->holdings, scope->digest);
  gboolean last = FALSE;

  if (holdings != NULL && !satchel_holdings_last (holdings, &last, error))
    return NULL;
  if (last)
    return holdings;
  holdings = satchel_holdings_new (access->store, scope->text, error);
  if (holdings == NULL)
    return NULL;
  make_room_for_holdings (access);
  g_hash_table_insert (access->holdings, g_strdup (scope->digest), holdings);
  return holdings;
}

gboolean
satchel_access_get_due (SatchelAccess *access, gint64 *due_ms, GError **error)
{
  if (access->due_s != access->store->s) {
    if (!satchel_filters_next_due (access->store, &access->due_ms, error))
      return FALSE;
    access->due_s = access->store->s;
  }
  *due_ms = access->due_ms;
  return TRUE;
}
