// SPDX-License-Identifier: ISC
/** @file jack_device.h  A client of JACK, whose library is loaded when it is there. */
#ifndef KIT_STANDALONE_JACK_DEVICE_H
#define KIT_STANDALONE_JACK_DEVICE_H

#include "device.h"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/session.h>
#include <jack/transport.h>

/** What every libjack has. */
#define PLAY_JACK_FUNCTIONS(X)                                                                               \
  X(jack_activate)                                                                                           \
  X(jack_client_close)                                                                                       \
  X(jack_client_open)                                                                                        \
  X(jack_connect)                                                                                            \
  X(jack_deactivate)                                                                                         \
  X(jack_free)                                                                                               \
  X(jack_get_buffer_size)                                                                                    \
  X(jack_get_client_name)                                                                                    \
  X(jack_get_ports)                                                                                          \
  X(jack_get_sample_rate)                                                                                    \
  X(jack_midi_event_get)                                                                                     \
  X(jack_midi_get_event_count)                                                                               \
  X(jack_on_shutdown)                                                                                        \
  X(jack_port_get_buffer)                                                                                    \
  X(jack_port_get_latency_range)                                                                             \
  X(jack_port_name)                                                                                          \
  X(jack_port_register)                                                                                      \
  X(jack_port_set_latency_range)                                                                             \
  X(jack_recompute_total_latencies)                                                                          \
  X(jack_set_buffer_size_callback)                                                                           \
  X(jack_set_error_function)                                                                                 \
  X(jack_set_info_function)                                                                                  \
  X(jack_set_latency_callback)                                                                               \
  X(jack_set_process_callback)                                                                               \
  X(jack_set_sample_rate_callback)                                                                           \
  X(jack_set_xrun_callback)                                                                                  \
  X(jack_transport_query)

/** What some have. */
#define PLAY_JACK_SESSION(X)                                                                                 \
  X(jack_session_event_free)                                                                                 \
  X(jack_session_reply)                                                                                      \
  X(jack_set_session_callback)

#define PLAY_JACK_POINTER(name) __typeof__(name)* name;

// Sessions of JACK's own are deprecated, and still what some managers speak
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
typedef struct {
  PLAY_JACK_FUNCTIONS(PLAY_JACK_POINTER)
  PLAY_JACK_SESSION(PLAY_JACK_POINTER)
} PlayJack;
#pragma GCC diagnostic pop

typedef struct {
  PlayDevice                     device;
  const PlayJack*                jack;
  jack_client_t*                 client;
  jack_port_t*                   in[KIT_MAX_CHANNELS];
  jack_port_t*                   out[KIT_MAX_CHANNELS];
  jack_port_t*                   midi;
  uint32_t                       n_in;
  uint32_t                       n_out;
  bool                           connects;
  _Atomic bool                   runs;
  _Atomic(jack_session_event_t*) session; ///< Waits to be answered
} JackDevice;

/** Have libjack say nothing on standard error, whoever uses it. */
void
play_jack_quiet(void);

/** [audio-thread] */
int
play_process_jack(jack_nframes_t n, void* handle);

#endif
