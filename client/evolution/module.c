/* What Evolution loads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gmodule.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/arrivals.h"
#include "client/evolution/composer.h"
#include "client/evolution/editor.h"
#include "client/evolution/views.h"
#include "client/evolution/words.h"

void e_module_load (GTypeModule *module);
void e_module_unload (GTypeModule *module);

G_MODULE_EXPORT void
e_module_load (GTypeModule *module)
{
  /* Evolution looks into each module and lets it go again; this one has types that cannot be taken back. */
  g_type_module_use (module);
  satchel_words_bind ();
  satchel_views_register (module);
  satchel_composer_register (module);
  satchel_editor_register (module);
  satchel_arrivals_register (module);
  satchel_agent_proxy_get (); /* found by the time that somebody looks */
}

G_MODULE_EXPORT void
e_module_unload (GTypeModule *module)
{
}
