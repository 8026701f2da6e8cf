// SPDX-License-Identifier: ISC
/** @file transport.h  What hosts say of tempo and time, on its way to the instance. */
#ifndef KIT_PLUGIN_TRANSPORT_H
#define KIT_PLUGIN_TRANSPORT_H

#include "vstkit/instance.h"

#include <math.h>

#define KIT_TIME_EVENTS 3U

/** NaN is what the host does not say: it stays as it was. */
typedef struct {
  double bpm;      ///< Quarter notes a minute
  double playing;  ///< 1 or 0
  double position; ///< Quarter notes since the song began
} KitHostTime;

#define KIT_NO_TIME ((KitHostTime){(double)NAN, (double)NAN, (double)NAN})

/** Make events of it.  @param[out] events [#KIT_TIME_EVENTS].  @return how many. */
static inline uint32_t
kit_time_events(const KitHostTime* time, uint32_t frame, KitEvent* events)
{
  const KitEvent said[KIT_TIME_EVENTS] = {{frame, KIT_EVENT_TEMPO, 0, time->bpm},
                                          {frame, KIT_EVENT_PLAYING, 0, time->playing},
                                          {frame, KIT_EVENT_POSITION, 0, time->position}};
  uint32_t       n                     = 0;
  for (uint32_t i = 0; i < KIT_TIME_EVENTS; ++i) {
    if (said[i].value == said[i].value) {
      events[n++] = said[i];
    }
  }
  return n;
}

/** Pass on what holds from the start of the coming block on.  [audio-thread]  Realtime: yes. */
static inline void
kit_time_tell(KitInstance* instance, const KitHostTime* time)
{
  KitEvent         events[KIT_TIME_EVENTS];
  const KitProcess none = {NULL, NULL, false, 0, events, kit_time_events(time, 0, events)};
  if (none.n_events) {
    kit_instance_process(instance, &none);
  }
}

#endif
