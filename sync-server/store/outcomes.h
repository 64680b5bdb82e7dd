/* What became of change sets, and what the parked ones wrote.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/message.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

#define SATCHEL_SET_HASH_BYTES 32

typedef struct {
  SatchelOutcome outcome;
  char *device;
  guint8 hash[SATCHEL_SET_HASH_BYTES];
} SatchelStoredOutcome;
void satchel_stored_outcome_free (SatchelStoredOutcome *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelStoredOutcome, satchel_stored_outcome_free)

/* *stored NULL when the UUID is new. */
gboolean satchel_outcomes_read (SatchelStore *store, const char *uuid, SatchelStoredOutcome **stored, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_outcomes_write (SatchelStore *store, const SatchelOutcome *outcome, const char *device,
                                 const guint8 *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reasons of the device's parked sets numbered above @from up to @to are forgotten; code and s stay for ever. */
gboolean satchel_outcomes_forget_reasons (SatchelStore *store, const char *device, gint64 from, gint64 to,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Parked writes. @field "": the set creates the record. */
gboolean satchel_parked_add (SatchelStore *store, const char *device, const char *uuid, const char *entity,
                             const char *record, const char *field, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_parked_release (SatchelStore *store, const char *device, const char *uuid, GError **error) G_GNUC_WARN_UNUSED_RESULT;
typedef void (*SatchelParkedFunc) (const char *entity, const char *record, const char *field, gpointer data);
gboolean satchel_parked_visit (SatchelStore *store, const char *device, SatchelParkedFunc visit, gpointer data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
