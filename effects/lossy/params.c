// SPDX-License-Identifier: ISC
#include "params.h"

#include "bands.h"
#include "notes.h"

#define ADDED KIT_PARAM_OPTIONAL // Older presets do without it

#define PARAM(id_, name_, short_, section_, help_)                                                           \
  .key = (id_), .name = (name_), .short_name = (short_), .section = (section_), .help = (help_)
#define RANGE(min_, max_, def_) .min = (min_), .max = (max_), .def = (def_)
#define INT(min_, max_, def_)   .kind = KIT_KIND_INT, RANGE(min_, max_, def_), .step = 1.0
#define CHOICE(last_, def_, labels_)                                                                         \
  .kind = KIT_KIND_CHOICE, RANGE(0.0, last_, def_), .step = 1.0, .choices = (labels_)

static const char* const off_on[]        = {"off", "on", NULL};
static const char* const inverses[]      = {"standard", "inverse", NULL};
static const char* const quantizers[]    = {"uniform", "compand", NULL};
static const char* const packet_modes[]  = {"clean", "loss", "repeat", "conceal", NULL};
static const char* const filter_types[]  = {"bypass", "bandpass", "notch", NULL};
static const char* const filter_slopes[] = {"6 dB/oct", "24 dB/oct", "96 dB/oct", NULL};
static const char* const positions[]     = {"pre", "post", NULL};
static const char* const freeze_modes[]  = {"slushy", "solid", NULL};
static const char* const stereos[]       = {"left/right", "mid/side", "mono", NULL};
static const char* const voices[]        = {"off", "narrow", "wide", "voip", NULL};
static const char* const ramps[]         = {"off", "up", "down", NULL};
static const char* const targets[]       = {
        "loss", "window size", "crush", "decimate", "verb", "filter frequency", "gate", NULL,
};

static const KitNeed packets_lost[]  = {{"packets", 1.0, 3.0}, {NULL}};
static const KitNeed sides[]         = {{"stereo", 1.0, 1.0}, {NULL}};
static const KitNeed speaking[]      = {{"voice", 1.0, 3.0}, {NULL}};
static const KitNeed ramping[]       = {{"ramp", 1.0, 2.0}, {NULL}};
static const KitNeed filter_on[]     = {{"filter_type", 1.0, 2.0}, {NULL}};
static const KitNeed frozen[]        = {{"freeze", 1.0, 1.0}, {NULL}};
static const KitNeed frozen_slushy[] = {{"freeze", 1.0, 1.0}, {"freeze_mode", 0.0, 0.0}, {NULL}};
static const KitNeed bouncing[]      = {{"bounce", 1.0, 1.0}, {NULL}};
static const KitNeed pre_echo_on[]   = {{"pre_echo", KIT_ABOVE_ZERO, 1.0}, {NULL}};
// Or else the LFO may bring it in
static const KitNeed verb_on[] = {{"verb", KIT_ABOVE_ZERO, 1.0, .or_next = true},
                                  {"bounce", 1.0, 1.0},
                                  {NULL}};

const KitSection lossy_sections[LOSSY_N_SECTIONS] = {
  {"spectral", "Spectral"}, {"crush", "Crush"},   {"packets", "Packets"}, {"filter", "Filter"},
  {"effects", "Effects"},   {"bounce", "Bounce"}, {"output", "Output"},   {"voice", "Voice"},
  {"stereo", "Stereo"},     {"time", "Time"},
};

const KitParam lossy_params[LOSSY_N_PARAMS] = {
  [LOSSY_LOSS] = {PARAM("loss", "Loss", "Loss", "spectral", "How much of the spectrum the codec destroys"),
                  .flags = KIT_PARAM_PLAY, RANGE(0.0, 1.0, 0.5)},
  [LOSSY_GLOBAL_AMOUNT] =
    {PARAM("global_amount", "Global Amount", "Global", "output",
           "Scales loss, jitter, phase loss, pre-echo, crush, decimate, packets, verb and gate"),
     RANGE(0.0, 1.0, 1.0)},
  [LOSSY_WET_DRY] = {PARAM("wet_dry", "Wet/Dry", "Wet", "output", "0 is the input, 1 the degraded sound"),
                     .flags = KIT_PARAM_PLAY, RANGE(0.0, 1.0, 1.0)},
  [LOSSY_JITTER] = {PARAM("jitter", "Phase Jitter", "Jitter", "spectral", "Random phases: smears and swirls"),
                    .flags = KIT_PARAM_PLAY, RANGE(0.0, 1.0, 0.0)},
  [LOSSY_PHASE_LOSS]   = {PARAM("phase_loss", "Phase Loss", "PhaseLos", "spectral",
                                "Coarser phases: robotic and metallic"),
                          .flags = KIT_PARAM_PLAY, RANGE(0.0, 1.0, 0.0)},
  [LOSSY_CRUSH]        = {PARAM("crush", "Crush", "Crush", "crush", "Fewer bits: 16 at 0, 4 at 1"),
                          .flags = KIT_PARAM_PLAY, RANGE(0.0, 1.0, 0.0)},
  [LOSSY_DECIMATE]     = {PARAM("decimate", "Decimate", "Decimate", "crush",
                                "Holds every sample for longer: up to 32 samples at 44.1 kHz"),
                          RANGE(0.0, 1.0, 0.0)},
  [LOSSY_FILTER_FREQ]  = {PARAM("filter_freq", "Filter Frequency", "FiltFreq", "filter",
                                "Centre of the band or notch"),
                          .flags = KIT_PARAM_PLAY, .needs = filter_on, RANGE(20.0, 20000.0, 1000.0),
                          .scale = KIT_SCALE_LOG, .unit = KIT_UNIT_HZ, .smooth_ms = 20.0},
  [LOSSY_FILTER_WIDTH] = {PARAM("filter_width", "Filter Width", "FiltWid", "filter", "0 is narrow, 1 wide"),
                          .needs = filter_on, RANGE(0.0, 1.0, 0.5), .smooth_ms = 20.0},
  [LOSSY_VERB]         = {PARAM("verb", "Verb", "Verb", "effects", "Mix of the lo-fi reverb"),
                          .flags = KIT_PARAM_PLAY, RANGE(0.0, 1.0, 0.0)},
  [LOSSY_DECAY]        = {PARAM("decay", "Verb Decay", "Decay", "effects", "Feedback of the lo-fi reverb"),
                          .needs = verb_on, RANGE(0.0, 1.0, 0.5)},
  [LOSSY_FREEZE]       = {PARAM("freeze", "Freeze", "Freeze", "effects", "Holds the spectrum of the moment"),
                          .flags = KIT_PARAM_PLAY, CHOICE(1.0, 0.0, off_on)},
  [LOSSY_FREEZER]      = {PARAM("freezer", "Freezer", "Freezer", "effects",
                                "Blend from the live (0) to the frozen spectrum (1)"),
                          .needs = frozen, RANGE(0.0, 1.0, 1.0)},
  [LOSSY_PACKET_RATE]  = {PARAM("packet_rate", "Packet Rate", "PktRate", "packets",
                                "How often bursts of lost packets begin"),
                          .flags = KIT_PARAM_PLAY, .needs = packets_lost, RANGE(0.0, 1.0, 0.3)},
  [LOSSY_GATE]         = {PARAM("gate", "Gate", "Gate", "effects",
                                "Level (RMS) below which the sound is turned down"),
                          RANGE(0.0, 1.0, 0.0)},
  [LOSSY_INVERSE]      = {PARAM("inverse", "Inverse", "Inverse", "spectral",
                                "Keeps only what the codec throws away"),
                          .flags = KIT_PARAM_PLAY, CHOICE(1.0, 0.0, inverses)},
  [LOSSY_QUANTIZER]    = {PARAM("quantizer", "Quantizer", "Quant", "spectral",
                                "Even magnitude steps, or finer steps for quiet partials"),
                          CHOICE(1.0, 0.0, quantizers)},
  [LOSSY_PRE_ECHO] = {PARAM("pre_echo", "Pre-Echo", "PreEcho", "spectral", "More loss just before attacks"),
                      RANGE(0.0, 1.0, 0.0)},
  [LOSSY_NOISE_SHAPE]     = {PARAM("noise_shape", "Noise Shape", "NoiseShp", "spectral",
                                   "Coarser steps in the valleys of the spectrum"),
                             RANGE(0.0, 1.0, 0.0)},
  [LOSSY_HF_THRESHOLD]    = {PARAM("hf_threshold", "HF Threshold", "HFThresh", "spectral",
                                   "Loss above which the high frequencies roll off"),
                             RANGE(0.0, 1.0, 0.3)},
  [LOSSY_TRANSIENT_RATIO] = {PARAM("transient_ratio", "Transient Ratio", "TransRat", "spectral",
                                   "Jump in energy that counts as an attack for the pre-echo"),
                             .needs = pre_echo_on, RANGE(1.5, 20.0, 4.0), .scale = KIT_SCALE_LOG},
  [LOSSY_WINDOW_SIZE]     = {PARAM("window_size", "Window Size", "Window", "spectral",
                                   "Short is grainy, long is smeared"),
                             INT(64.0, 16384.0, 2048.0), .scale = KIT_SCALE_LOG, .unit = KIT_UNIT_SAMPLES,
                             .flags = KIT_PARAM_REBUILD | KIT_PARAM_NO_MODULATE},
  [LOSSY_HOP_DIVISOR]     = {PARAM("hop_divisor", "Hop Divisor", "HopDiv", "spectral",
                                   "Windows that overlap: 1 chops, 8 is smoothest"),
                             INT(1.0, 8.0, 4.0), .flags = KIT_PARAM_REBUILD | KIT_PARAM_NO_MODULATE},
  [LOSSY_N_BANDS] = {PARAM("n_bands", "Bands", "Bands", "spectral", "Bands that the codec drops as a whole"),
                     INT(2.0, LOSSY_MAX_BANDS, 21.0), .flags = KIT_PARAM_REBUILD | KIT_PARAM_NO_MODULATE},
  [LOSSY_PACKETS] = {PARAM(
                       "packets", "Packets", "Packets", "packets",
                       "What becomes of a lost packet: silence, a repeat, or what a good decoder makes up"),
                     .flags = KIT_PARAM_PLAY, CHOICE(3.0, 0.0, packet_modes)},
  [LOSSY_PACKET_SIZE]    = {PARAM("packet_size", "Packet Size", "PktSize", "packets", "Length of a packet"),
                            .needs = packets_lost, RANGE(5.0, 200.0, 30.0), .unit = KIT_UNIT_MS},
  [LOSSY_FILTER_TYPE]    = {PARAM("filter_type", "Filter Type", "FiltType", "filter",
                                  "Keeps a band, or cuts a notch"),
                            .flags = KIT_PARAM_PLAY, CHOICE(2.0, 0.0, filter_types)},
  [LOSSY_FILTER_SLOPE]   = {PARAM("filter_slope", "Filter Slope", "FiltSlop", "filter",
                                  "Steepness of the filter"),
                            .needs = filter_on, CHOICE(2.0, 1.0, filter_slopes)},
  [LOSSY_VERB_POSITION]  = {PARAM("verb_position", "Verb Position", "VerbPos", "effects",
                                  "Reverb before or after the codec"),
                            .needs = verb_on, CHOICE(1.0, 0.0, positions)},
  [LOSSY_FREEZE_MODE]    = {PARAM("freeze_mode", "Freeze Mode", "FrzMode", "effects",
                                  "Slushy drifts with the input, solid stands still"),
                            .needs = frozen, CHOICE(1.0, 0.0, freeze_modes)},
  [LOSSY_SLUSHY_RATE]    = {PARAM("slushy_rate", "Slushy Rate", "Slushy", "effects",
                                  "How fast the slushy freeze drifts"),
                            .needs = frozen_slushy, RANGE(0.001, 0.5, 0.03), .scale = KIT_SCALE_LOG},
  [LOSSY_BOUNCE]         = {PARAM("bounce", "Bounce", "Bounce", "bounce", "An LFO moves one parameter"),
                            CHOICE(1.0, 0.0, off_on), .flags = KIT_PARAM_REBUILD | KIT_PARAM_NO_MODULATE},
  [LOSSY_BOUNCE_TARGET]  = {PARAM("bounce_target", "Bounce Target", "BncTrgt", "bounce",
                                  "The parameter that the LFO moves"),
                            .needs = bouncing, CHOICE(6.0, 0.0, targets)},
  [LOSSY_BOUNCE_RATE]    = {PARAM("bounce_rate", "Bounce Rate", "BncRate", "bounce",
                                  "Between the slowest and the fastest rate"),
                            .needs = bouncing, RANGE(0.0, 1.0, 0.3)},
  [LOSSY_BOUNCE_LFO_MIN] = {PARAM("bounce_lfo_min", "Bounce Slowest", "BncSlow", "bounce",
                                  "Rate of the LFO at bounce rate 0"),
                            .needs = bouncing,
                            RANGE(0.01, 50.0, 0.1), .scale = KIT_SCALE_LOG, .unit = KIT_UNIT_HZ},
  [LOSSY_BOUNCE_LFO_MAX] = {PARAM("bounce_lfo_max", "Bounce Fastest", "BncFast", "bounce",
                                  "Rate of the LFO at bounce rate 1"),
                            .needs = bouncing,
                            RANGE(0.01, 50.0, 5.0), .scale = KIT_SCALE_LOG, .unit = KIT_UNIT_HZ},
  [LOSSY_SEED]         = {PARAM("seed", "Seed", "Seed", "output", "Number that all random choices grow from"),
                          INT(0.0, 999999.0, 42.0), .hard_min = 0.0, .hard_max = 4294966295.0,
                          .flags = KIT_PARAM_NO_MODULATE},
  [LOSSY_WEIGHTING]    = {PARAM("weighting", "Weighting", "Weight", "spectral",
                                "Drops all bands alike (0), or what the ear misses least (1)"),
                          RANGE(0.0, 1.0, 1.0), .flags = KIT_PARAM_HIDDEN},
  [LOSSY_THRESHOLD]    = {PARAM("threshold", "Limiter Ceiling", "Ceiling", "output",
                                "Peak level of the output: 0.1 at 0, 0.95 at 1"),
                          RANGE(0.0, 1.0, 0.5), .flags = KIT_PARAM_HIDDEN},
  [LOSSY_AUTO_GAIN]    = {PARAM("auto_gain", "Auto Gain", "AutoGain", "output",
                                "Gives back the loudness that the codec took"),
                          RANGE(0.0, 1.0, 0.0), .flags = KIT_PARAM_HIDDEN},
  [LOSSY_LOSS_GAIN]    = {PARAM("loss_gain", "Loss Gain", "LossGain", "output",
                                "Level after the codec: -36 dB at 0, +36 dB at 1"),
                          RANGE(0.0, 1.0, 0.5), .flags = KIT_PARAM_HIDDEN},
  [LOSSY_STEREO]       = {PARAM("stereo", "Stereo Coding", "Stereo", "stereo",
                                "Codes left and right, their middle and sides, or the middle alone"),
                          CHOICE(2.0, 0.0, stereos), .flags = ADDED | KIT_PARAM_REBUILD | KIT_PARAM_NO_MODULATE},
  [LOSSY_HF_MONO]      = {PARAM("hf_mono", "Mono Above", "MonoAbov", "stereo",
                                "Frequency above which mid/side coding drops the sides; 20 kHz keeps them"),
                          .needs = sides, RANGE(500.0, 20000.0, 20000.0), .scale = KIT_SCALE_LOG,
                          .unit = KIT_UNIT_HZ, .flags = ADDED},
  [LOSSY_SPREAD]       = {PARAM("spread", "Spread", "Spread", "stereo",
                                "How far lost packets and the verb differ between left and right"),
                          RANGE(0.0, 1.0, 0.0), .flags = ADDED},
  [LOSSY_VOICE]        = {PARAM("voice", "Voice Codec", "Voice", "voice",
                                "Speech codec in front of all: of phones (narrow, wide) or internet calls"),
                          CHOICE(3.0, 0.0, voices), .flags = ADDED | KIT_PARAM_REBUILD | KIT_PARAM_NO_MODULATE},
  [LOSSY_VOICE_DETAIL] = {PARAM("voice_detail", "Voice Detail", "VoiceDet", "voice",
                                "Pulses of each 40 that the voice codec keeps; with voip, its fineness"),
                          .needs = speaking, INT(1.0, 40.0, 10.0), .flags = ADDED},
  [LOSSY_PACKET_SYNC]  = {PARAM("packet_sync", "Packet Sync", "PktSync", "packets",
                                "Makes packets a note long at the song's tempo, instead of the packet size"),
                          .needs = packets_lost, CHOICE(KIT_N_NOTES - 1, 0.0, kit_notes), .flags = ADDED},
  [LOSSY_BOUNCE_SYNC]  = {PARAM("bounce_sync", "Bounce Sync", "BncSync", "bounce",
                                "Bounces once in a note at the song's tempo, instead of at the bounce rate"),
                          .needs = bouncing, CHOICE(KIT_N_NOTES - 1, 0.0, kit_notes), .flags = ADDED},
  [LOSSY_RAMP]         = {PARAM("ramp", "Ramp", "Ramp", "time",
                                "Brings loss, packets and freeze in (up) or out (down) once it is switched"),
                          CHOICE(2.0, 0.0, ramps), .flags = ADDED | KIT_PARAM_NO_MODULATE},
  [LOSSY_RAMP_TIME]    = {PARAM("ramp_time", "Ramp Time", "RampTime", "time", "How long the ramp takes"),
                          .needs = ramping, RANGE(0.1, 60.0, 8.0), .scale = KIT_SCALE_LOG, .unit = KIT_UNIT_S,
                          .flags = ADDED},
  [LOSSY_PACE]         = {PARAM("pace", "Speed", "Speed", "time",
                                "How fast packets, slushy freeze, bounce and ramp go: a quarter to four times"),
                          RANGE(0.0, 1.0, 0.5), .flags = ADDED},
};
