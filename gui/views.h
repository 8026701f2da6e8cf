// SPDX-License-Identifier: ISC
/** @file views.h  The pictures of the effects in this binary; each binary's build generates its own list. */
#ifndef KIT_GUI_VIEWS_H
#define KIT_GUI_VIEWS_H

#include "vstkit/view.h"

/** The picture of an effect, or null.  [thread-safe] */
const KitView*
kit_view_of(const KitEffect* effect);

#endif
