// SPDX-License-Identifier: ISC
// Layouts as hosts ask for them, programs among the changes, and flags of silence
#include "checks.h"

#include "alloc.h"
#include "guard.h"
#include "tap.h"

#include <math.h>

#define RATE 48000.0

static v3_result
arrange(Vst3Host* host, v3_speaker_arrangement in, int32_t n_in, v3_speaker_arrangement out, int32_t n_out)
{
  v3_speaker_arrangement ins[]  = {in, in};
  v3_speaker_arrangement outs[] = {out, out};
  return (*host->processor)->set_bus_arrangements(host->processor, ins, n_in, outs, n_out);
}

static void
check_negotiation(const Subject* subject)
{
  const v3_speaker_arrangement mono = V3_SPEAKER_M;
  const v3_speaker_arrangement two  = V3_SPEAKER_L | V3_SPEAKER_R;
  Vst3Host                     host;
  v3_speaker_arrangement       in  = 0;
  v3_speaker_arrangement       out = 0;
  struct v3_bus_info           bus;
  open_plugin(subject, &host);
  struct v3_audio_processor** const p = host.processor;
  struct v3_component** const       c = host.component;
  tap_ok(arrange(&host, mono, 1, mono, 1) == V3_OK &&
           arrange(&host, V3_SPEAKER_L, 1, V3_SPEAKER_L, 1) == V3_OK &&
           arrange(&host, two, 1, two, 1) == V3_OK && arrange(&host, mono, 1, two, 1) == V3_OK,
         "%s: mono → mono, mono → stereo and stereo → stereo are taken", subject->effect->id);
  tap_ok(arrange(&host, two, 1, mono, 1) != V3_OK && arrange(&host, two, 2, two, 1) != V3_OK &&
           arrange(&host, two, 1, two, 0) != V3_OK && arrange(&host, 0, 1, 0, 1) != V3_OK &&
           arrange(&host, 0x3F, 1, 0x3F, 1) != V3_OK && arrange(&host, two, -1, two, 1) != V3_OK &&
           (*p)->set_bus_arrangements(p, NULL, 1, NULL, 1) != V3_OK,
         "%s: other layouts are refused", subject->effect->id);
  tap_ok((*p)->get_bus_arrangement(p, V3_INPUT, 0, &in) == V3_OK && in == mono &&
           (*p)->get_bus_arrangement(p, V3_OUTPUT, 0, &out) == V3_OK && out == two &&
           (*p)->get_bus_arrangement(p, V3_OUTPUT, 1, &out) != V3_OK &&
           (*c)->get_bus_info(c, V3_AUDIO, V3_INPUT, 0, &bus) == V3_OK && bus.channel_count == 1 &&
           (*c)->get_bus_info(c, V3_AUDIO, V3_OUTPUT, 0, &bus) == V3_OK && bus.channel_count == 2 &&
           bus.bus_type == V3_MAIN && (bus.flags & V3_DEFAULT_ACTIVE),
         "%s: and leave what was agreed on", subject->effect->id);
  tap_ok((*c)->get_bus_count(c, V3_AUDIO, V3_INPUT) == 1 &&
           (*c)->get_bus_count(c, V3_AUDIO, V3_OUTPUT) == 1 &&
           (*c)->get_bus_count(c, V3_EVENT, V3_INPUT) == 0 && (*c)->get_bus_count(c, 9, 9) == 0 &&
           (*c)->get_bus_info(c, V3_AUDIO, V3_INPUT, 1, &bus) != V3_OK &&
           (*c)->activate_bus(c, V3_AUDIO, V3_INPUT, 1, 1) != V3_OK &&
           (*c)->activate_bus(c, V3_AUDIO, V3_INPUT, 0, 0) == V3_OK,
         "%s: one bus in, one out, nothing else", subject->effect->id);
  tap_ok((*p)->can_process_sample_size(p, V3_SAMPLE_32) == V3_OK &&
           (*p)->can_process_sample_size(p, V3_SAMPLE_64) == V3_OK &&
           (*p)->can_process_sample_size(p, 2) != V3_OK,
         "%s: samples of 32 and 64 bits", subject->effect->id);
  close_plugin(subject, &host);
}

// With a deadline: what has to be built is built beside, at no certain time, so only its manners are looked
// at
static void
check_programs_live(const Subject* subject)
{
  const Vst3Setup setup = {RATE, 2, 2, false, false, TAKE_MAX_BLOCK};
  Take            take  = take_default(RATE);
  RigScore        score = take_score(subject->effect, 60000, 30, 31);
  Vst3Host        host;
  take.setup.offline   = false;
  take.setup.is_double = false;
  take.block           = 0;
  for (uint32_t i = 0; i < score.n_events; i += 40U) {
    RigEvent* const e = (RigEvent*)&score.events[i];
    *e                = (RigEvent){e->frame, KIT_EVENT_VALUE, HOST_VST3_PROGRAM, i % 1000U / 999.0};
  }
  KitAudio in = take_signal(&take, 60000, 3);
  open_plugin(subject, &host);
  vst3_start(&host, &setup);
  rt_guard_clear();
  KitAudio out = played_on(subject, &host, &take, &in, score);
  rt_guard_print();
  tap_ok(rig_peak(&out) < (double)INFINITY && !rt_guard_count(),
         "%s: under random changes and programs in real time it stays finite, and allocates, locks and calls "
         "nothing",
         subject->effect->id);
  close_plugin(subject, &host);
  take_cleanup(&in, &out, NULL);
  kit_free((void*)score.events);
}

static uint64_t
flags_after(Vst3Host* host, float level, uint32_t n_blocks)
{
  static float                samples[2][512];
  float*                      channels[2] = {samples[0], samples[1]};
  struct v3_audio_bus_buffers in          = {.num_channels = 2, .channel_buffers_32 = channels};
  struct v3_audio_bus_buffers out         = in;
  struct v3_process_data      data        = {.symbolic_sample_size = V3_SAMPLE_32,
                                             .nframes              = 512,
                                             .num_input_buses      = 1,
                                             .num_output_buses     = 1,
                                             .inputs               = &in,
                                             .outputs              = &out};
  for (uint32_t b = 0; b < n_blocks; ++b) {
    for (uint32_t i = 0; i < 512U; ++i) {
      samples[0][i] = (i % 50U) < 25U ? level : -level;
      samples[1][i] = samples[0][i];
    }
    out.channel_silence_bitset = 0xFF;
    (*host->processor)->process(host->processor, &data);
  }
  return out.channel_silence_bitset;
}

static void
check_flags(const Subject* subject)
{
  const Vst3Setup setup = {RATE, 2, 2, false, true, 0};
  Vst3Host        host;
  open_plugin(subject, &host);
  vst3_start(&host, &setup);
  const uint64_t silent = flags_after(&host, 0.0f, 2);
  const uint64_t loud   = flags_after(&host, 0.5f, 200);
  tap_ok(silent == 3U && loud == 0U, "%s: silent outputs are flagged, sounding ones are not",
         subject->effect->id);
  close_plugin(subject, &host);
}

void
check_process(const Subject* subject)
{
  check_negotiation(subject);
  check_programs_live(subject);
  check_flags(subject);
}
