// SPDX-License-Identifier: ISC
#include "wav.h"

#include "alloc.h"
#include "file.h"

#include <math.h>
#include <string.h>

#define HEAD_BYTES 56U ///< RIFF, "fmt " of 16 bytes, "fact", and the head of "data"
#define IEEE_FLOAT 3U

static unsigned char*
put_u16(unsigned char* to, uint32_t value)
{
  to[0] = (unsigned char)(value & 0xFFU);
  to[1] = (unsigned char)((value >> 8U) & 0xFFU);
  return to + 2;
}

static unsigned char*
put_u32(unsigned char* to, uint32_t value)
{
  return put_u16(put_u16(to, value), value >> 16U);
}

static unsigned char*
put_tag(unsigned char* to, const char* tag)
{
  memcpy(to, tag, 4U);
  return to + 4;
}

static unsigned char*
put_head(unsigned char* to, uint32_t rate, uint32_t n_channels, uint32_t n_frames)
{
  const uint32_t frame_bytes = n_channels * 4U;
  const uint32_t n_bytes     = n_frames * frame_bytes;
  to                         = put_u32(put_tag(to, "RIFF"), HEAD_BYTES - 8U + n_bytes);
  to                         = put_u32(put_tag(put_tag(to, "WAVE"), "fmt "), 16U);
  to                         = put_u16(put_u16(to, IEEE_FLOAT), n_channels);
  to                         = put_u32(put_u32(to, rate), rate * frame_bytes);
  to                         = put_u16(put_u16(to, frame_bytes), 32U);
  to                         = put_u32(put_u32(put_tag(to, "fact"), 4U), n_frames);
  return put_u32(put_tag(to, "data"), n_bytes);
}

KitStatus
kit_wav_write(const char* path, double sample_rate, uint32_t n_channels, uint32_t n_frames,
              double* const* channels, const KitLog* log)
{
  const size_t         size = HEAD_BYTES + (size_t)n_frames * n_channels * 4U;
  unsigned char* const data = (unsigned char*)kit_calloc(size, 1U);
  if (!data) {
    return KIT_ERR_NO_MEMORY;
  }
  unsigned char* to = put_head(data, (uint32_t)lround(sample_rate), n_channels, n_frames);
  for (uint32_t i = 0; i < n_frames; ++i) {
    for (uint32_t c = 0; c < n_channels; ++c) {
      const float sample = (float)channels[c][i];
      uint32_t    bits   = 0;
      memcpy(&bits, &sample, sizeof(bits));
      to = put_u32(to, bits);
    }
  }
  const KitStatus st = kit_file_write_private(path, data, size, log);
  kit_free(data);
  return st;
}
