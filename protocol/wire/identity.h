/* The messages with which a cloned or restored device takes a new identity: POST /v1/device, then POST /v1/known.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Answer of /v1/device, whose request is {}. */
typedef struct {
  char *device; /* id */
  char *token;  /* secret; bound to the device */
  gint64 next_number;
} SatchelDeviceAnswer;

void satchel_device_answer_free (SatchelDeviceAnswer *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDeviceAnswer, satchel_device_answer_free)

char                *satchel_device_answer_to_text (const SatchelDeviceAnswer *message);
SatchelDeviceAnswer *satchel_device_answer_from_text (const char *text, gsize length, GError **error);

/* Request {"sets":[…]} and answer {"known":[…]} of /v1/known: UUIDs (char*), at most SATCHEL_MAX_KNOWN_SETS in a request. */
#define SATCHEL_MAX_KNOWN_SETS 10000

char      *satchel_known_to_text (GPtrArray *uuids);
GPtrArray *satchel_known_from_text (const char *text, gsize length, GError **error);
char      *satchel_known_answer_to_text (GPtrArray *uuids);
GPtrArray *satchel_known_answer_from_text (const char *text, gsize length, GError **error);

G_END_DECLS
