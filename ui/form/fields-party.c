/* Several records, or addresses of nobody who is known: each a chip.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/format.h"
#include "ui/display.h"
#include "ui/form/chips.h"
#include "ui/form/fields.h"
#include "ui/form/finder.h"

struct _SatchelPartyEditor {
  SatchelEditor parent_instance;
  SatchelChips *chips;
  SatchelFinder *finder;
  SatchelValue *parties; /* as shown; NULL: none */
};

#define SATCHEL_TYPE_PARTY_EDITOR (satchel_party_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelPartyEditor, satchel_party_editor, SATCHEL, PARTY_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelPartyEditor, satchel_party_editor, SATCHEL_TYPE_EDITOR)

static const SatchelParty *
get_parties (SatchelPartyEditor *self, guint *n_parties)
{
  *n_parties = 0;
  return self->parties != NULL ? satchel_value_get_parties (self->parties, n_parties) : NULL;
}

static void
show_chips (SatchelPartyEditor *self)
{
  SatchelEditor *editor = SATCHEL_EDITOR (self);
  SatchelSession *session = satchel_desk_get_session (satchel_editor_get_desk (editor));
  guint n_parties;
  const SatchelParty *parties = get_parties (self, &n_parties);

  satchel_chips_clear (self->chips);
  for (guint i = 0; i < n_parties && session != NULL; i++) {
    g_autoptr (SatchelValue) one = satchel_value_new_parties (&parties[i], 1);
    g_autofree char *name =
        satchel_display_value (satchel_session_get_replica (session), satchel_editor_get_field (editor), one);

    satchel_chips_add (self->chips, name);
  }
}

static void
take (SatchelPartyEditor *self, SatchelValue *parties)
{
  satchel_value_unref (self->parties);
  self->parties = parties;
  show_chips (self);
  satchel_editor_take (SATCHEL_EDITOR (self), satchel_value_ref (parties), NULL);
  satchel_editor_commit (SATCHEL_EDITOR (self));
}

/* New ones play the role that the others of the field have, or that its name says. */
static const char *
get_role (SatchelPartyEditor *self)
{
  guint n_parties;
  const SatchelParty *parties = get_parties (self, &n_parties);

  return n_parties > 0 ? parties[0].role : satchel_editor_get_field (SATCHEL_EDITOR (self))->name;
}

static void
add (SatchelPartyEditor *self, SatchelParty party)
{
  guint n_parties;
  const SatchelParty *parties = get_parties (self, &n_parties);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SatchelParty));

  for (guint i = 0; i < n_parties; i++) {
    if (party.id != NULL ? g_strcmp0 (parties[i].id, party.id) == 0
                         : g_strcmp0 (parties[i].address, party.address) == 0)
      return;
    g_array_append_val (all, parties[i]);
  }
  party.role = get_role (self);
  g_array_append_val (all, party);
  take (self, satchel_value_new_parties ((const SatchelParty *)(gpointer)all->data, all->len));
}

static void
removed_cb (SatchelChips *chips, guint index, SatchelPartyEditor *self)
{
  guint n_parties;
  const SatchelParty *parties = get_parties (self, &n_parties);
  g_autoptr (GArray) rest = g_array_new (FALSE, FALSE, sizeof (SatchelParty));

  for (guint i = 0; i < n_parties; i++)
    if (i != index)
      g_array_append_val (rest, parties[i]);
  take (self, rest->len > 0
                  ? satchel_value_new_parties ((const SatchelParty *)(gpointer)rest->data, rest->len)
                  : NULL);
}

static void
picked_cb (SatchelFinder *finder, const char *entity, const char *id, SatchelPartyEditor *self)
{
  SatchelSession *session = satchel_desk_get_session (satchel_editor_get_desk (SATCHEL_EDITOR (self)));
  g_autofree char *name =
      session != NULL ? satchel_replica_dup_name (entity, id, satchel_session_get_replica (session)) : NULL;

  satchel_finder_set_text (finder, "");
  add (self, (SatchelParty){ .entity = entity, .id = id, .name = name });
}

/* An address can be typed; half a name is nothing. */
static void
left_cb (SatchelFinder *finder, SatchelPartyEditor *self)
{
  g_autofree char *text = g_strstrip (g_strdup (satchel_finder_get_text (finder)));

  if (*text != '\0' && satchel_format_holds (SATCHEL_FORMAT_EMAIL, text)) {
    satchel_finder_set_text (finder, "");
    add (self, (SatchelParty){ .address = text });
  } else if (*text != '\0') {
    satchel_editor_take (SATCHEL_EDITOR (self), satchel_value_ref (self->parties),
                         _ ("Choose from the list, or type an email address."));
  }
}

static void
typed_cb (SatchelFinder *finder, SatchelEditor *editor)
{
  SatchelPartyEditor *self = SATCHEL_PARTY_EDITOR (editor);

  if (satchel_editor_get_problem (editor) != NULL)
    satchel_editor_take (editor, satchel_value_ref (self->parties), NULL);
}

static void
party_build (SatchelEditor *editor)
{
  SatchelPartyEditor *self = SATCHEL_PARTY_EDITOR (editor);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *finder =
      satchel_finder_new (satchel_editor_get_desk (editor), satchel_editor_get_field (editor));

  self->chips = SATCHEL_CHIPS (satchel_chips_new ());
  self->finder = SATCHEL_FINDER (finder);
  gtk_entry_set_placeholder_text (GTK_ENTRY (satchel_finder_get_entry (self->finder)), _ ("Add…"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->chips));
  gtk_box_append (GTK_BOX (box), finder);
  satchel_editor_set_child (editor, box, satchel_finder_get_entry (self->finder));
  g_signal_connect (self->chips, "removed", G_CALLBACK (removed_cb), self);
  g_signal_connect (finder, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect (finder, "typed", G_CALLBACK (typed_cb), self);
  g_signal_connect (finder, "left", G_CALLBACK (left_cb), self);
}

static void
party_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelPartyEditor *self = SATCHEL_PARTY_EDITOR (editor);
  SatchelValue *before = self->parties;

  self->parties = satchel_value_ref (value);
  satchel_value_unref (before);
  show_chips (self);
}

static void
satchel_party_editor_finalize (GObject *object)
{
  satchel_value_unref (SATCHEL_PARTY_EDITOR (object)->parties);
  G_OBJECT_CLASS (satchel_party_editor_parent_class)->finalize (object);
}

static void
satchel_party_editor_class_init (SatchelPartyEditorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_party_editor_finalize;
  SATCHEL_EDITOR_CLASS (class)->build = party_build;
  SATCHEL_EDITOR_CLASS (class)->show = party_show;
}

static void
satchel_party_editor_init (SatchelPartyEditor *self)
{
}
