/* Questions asked online, and what the oracle says to the answers. @text, @lines NULL: the server refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/blob.h"
#include "sync-server/scope/preview.h"
#include "tests/simulation/world.h"

G_BEGIN_DECLS

void sim_question_list (SimDevice *device, const SatchelCaller *caller, const SatchelListRequest *request, const GByteArray *lines,
                        const GError *error);
void sim_question_record (SimDevice *device, const SatchelCaller *caller, const SatchelRecordRequest *request,
                          const GByteArray *lines, const GError *error);
void sim_question_history (SimDevice *device, const SatchelCaller *caller, const char *entity, const char *record, const char *text);
void sim_question_why (SimDevice *device, const SatchelCaller *caller, const char *entity, const char *record, const char *text);
void sim_question_preview (SimDevice *device, const SatchelCaller *caller, const SatchelPreviewRequest *request, const char *text);
void sim_question_blob (SimDevice *device, const SatchelCaller *caller, const SatchelBlobGet *request, GBytes *bytes);

G_END_DECLS
