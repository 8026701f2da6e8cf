// SPDX-License-Identifier: ISC
/**
   @file clap_ext.h  The parts of the CLAP ABI that the packaged headers (1.1.1, a subset) lack.

   Types and identifiers are those of CLAP 1.2, under names of our own so that they can stand
   beside complete headers.  Where an extension was renamed when it left draft without a change
   of layout, both identifiers are given; hosts of either age ask for theirs.
*/
#ifndef KIT_CLAP_EXT_H
#define KIT_CLAP_EXT_H

#include <clap/plugin.h>

#include <clap/entry.h>
#include <clap/ext/audio-ports.h>
#include <clap/ext/gui.h>
#include <clap/ext/latency.h>
#include <clap/ext/params.h>
#include <clap/ext/state.h>
#include <clap/ext/thread-check.h>
#include <clap/ext/timer-support.h>
#include <clap/plugin-factory.h>

/* params: flags newer than the packaged header */

#define KIT_CLAP_PARAM_IS_ENUM (1U << 16U) ///< Stepped, and every step has a name of its own

/* clap.tail */

#define KIT_CLAP_EXT_TAIL "clap.tail"

typedef struct {
  /** Frames from the end of the input to silence, latency included; from INT32_MAX on, for ever.
      [main-thread, audio-thread] */
  uint32_t(CLAP_ABI* get)(const clap_plugin_t* plugin);
} KitClapPluginTail;

typedef struct {
  void(CLAP_ABI* changed)(const clap_host_t* host); ///< [audio-thread]
} KitClapHostTail;

/* clap.render */

#define KIT_CLAP_EXT_RENDER "clap.render"

enum { KIT_CLAP_RENDER_REALTIME = 0, KIT_CLAP_RENDER_OFFLINE = 1 };

typedef struct {
  bool(CLAP_ABI* has_hard_realtime_requirement)(const clap_plugin_t* plugin); ///< [main-thread]
  bool(CLAP_ABI* set)(const clap_plugin_t* plugin, int32_t mode);             ///< [main-thread]
} KitClapPluginRender;

/* clap.log */

#define KIT_CLAP_EXT_LOG "clap.log"

enum {
  KIT_CLAP_LOG_DEBUG              = 0,
  KIT_CLAP_LOG_INFO               = 1,
  KIT_CLAP_LOG_WARNING            = 2,
  KIT_CLAP_LOG_ERROR              = 3,
  KIT_CLAP_LOG_FATAL              = 4,
  KIT_CLAP_LOG_HOST_MISBEHAVING   = 5,
  KIT_CLAP_LOG_PLUGIN_MISBEHAVING = 6,
};

typedef struct {
  void(CLAP_ABI* log)(const clap_host_t* host, int32_t severity, const char* text); ///< [thread-safe]
} KitClapHostLog;

/* clap.audio-ports-config, with the ports of each, and the host's own proposal */

#define KIT_CLAP_EXT_AUDIO_PORTS_CONFIG              "clap.audio-ports-config"
#define KIT_CLAP_EXT_AUDIO_PORTS_CONFIG_INFO         "clap.audio-ports-config-info/1"
#define KIT_CLAP_EXT_AUDIO_PORTS_CONFIG_INFO_DRAFT   "clap.audio-ports-config-info/draft-0"
#define KIT_CLAP_EXT_CONFIGURABLE_AUDIO_PORTS        "clap.configurable-audio-ports/1"
#define KIT_CLAP_EXT_CONFIGURABLE_AUDIO_PORTS_DRAFT1 "clap.configurable-audio-ports.draft1"

typedef struct {
  clap_id     id;
  char        name[CLAP_NAME_SIZE];
  uint32_t    input_port_count;
  uint32_t    output_port_count;
  bool        has_main_input;
  uint32_t    main_input_channel_count;
  const char* main_input_port_type;
  bool        has_main_output;
  uint32_t    main_output_channel_count;
  const char* main_output_port_type;
} KitClapPortsConfig;

typedef struct {
  uint32_t(CLAP_ABI* count)(const clap_plugin_t* plugin); ///< [main-thread]
  bool(CLAP_ABI* get)(const clap_plugin_t* plugin, uint32_t index,
                      KitClapPortsConfig* config);                     ///< [main-thread]
  bool(CLAP_ABI* select)(const clap_plugin_t* plugin, clap_id config); ///< [main-thread & !active]
} KitClapPluginPortsConfig;

typedef struct {
  clap_id(CLAP_ABI* current_config)(const clap_plugin_t* plugin); ///< [main-thread]
  bool(CLAP_ABI* get)(const clap_plugin_t* plugin, clap_id config, uint32_t port, bool is_input,
                      clap_audio_port_info_t* info); ///< [main-thread]
} KitClapPluginPortsConfigInfo;

/** One port as the host would like it. */
typedef struct {
  bool        is_input;
  uint32_t    port_index;
  uint32_t    channel_count;
  const char* port_type;    ///< May be null
  const void* port_details; ///< Nothing for mono and stereo
} KitClapPortRequest;

typedef struct {
  bool(CLAP_ABI* can_apply)(const clap_plugin_t* plugin, const KitClapPortRequest* requests,
                            uint32_t n); ///< [main-thread & !active]
  bool(CLAP_ABI* apply)(const clap_plugin_t* plugin, const KitClapPortRequest* requests,
                        uint32_t n); ///< [main-thread & !active]
} KitClapPluginConfigurablePorts;

/* clap.state-context */

#define KIT_CLAP_EXT_STATE_CONTEXT "clap.state-context/2"

enum {
  KIT_CLAP_STATE_FOR_PRESET    = 1,
  KIT_CLAP_STATE_FOR_DUPLICATE = 2,
  KIT_CLAP_STATE_FOR_PROJECT   = 3,
};

typedef struct {
  bool(CLAP_ABI* save)(const clap_plugin_t* plugin, const clap_ostream_t* stream,
                       uint32_t context); ///< [main-thread]
  bool(CLAP_ABI* load)(const clap_plugin_t* plugin, const clap_istream_t* stream,
                       uint32_t context); ///< [main-thread]
} KitClapPluginStateContext;

/* clap.remote-controls */

#define KIT_CLAP_EXT_REMOTE_CONTROLS       "clap.remote-controls/2"
#define KIT_CLAP_EXT_REMOTE_CONTROLS_DRAFT "clap.remote-controls.draft/2"
#define KIT_CLAP_REMOTE_CONTROLS           8U ///< On a page

typedef struct {
  char    section_name[CLAP_NAME_SIZE];
  clap_id page_id;
  char    page_name[CLAP_NAME_SIZE];
  clap_id param_ids[KIT_CLAP_REMOTE_CONTROLS]; ///< CLAP_INVALID_ID where empty
  bool    is_for_preset;
} KitClapRemotePage;

typedef struct {
  uint32_t(CLAP_ABI* count)(const clap_plugin_t* plugin); ///< [main-thread]
  bool(CLAP_ABI* get)(const clap_plugin_t* plugin, uint32_t index,
                      KitClapRemotePage* page); ///< [main-thread]
} KitClapPluginRemoteControls;

/* clap.preset-load */

#define KIT_CLAP_EXT_PRESET_LOAD       "clap.preset-load/2"
#define KIT_CLAP_EXT_PRESET_LOAD_DRAFT "clap.preset-load.draft/2"

enum {
  KIT_CLAP_LOCATION_FILE   = 0, ///< `location` is a path
  KIT_CLAP_LOCATION_PLUGIN = 1, ///< Inside the module; `location` is null
};

typedef struct {
  bool(CLAP_ABI* from_location)(const clap_plugin_t* plugin, uint32_t kind, const char* location,
                                const char* load_key); ///< [main-thread]
} KitClapPluginPresetLoad;

typedef struct {
  void(CLAP_ABI* on_error)(const clap_host_t* host, uint32_t kind, const char* location, const char* load_key,
                           int32_t os_error, const char* text); ///< [main-thread]
  void(CLAP_ABI* loaded)(const clap_host_t* host, uint32_t kind, const char* location,
                         const char* load_key); ///< [main-thread]
} KitClapHostPresetLoad;

/* Preset discovery: a second factory beside that of the plugins */

#define KIT_CLAP_PRESET_DISCOVERY       "clap.preset-discovery-factory/2"
#define KIT_CLAP_PRESET_DISCOVERY_DRAFT "clap.preset-discovery-factory/draft-2"

enum {
  KIT_CLAP_PRESET_IS_FACTORY  = 1U << 0U,
  KIT_CLAP_PRESET_IS_USER     = 1U << 1U,
  KIT_CLAP_PRESET_IS_DEMO     = 1U << 2U,
  KIT_CLAP_PRESET_IS_FAVORITE = 1U << 3U,
};

#define KIT_CLAP_TIME_UNKNOWN 0U ///< Else seconds since 1970, UTC

/** A plugin of any kind. */
typedef struct {
  const char* abi; ///< "clap"
  const char* id;
} KitClapUniversalId;

/** The host's ear for what a preset file holds. */
typedef struct KitClapMetadata {
  void* receiver_data;
  void(CLAP_ABI* on_error)(const struct KitClapMetadata* to, int32_t os_error, const char* text);
  /** A preset begins; the calls below are about it.  @return false to be told no more. */
  bool(CLAP_ABI* begin_preset)(const struct KitClapMetadata* to, const char* name, const char* load_key);
  void(CLAP_ABI* add_plugin_id)(const struct KitClapMetadata* to, const KitClapUniversalId* id);
  void(CLAP_ABI* set_soundpack_id)(const struct KitClapMetadata* to, const char* id);
  void(CLAP_ABI* set_flags)(const struct KitClapMetadata* to, uint32_t flags);
  void(CLAP_ABI* add_creator)(const struct KitClapMetadata* to, const char* creator);
  void(CLAP_ABI* set_description)(const struct KitClapMetadata* to, const char* text);
  void(CLAP_ABI* set_timestamps)(const struct KitClapMetadata* to, uint64_t created, uint64_t modified);
  void(CLAP_ABI* add_feature)(const struct KitClapMetadata* to, const char* feature);
  void(CLAP_ABI* add_extra_info)(const struct KitClapMetadata* to, const char* key, const char* value);
} KitClapMetadata;

typedef struct {
  const char* name;
  const char* description;
  const char* file_extension; ///< Without the dot
} KitClapFiletype;

typedef struct {
  uint32_t    flags; ///< KIT_CLAP_PRESET_IS_…
  const char* name;
  uint32_t    kind;     ///< KIT_CLAP_LOCATION_…
  const char* location; ///< File or folder, or null
} KitClapLocation;

typedef struct {
  uint32_t    flags; ///< KIT_CLAP_PRESET_IS_…
  const char* id;
  const char* name;
  const char* description;
  const char* homepage_url;
  const char* vendor;
  const char* image_path;
  uint64_t    release_timestamp;
} KitClapSoundpack;

typedef struct {
  clap_version_t clap_version;
  const char*    id;
  const char*    name;
  const char*    vendor;
} KitClapProviderDescriptor;

typedef struct KitClapProvider {
  const KitClapProviderDescriptor* desc;
  void*                            provider_data;
  bool(CLAP_ABI* init)(const struct KitClapProvider* provider);
  void(CLAP_ABI* destroy)(const struct KitClapProvider* provider);
  bool(CLAP_ABI* get_metadata)(const struct KitClapProvider* provider, uint32_t kind, const char* location,
                               const KitClapMetadata* to);
  const void*(CLAP_ABI* get_extension)(const struct KitClapProvider* provider, const char* id);
} KitClapProvider;

typedef struct KitClapIndexer {
  clap_version_t clap_version;
  const char*    name;
  const char*    vendor;
  const char*    url;
  const char*    version;
  void*          indexer_data;
  bool(CLAP_ABI* declare_filetype)(const struct KitClapIndexer* indexer, const KitClapFiletype* filetype);
  bool(CLAP_ABI* declare_location)(const struct KitClapIndexer* indexer, const KitClapLocation* location);
  bool(CLAP_ABI* declare_soundpack)(const struct KitClapIndexer* indexer, const KitClapSoundpack* soundpack);
  const void*(CLAP_ABI* get_extension)(const struct KitClapIndexer* indexer, const char* id);
} KitClapIndexer;

/** All [thread-safe]. */
typedef struct KitClapPresetFactory {
  uint32_t(CLAP_ABI* count)(const struct KitClapPresetFactory* factory);
  const KitClapProviderDescriptor*(CLAP_ABI* get_descriptor)(const struct KitClapPresetFactory* factory,
                                                             uint32_t                           index);
  const KitClapProvider*(CLAP_ABI* create)(const struct KitClapPresetFactory* factory,
                                           const KitClapIndexer* indexer, const char* provider_id);
} KitClapPresetFactory;

/* clap.track-info */

#define KIT_CLAP_EXT_TRACK_INFO       "clap.track-info/1"
#define KIT_CLAP_EXT_TRACK_INFO_DRAFT "clap.track-info.draft/1"

enum { KIT_CLAP_TRACK_HAS_NAME = 1 << 0 };

typedef struct {
  uint64_t    flags;
  char        name[CLAP_NAME_SIZE];
  uint8_t     colour[4]; ///< Alpha, red, green, blue
  int32_t     n_channels;
  const char* port_type;
} KitClapTrackInfo;

typedef struct {
  void(CLAP_ABI* changed)(const clap_plugin_t* plugin); ///< [main-thread]
} KitClapPluginTrackInfo;

typedef struct {
  bool(CLAP_ABI* get)(const clap_host_t* host, KitClapTrackInfo* info); ///< [main-thread]
} KitClapHostTrackInfo;

/* clap.posix-fd-support */

#define KIT_CLAP_EXT_FDS "clap.posix-fd-support"

enum { KIT_CLAP_FD_READ = 1 << 0 };

typedef struct {
  void(CLAP_ABI* on_fd)(const clap_plugin_t* plugin, int fd, uint32_t flags); ///< [main-thread]
} KitClapPluginFds;

typedef struct {
  bool(CLAP_ABI* register_fd)(const clap_host_t* host, int fd, uint32_t flags); ///< [main-thread]
  bool(CLAP_ABI* modify_fd)(const clap_host_t* host, int fd, uint32_t flags);   ///< [main-thread]
  bool(CLAP_ABI* unregister_fd)(const clap_host_t* host, int fd);               ///< [main-thread]
} KitClapHostFds;

/* clap.context-menu */

#define KIT_CLAP_EXT_CONTEXT_MENU       "clap.context-menu/1"
#define KIT_CLAP_EXT_CONTEXT_MENU_DRAFT "clap.context-menu.draft/0"

enum { KIT_CLAP_MENU_OF_ALL = 0, KIT_CLAP_MENU_OF_PARAM = 1 };

typedef struct {
  uint32_t kind;
  clap_id  id; ///< Of the parameter
} KitClapMenuTarget;

enum {
  KIT_CLAP_MENU_ENTRY         = 0, ///< KitClapMenuEntry
  KIT_CLAP_MENU_CHECK_ENTRY   = 1, ///< KitClapMenuCheck
  KIT_CLAP_MENU_SEPARATOR     = 2,
  KIT_CLAP_MENU_BEGIN_SUBMENU = 3, ///< KitClapMenuTitle
  KIT_CLAP_MENU_END_SUBMENU   = 4,
  KIT_CLAP_MENU_TITLE         = 5, ///< KitClapMenuTitle
};

typedef struct {
  const char* label;
  bool        is_enabled;
  clap_id     action;
} KitClapMenuEntry;

typedef struct {
  const char* label;
  bool        is_enabled;
  bool        is_checked;
  clap_id     action;
} KitClapMenuCheck;

typedef struct {
  const char* label;
  bool        is_enabled;
} KitClapMenuTitle;

/** Who asks for a menu is given its items one by one. */
typedef struct KitClapMenuBuilder {
  void* handle;
  bool(CLAP_ABI* add_item)(const struct KitClapMenuBuilder* builder, uint32_t kind, const void* item);
  bool(CLAP_ABI* supports)(const struct KitClapMenuBuilder* builder, uint32_t kind);
} KitClapMenuBuilder;

/** All [main-thread]. */
typedef struct {
  bool(CLAP_ABI* populate)(const clap_host_t* host, const KitClapMenuTarget* target,
                           const KitClapMenuBuilder* builder);
  bool(CLAP_ABI* perform)(const clap_host_t* host, const KitClapMenuTarget* target, clap_id action);
  bool(CLAP_ABI* can_popup)(const clap_host_t* host);
  bool(CLAP_ABI* popup)(const clap_host_t* host, const KitClapMenuTarget* target, int32_t screen, int32_t x,
                        int32_t y);
} KitClapHostContextMenu;

#endif
