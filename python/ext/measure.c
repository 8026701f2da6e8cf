// SPDX-License-Identifier: ISC
#include "core.h"

#include "vstkit/analyze.h"

typedef struct {
  const char* key;
  double      value;
} Entry;

/** Add numbers to a dictionary.  @return false with an exception. */
static bool
add_all(PyObject* dict, const Entry* entries, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    PyObject* const value = PyFloat_FromDouble(entries[i].value);
    const bool      ok    = value && !PyDict_SetItemString(dict, entries[i].key, value);
    Py_XDECREF(value);
    if (!ok) {
      return false;
    }
  }
  return true;
}

static PyObject*
dict_of(const Entry* entries, size_t n)
{
  PyObject* const dict = PyDict_New();
  if (dict && !add_all(dict, entries, n)) {
    Py_DECREF(dict);
    return NULL;
  }
  return dict;
}

#define DICT(entries) dict_of(entries, sizeof(entries) / sizeof((entries)[0]))

/** One or two pieces of audio and what is found out about them. */
typedef struct {
  CoreBuffer buffers[2];
  CoreAudio  audio[2];
  KitStatus (*measure)(const CoreAudio* audio, void* result);
  void* result;
} Job;

static int
run(const CoreState* state, Job* job, PyObject* const* objects, size_t n, bool channels_first, double rate)
{
  CoreMessages messages;
  core_messages_init(&messages);
  size_t n_open = 0;
  int    st     = 0;
  while (!st && n_open < n) {
    st = core_audio_read(state, objects[n_open], channels_first, rate, &job->buffers[n_open],
                         &job->audio[n_open]);
    n_open += st ? 0U : 1U;
  }
  if (!st) {
    KitStatus status = KIT_SUCCESS;
    Py_BEGIN_ALLOW_THREADS
    status = job->measure(job->audio, job->result);
    Py_END_ALLOW_THREADS
    st = core_messages_settle(state, &messages, status);
  }
  for (size_t i = 0; i < n_open; ++i) {
    core_audio_cleanup(&job->audio[i]);
    core_buffer_close(&job->buffers[i]);
  }
  return st;
}

static KitStatus
measure_analysis(const CoreAudio* audio, void* result)
{
  return kit_analyze(&audio->audio, (KitAnalysis*)result);
}

static KitStatus
measure_levels(const CoreAudio* audio, void* result)
{
  return kit_analyze_levels(&audio->audio, (KitLevels*)result);
}

PyObject*
core_levels(PyObject* module, PyObject* args)
{
  PyObject* object;
  int       channels_first;
  double    rate;
  KitLevels levels = {0};
  Job       job    = {.measure = measure_levels, .result = &levels};
  if (!PyArg_ParseTuple(args, "Opd", &object, &channels_first, &rate) ||
      run((const CoreState*)PyModule_GetState(module), &job, &object, 1, channels_first, rate)) {
    return NULL;
  }
  const Entry entries[] = {
    {"rms_db", levels.rms_db},
    {"peak_db", levels.peak_db},
    {"lufs", levels.lufs},
    {"n_clipped", levels.n_clipped},
  };
  return DICT(entries);
}

PyObject*
core_analyze(PyObject* module, PyObject* args)
{
  PyObject*   object;
  int         channels_first;
  double      rate;
  KitAnalysis a;
  Job         job = {.measure = measure_analysis, .result = &a};
  if (!PyArg_ParseTuple(args, "Opd", &object, &channels_first, &rate) ||
      run((const CoreState*)PyModule_GetState(module), &job, &object, 1, channels_first, rate)) {
    return NULL;
  }
  const Entry entries[] = {
    {"duration_s", a.duration_s},
    {"rms_db", a.rms_db},
    {"peak_db", a.peak_db},
    {"true_peak_db", a.true_peak_db},
    {"crest_db", a.crest_db},
    {"lufs", a.lufs},
    {"centroid_hz", a.centroid_hz},
    {"bandwidth_hz", a.bandwidth_hz},
    {"flatness", a.flatness},
    {"sample_rate", a.sample_rate},
    {"lra_lu", a.lra_lu},
    {"dc", a.dc},
    {"n_clipped", a.n_clipped},
    {"stereo_correlation", a.stereo_correlation},
    {"n_not_finite", (double)a.n_not_finite},
    {"n_channels", (double)a.n_channels},
  };
  return DICT(entries);
}

static KitStatus
measure_comparison(const CoreAudio* audio, void* result)
{
  return kit_compare(&audio[0].audio, &audio[1].audio, (KitComparison*)result);
}

PyObject*
core_compare(PyObject* module, PyObject* args)
{
  PyObject*     objects[2];
  int           channels_first;
  double        rate;
  KitComparison c;
  Job           job = {.measure = measure_comparison, .result = &c};
  if (!PyArg_ParseTuple(args, "OOpd", &objects[0], &objects[1], &channels_first, &rate) ||
      run((const CoreState*)PyModule_GetState(module), &job, objects, 2, channels_first, rate)) {
    return NULL;
  }
  const Entry entries[] = {
    {"rms_change_db", c.rms_change_db},
    {"lufs_change", c.lufs_change},
    {"centroid_change_hz", c.centroid_change_hz},
    {"correlation", c.correlation},
    {"residual_db", c.residual_db},
    {"gain_db", c.gain_db},
    {"fitted_residual_db", c.fitted_residual_db},
  };
  return DICT(entries);
}

static PyObject*
band_dict(const KitBandDecay* band)
{
  const Entry entries[] = {
    {"centre_hz", band->centre_hz}, {"edt_s", band->edt_s},   {"t20_s", band->t20_s},
    {"t30_s", band->t30_s},         {"rt60_s", band->rt60_s}, {"c50_db", band->c50_db},
    {"c80_db", band->c80_db},
  };
  return DICT(entries);
}

static PyObject*
octave_list(const KitImpulseAnalysis* analysis)
{
  PyObject* const list = PyList_New((Py_ssize_t)analysis->n_octaves);
  for (uint32_t i = 0; list && i < analysis->n_octaves; ++i) {
    PyObject* const band = band_dict(&analysis->octaves[i]);
    if (!band || PyList_SetItem(list, (Py_ssize_t)i, band)) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

static KitStatus
measure_impulse(const CoreAudio* audio, void* result)
{
  return kit_analyze_impulse(&audio->audio, (KitImpulseAnalysis*)result);
}

PyObject*
core_analyze_impulse(PyObject* module, PyObject* args)
{
  PyObject*          object;
  int                channels_first;
  double             rate;
  KitImpulseAnalysis a;
  Job                job = {.measure = measure_impulse, .result = &a};
  if (!PyArg_ParseTuple(args, "Opd", &object, &channels_first, &rate) ||
      run((const CoreState*)PyModule_GetState(module), &job, &object, 1, channels_first, rate)) {
    return NULL;
  }
  PyObject* const broadband = band_dict(&a.broadband);
  PyObject* const octaves   = octave_list(&a);
  PyObject*       dict      = NULL;
  if (broadband && octaves) {
    dict = Py_BuildValue("{sdsdsdsdsdsdsdsOsO}", "onset_s", a.onset_s, "mixing_time_s", a.mixing_time_s,
                         "echo_density", a.echo_density, "early_density", a.early_density, "early_balance_db",
                         a.early_balance_db, "tail_correlation", a.tail_correlation, "tail_roughness",
                         a.tail_roughness, "broadband", broadband, "octaves", octaves);
  }
  Py_XDECREF(broadband);
  Py_XDECREF(octaves);
  return dict;
}

typedef struct {
  uint32_t   octave;
  CoreBuffer out;
  bool       fits;
} Curve;

static KitStatus
measure_curve(const CoreAudio* audio, void* result)
{
  Curve* const curve = (Curve*)result;
  CoreAudio    out   = {0};
  curve->fits        = curve->out.n_frames == audio->audio.n_frames && curve->out.n_channels == 1U;
  KitStatus st       = curve->fits ? core_audio_init(&out, &curve->out, 0.0, false, NULL) : KIT_ERR_BAD_ARG;
  if (!st && out.audio.n_frames) {
    st = kit_decay_curve(&audio->audio, curve->octave, out.audio.channels[0]);
    core_audio_store(&out, &curve->out);
  }
  core_audio_cleanup(&out);
  return st;
}

PyObject*
core_decay_curve(PyObject* module, PyObject* args)
{
  PyObject*    objects[2];
  int          channels_first;
  double       rate;
  unsigned int octave;
  Curve        curve = {0};
  Job          job   = {.measure = measure_curve, .result = &curve};
  if (!PyArg_ParseTuple(args, "OOpdI", &objects[0], &objects[1], &channels_first, &rate, &octave) ||
      core_buffer_open(objects[1], false, true, &curve.out)) {
    return NULL;
  }
  curve.octave = octave;
  const int st = run((const CoreState*)PyModule_GetState(module), &job, objects, 1, channels_first, rate);
  core_buffer_close(&curve.out);
  if (st) {
    return NULL;
  }
  Py_RETURN_NONE;
}
