// SPDX-License-Identifier: ISC
// To be preloaded: an ALSA sequencer that opens and does nothing, for machines that have none.
// qtractor does not start its audio without one.
#include <stddef.h>
#include <string.h>

#define ANSWER(name, value)                                                                                  \
  int name(void);                                                                                            \
  int name(void)                                                                                             \
  {                                                                                                          \
    return value;                                                                                            \
  }

#define NOBODY  -2  // ENOENT
#define NOTHING -11 // EAGAIN

int
snd_seq_open(void** seq, const char* name, int streams, int mode);

int
snd_seq_open(void** seq, const char* name, int streams, int mode)
{
  static char handle[64];
  (void)streams;
  (void)mode;
  if (strcmp(name, "default")) {
    return NOBODY;
  }
  *seq = handle;
  return 0;
}

ANSWER(snd_seq_alloc_queue, 0)
ANSWER(snd_seq_client_id, 128)
ANSWER(snd_seq_close, 0)
ANSWER(snd_seq_control_queue, 0)
ANSWER(snd_seq_create_simple_port, 0)
ANSWER(snd_seq_delete_simple_port, 0)
ANSWER(snd_seq_drain_output, 0)
ANSWER(snd_seq_drop_input, 0)
ANSWER(snd_seq_drop_output, 0)
ANSWER(snd_seq_event_input, NOTHING)
ANSWER(snd_seq_event_input_pending, 0)
ANSWER(snd_seq_event_output, 0)
ANSWER(snd_seq_event_output_direct, 0)
ANSWER(snd_seq_free_event, 0)
ANSWER(snd_seq_free_queue, 0)
ANSWER(snd_seq_get_any_client_info, NOBODY)
ANSWER(snd_seq_get_any_port_info, NOBODY)
ANSWER(snd_seq_get_port_info, 0)
ANSWER(snd_seq_get_queue_status, 0)
ANSWER(snd_seq_get_queue_tempo, 0)
ANSWER(snd_seq_poll_descriptors, 0)
ANSWER(snd_seq_poll_descriptors_count, 0)
ANSWER(snd_seq_query_next_client, NOBODY)
ANSWER(snd_seq_query_next_port, NOBODY)
ANSWER(snd_seq_query_port_subscribers, NOBODY)
ANSWER(snd_seq_remove_events, 0)
ANSWER(snd_seq_set_client_name, 0)
ANSWER(snd_seq_set_port_info, 0)
ANSWER(snd_seq_set_queue_tempo, 0)
ANSWER(snd_seq_set_queue_timer, 0)
ANSWER(snd_seq_subscribe_port, 0)
ANSWER(snd_seq_unsubscribe_port, 0)
