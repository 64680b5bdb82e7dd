/* The reader: owns what the definitions are made of, and puts the entities together when all files are read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/reader.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/metadata/draft.h"

/* ---- memory ---- */

const char *
satchel_reader_keep_string (SatchelMetadataReader *reader, const char *text)
{
  return text ? g_string_chunk_insert_const (reader->strings, text) : NULL;
}

gpointer
satchel_reader_keep_block (SatchelMetadataReader *reader, gpointer block)
{
  g_ptr_array_add (reader->blocks, block);
  return block;
}

/* Hands the elements of @array over; the array itself is spent. */
gpointer
satchel_reader_keep_array (SatchelMetadataReader *reader, GArray *array)
{
  return satchel_reader_keep_block (reader, g_array_free (array, FALSE));
}

/* The words of @text, kept, NULL-terminated; never NULL itself. */
const char *const *
satchel_reader_keep_words (SatchelMetadataReader *reader, const char *text, guint *n_words)
{
  g_auto (GStrv) words = g_strsplit_set (text ? text : "", " \t\n", -1);
  GPtrArray *kept = g_ptr_array_new ();
  for (guint i = 0; words[i]; i++) {
    if (*words[i])
      g_ptr_array_add (kept, (gpointer)satchel_reader_keep_string (reader, words[i]));
  }
  if (n_words)
    *n_words = kept->len;
  g_ptr_array_add (kept, NULL);
  return satchel_reader_keep_block (reader, g_ptr_array_free (kept, FALSE));
}

SatchelViewDraft *
satchel_view_draft_new (const SatchelPlace *place)
{
  SatchelViewDraft *draft = g_new0 (SatchelViewDraft, 1);
  draft->place = *place;
  draft->column_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  return draft;
}

void
satchel_view_draft_free (SatchelViewDraft *draft)
{
  g_array_unref (draft->column_places);
  g_free (draft);
}

SatchelEntityDraft *
satchel_entity_draft_new (const SatchelPlace *place)
{
  SatchelEntityDraft *draft = g_new0 (SatchelEntityDraft, 1);
  draft->place = *place;
  draft->fields = g_ptr_array_new_with_free_func (g_free);
  draft->transitions = g_array_new (FALSE, FALSE, sizeof (SatchelTransition));
  draft->transition_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->rules = g_array_new (FALSE, FALSE, sizeof (SatchelRule));
  draft->rule_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->closed_states = g_ptr_array_new ();
  draft->closed_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->actions = g_ptr_array_new ();
  draft->action_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->views = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_view_draft_free);
  draft->forms = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_form_draft_free);
  draft->processes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_process_draft_free);
  return draft;
}

void
satchel_entity_draft_free (SatchelEntityDraft *draft)
{
  g_ptr_array_unref (draft->fields);
  g_array_unref (draft->transitions);
  g_array_unref (draft->transition_places);
  for (guint i = 0; i < draft->rules->len; i++) {
    satchel_predicate_unref (g_array_index (draft->rules, SatchelRule, i).applies);
    satchel_predicate_unref (g_array_index (draft->rules, SatchelRule, i).holds);
  }
  g_array_unref (draft->rules);
  g_array_unref (draft->rule_places);
  g_ptr_array_unref (draft->closed_states);
  g_array_unref (draft->closed_places);
  g_ptr_array_unref (draft->actions);
  g_array_unref (draft->action_places);
  g_ptr_array_unref (draft->views);
  g_ptr_array_unref (draft->forms);
  g_ptr_array_unref (draft->processes);
  g_clear_pointer (&draft->entity.by_name, g_hash_table_unref);
  g_free (draft);
}

static void
source_free (SatchelSource *source)
{
  g_free ((char *)source->name);
  g_free ((char *)source->text);
  g_free (source);
}

/* ---- the reader ---- */

SatchelMetadataReader *
satchel_metadata_reader_new (void)
{
  SatchelMetadataReader *reader = g_new0 (SatchelMetadataReader, 1);
  reader->strings = g_string_chunk_new (16 * 1024);
  reader->blocks = g_ptr_array_new_with_free_func (g_free);
  reader->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)source_free);
  reader->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_entity_draft_free);
  reader->views = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_view_draft_free);
  reader->forms = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_form_draft_free);
  reader->processes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_process_draft_free);
  reader->dashboards = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_dashboard_draft_free);
  reader->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  reader->root = satchel_markup_new (&satchel_metadata_elements[0], &(SatchelPlace){ NULL, 0 });
  satchel_markup_set (reader->root, "version", SATCHEL_METADATA_VERSION);
  return reader;
}

void
satchel_metadata_reader_free (SatchelMetadataReader *reader)
{
  g_clear_pointer (&reader->choices, g_array_unref);
  GArray **open[] = { &reader->columns, &reader->tabs,   &reader->sections, &reader->lists,
                      &reader->cells,   &reader->stages, &reader->criteria, &reader->charts };
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    g_clear_pointer (open[i], g_array_unref);
  g_ptr_array_unref (reader->forms);
  g_ptr_array_unref (reader->processes);
  g_ptr_array_unref (reader->dashboards);
  satchel_markup_free (reader->root);
  g_hash_table_unref (reader->by_name);
  g_ptr_array_unref (reader->views);
  g_ptr_array_unref (reader->drafts);
  g_ptr_array_unref (reader->sources);
  g_ptr_array_unref (reader->blocks);
  g_string_chunk_free (reader->strings);
  g_free (reader->entities);
  g_free (reader);
}

SatchelMarkup *
satchel_metadata_reader_parse (SatchelMetadataReader *reader, const char *name, const char *text,
                               gssize length, GError **error)
{
  g_return_val_if_fail (!reader->entities, NULL);
  gsize size = length < 0 ? strlen (text) : (gsize)length;
  if (size > SATCHEL_MAX_METADATA_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "%s: more than %d bytes", name,
                 SATCHEL_MAX_METADATA_BYTES);
    return NULL;
  }
  if (memchr (text, '\0', size)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s:1:1: the file holds a NUL byte", name);
    return NULL;
  }
  SatchelSource *source = g_new (SatchelSource, 1);
  source->name = g_strdup (name);
  source->text = g_strndup (text, size);
  g_ptr_array_add (reader->sources, source);

  SatchelMarkup *markup = satchel_markup_parse (source, satchel_metadata_elements, error);
  if (!markup || satchel_markup_get_element (markup) == &satchel_metadata_elements[0])
    return markup;
  SatchelMarkup *root =
      satchel_markup_new (&satchel_metadata_elements[0], &(SatchelPlace){ .source = source, .offset = 0 });
  satchel_markup_take (root, markup);
  return root;
}

gboolean
satchel_metadata_reader_add (SatchelMetadataReader *reader, const char *name, const char *text, gssize length,
                             GError **error)
{
  g_autoptr (SatchelMarkup) document = satchel_metadata_reader_parse (reader, name, text, length, error);
  if (!document)
    return FALSE;
  satchel_markup_append (reader->root, document);
  return TRUE;
}

gboolean
satchel_metadata_reader_amend (SatchelMetadataReader *reader, const char *name, const char *text,
                               gssize length, GError **error)
{
  g_autoptr (SatchelMarkup) document = satchel_metadata_reader_parse (reader, name, text, length, error);
  return document && satchel_markup_merge (reader->root, document, error);
}

char *
satchel_metadata_reader_print (SatchelMetadataReader *reader)
{
  return satchel_markup_print (reader->root);
}

/* ---- putting the entities together ---- */

/* What the server writes into every record; "unit" only where a user owns it. A user or unit that records
 * name cannot be deleted, only disabled. */
static const struct {
  const char *name;
  const char *label;
  SatchelType type;
  const char *target;
  gboolean with_owner;
} system_fields[] = {
  { "unit", N_ ("Business Unit"), SATCHEL_TYPE_LOOKUP, "business_unit", TRUE },
  { "created_at", N_ ("Created On"), SATCHEL_TYPE_DATETIME, NULL, FALSE },
  { "created_by", N_ ("Created By"), SATCHEL_TYPE_LOOKUP, "user", FALSE },
  { "modified_at", N_ ("Modified On"), SATCHEL_TYPE_DATETIME, NULL, FALSE },
  { "modified_by", N_ ("Modified By"), SATCHEL_TYPE_LOOKUP, "user", FALSE },
};

static gboolean
add_system_fields (SatchelMetadataReader *reader, SatchelEntityDraft *draft, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (system_fields); i++) {
    if (system_fields[i].with_owner && draft->entity.ownership != SATCHEL_OWNERSHIP_USER)
      continue;
    for (guint j = 0; j < draft->fields->len; j++) {
      const SatchelFieldDraft *other = g_ptr_array_index (draft->fields, j);
      if (g_str_equal (other->field.name, system_fields[i].name))
        return satchel_place_fail (&other->place, "name", error,
                                   "field “%s” is added to the entity by the system", other->field.name);
    }
    SatchelFieldDraft *field_draft = g_new0 (SatchelFieldDraft, 1);
    field_draft->place = draft->place;
    field_draft->field = (SatchelField){ .name = system_fields[i].name,
                                         .label = system_fields[i].label,
                                         .type = system_fields[i].type,
                                         .aliases = satchel_reader_keep_words (reader, NULL, NULL),
                                         .origin = SATCHEL_ORIGIN_SYSTEM,
                                         .policy = SATCHEL_POLICY_LAST,
                                         .max_chars = SATCHEL_MAX_STRING_CHARS,
                                         .on_delete = SATCHEL_ON_DELETE_RESTRICT };
    field_draft->field.targets =
        satchel_reader_keep_words (reader, system_fields[i].target, &field_draft->field.n_targets);
    g_ptr_array_add (draft->fields, field_draft);
  }
  return TRUE;
}

/* Moves each view to its entity. */
static gboolean
file_views (SatchelMetadataReader *reader, GError **error)
{
  while (reader->views->len > 0) {
    SatchelViewDraft *view = g_ptr_array_index (reader->views, 0);
    SatchelEntityDraft *draft = g_hash_table_lookup (reader->by_name, view->entity);
    if (!draft)
      return satchel_place_fail (&view->place, NULL, error,
                                 "view “%s” is for an entity “%s” that is not declared", view->view.name,
                                 view->entity);
    for (guint i = 0; i < draft->views->len; i++) {
      const SatchelViewDraft *other = g_ptr_array_index (draft->views, i);
      if (g_str_equal (other->view.name, view->view.name))
        return satchel_place_fail (&view->place, "name", error, "view “%s” is declared twice",
                                   view->view.name);
      if (other->view.is_default && view->view.is_default)
        return satchel_place_fail (&view->place, "default", error, "“%s” is the default view already",
                                   other->view.name);
    }
    if (view->retired)
      g_ptr_array_remove_index (reader->views, 0);
    else
      g_ptr_array_insert (draft->views, view->view.is_default ? 0 : -1,
                          g_ptr_array_steal_index (reader->views, 0));
  }
  return TRUE;
}

/* Moves each form to its entity. */
static gboolean
file_forms (SatchelMetadataReader *reader, GError **error)
{
  while (reader->forms->len > 0) {
    SatchelFormDraft *form = g_ptr_array_index (reader->forms, 0);
    SatchelEntityDraft *draft = g_hash_table_lookup (reader->by_name, form->entity);
    if (!draft)
      return satchel_place_fail (&form->place, NULL, error,
                                 "form “%s” is for an entity “%s” that is not declared", form->form.name,
                                 form->entity);
    for (guint i = 0; i < draft->forms->len; i++) {
      if (g_str_equal (((SatchelFormDraft *)draft->forms->pdata[i])->form.name, form->form.name))
        return satchel_place_fail (&form->place, "name", error, "form “%s” is declared twice",
                                   form->form.name);
    }
    g_ptr_array_add (draft->forms, g_ptr_array_steal_index (reader->forms, 0));
  }
  return TRUE;
}

static gboolean
file_processes (SatchelMetadataReader *reader, GError **error)
{
  while (reader->processes->len > 0) {
    SatchelProcessDraft *process = g_ptr_array_index (reader->processes, 0);
    SatchelEntityDraft *draft = g_hash_table_lookup (reader->by_name, process->entity);
    if (!draft)
      return satchel_place_fail (&process->place, "entity", error,
                                 "process “%s” is for an entity “%s” that is not declared",
                                 process->process.name, process->entity);
    for (guint i = 0; i < draft->processes->len; i++) {
      if (g_str_equal (((SatchelProcessDraft *)draft->processes->pdata[i])->process.name,
                       process->process.name))
        return satchel_place_fail (&process->place, "name", error, "process “%s” is declared twice",
                                   process->process.name);
    }
    g_ptr_array_add (draft->processes, g_ptr_array_steal_index (reader->processes, 0));
  }
  return TRUE;
}

static const char *
intern_quoted (const char *prefix, const char *name)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s%s\"", prefix, name);

  g_assert (strchr (name, '"') == NULL);
  return g_intern_string (quoted);
}

/* The title and the state field are found by check.c, which can say what is wrong with them. */
static void
assemble (SatchelMetadataReader *reader, SatchelEntityDraft *draft)
{
  SatchelEntity *entity = &draft->entity;
  const SatchelField **fields =
      satchel_reader_keep_block (reader, g_new (const SatchelField *, draft->fields->len));
  for (guint i = 0; i < draft->fields->len; i++) {
    SatchelFieldDraft *field = g_ptr_array_index (draft->fields, i);
    field->field.index = i;
    field->field.column = intern_quoted ("f_", field->field.name);
    fields[i] = &field->field;
  }
  entity->table = intern_quoted ("e_", entity->name);
  entity->fields = fields;
  entity->n_fields = draft->fields->len;
  entity->by_name = satchel_entity_index_fields (fields, entity->n_fields);
  entity->title = satchel_entity_find_field (entity, draft->title_name);
  if (draft->once_name)
    entity->once = satchel_entity_find_field (entity, draft->once_name);
  const SatchelField **proof =
      satchel_reader_keep_block (reader, g_new0 (const SatchelField *, entity->n_proof + 1));
  for (guint i = 0; i < entity->n_proof; i++)
    proof[i] = satchel_entity_find_field (entity, draft->proof_names[i]);
  entity->proof = proof;
  if (draft->state_name)
    entity->state_field = satchel_entity_find_field (entity, draft->state_name);
  entity->transitions = (const SatchelTransition *)draft->transitions->data;
  entity->n_transitions = draft->transitions->len;
  entity->rules = (const SatchelRule *)draft->rules->data;
  entity->n_rules = draft->rules->len;
  g_ptr_array_add (draft->closed_states, NULL);
  entity->closed_states = (const char *const *)draft->closed_states->pdata;
  g_ptr_array_add (draft->actions, NULL);
  entity->actions = (const char *const *)draft->actions->pdata;

  SatchelView *views = satchel_reader_keep_block (reader, g_new (SatchelView, draft->views->len));
  for (guint i = 0; i < draft->views->len; i++)
    views[i] = ((const SatchelViewDraft *)g_ptr_array_index (draft->views, i))->view;
  entity->views = views;
  entity->n_views = draft->views->len;
  const SatchelForm **forms =
      satchel_reader_keep_block (reader, g_new (const SatchelForm *, draft->forms->len));
  for (guint i = 0; i < draft->forms->len; i++)
    forms[i] = &((const SatchelFormDraft *)g_ptr_array_index (draft->forms, i))->form;
  entity->forms = forms;
  entity->n_forms = draft->forms->len;
  const SatchelProcess **processes =
      satchel_reader_keep_block (reader, g_new (const SatchelProcess *, draft->processes->len));
  for (guint i = 0; i < draft->processes->len; i++)
    processes[i] = &((const SatchelProcessDraft *)g_ptr_array_index (draft->processes, i))->process;
  entity->processes = processes;
  entity->n_processes = draft->processes->len;
}

static int
compare_drafts (gconstpointer a, gconstpointer b)
{
  const SatchelEntityDraft *const *one = a, *const *other = b;
  return strcmp ((*one)->entity.name, (*other)->entity.name);
}

const SatchelEntity *const *
satchel_metadata_reader_finish (SatchelMetadataReader *reader, guint *n_entities, GError **error)
{
  g_return_val_if_fail (!reader->entities, NULL);
  if (!satchel_markup_run (reader->root, reader, error))
    return NULL;
  g_ptr_array_sort (reader->drafts, compare_drafts);
  if (!file_views (reader, error) || !file_forms (reader, error) || !file_processes (reader, error))
    return NULL;
  for (guint i = 0; i < reader->drafts->len; i++) {
    SatchelEntityDraft *draft = g_ptr_array_index (reader->drafts, i);
    if (!add_system_fields (reader, draft, error))
      return NULL;
    assemble (reader, draft);
  }
  if (!satchel_drafts_check (reader->drafts, reader->by_name, error) ||
      !satchel_drafts_check_layout (reader->drafts, reader->by_name, error) ||
      !satchel_drafts_hide_retired (reader->drafts, reader->by_name, error) ||
      !satchel_drafts_check_dashboards (reader->dashboards, reader->by_name, error))
    return NULL;

  reader->entities = g_new (const SatchelEntity *, reader->drafts->len + 1);
  for (guint i = 0; i < reader->drafts->len; i++)
    reader->entities[i] = &((const SatchelEntityDraft *)g_ptr_array_index (reader->drafts, i))->entity;
  reader->entities[reader->drafts->len] = NULL;
  *n_entities = reader->drafts->len;
  return reader->entities;
}

gboolean
satchel_metadata_reader_check_predicates (SatchelMetadataReader *reader, SatchelRegistry *registry,
                                          GError **error)
{
  return satchel_drafts_check_predicates (reader->drafts, registry, error) &&
         satchel_drafts_check_chart_conditions (reader->dashboards, registry, error);
}

const SatchelDashboard *
satchel_metadata_reader_get_dashboard (SatchelMetadataReader *reader, guint index)
{
  return index < reader->dashboards->len
             ? &((const SatchelDashboardDraft *)reader->dashboards->pdata[index])->dashboard
             : NULL;
}

const SatchelPlace *
satchel_metadata_reader_find_place (SatchelMetadataReader *reader, const SatchelEntity *entity,
                                    const SatchelField *field)
{
  const SatchelEntityDraft *draft = g_hash_table_lookup (reader->by_name, entity->name);
  return field ? &((const SatchelFieldDraft *)g_ptr_array_index (draft->fields, field->index))->place
               : &draft->place;
}
