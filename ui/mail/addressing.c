/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/addressing.h"

#include <glib/gi18n.h>

#include "client/mail/writing.h"
#include "protocol/error.h"
#include "protocol/limits.h"

SatchelAddressing *
satchel_addressing_new (const char *entity, const GPtrArray *ids, const char *address)
{
  SatchelAddressing *addressing = g_new0 (SatchelAddressing, 1);

  addressing->entity = g_strdup (entity);
  addressing->address = g_strdup (address);
  addressing->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (addressing->ids, g_strdup (ids->pdata[i]));
  return addressing;
}

void
satchel_addressing_free (gpointer data)
{
  SatchelAddressing *addressing = data;

  g_free (addressing->entity);
  g_free (addressing->address);
  g_ptr_array_unref (addressing->ids);
  g_free (addressing);
}

void
satchel_addressed_free (gpointer data)
{
  SatchelAddressed *addressed = data;

  satchel_record_free (addressed->email);
  g_ptr_array_unref (addressed->left_out);
  g_free (addressed);
}

void
satchel_gathered_free (gpointer data)
{
  SatchelGathered *gathered = data;

  g_free (gathered->list);
  satchel_deeds_free (gathered->deeds);
  g_free (gathered);
}

/* ---- drafts ---- */

static void
leave_out (SatchelAddressed *addressed, const SatchelRecord *record, const SatchelAddressee *addressee)
{
  g_autofree char *title = addressee->name == NULL ? satchel_record_dup_title (record) : NULL;

  g_ptr_array_add (addressed->left_out,
                   g_strdup_printf ("%s: %s", addressee->name != NULL ? addressee->name : title,
                                    satchel_addressee_describe (addressee->state)));
}

/* About a record that names nobody: whom it goes to is typed. */
static SatchelRecord *
new_bare (SatchelSession *session, const SatchelRecord *record)
{
  g_auto (SatchelAddressee) nobody = { .person = satchel_record_copy (record) };
  SatchelRecord *email = satchel_mail_new_draft (session, record, &nobody);

  satchel_record_set_by_name (email, "to", NULL);
  return email;
}

static gboolean
has_address (const SatchelAddressee *addressee)
{
  return addressee->state != SATCHEL_ADDRESSEE_MISSING && addressee->state != SATCHEL_ADDRESSEE_BAD &&
         addressee->address != NULL;
}

/* Somebody chose this one record: whoever it is can be written to if there is an address. */
static gboolean
write_to_one (SatchelSession *session, const SatchelAddressing *addressing, const SatchelRecord *record,
              SatchelAddressed *addressed, GError **error)
{
  g_auto (SatchelAddressee) addressee = { 0 };
  g_autoptr (GError) problem = NULL;

  if (!satchel_mail_addressee (session, record, &addressee, &problem)) {
    if (satchel_error_code (problem) != SATCHEL_ERROR_REFERENCE) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    addressed->email = new_bare (session, record);
    return TRUE;
  }
  if (addressing->address != NULL) {
    g_free (addressee.address);
    addressee.address = g_strdup (addressing->address);
    if (addressee.state == SATCHEL_ADDRESSEE_BAD)
      addressee.state = SATCHEL_ADDRESSEE_GOOD;
  }
  if (addressee.state != SATCHEL_ADDRESSEE_GOOD)
    leave_out (addressed, record, &addressee);
  addressed->email = has_address (&addressee) ? satchel_mail_new_draft (session, record, &addressee)
                                              : new_bare (session, record);
  return TRUE;
}

typedef struct {
  GArray *parties;    /* SatchelParty */
  GPtrArray *keep;    /* SatchelRecord*, whose ids they borrow */
  GPtrArray *strings; /* likewise */
} People;

static gboolean
add_person (SatchelSession *session, const SatchelRecord *record, SatchelAddressed *addressed, People *people,
            GError **error)
{
  g_auto (SatchelAddressee) addressee = { 0 };
  SatchelParty party = { .role = "to" };

  if (!satchel_mail_addressee (session, record, &addressee, error))
    return FALSE;
  if (addressee.state != SATCHEL_ADDRESSEE_GOOD) {
    leave_out (addressed, record, &addressee);
    return TRUE;
  }
  for (guint i = 0; i < people->parties->len; i++)
    if (g_ascii_strcasecmp (g_array_index (people->parties, SatchelParty, i).address, addressee.address) == 0)
      return TRUE;
  party.entity = addressee.person->entity->name;
  party.id = addressee.person->id;
  party.address = addressee.address;
  party.name = addressee.name;
  g_array_append_val (people->parties, party);
  g_ptr_array_add (people->strings, g_steal_pointer (&addressee.address));
  g_ptr_array_add (people->strings, g_steal_pointer (&addressee.name));
  g_ptr_array_add (people->keep, g_steal_pointer (&addressee.person));
  return TRUE;
}

/* NULL: it is not here any more. */
static gboolean
look_up (SatchelSession *session, const SatchelEntity *entity, const char *id, SatchelRecord **record,
         GError **error)
{
  return satchel_replica_read (satchel_session_get_replica (session), entity, id, record, error);
}

static gboolean
write_to_all (SatchelSession *session, const SatchelAddressing *addressing, const SatchelEntity *entity,
              SatchelAddressed *addressed, GError **error)
{
  g_autoptr (GArray) parties = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  g_autoptr (GPtrArray) keep = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free),
                        strings = g_ptr_array_new_with_free_func (g_free);
  People people = { parties, keep, strings };
  g_autoptr (SatchelValue) to = NULL, from = NULL, direction = satchel_value_new_string ("outgoing");
  const SatchelParty me = { .role = "from", .entity = "user", .id = satchel_session_get_user (session) };
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));

  for (guint i = 0; i < addressing->ids->len && parties->len < SATCHEL_MAX_KEYS; i++) {
    g_autoptr (SatchelRecord) record = NULL;

    if (!look_up (session, entity, addressing->ids->pdata[i], &record, error) ||
        (record != NULL && !add_person (session, record, addressed, &people, error)))
      return FALSE;
  }
  addressed->email =
      satchel_record_new (satchel_registry_find (satchel_session_get_registry (session), "email"), id);
  from = satchel_value_new_parties (&me, 1);
  to = parties->len > 0
           ? satchel_value_new_parties ((const SatchelParty *)(gconstpointer)parties->data, parties->len)
           : NULL;
  satchel_record_set_by_name (addressed->email, "direction", direction);
  satchel_record_set_by_name (addressed->email, "from", from);
  satchel_record_set_by_name (addressed->email, "to", to);
  return TRUE;
}

gpointer
satchel_addressing_run (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const SatchelAddressing *addressing = data;
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), addressing->entity, error);
  SatchelAddressed *addressed;
  g_autoptr (SatchelRecord) record = NULL;
  gboolean done;

  if (entity == NULL || !look_up (session, entity, addressing->ids->pdata[0], &record, error))
    return NULL;
  if (record == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("This record is not on this computer."));
    return NULL;
  }
  addressed = g_new0 (SatchelAddressed, 1);
  addressed->left_out = g_ptr_array_new_with_free_func (g_free);
  done = addressing->ids->len == 1 ? write_to_one (session, addressing, record, addressed, error)
                                   : write_to_all (session, addressing, entity, addressed, error);
  if (done)
    return addressed;
  satchel_addressed_free (addressed);
  return NULL;
}

/* ---- lists ---- */

static gboolean
create (SatchelSession *session, const SatchelAddressing *addressing, SatchelGathered *gathered,
        GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelClock *clock = satchel_session_get_clock (session);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (satchel_clock_now_ms (clock) / 1000);
  g_autofree char *day = g_date_time_format (now, "%x %H:%M"), *title = NULL;
  g_autoptr (SatchelRecord) list = NULL;
  g_autoptr (SatchelValue) name = NULL, kind = satchel_value_new_string ("static"),
                           members = satchel_value_new_string (addressing->entity), lookup = NULL;

  gathered->list = satchel_id_new (clock);
  list = satchel_record_new (satchel_registry_find (registry, "marketing_list"), gathered->list);
  title = g_strdup_printf (_ ("Mailing of %s"), day);
  name = satchel_value_new_string (title);
  lookup = satchel_value_new_lookup ("marketing_list", gathered->list);
  satchel_record_set_by_name (list, "name", name);
  satchel_record_set_by_name (list, "kind", kind);
  satchel_record_set_by_name (list, "member_entity", members);
  if (!satchel_deeds_create (gathered->deeds, session, list, error))
    return FALSE;
  for (guint i = 0; i < addressing->ids->len; i++) {
    g_autofree char *id = satchel_id_new (clock);
    g_autoptr (SatchelRecord) member =
        satchel_record_new (satchel_registry_find (registry, "list_member"), id);
    g_autoptr (SatchelValue) who = satchel_value_new_lookup (addressing->entity, addressing->ids->pdata[i]);

    satchel_record_set_by_name (member, "list", lookup);
    satchel_record_set_by_name (member, "member", who);
    if (!satchel_deeds_create (gathered->deeds, session, member, error))
      return FALSE;
  }
  return TRUE;
}

gpointer
satchel_addressing_gather (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SatchelGathered *gathered;

  if (!satchel_session_begin_batch (session, error))
    return NULL;
  gathered = g_new0 (SatchelGathered, 1);
  gathered->deeds = satchel_deeds_new ();
  if (create (session, data, gathered, error) && satchel_session_commit_batch (session, error))
    return gathered;
  satchel_session_rollback_batch (session);
  satchel_gathered_free (gathered);
  return NULL;
}
