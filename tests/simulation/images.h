/* Images of replicas on their way: what each held when it was made, and who may have it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

#define SIM_PIECE_BYTES 6000 /* so small that pieces are lost and fetched again */

/* Also small organisations have images. After each opening of the server. */
void sim_images_begin (SimWorld *world);
/* An image may have been made for a device just now, or not: its head, as it would be told. */
void sim_image_made (SimDevice *device, const SatchelCaller *caller, const char *head);
/* The head of an image is told to a device: all that is in it, it may have been able to read at that S. */
void sim_image_told (SimDevice *device, const SatchelCaller *caller, const char *head);
/* A piece is: of an image that is, or was, for it. */
void sim_image_piece (SimDevice *device, const SatchelCaller *caller, const char *id);

G_END_DECLS
