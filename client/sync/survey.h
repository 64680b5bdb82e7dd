/* A look at every row of a replica for its checksums, in slices of some milliseconds between whatever else the thread does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/sums.h"

G_BEGIN_DECLS

/* Rows looked at without a pause: some 5 ms. */
#define SATCHEL_SURVEY_SLICE_ROWS 2000

typedef struct _SatchelSurvey SatchelSurvey;

/* Called for each entity, in order; takes @leaves (sums.h). */
typedef void (*SatchelSurveyFunc) (const SatchelEntity *entity, guint64 *leaves, gpointer data);
/* Called once, from the thread-default main context; may free the survey. */
typedef void (*SatchelSurveyDoneFunc) (const GError *error, gpointer data);

/* @replica and @registry are borrowed. */
SatchelSurvey *satchel_survey_new (SatchelReplica *replica, SatchelRegistry *registry, SatchelSurveyFunc visit,
                                   SatchelSurveyDoneFunc done, gpointer data);
void           satchel_survey_free (SatchelSurvey *survey); /* stops it; NULL-safe */
/* The first slice, here and now. *finished: that was all, and the done function is not called. */
gboolean satchel_survey_begin (SatchelSurvey *survey, gboolean *finished, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
