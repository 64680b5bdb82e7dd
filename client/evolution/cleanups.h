/* g_autoptr for types of Evolution and libical that come without it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <calendar/gui/e-calendar-view.h>
#include <e-util/e-util.h>
#include <libecal/libecal.h>
#include <mail/e-mail-reader.h>
#include <mail/e-mail-view.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EActivity, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EAlert, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EAlertSink, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECalendarView, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EMailReader, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EMailView, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GtkAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GtkActionGroup, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalParameter, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalProperty, g_object_unref)
