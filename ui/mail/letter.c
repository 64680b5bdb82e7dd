/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/letter.h"

#include "ui/mail/composer.h"
#include "ui/mail/reader.h"

struct _SatchelLetter {
  AdwBin parent_instance;
  SatchelDraft *draft;
};

G_DEFINE_FINAL_TYPE (SatchelLetter, satchel_letter, ADW_TYPE_BIN)

/* What is closed, or somebody else's, can only be read. */
static gboolean
is_read (SatchelLetter *letter)
{
  return satchel_draft_is_closed (letter->draft) || satchel_draft_is_locked (letter->draft);
}

static void
update (SatchelLetter *letter)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (letter));
  const gboolean read = is_read (letter);

  if (child == NULL || SATCHEL_IS_READER (child) != read)
    adw_bin_set_child (ADW_BIN (letter),
                       read ? satchel_reader_new (letter->draft) : satchel_composer_new (letter->draft));
}

static void
changed_cb (SatchelDraft *draft, SatchelLetter *letter)
{
  update (letter);
}

GtkWidget *
satchel_letter_new (SatchelDraft *draft)
{
  SatchelLetter *letter = g_object_new (SATCHEL_TYPE_LETTER, NULL);

  letter->draft = g_object_ref (draft);
  update (letter);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), letter, G_CONNECT_AFTER);
  return GTK_WIDGET (letter);
}

static gboolean
satchel_letter_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (adw_bin_get_child (ADW_BIN (widget)));
}

static void
satchel_letter_dispose (GObject *object)
{
  g_clear_object (&SATCHEL_LETTER (object)->draft);
  G_OBJECT_CLASS (satchel_letter_parent_class)->dispose (object);
}

static void
satchel_letter_class_init (SatchelLetterClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_letter_dispose;
  GTK_WIDGET_CLASS (class)->grab_focus = satchel_letter_grab_focus;
}

static void
satchel_letter_init (SatchelLetter *letter)
{
}
