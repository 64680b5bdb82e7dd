/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/recall.h"

#include "client/connect.h"
#include "client/online.h"
#include "ui/sync/sync.h"

#define ASKED "satchel-recalled"

typedef struct {
  SatchelDesk *desk;
  SatchelTransport *transport;
} Question;

/* The server keeps it for this device now: the next pull brings it. Else it is gone, or there is no server
 * just now, and the page says so. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  g_autoptr (SatchelOnlinePage) page = satchel_online_finish (result, NULL);

  if (page != NULL && satchel_desk_get_session (question->desk) != NULL)
    satchel_sync_now (satchel_sync_get (question->desk));
  question->transport->free (question->transport);
  g_object_unref (question->desk);
  g_free (question);
}

static void
ask (SatchelDraft *draft)
{
  SatchelSession *session = satchel_desk_get_session (satchel_draft_get_desk (draft));
  SatchelTransport *transport = session != NULL ? satchel_connect (session, NULL) : NULL;
  Question *question;

  if (transport == NULL)
    return;
  question = g_new (Question, 1);
  *question = (Question){ g_object_ref (satchel_draft_get_desk (draft)), transport };
  satchel_online_open (session, transport, satchel_draft_get_entity (draft), satchel_draft_get_id (draft),
                       NULL, answered_cb, question);
}

/* Once each time it goes. */
static void
changed_cb (SatchelDraft *draft, gpointer data)
{
  gboolean gone = satchel_draft_get_state (draft) == SATCHEL_DRAFT_GONE;
  gboolean asked = g_object_get_data (G_OBJECT (draft), ASKED) != NULL;

  if (gone && !asked)
    ask (draft);
  g_object_set_data (G_OBJECT (draft), ASKED, GINT_TO_POINTER (gone));
}

void
satchel_recall_follow (SatchelDraft *draft)
{
  g_signal_connect (draft, "changed", G_CALLBACK (changed_cb), NULL);
}
