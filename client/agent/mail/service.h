/* org.satchelcrm.Satchel.Mail1 on the bus: whoever calls is answered by the clerk of the profile that she names.
 *
 * The agent's main loop only hands on. There is no clerk, no thread and no session before somebody calls, and no session after the last
 * caller of a profile has left the bus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/session.h"

G_BEGIN_DECLS

typedef struct _SatchelMailService SatchelMailService;

/* Of the profiles below @data_dir. Pointers but @data_dir are borrowed. */
SatchelMailService *satchel_mail_service_new (const char *data_dir, SatchelRegistry *registry, const SatchelClock *clock);
/* Whoever waits is told CANCELLED; what is under way is waited for. */
void                satchel_mail_service_free (SatchelMailService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMailService, satchel_mail_service_free)

/* A new connection; away from the old one. @bus NULL: there is none. */
void satchel_mail_service_set_bus (SatchelMailService *service, GDBusConnection *bus);

/* As a keeper tells it (keeper.h): what is shown of these records is different. */
void satchel_mail_service_tell_changed (SatchelMailService *service, const char *profile, GHashTable *records);
/* The profile is about to be erased, or gone: its file is let go. */
void satchel_mail_service_let_go (SatchelMailService *service, const char *profile);

G_END_DECLS
