// SPDX-License-Identifier: ISC
/**
   @file host.h  What tests ask of a host, whatever the format.

   Three back ends (host_clap.c, host_vst3.c, host_lv2.c) wrap the small hosts in
   test/clap, test/vst3 and test/lv2; a program is linked with one of them, and
   finds it as #host_format.

   Values are plain, in a parameter's own unit.  Events are those of an instance:
   a back end translates them into its format's.  Calls come from one thread at a
   time for each plugin, but process() and `reset` may come from another than the
   rest; different plugins may be used by different threads at once.
*/
#ifndef KIT_TEST_HOST_H
#define KIT_TEST_HOST_H

#include "directory.h"
#include "vstkit/direct.h"

/** A loaded module; back ends put what is theirs behind. */
typedef struct {
  const KitEffect* effect;
  char             id[256]; ///< Name of its plugin in the format
} HostModule;

/** What a format can do. */
enum {
  HOST_DOUBLE       = 1U << 0U, ///< Carries double samples, else float
  HOST_MODULATION   = 1U << 1U,
  HOST_EVENTS       = 1U << 2U,  ///< Has changes inside of blocks; else blocks are cut at changes
  HOST_ORDER        = 1U << 3U,  ///< Keeps the order of several parameters' changes at one frame
  HOST_STREAMS      = 1U << 4U,  ///< States go through streams that take or give a few bytes at a time
  HOST_SHOWS        = 1U << 5U,  ///< `get` shows what `load` has loaded
  HOST_BUSY_STATE   = 1U << 6U,  ///< States may be saved and loaded while another thread processes
  HOST_REFUSES      = 1U << 7U,  ///< process() of what is not active is an error
  HOST_REPEATS      = 1U << 8U,  ///< A change to the present value is one
  HOST_ANSWERS      = 1U << 9U,  ///< `start` says if it was refused; else what does not run is silent
  HOST_STARTS_THERE = 1U << 10U, ///< Hosts set all parameters to the defaults that they are told
};

/** How to run a plugin. */
typedef struct {
  double   sample_rate;
  uint32_t n_in;
  uint32_t n_out;
  uint32_t max_frames;
  bool     is_double;
  bool     offline; ///< No deadline; else process() is under the guard of test/rt
} HostSetup;

/** A parameter as the format describes it; what it does not say is empty. */
typedef struct {
  uint32_t id;
  char     name[128];
  char     group[128];
  char     unit[64];
  double   min;
  double   max;
  double   def;
  bool     is_stepped;
  bool     is_choice;
  bool     is_hidden;
  bool     is_bypass;
} HostParam;

typedef enum { HOST_EDIT_BEGIN, HOST_EDIT_VALUE, HOST_EDIT_END } HostEditType;

/** An edit that came out of the plugin. */
typedef struct {
  HostEditType type;
  uint32_t     frame; ///< In the block that it came with, else 0
  uint32_t     id;
  double       value;
} HostEdit;

#define HOST_EDITS 64U

/** What a plugin has told its host since it was opened. */
typedef struct {
  uint32_t n_values;       ///< That values moved on their own
  uint32_t n_latency;      ///< That there is, or will be after a restart, another latency
  uint32_t n_wrong_thread; ///< Calls on threads where they must not be made
  uint32_t n_edits;
  HostEdit edits[HOST_EDITS]; ///< The first of them
} HostTold;

/** A plugin; back ends put what is theirs behind. */
typedef struct {
  HostModule*      module;
  const KitEffect* effect;
  HostSetup        setup;   ///< Of the last start
  size_t           chunk;   ///< Most bytes that a state's stream moves in one call; 0 = all
  size_t           fail_at; ///< A state's stream fails from this byte on; 0 = never
  KitTransport     song;    ///< Where the host says it is; a tempo of 0 before any was said
  bool             jumps;   ///< Its position was said for the coming block
} HostPlugin;

/** Note an event of tempo or place, for the start of a block.  @return whether it is one. */
bool
host_take_time(HostPlugin* plugin, const KitEvent* event);

typedef struct {
  const char* name;       ///< "clap"
  const char* state_file; ///< Name of its files in test/states
  uint32_t    can;        ///< HOST_…
  bool        reopen; ///< A library comes and goes with its module, else with the first and last plugin of it

  /** Load the module at `path`.  @return null, with a note, if it is not loaded, or holds another effect. */
  HostModule* (*module_open)(const char* path, const KitEffect* effect);
  void (*module_close)(HostModule* module);

  /** Make a plugin, inactive, stereo.  @return null if it cannot be made. */
  HostPlugin* (*open)(HostModule* module);

  /** Close it in whatever state it is.  @return false if it lives on or keeps something of the host. */
  bool (*close)(HostPlugin* plugin);

  /** Choose the layout, activate, start processing.  @return false if any of that is refused. */
  bool (*start)(HostPlugin* plugin, const HostSetup* setup);
  void (*stop)(HostPlugin* plugin);

  /** Have an active plugin forget all sound. */
  void (*reset)(HostPlugin* plugin);

  /** One block.  @return false if the plugin calls it an error. */
  bool (*process)(HostPlugin* plugin, const KitProcess* process);

  /** Set a value (of the bypass switch: 0 or 1) other than in a block.  @return false if that is refused. */
  bool (*set)(HostPlugin* plugin, const KitHostParam* param, double value);

  /** As hosts show it. */
  double (*get)(const HostPlugin* plugin, const KitHostParam* param);

  /** What is left of a value on its way through the format. */
  double (*carried)(const KitParam* param, double value);

  /** What only the format has (programs, latency) is not in the list.  @return false past its end. */
  bool (*param)(const HostPlugin* plugin, uint32_t index, HostParam* out);

  /** Text of a value without its unit, and back.  Null where hosts make texts.  @return false: refused. */
  bool (*to_text)(const HostPlugin* plugin, const KitHostParam* param, double value, char* buf, size_t size);
  bool (*from_text)(const HostPlugin* plugin, const KitHostParam* param, const char* text, double* value);

  /** Frames, of an active plugin that has processed. */
  uint32_t (*latency)(const HostPlugin* plugin);

  /** Frames, `infinite_tail` or more of them if it sustains.  Null where the format has no such thing. */
  uint32_t (*tail)(const HostPlugin* plugin);
  uint32_t infinite_tail;

  /** State of the plugin.  Free with kit_free().  @return null if it cannot be saved. */
  char* (*save)(HostPlugin* plugin, size_t* size);

  /** @return false if it is refused. */
  bool (*load)(HostPlugin* plugin, const char* data, size_t size);

  /** What a host keeps in files: the state, and its own values where it has any. */
  char* (*save_file)(HostPlugin* plugin, size_t* size);
  bool (*load_file)(HostPlugin* plugin, const char* data, size_t size);

  /** The effect's own presets as hosts list them: `name` [128].  @return false past their end. */
  bool (*preset_name)(HostPlugin* plugin, uint32_t index, char* name);
  bool (*load_preset)(HostPlugin* plugin, uint32_t index);

  /** What the host does on its main thread now and then.  Null where it does nothing. */
  void (*idle)(HostPlugin* plugin);

  void (*told)(const HostPlugin* plugin, HostTold* out);
} HostFormat;

extern const HostFormat host_format;

/** Number of host parameters, the bypass switch last among them. */
uint32_t
host_n_listed(const KitEffect* effect);

/** Host parameter `index`.  @return false if there is none. */
bool
host_param_at(const KitEffect* effect, uint32_t index, KitHostParam* out);

/** The host parameter at `slot`.  One that does not exist gets a number that no parameter has. */
KitHostParam
host_param(const KitEffect* effect, uint32_t slot);

/** Length of the list of parameters. */
uint32_t
host_n_params(const HostPlugin* plugin);

/** End the program with "Bail out! what" unless `condition` holds. */
void
host_require(bool condition, const char* what);

#endif
