// SPDX-License-Identifier: ISC
// In the place of libasound.so.2, for machines whose kernel has no sequencer: as the library's, but what is
// played on the port comes from the file that FAKE_SEQUENCER names, four bytes each (type, channel, param,
// value), and what is asked of it is written to the same name with ".log".
#include <alsa/asoundlib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct _snd_seq {
  int             fd;
  FILE*           log;
  snd_seq_event_t event;
};

int
snd_seq_open(snd_seq_t** seq, const char* name, int streams, int mode)
{
  static snd_seq_t  self;
  char              path[1024];
  const char* const from = getenv("FAKE_SEQUENCER");
  snprintf(path, sizeof(path), "%s.log", from ? from : "");
  self.fd  = from ? open(from, O_RDONLY | O_CLOEXEC) : -1;
  self.log = self.fd >= 0 ? fopen(path, "w") : NULL;
  *seq     = &self;
  if (!self.log) {
    return -ENOENT;
  }
  fprintf(self.log, "open %s %d %d\n", name, streams == SND_SEQ_OPEN_INPUT, mode == SND_SEQ_NONBLOCK);
  fflush(self.log);
  return 0;
}

int
snd_seq_close(snd_seq_t* seq)
{
  fprintf(seq->log, "close\n");
  close(seq->fd);
  return fclose(seq->log);
}

int
snd_seq_set_client_name(snd_seq_t* seq, const char* name)
{
  fprintf(seq->log, "name %s\n", name);
  return fflush(seq->log);
}

int
snd_seq_set_client_pool_input(snd_seq_t* seq, size_t size)
{
  (void)seq;
  return size > 2000U ? -EINVAL : 0; // As the kernel
}

int
snd_seq_create_simple_port(snd_seq_t* seq, const char* name, unsigned caps, unsigned type)
{
  const unsigned wanted = SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE;
  fprintf(seq->log, "port %s %d %d\n", name, caps == wanted, (type & SND_SEQ_PORT_TYPE_MIDI_GENERIC) != 0U);
  return fflush(seq->log);
}

int
snd_seq_parse_address(snd_seq_t* seq, snd_seq_addr_t* address, const char* text)
{
  unsigned client = 0;
  unsigned port   = 0;
  (void)seq;
  if (sscanf(text, "%u:%u", &client, &port) != 2) {
    return -ENOENT;
  }
  address->client = (unsigned char)client;
  address->port   = (unsigned char)port;
  return 0;
}

int
snd_seq_connect_from(snd_seq_t* seq, int own, int client, int port)
{
  fprintf(seq->log, "connect %d from %d:%d\n", own, client, port);
  return fflush(seq->log);
}

int
snd_seq_event_input_pending(snd_seq_t* seq, int fetch)
{
  (void)seq;
  (void)fetch;
  return 0;
}

int
snd_seq_event_input(snd_seq_t* seq, snd_seq_event_t** event)
{
  unsigned char bytes[4];
  const ssize_t n = read(seq->fd, bytes, sizeof(bytes));
  *event          = NULL;
  if (n != (ssize_t)sizeof(bytes)) {
    return -EAGAIN;
  }
  if (bytes[0] == 255U) {
    return -ENOSPC; // More came than there was room for
  }
  seq->event                      = (snd_seq_event_t){.type = bytes[0]};
  seq->event.data.control.channel = bytes[1];
  seq->event.data.control.param   = bytes[2];
  seq->event.data.control.value   = bytes[3];
  *event                          = &seq->event;
  return 1;
}

const char*
snd_strerror(int error)
{
  return strerror(-error);
}
