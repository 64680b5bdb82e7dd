/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/message.h"

#include <errno.h>
#include <gio/gunixoutputstream.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/evolution/words.h"

#define MOST_ADDRESSES 200 /* that the agent takes */

void
satchel_message_facts_free (SatchelMessageFacts *facts)
{
  if (facts == NULL)
    return;
  g_free (facts->id);
  g_free (facts->in_reply_to);
  g_free (facts->references);
  g_clear_pointer (&facts->addresses, g_ptr_array_unref);
  if (facts->bytes >= 0)
    close (facts->bytes);
  g_free (facts);
}

static void
add_addresses (GPtrArray *into, GHashTable *seen, CamelInternetAddress *from)
{
  int n = from != NULL ? camel_address_length (CAMEL_ADDRESS (from)) : 0;

  for (int i = 0; i < n && into->len < MOST_ADDRESSES; i++) {
    const char *name = NULL, *address = NULL;

    if (!camel_internet_address_get (from, i, &name, &address) || address == NULL || *address == '\0' ||
        !g_hash_table_add (seen, g_ascii_strdown (address, -1)))
      continue;
    g_ptr_array_add (into, name != NULL && *name != '\0' ? g_strdup_printf ("%s <%s>", name, address)
                                                         : g_strdup (address));
  }
}

/* The bus takes UTF-8 alone; a header may be anything. */
static char *
dup_header (CamelMimeMessage *message, const char *name)
{
  const char *value = camel_medium_get_header (CAMEL_MEDIUM (message), name);

  return value != NULL ? g_strstrip (g_utf8_make_valid (value, -1)) : g_strdup ("");
}

SatchelMessageFacts *
satchel_message_read (CamelMimeMessage *message)
{
  SatchelMessageFacts *facts = g_new0 (SatchelMessageFacts, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *id = camel_mime_message_get_message_id (message);

  facts->bytes = -1;
  facts->id = id != NULL ? g_utf8_make_valid (id, -1) : g_strdup ("");
  facts->in_reply_to = dup_header (message, "In-Reply-To");
  facts->references = dup_header (message, "References");
  facts->addresses = g_ptr_array_new_with_free_func (g_free);
  add_addresses (facts->addresses, seen, camel_mime_message_get_from (message));
  facts->has_sender = facts->addresses->len > 0;
  add_addresses (facts->addresses, seen,
                 camel_mime_message_get_recipients (message, CAMEL_RECIPIENT_TYPE_TO));
  add_addresses (facts->addresses, seen,
                 camel_mime_message_get_recipients (message, CAMEL_RECIPIENT_TYPE_CC));
  for (guint i = 0; i < facts->addresses->len; i++) {
    char *address = g_ptr_array_index (facts->addresses, i);

    facts->addresses->pdata[i] = g_utf8_make_valid (address, -1);
    g_free (address);
  }
  return facts;
}

char **
satchel_message_list_references (const SatchelMessageFacts *facts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GSList *ids =
      g_slist_reverse (camel_header_references_decode (facts->references)); /* it tells the last first */

  for (GSList *id = ids; id != NULL; id = id->next)
    g_strv_builder_add (builder, id->data);
  g_slist_free_full (ids, g_free);
  return g_strv_builder_end (builder);
}

/* ---- the bytes ---- */

static int
write_bytes (CamelMimeMessage *message, GCancellable *cancellable, GError **error)
{
  int file = memfd_create ("satchel-message", MFD_CLOEXEC);
  g_autoptr (GOutputStream) stream = NULL;

  if (file < 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return -1;
  }
  stream = g_unix_output_stream_new (file, FALSE);
  if (camel_data_wrapper_write_to_output_stream_sync (CAMEL_DATA_WRAPPER (message), stream, cancellable,
                                                      error) < 0 ||
      !g_output_stream_flush (stream, cancellable, error)) {
    close (file);
    return -1;
  }
  lseek (file, 0, SEEK_SET);
  return file;
}

GUnixFDList *
satchel_message_dup_bytes (const SatchelMessageFacts *facts, GError **error)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();

  lseek (facts->bytes, 0, SEEK_SET); /* it may have been read before, by an agent that then ended */
  return g_unix_fd_list_append (list, facts->bytes, error) < 0 ? NULL : g_steal_pointer (&list);
}

typedef struct {
  CamelFolder *folder;       /* with uid, or */
  CamelMimeMessage *message; /* itself */
  char *uid;
  gboolean with_bytes;
} Wanted;

static void
free_wanted (gpointer data)
{
  Wanted *wanted = data;

  g_clear_object (&wanted->folder);
  g_clear_object (&wanted->message);
  g_free (wanted->uid);
  g_free (wanted);
}

static void
free_facts (gpointer data)
{
  satchel_message_facts_free (data);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Wanted *wanted = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelMessageFacts) facts = NULL;

  if (wanted->message == NULL)
    wanted->message = camel_folder_get_message_sync (wanted->folder, wanted->uid, cancellable, &error);
  if (wanted->message != NULL) {
    facts = satchel_message_read (wanted->message);
    if (wanted->with_bytes)
      facts->bytes = write_bytes (wanted->message, cancellable, &error);
  }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (facts == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("The message is not there any more"));
  else
    g_task_return_pointer (task, g_steal_pointer (&facts), free_facts);
}

static void
start (Wanted *wanted, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);

  g_task_set_task_data (task, wanted, free_wanted);
  g_task_run_in_thread (task, load_in_thread);
}

void
satchel_message_pack (CamelMimeMessage *message, GAsyncReadyCallback done, gpointer data)
{
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->message = g_object_ref (message);
  wanted->with_bytes = TRUE;
  start (wanted, NULL, done, data);
}

void
satchel_message_load (CamelFolder *folder, const char *uid, gboolean with_bytes, GCancellable *cancellable,
                      GAsyncReadyCallback done, gpointer data)
{
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->folder = g_object_ref (folder);
  wanted->uid = g_strdup (uid);
  wanted->with_bytes = with_bytes;
  start (wanted, cancellable, done, data);
}

SatchelMessageFacts *
satchel_message_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
