/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/pdf.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>

#include "protocol/error.h"

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

void
satchel_pdf_begin (SatchelPdf *pdf, const char *title, double width, double height)
{
  pdf->bytes = g_byte_array_new ();
  pdf->surface = cairo_pdf_surface_create_for_stream (write_cb, pdf->bytes, width, height);
  pdf->cr = cairo_create (pdf->surface);
  pdf->layout = pango_cairo_create_layout (pdf->cr);
  /* Chinese is written in the forms of the reader's own language. */
  pango_context_set_language (pango_layout_get_context (pdf->layout), pango_language_get_default ());
  cairo_pdf_surface_set_metadata (pdf->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (pdf->surface, CAIRO_PDF_METADATA_CREATOR, "Satchel");
}

GBytes *
satchel_pdf_end (SatchelPdf *pdf, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  cairo_status_t status;

  g_object_unref (pdf->layout);
  cairo_surface_finish (pdf->surface);
  status = cairo_status (pdf->cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (pdf->surface);
  cairo_destroy (pdf->cr);
  cairo_surface_destroy (pdf->surface);
  bytes = g_byte_array_free_to_bytes (pdf->bytes);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_steal_pointer (&bytes);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, _ ("The document could not be made: %s"),
               cairo_status_to_string (status));
  return NULL;
}
