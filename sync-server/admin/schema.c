/* satchel-server schema: the organisation's own definitions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/commands.h"
#include "sync-server/admin/listing.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/admin/schema-input.h"
#include "sync-server/customising.h"

static gboolean
customise (const SatchelArguments *arguments, SatchelCustomisingMode mode, gint64 *version, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  g_auto (SatchelSchemaInput) input = { 0 };
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  for (guint i = 0; i < satchel_arguments_count (arguments); i++)
    g_ptr_array_add (files, (gpointer)satchel_arguments_get (arguments, i));
  g_ptr_array_add (files, NULL);
  return satchel_schema_input_read ((const char *const *)files->pdata, &input, error) &&
         satchel_organisation_open_named (arguments, &organisation, error) &&
         satchel_server_customise (organisation.server, input.documents, input.n_documents, mode, version,
                                   error);
}

gboolean
satchel_command_schema_apply (const SatchelArguments *arguments, GError **error)
{
  gint64 version;

  if (!customise (arguments, SATCHEL_CUSTOMISING_APPLY, &version, error))
    return FALSE;
  g_print ("version %" G_GINT64_FORMAT " of the definitions holds; devices follow at their next sync\n",
           version);
  return TRUE;
}

gboolean
satchel_command_schema_check (const SatchelArguments *arguments, GError **error)
{
  gint64 version;

  if (!customise (arguments, SATCHEL_CUSTOMISING_CHECK, &version, error))
    return FALSE;
  g_print ("the definitions could be applied\n");
  return TRUE;
}

gboolean
satchel_command_schema_export (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  g_autofree char *text = NULL;

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  text = satchel_arguments_has (arguments, "all")
             ? satchel_server_export_definitions (organisation.server, error)
             : satchel_server_export_customising (organisation.server, error);
  if (text == NULL)
    return FALSE;
  g_print ("%s", text);
  return TRUE;
}

/* ---- show ---- */

static const char *
state_of (gboolean is_new, gboolean retired, gboolean changed)
{
  return retired ? "retired" : is_new ? "added" : changed ? "changed" : NULL;
}

static void
add_line (SatchelListing *listing, const char *entity, const char *field, const char *label,
          const char *const *aliases, const char *type, const char *state)
{
  satchel_listing_add_text (listing, entity);
  satchel_listing_add_text (listing, field);
  satchel_listing_add_text (listing, label);
  satchel_listing_add_list (listing, (char *const *)aliases);
  satchel_listing_add_text (listing, type);
  satchel_listing_add_text (listing, state);
}

static gboolean
has_changed_choices (const SatchelField *base, const SatchelField *field)
{
  gboolean changed = base->n_choices != field->n_choices;

  for (guint i = 0; i < field->n_choices && !changed; i++)
    changed = !g_str_equal (base->choices[i].key, field->choices[i].key) ||
              !g_str_equal (base->choices[i].label, field->choices[i].label) ||
              base->choices[i].retired != field->choices[i].retired;
  return changed;
}

static gboolean
has_changed (const SatchelField *base, const SatchelField *field)
{
  return !g_str_equal (base->label, field->label) || !g_strv_equal (base->aliases, field->aliases) ||
         base->max_chars != field->max_chars || base->requirement != field->requirement ||
         base->search != field->search || base->format != field->format ||
         base->has_minimum != field->has_minimum || base->minimum != field->minimum ||
         base->has_maximum != field->has_maximum || base->maximum != field->maximum ||
         base->open != field->open || base->n_targets != field->n_targets ||
         g_strcmp0 (base->default_text, field->default_text) != 0 || has_changed_choices (base, field);
}

static void
list_entity (SatchelListing *listing, const SatchelEntity *base, const SatchelEntity *entity)
{
  const gboolean renamed = base != NULL && (!g_str_equal (base->label, entity->label) ||
                                            !g_strv_equal (base->aliases, entity->aliases));
  const char *state = state_of (base == NULL, entity->retired, renamed);

  if (state != NULL)
    add_line (listing, entity->name, NULL, entity->label, entity->aliases, NULL, state);
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const SatchelField *before = base != NULL ? satchel_entity_find_field (base, field->name) : NULL;

    if (field->origin == SATCHEL_ORIGIN_SYSTEM)
      continue;
    state = state_of (before == NULL, field->retired, before != NULL && has_changed (before, field));
    if (state != NULL)
      add_line (listing, entity->name, field->name, field->label, field->aliases,
                satchel_type_name (field->type), state);
  }
}

gboolean
satchel_command_schema_show (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "entity", "field", "label", "aliases", "type", "state", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };
  const SatchelListingForm form =
      satchel_arguments_has (arguments, "json") ? SATCHEL_LISTING_JSON : SATCHEL_LISTING_TABLE;

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autoptr (SatchelListing) listing = satchel_listing_new (form, columns);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_server_get_registry (organisation.server), &n_entities);
  for (guint i = 0; i < n_entities; i++)
    list_entity (
        listing,
        satchel_registry_find (satchel_server_get_base_registry (organisation.server), entities[i]->name),
        entities[i]);
  g_autofree char *text = satchel_listing_to_text (listing);
  g_print ("%s", text);
  return TRUE;
}
