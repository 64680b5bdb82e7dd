/* The other programs' end of the agent's D-Bus interface. Nobody needs the agent: where none runs, or it leaves, a program syncs by
 * itself, and the profile's lock keeps the two apart.
 *
 * Callbacks come in the thread-default main context of the thread that found the agent; they may not free the link.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/driver.h"

G_BEGIN_DECLS

typedef struct _SatchelAgentLink SatchelAgentLink;

/* The agent that looks after the profiles below @data_dir (NULL: $XDG_DATA_HOME/satchel); NULL when none runs: none is started. */
SatchelAgentLink *satchel_agent_link_find (const char *data_dir);
void              satchel_agent_link_free (SatchelAgentLink *link); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelAgentLink, satchel_agent_link_free)

/* What is told of one profile. Any of them may be NULL. The interface's description (data/dbus) says what it means. */
typedef struct {
  void (*progress) (const char *state, gint64 waiting, const SatchelSyncTotals *moved, gpointer data);
  void (*rested) (const char *state, const GError *error, const SatchelSyncTotals *moved, gpointer data);
  void (*changed) (GVariant *records, gpointer data); /* a{sas} */
  /* Something needs a person that did not before. */
  void (*attention) (const char *code, const char *reason, gpointer data);
  void (*gone) (gpointer data);                       /* the agent has left */
} SatchelAgentEvents;

/* Once per link. */
void satchel_agent_link_listen (SatchelAgentLink *link, const char *profile, const SatchelAgentEvents *events, gpointer data);

/* How it stands: @state as in the interface, @code (NULL: nothing is wrong), @reason (likewise). @done is called once, unless the link
 * is freed before; @state NULL: the agent could not tell. */
typedef void (*SatchelAgentStatus) (const char *state, const char *code, const char *reason, gboolean listening, gpointer data);
void satchel_agent_link_get_status (SatchelAgentLink *link, const char *profile, SatchelAgentStatus done, gpointer data);

/* Syncs, however long it takes; @done is called once, unless the link is freed before. An agent that leaves meanwhile: UNREACHABLE
 * with *left. */
typedef void (*SatchelAgentDone) (const GError *error, const SatchelSyncTotals *moved, gboolean left, gpointer data);
void satchel_agent_link_sync (SatchelAgentLink *link, const char *profile, SatchelAgentDone done, gpointer data);

G_END_DECLS
