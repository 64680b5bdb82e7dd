/* The definitions change while devices work: fields, choices and an entity are added, renamed, retired and
 * brought back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/customising.h"

#include "protocol/error.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/tap.h"

#define N_FIELDS 3

/* What the organisation began with: a field class that few may read. */
static const char founding[] = "<satchel version='1'>"
                               "<entity name='account'><field name='x_margin' label='Margin' type='integer' "
                               "secured='figures' policy='review'/>"
                               "</entity><entity name='opportunity'>"
                               "<field name='x_cost' label='Cost' type='string' length='200' "
                               "secured='figures'/></entity></satchel>";

static char *
make_text (SimWorld *world)
{
  static const char *const entities[] = { "account", "contact", "task" };
  const char *entity = entities[sim_random (world, G_N_ELEMENTS (entities))];
  guint n = sim_random (world, N_FIELDS), turn = sim_random (world, 1000);
  switch (sim_random (world, 6)) {
  case 0:
    return g_strdup_printf (
        "<entity name='%s'><field name='x_%u' label='Extra %u' type='string' length='200' "
        "search='text' default='usual'/></entity>",
        entity, n, turn);
  case 1:
    return g_strdup_printf ("<entity name='%s'><field name='x_%u' label='Extra' type='string' length='200' "
                            "retired='%s'/></entity>",
                            entity, n, turn % 2 == 0 ? "yes" : "no");
  case 2:
    return g_strdup_printf (
        "<entity name='account'><field name='type'><choices><choice key='x_%u' label='New'/>"
        "</choices></field></entity>",
        n);
  case 3:
    return g_strdup_printf ("<entity name='%s' label='Renamed %u'/>", entity, turn);
  case 4:
    return g_strdup_printf ("<entity name='account'><field name='sector' retired='%s'/></entity>",
                            turn % 2 == 0 ? "yes" : "no");
  default:
    return g_strdup_printf (
        "<entity name='x_machine' label='Machine %u' plural='Machines' area='sales' ownership='user' "
        "title='name' rights='account'><field name='name' label='Name' type='string' length='100' "
        "required='yes' "
        "search='text'/><field name='account' label='Account' type='lookup' targets='account' carry='yes'/>"
        "<field name='owner' label='Owner' type='lookup' targets='user team' required='yes' default='me' "
        "policy='review' on_delete='restrict'/><action name='assign'/><action name='restore'/></entity>"
        "<views entity='x_machine'><view name='all' label='All' default='yes' sort='name' preview='name'>"
        "<column field='name' width='300' priority='1'/></view></views>",
        turn);
  }
}

static void
apply (SimWorld *world, const char *text)
{
  const SatchelMetadataDocument document = { "simulated.xml", text };
  g_autoptr (GError) error = NULL;
  gint64 version;
  sim_check (
      world,
      satchel_server_customise (world->server, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version, &error),
      error, text);
  sim_tell (world, "definitions %" G_GINT64_FORMAT ": %s", version, text);
}

void
sim_customise_first (SimWorld *world)
{
  apply (world, founding);
}

void
sim_do_customise (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autofree char *change = make_text (world);
  g_autofree char *text = g_strdup_printf ("<satchel version='1'>%s</satchel>", change);
  apply (world, text);
  sim_tap_note (world);
}
