/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/scale.h"

#define ORDINARY_DPI 96.0

double
satchel_scale_of_text (GtkWidget *widget)
{
  int dpi; /* 1024 times; -1: not known */

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? MAX (dpi / 1024.0 / ORDINARY_DPI, 0.5) : 1;
}
