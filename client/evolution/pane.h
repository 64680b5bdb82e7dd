/* Beside a message: whether it is tracked and what it is about, who its people are, their open opportunities and what happened last.
 * A column of widgets that asks the agent and shows what comes; what it cannot do itself it leaves to its owner.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <e-util/e-util.h>

#include "client/evolution/message.h"

G_BEGIN_DECLS

typedef struct _SatchelPane SatchelPane;

typedef struct {
  void (*track) (gpointer data);
  void (*set_regarding) (gpointer data);
  void (*untrack) (gpointer data);
  void (*told) (gboolean tracked, gpointer data); /* the agent said so of the message that is shown */
  void (*resized) (int width, gpointer data);
} SatchelPaneOwner;

/* Freed with its widget. @sink: where its own deeds are told. */
SatchelPane *satchel_pane_new (EAlertSink *sink, const SatchelPaneOwner *owner, gpointer data);

/* Puts it beside the text of a preview (pane-place.h). Once, first. */
void satchel_pane_attach (SatchelPane *pane, GtkWidget *preview, int width);
void satchel_pane_set_shown (SatchelPane *pane, gboolean shown);

/* What is shown; NULL: no message. Copied. @people: whose records are looked for, of char. */
void satchel_pane_show (SatchelPane *pane, const char *message_id, const GPtrArray *people);

G_END_DECLS
