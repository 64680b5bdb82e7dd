/* What people, an administrator and fate do in the simulated world, by name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  guint weight; /* how often, beside the others */
  void (*act) (SimDevice *device);
  gboolean disaster; /* after which much begins anew: only in every other world, since that hides what goes wrong step by step */
} SimDeed;

/* Some deed, by weight. */
const SimDeed *sim_deed_pick (SimWorld *world);
const SimDeed *sim_deed_find (const char *name); /* or NULL */

/* actor.c: who works at @device */
void sim_do_edit (SimDevice *device);
void sim_do_form (SimDevice *device);
void sim_do_create (SimDevice *device);
void sim_do_delete (SimDevice *device);
void sim_do_restore (SimDevice *device);
void sim_do_assign (SimDevice *device);
void sim_do_resolve (SimDevice *device);
void sim_do_qualify (SimDevice *device);
void sim_do_inbox (SimDevice *device);
void sim_do_sync (SimDevice *device);
void sim_do_toggle_network (SimDevice *device);
void sim_do_sign_in (SimDevice *device);

/* mail.c */
void sim_do_track (SimDevice *device); /* a message of which others have copies */
void sim_do_untrack (SimDevice *device);
void sim_do_regard (SimDevice *device);

/* relate.c: what is far from what it alters */
void sim_do_retitle (SimDevice *device);
void sim_do_repoint (SimDevice *device);
void sim_do_estrange (SimDevice *device);

/* choose.c */
void sim_do_choose (SimDevice *device); /* one more filter */
void sim_choose_loosely (SimDevice *device); /* what names others that it does not bring */
void sim_do_choose_less (SimDevice *device);
const char *sim_condition_pick (SimWorld *world, const char **predicate); /* an entity, and a condition about it; static */

/* online.c */
void sim_do_list_online (SimDevice *device);
void sim_do_open_online (SimDevice *device);
void sim_do_unpin (SimDevice *device);
void sim_do_look_back (SimDevice *device);
void sim_do_ask_why (SimDevice *device);
void sim_do_preview (SimDevice *device);
void sim_online_stop (SimDevice *device); /* before it dies */

/* office.c, customise.c: an administrator; whose @device it is does not matter */
void sim_do_move_user (SimDevice *device);
void sim_do_set_manager (SimDevice *device);
void sim_do_move_unit (SimDevice *device);
void sim_do_change_team (SimDevice *device);
void sim_do_change_members (SimDevice *device);
void sim_do_change_role (SimDevice *device);
void sim_do_share (SimDevice *device);
void sim_do_take_share_back (SimDevice *device);
void sim_do_disable_user (SimDevice *device);
void sim_do_enable_user (SimDevice *device);
void sim_do_customise (SimDevice *device);
void sim_do_tend (SimDevice *device);
void sim_do_time (SimDevice *device);
void sim_do_forget (SimDevice *device); /* the server: up to about where @device is */

/* faults.c */
void sim_do_restart (SimDevice *device);
void sim_do_clone (SimDevice *device); /* its directory is copied; both go on */
void sim_do_restart_server (SimDevice *device);
void sim_do_back_up (SimDevice *device);
void sim_do_restore_server (SimDevice *device); /* a backup: what was committed since is lost there */

/* disk.c */
void sim_do_cut_power (SimDevice *device); /* in the middle of a write of soon */
void sim_do_cut_server_power (SimDevice *device);
void sim_do_fill_disk (SimDevice *device); /* for a while */
void sim_do_fill_server_disk (SimDevice *device);
void sim_do_keep_disk (SimDevice *device);
void sim_do_put_disk_back (SimDevice *device);
void sim_do_new_laptop (SimDevice *device);

G_END_DECLS
