/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/desktop/keeping.h"

#include "ui/sync/program.h"

#define SCHEMA "org.satchelcrm.Satchel.Window"
#define FOLDER "/org/satchelcrm/Satchel/windows/"

/* Where a build puts the compiled schema, seen from its programs: build/ui, build/tests/ui. */
static GSettingsSchema *
look_up_beside_program (void)
{
  static const char *const places[] = { "../data/desktop", "../../data/desktop" };
  g_autofree char *program = satchel_program_self ();
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  GSettingsSchema *schema = NULL;

  for (guint i = 0; folder != NULL && schema == NULL && i < G_N_ELEMENTS (places); i++) {
    g_autofree char *schemas = g_build_filename (folder, places[i], NULL);
    g_autoptr (GSettingsSchemaSource) source =
        g_settings_schema_source_new_from_directory (schemas, NULL, FALSE, NULL);

    if (source != NULL)
      schema = g_settings_schema_source_lookup (source, SCHEMA, FALSE);
  }
  return schema;
}

static GSettingsSchema *
look_up (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  GSettingsSchema *schema = source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  return schema != NULL ? schema : look_up_beside_program ();
}

GSettings *
satchel_keeping_open (const char *profile)
{
  g_autoptr (GSettingsSchema) schema = look_up ();
  g_autofree char *path = g_strconcat (FOLDER, profile, "/", NULL);

  return schema != NULL ? g_settings_new_full (schema, NULL, path) : NULL;
}

void
satchel_keeping_bind (GSettings *settings, GtkWindow *window)
{
  g_settings_bind (settings, "width", window, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "height", window, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "maximized", window, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static SatchelRoute *
strip (const SatchelRoute *route)
{
  switch (satchel_route_get_kind (route)) {
  case SATCHEL_ROUTE_LIST:
    return satchel_route_new_list (satchel_route_get_entity (route), satchel_route_get_view (route), NULL);
  case SATCHEL_ROUTE_FIND:
    return satchel_route_new_find (satchel_route_get_entity (route), satchel_route_get_view (route), NULL);
  case SATCHEL_ROUTE_RECORD:
    return satchel_route_new_record (satchel_route_get_entity (route), satchel_route_get_id (route));
  case SATCHEL_ROUTE_NEW: /* what was typed is offered by itself */
    return satchel_route_new_list (satchel_route_get_entity (route), NULL, NULL);
  default:
    return satchel_route_new (satchel_route_get_kind (route));
  }
}

void
satchel_keeping_set_place (GSettings *settings, const SatchelRoute *route)
{
  g_autoptr (SatchelRoute) place = strip (route);
  g_autofree char *text = satchel_route_to_text (place);

  g_settings_set_string (settings, "place", text);
}

SatchelRoute *
satchel_keeping_dup_place (GSettings *settings)
{
  g_autofree char *text = g_settings_get_string (settings, "place");
  SatchelRoute *route = satchel_route_from_text (text, NULL);

  return route != NULL ? route : satchel_route_new (SATCHEL_ROUTE_WORKPLACE);
}
