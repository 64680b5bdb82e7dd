/* One entity after the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/survey.h"

struct _SatchelSurvey {
  SatchelReplica *replica;
  const SatchelEntity *const *entities;
  guint n_entities, next;
  SatchelSumWalk *walk; /* over the next one; NULL: not begun */
  GSource *slice;       /* goes on */
  SatchelSurveyFunc visit;
  SatchelSurveyDoneFunc done;
  gpointer data;
};

SatchelSurvey *
satchel_survey_new (SatchelReplica *replica, SatchelRegistry *registry, SatchelSurveyFunc visit,
                    SatchelSurveyDoneFunc done, gpointer data)
{
  SatchelSurvey *survey = g_new0 (SatchelSurvey, 1);

  survey->replica = replica;
  survey->entities = satchel_registry_get_entities (registry, &survey->n_entities);
  survey->visit = visit;
  survey->done = done;
  survey->data = data;
  return survey;
}

static void
stop (SatchelSurvey *survey)
{
  if (survey->slice == NULL)
    return;
  g_source_destroy (survey->slice);
  g_clear_pointer (&survey->slice, g_source_unref);
}

void
satchel_survey_free (SatchelSurvey *survey)
{
  if (survey == NULL)
    return;
  stop (survey);
  satchel_sum_walk_free (survey->walk);
  g_free (survey);
}

/* *finished FALSE: there is more. */
static gboolean
look (SatchelSurvey *survey, gboolean *finished, GError **error)
{
  guint budget = SATCHEL_SURVEY_SLICE_ROWS;

  *finished = FALSE;
  for (; survey->next < survey->n_entities; survey->next++) {
    const SatchelEntity *entity = survey->entities[survey->next];
    gboolean walked;

    if (survey->walk == NULL)
      survey->walk = satchel_sum_walk_new (survey->replica, entity);
    if (!satchel_sum_walk_step (survey->walk, &budget, &walked, error))
      return FALSE;
    if (!walked)
      return TRUE;
    survey->visit (entity, satchel_sum_walk_steal (survey->walk), survey->data);
    g_clear_pointer (&survey->walk, satchel_sum_walk_free);
  }
  *finished = TRUE;
  return TRUE;
}

static gboolean
slice_cb (gpointer data)
{
  SatchelSurvey *survey = data;
  g_autoptr (GError) error = NULL;
  gboolean finished;

  if (look (survey, &finished, &error) && !finished)
    return G_SOURCE_CONTINUE;
  stop (survey);
  survey->done (error, survey->data);
  return G_SOURCE_REMOVE;
}

gboolean
satchel_survey_begin (SatchelSurvey *survey, gboolean *finished, GError **error)
{
  if (!look (survey, finished, error))
    return FALSE;
  if (!*finished) {
    survey->slice = g_idle_source_new ();
    g_source_set_callback (survey->slice, slice_cb, survey, NULL);
    g_source_attach (survey->slice, g_main_context_get_thread_default ());
  }
  return TRUE;
}
