// SPDX-License-Identifier: ISC
// Layouts, rates, sample sizes, automation: always compared with an instance that no format is round
#include "checks.h"

#include "alloc.h"
#include "guard.h"
#include "host_params.h"
#include "tap.h"
#include "vst3_host_objects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE     48000.0
#define N_FRAMES 6000U

static bool
same_as_reference(const Subject* subject, const double* values, const Vst3Setup* setup, Vst3Score score,
                  Vst3Blocks blocks, size_t n_frames)
{
  KitAudio   in   = make_signal(setup->sample_rate, setup->n_in, n_frames, 3);
  KitAudio   want = reference(subject, values, setup, &in, score);
  KitAudio   got  = played(subject, values, setup, &in, score, blocks);
  const bool same = rig_equal(&want, &got) && rig_peak(&got) < (double)INFINITY;
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
  return same;
}

static void
check_one_layout(const Subject* subject, uint32_t n_in, uint32_t n_out)
{
  static const double rates[] = {8000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0, 384000.0};
  double* const       values  = random_values(subject->effect, 17);
  for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); ++r) {
    const Vst3Setup single = {rates[r], n_in, n_out, false, true};
    const Vst3Setup wide   = {rates[r], n_in, n_out, true, true};
    const bool      a =
      same_as_reference(subject, NULL, &single, (Vst3Score){0}, (Vst3Blocks){.seed = 1}, N_FRAMES);
    const bool b = same_as_reference(subject, values, &wide, (Vst3Score){0},
                                     (Vst3Blocks){.seed = 2, .in_place = true}, N_FRAMES);
    tap_ok(a && b, "%s: %u → %u channels at %.0f Hz, float and double, are the instance's to the bit",
           subject->effect->id, n_in, n_out, rates[r]);
  }
  kit_free(values);
}

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

void
check_layouts(const Subject* subject)
{
  check_negotiation(subject);
  check_one_layout(subject, 1, 1);
  check_one_layout(subject, 1, 2);
  check_one_layout(subject, 2, 2);
}

static void
check_every_offset(const Subject* subject)
{
  const Vst3Setup setup = {RATE, 2, 2, false, true};
  KitHostParam    param;
  bool            same = true;
  kit_host_params_at(subject->effect, 0, &param);
  for (size_t offset = 0; offset < 64U; ++offset) {
    const Vst3Event events[] = {{64U + offset, param.id, 0.9}, {640U + offset, param.id, 0.2}};
    same                     = same &&
           same_as_reference(subject, NULL, &setup, (Vst3Score){events, 2}, (Vst3Blocks){.frames = 64}, 1024);
  }
  tap_ok(same, "%s: a change takes effect at its frame, at every offset in a block", subject->effect->id);
}

static void
check_fuzz(const Subject* subject)
{
  static const uint32_t blocks[] = {1, 7, 64, 441, 4096, 0};
  const Vst3Setup       setup    = {RATE, 2, 2, false, true};
  Vst3Event* const      events   = random_events(subject->effect, 12000, 400, 23);
  const Vst3Score       score    = {events, 400};
  for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); ++b) {
    tap_ok(
      same_as_reference(subject, NULL, &setup, score, (Vst3Blocks){.frames = blocks[b], .seed = 4}, 12000),
      "%s: random changes of all parameters in blocks of %u are the instance's to the bit",
      subject->effect->id, blocks[b]);
  }
  kit_free(events);
}

// More changes than the plugin has room for at once
static void
check_flood(const Subject* subject)
{
  const Vst3Setup  setup  = {RATE, 2, 2, false, true};
  const uint32_t   n      = 4000;
  Vst3Event* const events = random_events(subject->effect, n, n, 29);
  tap_ok(same_as_reference(subject, NULL, &setup, (Vst3Score){events, n}, (Vst3Blocks){.frames = n}, n),
         "%s: a change at each of %u frames of one block is taken in", subject->effect->id, n);
  kit_free(events);
}

static void
check_bypass(const Subject* subject)
{
  const Vst3Setup      setup = {RATE, 2, 2, true, true};
  Vst3Host             host;
  struct v3_param_info bypass;
  KitAudio             in  = make_signal(RATE, 2, N_FRAMES, 8);
  KitAudio             out = make_audio(RATE, 2, N_FRAMES);
  open_plugin(subject, &host);
  vst3_find_flagged(&host, V3_PARAM_IS_BYPASS, &bypass);
  (*host.controller)->set_parameter_normalised(host.controller, bypass.param_id, 1.0);
  vst3_start(&host, &setup);
  const uint32_t latency = (*host.processor)->get_latency_samples(host.processor);
  vst3_play(&host, &in, &out, (Vst3Score){0}, (Vst3Blocks){.seed = 9});
  tap_ok(latency < N_FRAMES &&
           !memcmp(out.channels[0] + latency, in.channels[0], (N_FRAMES - latency) * sizeof(double)),
         "%s: bypassed, the output is the input, %u frames later", subject->effect->id, latency);
  close_plugin(subject, &host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
add_programs(Vst3Host* host, Vst3Event* events, uint32_t n)
{
  struct v3_param_info program;
  for (uint32_t i = 0; i < n && vst3_find_flagged(host, V3_PARAM_PROGRAM_CHANGE, &program); i += 40U) {
    events[i].id = program.param_id;
  }
}

// With a deadline: what has to be built is built beside, at no certain time, so only its manners are looked
// at
static void
check_realtime(const Subject* subject)
{
  const Vst3Setup  setup  = {RATE, 2, 2, false, false};
  const uint32_t   n      = 2000;
  Vst3Event* const events = random_events(subject->effect, 60000, n, 31);
  Vst3Host         host;
  KitAudio         in  = make_signal(RATE, 2, 60000, 3);
  KitAudio         out = make_audio(RATE, 2, 60000);
  open_plugin(subject, &host);
  add_programs(&host, events, n);
  vst3_start(&host, &setup);
  rt_guard_clear();
  vst3_play(&host, &in, &out, (Vst3Score){events, n}, (Vst3Blocks){.seed = 5});
  rt_guard_print();
  const uint64_t n_calls = rt_guard_count();
  tap_ok(
    rig_peak(&out) < (double)INFINITY && !n_calls,
    "%s: under random changes in real time it stays finite and never allocates, locks or calls the system",
    subject->effect->id);
  close_plugin(subject, &host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  kit_free(events);
}

/** A change at frame 0 of each parameter but the bypass; caller frees. */
static Vst3Event*
all_at_once(const KitEffect* effect, uint32_t* n, uint32_t seed)
{
  *n                      = kit_host_params_count(effect) - 1U;
  Vst3Event* const events = (Vst3Event*)kit_calloc(*n, sizeof(Vst3Event));
  KitRng           rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < *n; ++i) {
    KitHostParam param;
    kit_host_params_at(effect, i, &param);
    events[i] = (Vst3Event){0, param.id, kit_rng_uniform(&rng)};
  }
  return events;
}

static double*
values_after(const KitEffect* effect, const Vst3Event* events, uint32_t n)
{
  double* const values = (double*)kit_calloc(kit_params_n_slots(effect->table), sizeof(double));
  kit_params_defaults(effect->table, values);
  for (uint32_t i = 0; i < n; ++i) {
    KitHostParam param;
    kit_host_params_by_id(effect, events[i].id, &param);
    values[param.slot] = kit_param_from_normal(param.param, events[i].normal);
  }
  return values;
}

// A block without frames or buses is how hosts deliver changes while nothing plays
static void
check_flush(const Subject* subject, bool active)
{
  const Vst3Setup  setup  = {RATE, 2, 2, true, true};
  uint32_t         n      = 0;
  Vst3Event* const events = all_at_once(subject->effect, &n, 37);
  double* const    values = values_after(subject->effect, events, n);
  KitAudio         in     = make_signal(RATE, 2, N_FRAMES, 12);
  KitAudio         out    = make_audio(RATE, 2, N_FRAMES);
  const Vst3Score  score  = {events, active ? n : 0U};
  KitAudio         want   = reference(subject, active ? NULL : values, &setup, &in, score);
  Vst3Host         host;
  open_plugin(subject, &host);
  for (uint32_t i = 0; i < n; ++i) {
    vst3_change(host.in_changes, events[i].id, 0, events[i].normal);
  }
  if (active) {
    vst3_start(&host, &setup);
  }
  const v3_result flushed = vst3_process(&host, NULL, 0, NULL, 0, 0);
  if (!active) {
    vst3_start(&host, &setup);
  }
  vst3_play(&host, &in, &out, (Vst3Score){0}, (Vst3Blocks){.seed = 6});
  tap_ok(flushed == V3_OK && rig_equal(&want, &out), "%s: changes in a block of no frames, %s, count",
         subject->effect->id, active ? "at the next block's first frame" : "before it is active");
  close_plugin(subject, &host);
  kit_free(events);
  kit_free(values);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&want);
}

static void
check_restart(const Subject* subject)
{
  const Vst3Setup setup = {RATE, 2, 2, true, true};
  Vst3Host        host;
  KitAudio        noise = make_signal(RATE, 2, N_FRAMES, 10);
  KitAudio        in    = make_signal(RATE, 2, N_FRAMES, 11);
  KitAudio        out   = make_audio(RATE, 2, N_FRAMES);
  KitAudio        want  = reference(subject, NULL, &setup, &in, (Vst3Score){0});
  open_plugin(subject, &host);
  vst3_start(&host, &setup);
  vst3_play(&host, &noise, &out, (Vst3Score){0}, (Vst3Blocks){.frames = 64});
  (*host.processor)->set_processing(host.processor, 0);
  (*host.processor)->set_processing(host.processor, 1);
  vst3_play(&host, &in, &out, (Vst3Score){0}, (Vst3Blocks){.frames = 64});
  tap_ok(rig_equal(&want, &out), "%s: stopped and started, it has forgotten all sound", subject->effect->id);
  close_plugin(subject, &host);
  kit_audio_cleanup(&noise);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&want);
}

void
check_automation(const Subject* subject)
{
  check_restart(subject);
  check_flush(subject, true);
  check_flush(subject, false);
  check_realtime(subject);
  check_every_offset(subject);
  check_fuzz(subject);
  check_flood(subject);
  check_bypass(subject);
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

void
check_flags(const Subject* subject)
{
  const Vst3Setup setup = {RATE, 2, 2, false, true};
  Vst3Host        host;
  open_plugin(subject, &host);
  vst3_start(&host, &setup);
  const uint64_t silent = flags_after(&host, 0.0f, 2);
  const uint64_t loud   = flags_after(&host, 0.5f, 200);
  tap_ok(silent == 3U && loud == 0U, "%s: silent outputs are flagged, sounding ones are not",
         subject->effect->id);
  close_plugin(subject, &host);
}
