/* The elements of forms and processes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"

#define MAX_FORM_COLUMNS 4

static const char *
keep (SatchelMetadataReader *reader, const SatchelTag *tag, const char *attribute)
{
  return satchel_reader_keep_string (reader, satchel_tag_get (tag, attribute));
}

/* ---- drafts ---- */

SatchelFormDraft *
satchel_form_draft_new (const SatchelPlace *place)
{
  SatchelFormDraft *draft = g_new0 (SatchelFormDraft, 1);
  draft->place = *place;
  draft->cell_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->list_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  return draft;
}

void
satchel_form_draft_free (SatchelFormDraft *draft)
{
  g_array_unref (draft->cell_places);
  g_array_unref (draft->list_places);
  g_free (draft);
}

SatchelProcessDraft *
satchel_process_draft_new (const SatchelPlace *place)
{
  SatchelProcessDraft *draft = g_new0 (SatchelProcessDraft, 1);
  draft->place = *place;
  draft->stage_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->criterion_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  return draft;
}

void
satchel_process_draft_free (SatchelProcessDraft *draft)
{
  for (guint i = 0; i < draft->process.n_stages; i++) {
    const SatchelStage *stage = &draft->process.stages[i];
    for (guint j = 0; j < stage->n_criteria; j++)
      satchel_predicate_unref (stage->criteria[j].holds);
  }
  g_array_unref (draft->stage_places);
  g_array_unref (draft->criterion_places);
  g_free (draft);
}

/* ---- forms ---- */

gboolean
satchel_form_open_forms (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  reader->layout_entity = keep (reader, tag, "entity");
  return TRUE;
}

gboolean
satchel_form_open (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelFormDraft *draft = satchel_form_draft_new (&tag->place);
  draft->entity = reader->layout_entity;
  draft->form = (SatchelForm){ .name = keep (reader, tag, "name"), .label = keep (reader, tag, "label") };
  g_ptr_array_add (reader->forms, draft);
  reader->tabs = g_array_new (FALSE, FALSE, sizeof (SatchelFormTab));
  return TRUE;
}

static SatchelFormDraft *
open_form (SatchelMetadataReader *reader)
{
  return g_ptr_array_index (reader->forms, reader->forms->len - 1);
}

gboolean
satchel_form_close (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelFormDraft *draft = open_form (reader);
  draft->form.n_tabs = reader->tabs->len;
  draft->form.tabs = satchel_reader_keep_array (reader, g_steal_pointer (&reader->tabs));
  return TRUE;
}

gboolean
satchel_form_open_tab (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const SatchelFormTab tab = { .name = keep (reader, tag, "name"), .label = keep (reader, tag, "label") };
  g_array_append_val (reader->tabs, tab);
  reader->sections = g_array_new (FALSE, FALSE, sizeof (SatchelFormSection));
  reader->lists = g_array_new (FALSE, FALSE, sizeof (SatchelFormList));
  return TRUE;
}

gboolean
satchel_form_close_tab (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelFormTab *tab = &g_array_index (reader->tabs, SatchelFormTab, reader->tabs->len - 1);
  tab->n_sections = reader->sections->len;
  tab->sections = satchel_reader_keep_array (reader, g_steal_pointer (&reader->sections));
  tab->n_lists = reader->lists->len;
  tab->lists = satchel_reader_keep_array (reader, g_steal_pointer (&reader->lists));
  return TRUE;
}

gboolean
satchel_form_open_section (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelFormSection section = { .name = keep (reader, tag, "name"),
                                 .label = keep (reader, tag, "label"),
                                 .columns = 1 };
  if (!satchel_tag_get_number (tag, "columns", 1, MAX_FORM_COLUMNS, &section.columns, error))
    return FALSE;
  g_array_append_val (reader->sections, section);
  reader->cells = g_array_new (FALSE, FALSE, sizeof (SatchelFormCell));
  return TRUE;
}

gboolean
satchel_form_close_section (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelFormSection *section =
      &g_array_index (reader->sections, SatchelFormSection, reader->sections->len - 1);
  section->n_cells = reader->cells->len;
  section->cells = satchel_reader_keep_array (reader, g_steal_pointer (&reader->cells));
  return TRUE;
}

gboolean
satchel_form_open_cell (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelFormCell cell = { .field = keep (reader, tag, "field"), .span = 1 };
  const SatchelFormSection *section =
      &g_array_index (reader->sections, SatchelFormSection, reader->sections->len - 1);
  if (!satchel_tag_get_number (tag, "span", 1, section->columns, &cell.span, error) ||
      !satchel_tag_get_flag (tag, "read_only", &cell.read_only, error))
    return FALSE;
  g_array_append_val (reader->cells, cell);
  g_array_append_val (open_form (reader)->cell_places, tag->place);
  return TRUE;
}

gboolean
satchel_form_open_list (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const SatchelFormList list = { .entity = keep (reader, tag, "entity"),
                                 .lookup = keep (reader, tag, "lookup"),
                                 .view = keep (reader, tag, "view"),
                                 .label = keep (reader, tag, "label") };
  g_array_append_val (reader->lists, list);
  g_array_append_val (open_form (reader)->list_places, tag->place);
  return TRUE;
}

/* ---- processes ---- */

gboolean
satchel_process_open (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelProcessDraft *draft = satchel_process_draft_new (&tag->place);
  draft->entity = keep (reader, tag, "entity");
  draft->process = (SatchelProcess){ .name = keep (reader, tag, "name"),
                                     .label = keep (reader, tag, "label"),
                                     .field = keep (reader, tag, "field") };
  g_ptr_array_add (reader->processes, draft);
  reader->stages = g_array_new (FALSE, FALSE, sizeof (SatchelStage));
  return TRUE;
}

static SatchelProcessDraft *
open_process (SatchelMetadataReader *reader)
{
  return g_ptr_array_index (reader->processes, reader->processes->len - 1);
}

gboolean
satchel_process_close (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelProcess *process = &open_process (reader)->process;
  process->n_stages = reader->stages->len;
  process->stages = satchel_reader_keep_array (reader, g_steal_pointer (&reader->stages));
  return TRUE;
}

gboolean
satchel_process_open_stage (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const SatchelStage stage = { .key = keep (reader, tag, "key") };
  g_array_append_val (reader->stages, stage);
  g_array_append_val (open_process (reader)->stage_places, tag->place);
  reader->criteria = g_array_new (FALSE, FALSE, sizeof (SatchelCriterion));
  return TRUE;
}

gboolean
satchel_process_close_stage (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelStage *stage = &g_array_index (reader->stages, SatchelStage, reader->stages->len - 1);
  stage->n_criteria = reader->criteria->len;
  stage->criteria = satchel_reader_keep_array (reader, g_steal_pointer (&reader->criteria));
  return TRUE;
}

gboolean
satchel_process_open_criterion (const SatchelTag *tag, gpointer data, GError **error)
{
  static const char *const kinds[] = { [SATCHEL_CRITERION_ENTRY] = "entry",
                                       [SATCHEL_CRITERION_EXIT] = "exit",
                                       [SATCHEL_CRITERION_DOUBT] = "doubt" };
  SatchelMetadataReader *reader = data;
  const char *require = satchel_tag_get (tag, "require");
  guint kind = 0;
  if (!satchel_tag_get_word (tag, "kind", kinds, G_N_ELEMENTS (kinds), &kind, error))
    return FALSE;
  const SatchelCriterion criterion = { .name = keep (reader, tag, "name"),
                                       .kind = kind,
                                       .label = keep (reader, tag, "label"),
                                       .require =
                                           satchel_reader_keep_string (reader, require ? require : "") };
  g_array_append_val (reader->criteria, criterion);
  g_array_append_val (open_process (reader)->criterion_places, tag->place);
  return TRUE;
}

int
satchel_process_find_stage (const SatchelProcess *process, const char *key)
{
  for (guint i = 0; i < process->n_stages; i++) {
    if (g_str_equal (process->stages[i].key, key))
      return (int)i;
  }
  return -1;
}
