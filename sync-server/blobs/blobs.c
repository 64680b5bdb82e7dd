/* Who may send and read attachments, and when they go.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/blobs/blobs.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "sync-server/blobs/files.h"
#include "sync-server/scope/holdings.h"
#include "sync-server/server-private.h"
#include "sync-server/store/blobs.h"
#include "sync-server/store/lists.h"
#include "sync-server/store/rows.h"

#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* ---- reading ---- */

/* What one person may read, while a question about it is answered. */
typedef struct {
  SatchelStore *store;
  const SatchelScope *scope;
  SatchelHoldings *holdings;
} Eyes;

static void
eyes_clear (Eyes *eyes)
{
  g_clear_pointer (&eyes->holdings, satchel_holdings_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Eyes, eyes_clear)

static gboolean
eyes_init (Eyes *eyes, SatchelStore *store, SatchelAccess *access, const char *user, GError **error)
{
  eyes->store = store;
  eyes->scope = satchel_access_get_scope (access, user, NULL, error);
  if (eyes->scope == NULL)
    return FALSE;
  eyes->holdings = satchel_holdings_new (store, eyes->scope->text, error);
  return eyes->holdings != NULL;
}

/* A visitor of uses, too. */
static gboolean
may_read (const SatchelEntity *entity, const char *record, const SatchelField *field, gboolean *may,
          gpointer data, GError **error)
{
  Eyes *eyes = data;
  gint64 row;

  *may = FALSE;
  if (satchel_scope_hides (eyes->scope, field))
    return TRUE;
  if (!satchel_lists_find_readable (eyes->store, entity, record, satchel_holdings_readable_sql,
                                    eyes->holdings, &row, error))
    return FALSE;
  *may = row != 0;
  return TRUE;
}

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such attachment");
  return FALSE;
}

/* The field holds that very file, and the caller may see it. */
static gboolean
check_readable (SatchelReader *reader, const SatchelCaller *caller, const SatchelBlobGet *request,
                GError **error)
{
  SatchelStore *store = reader->store;
  const SatchelEntity *entity = satchel_registry_find (store->registry, request->entity);
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, request->field) : NULL;
  g_autoptr (SatchelRecord) record = NULL;
  g_auto (Eyes) eyes = { 0 };
  const SatchelValue *value;
  const char *hash, *name, *media_type;
  gint64 size;
  gboolean may;

  if (field == NULL || field->type != SATCHEL_TYPE_FILE)
    return fail_not_found (error);
  if (!eyes_init (&eyes, store, reader->access, caller->user, error) ||
      !may_read (entity, request->record, field, &may, &eyes, error))
    return FALSE;
  if (!may)
    return fail_not_found (error);
  if (!satchel_rows_read (store, entity, request->record, &record, error))
    return FALSE;
  value = record != NULL ? satchel_record_get (record, field) : NULL;
  if (value == NULL)
    return fail_not_found (error);
  satchel_value_get_file (value, &hash, &name, &media_type, &size);
  return g_strcmp0 (hash, request->hash) == 0 || fail_not_found (error);
}

GBytes *
satchel_server_get_blob (SatchelServer *server, const SatchelCaller *caller, const SatchelBlobGet *request,
                         GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean readable;

  if (reader == NULL)
    return NULL;
  readable = check_readable (reader, caller, request, error);
  satchel_server_end_read (server, reader);
  return readable ? satchel_blob_read (server->dir, request->hash, request->offset, SATCHEL_BLOB_PIECE_BYTES,
                                       error)
                  : NULL;
}

/* ---- sending ---- */

static gboolean
check_one_quota (SatchelStore *store, const char *user, gint64 size, gint64 quota, const char *message,
                 GError **error)
{
  gint64 bytes;

  if (!satchel_blobs_measure (store, user, &bytes, error))
    return FALSE;
  if (size <= quota - bytes)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_QUOTA, message);
  return FALSE;
}

static gboolean
check_quota (SatchelStore *store, const char *user, gint64 size, GError **error)
{
  gint64 of_user, of_organisation;

  if (!satchel_blobs_read_quota (store, &of_user, &of_organisation, error))
    return FALSE;
  return check_one_quota (store, user, size, of_user > 0 ? of_user : SATCHEL_BLOB_USER_BYTES,
                          "your attachments have reached their quota", error) &&
         check_one_quota (store, NULL, size,
                          of_organisation > 0 ? of_organisation : SATCHEL_BLOB_ORGANISATION_BYTES,
                          "the organisation's attachments have reached their quota", error);
}

static gboolean
begin (SatchelServer *server, const char *user, const SatchelBlobBegin *request, SatchelBlobState *state,
       GError **error)
{
  SatchelStore *store = server->writer;
  SatchelUpload upload;
  gint64 size;
  gboolean known = FALSE;
  g_auto (Eyes) eyes = { 0 };

  if (!satchel_blobs_find_upload (store, user, request->hash, &upload, &size, error) ||
      !eyes_init (&eyes, store, server->access, user, error) ||
      !satchel_blobs_visit_uses (store, request->hash, G_MAXINT64, may_read, &eyes, &known, error))
    return FALSE;
  state->done = known || upload == SATCHEL_UPLOAD_DONE;
  state->have_bytes = request->size_bytes;
  if (state->done)
    return TRUE;
  /* Announced anew with another size: one of the two is wrong, and only the bytes will tell. */
  if ((upload == SATCHEL_UPLOAD_NONE || size != request->size_bytes) &&
      (!check_quota (store, user, request->size_bytes, error) ||
       !satchel_blobs_add_upload (store, user, request->hash, request->size_bytes,
                                  satchel_clock_now_ms (server->clock), error)))
    return FALSE;
  return satchel_blob_part_size (server->dir, user, request->hash, &state->have_bytes, error);
}

gboolean
satchel_server_begin_blob (SatchelServer *server, const SatchelCaller *caller,
                           const SatchelBlobBegin *request, SatchelBlobState *state, GError **error)
{
  return satchel_server_begin_write (server, error) &&
         satchel_server_end_write (server, begin (server, caller->user, request, state, error), error);
}

gboolean
satchel_server_put_blob (SatchelServer *server, const SatchelCaller *caller, const SatchelBlobPiece *piece,
                         SatchelBlobState *state, gboolean *complete, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  SatchelUpload upload;
  gint64 size;
  gboolean found;

  *complete = FALSE;
  if (reader == NULL)
    return FALSE;
  found = satchel_blobs_find_upload (reader->store, caller->user, piece->hash, &upload, &size, error);
  satchel_server_end_read (server, reader);
  if (!found)
    return FALSE;
  if (upload == SATCHEL_UPLOAD_NONE)
    return fail_not_found (error);
  state->have_bytes = size;
  state->done = upload == SATCHEL_UPLOAD_DONE;
  return state->done || satchel_blob_part_write (server->dir, caller->user, piece->hash, size, piece->offset,
                                                 piece->bytes, &state->have_bytes, complete, error);
}

/* The collector, which runs in the writer too, may have taken the file meanwhile: then it is sent once more.
 */
static gboolean
finish (SatchelServer *server, const char *user, const char *hash, GError **error)
{
  if (satchel_blob_exists (server->dir, hash))
    return satchel_blobs_finish_upload (server->writer, user, hash, satchel_clock_now_ms (server->clock),
                                        error);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                       "the attachment was collected meanwhile; send it again");
  return FALSE;
}

gboolean
satchel_server_finish_blob (SatchelServer *server, const SatchelCaller *caller, const char *hash,
                            GError **error)
{
  return satchel_server_begin_write (server, error) &&
         satchel_server_end_write (server, finish (server, caller->user, hash, error), error);
}

/* ---- collecting and checking ---- */

gboolean
satchel_server_collect_blobs (SatchelServer *server, GError **error)
{
  const gint64 now_ms = satchel_clock_now_ms (server->clock);
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  gboolean done;

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  done = satchel_blobs_collect (server->writer, now_ms - SATCHEL_BLOB_KEPT_DAYS * DAY_MS,
                                now_ms - SATCHEL_UPLOAD_KEPT_DAYS * DAY_MS, hashes, parts, error);
  if (!satchel_server_end_write (server, done, error))
    return FALSE;
  /* A crash here leaves files that nothing names; they are found by their names being unknown and cost only
   * room. */
  for (guint i = 0; i < hashes->len; i++) {
    if (!satchel_blob_remove (server->dir, hashes->pdata[i], error))
      return FALSE;
  }
  for (guint i = 0; i < parts->len; i++) {
    if (!satchel_blob_part_remove (server->dir, parts->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_blobs_check (SatchelStore *store, const char *dir, GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) hashes = satchel_blobs_list (store, error);

  if (hashes == NULL)
    return FALSE;
  for (guint i = 0; i < hashes->len; i++) {
    gboolean good;

    if (!satchel_blob_verify (dir, hashes->pdata[i], &good, error))
      return FALSE;
    if (!good)
      g_ptr_array_add (problems,
                       g_strdup_printf ("attachment %s is missing or damaged", (char *)hashes->pdata[i]));
  }
  return TRUE;
}

/* ---- backups ---- */

typedef gboolean (*TransferFunc) (const char *dir, const char *hash, const char *directory, gboolean *found,
                                  GError **error);

static gboolean
transfer_all (SatchelStore *store, const char *dir, const char *file, TransferFunc transfer, GError **error)
{
  g_autofree char *directory = g_strconcat (file, ".blobs", NULL);
  g_autoptr (GPtrArray) hashes = satchel_blobs_list (store, error);

  if (hashes == NULL)
    return FALSE;
  for (guint i = 0; i < hashes->len; i++) {
    gboolean found;

    if (!transfer (dir, hashes->pdata[i], directory, &found, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_blobs_back_up (SatchelStore *store, const char *dir, const char *file, GError **error)
{
  return transfer_all (store, dir, file, satchel_blob_save, error);
}

gboolean
satchel_blobs_restore (SatchelStore *store, const char *dir, const char *file, GError **error)
{
  return transfer_all (store, dir, file, satchel_blob_load, error);
}
