/* The agent, as it is seen from inside Evolution: by D-Bus alone, and never waited for. One for the whole program.
 *
 * It is not started by looking at it: somebody who has switched it off is asked first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whose calls client/satchel-mail-bus.h has, which is made of the description. */
typedef struct _SatchelBusMail1 SatchelBusMail1;

/* The profile that is asked for: the only one, or the one that is called "default". */
#define SATCHEL_PROFILE ""

#define SATCHEL_TYPE_AGENT_PROXY (satchel_agent_proxy_get_type ())
G_DECLARE_FINAL_TYPE (SatchelAgentProxy, satchel_agent_proxy, SATCHEL, AGENT_PROXY, GObject)

/* Signals, in the main loop:
 *   "changed"            it came or went
 *   "messages-changed"   (GStrv of Message-IDs without brackets; empty: any) what State tells of them may be different
 *   "items-changed"      (GStrv of UIDs; empty: any) likewise of ItemState */
SatchelAgentProxy *satchel_agent_proxy_get (void); /* borrowed */

/* NULL, and @error says so, while no agent runs. Borrowed. */
SatchelBusMail1 *satchel_agent_proxy_peek (SatchelAgentProxy *self, GError **error);

/* Asks the session bus for it, and runs the program itself where that does not know it. @done is called once. */
typedef void (*SatchelAgentStarted) (const GError *error, gpointer data);
void satchel_agent_proxy_start (SatchelAgentProxy *self, SatchelAgentStarted done, gpointer data);

/* Says itself what the agent may tell later: what was just done here is shown at once. */
void satchel_agent_proxy_announce (SatchelAgentProxy *self, const char *signal, const GPtrArray *ids);

/* What an error of a call means. */
gboolean    satchel_agent_is_away (const GError *error);
gboolean    satchel_agent_error_is (const GError *error, const char *name); /* "NotFound" */
const char *satchel_agent_get_words (GError *error);                        /* for people; strips it */

G_END_DECLS
