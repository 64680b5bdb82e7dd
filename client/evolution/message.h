/* A message as the agent needs it: what its header says of whom it belongs to, and its bytes in a file without a name.
 * Read in a thread: it may have to come from a server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <camel/camel.h>
#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

typedef struct {
  char *id;             /* Message-ID without brackets; "" where it has none */
  char *in_reply_to;    /* likewise */
  char *references;     /* the header, or "" */
  GPtrArray *addresses; /* "Name <address>": the sender's first, then whom it went to, each once */
  gboolean has_sender;  /* else the first of them is whom it went to */
  int bytes;            /* descriptor, -1: not asked for */
} SatchelMessageFacts;

void satchel_message_facts_free (SatchelMessageFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMessageFacts, satchel_message_facts_free)

/* What the header says; quick. */
SatchelMessageFacts *satchel_message_read (CamelMimeMessage *message);

/* With its bytes. */
void                 satchel_message_pack (CamelMimeMessage *message, GAsyncReadyCallback done, gpointer data);
void                 satchel_message_load (CamelFolder *folder, const char *uid, gboolean with_bytes, GCancellable *cancellable,
                                           GAsyncReadyCallback done, gpointer data);
SatchelMessageFacts *satchel_message_finish (GAsyncResult *result, GError **error);

/* The ids of its header References, as a call takes them. Owned. */
char **satchel_message_list_references (const SatchelMessageFacts *facts);

/* The bytes as a call takes them: the handle is 0. Owned; NULL where they cannot be given. */
GUnixFDList *satchel_message_dup_bytes (const SatchelMessageFacts *facts, GError **error);

G_END_DECLS
