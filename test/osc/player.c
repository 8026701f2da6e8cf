// SPDX-License-Identifier: ISC
// A host without a window: plays plugins, and does what it is told on standard input.  osc_player EFFECT [N]
#include "alloc.h"
#include "edits.h"
#include "osc.h"
#include "plugin_impl.h"
#include "rng.h"
#include "steps.h"
#include "system.h"
#include "threads.h"
#include "vstkit/direct.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RATE        48000.0
#define MAX_PLUGINS 16U
#define MAX_BLOCK   480U
#define LONG_BLOCK  64U

typedef struct {
  KitPlugin*       plugin;
  KitRng           rng;
  uint64_t         noise_frames; ///< Left
  uint64_t         frames;       ///< Left to be played at all
  _Atomic uint32_t n_attends;
  uint32_t         n_told[3]; ///< By KitEditType
  double           last[KIT_MAX_SLOTS + 1U];
} Player;

static Player          players[MAX_PLUGINS];
static uint32_t        n_players;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; ///< Around a round of blocks
static _Atomic bool    ending;
static double          slowest_s;
static double          dearest; ///< Of a block that is not short: own time over the sound's
static uint32_t        n_blocks;

static void
attend(void* handle)
{
  atomic_fetch_add(&((Player*)handle)->n_attends, 1U);
}

static bool
take_edit(void* handle, const KitEdit* edit)
{
  Player* const  player = (Player*)handle;
  const uint32_t at     = edit->param->slot == KIT_BYPASS_SLOT ? KIT_MAX_SLOTS : edit->param->slot;
  ++player->n_told[edit->type];
  player->last[at] = edit->value;
  return true;
}

static void
play(Player* player, uint32_t most)
{
  const uint32_t    n_frames = player->frames < most ? (uint32_t)player->frames : most;
  float             in[2][MAX_BLOCK];
  float             out[2][MAX_BLOCK];
  const void* const ins[]  = {in[0], in[1]};
  void* const       outs[] = {out[0], out[1]};
  const KitProcess  block  = {ins, outs, false, n_frames, NULL, 0};
  player->frames -= n_frames;
  for (uint32_t i = 0; i < n_frames; ++i) {
    const bool sounds = player->noise_frames > 0U;
    player->noise_frames -= sounds ? 1U : 0U;
    for (uint32_t c = 0; c < 2U; ++c) {
      in[c][i] = sounds ? (float)(kit_rng_uniform(&player->rng) - 0.5) : 0.0f;
    }
  }
  kit_plugin_process(player->plugin, &block);
  kit_plugin_tell_edits(player->plugin, take_edit, player);
}

/** Of this thread, whoever else has the processor meanwhile. */
static double
own_time_s(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void*
play_all(void* unused)
{
  KitRng rng;
  kit_rng_init(&rng, 7U);
  while (!atomic_load(&ending)) {
    const uint32_t n_frames = 1U + (uint32_t)(kit_rng_uniform(&rng) * (MAX_BLOCK - 1U));
    pthread_mutex_lock(&gate);
    const double start = kit_clock_s();
    const double own   = own_time_s();
    for (uint32_t i = 0; i < n_players; ++i) {
      play(&players[i], n_frames);
    }
    const double took  = kit_clock_s() - start;
    const double share = (own_time_s() - own) * RATE / n_frames;
    slowest_s          = took > slowest_s ? took : slowest_s;
    dearest            = n_frames >= LONG_BLOCK && share > dearest ? share : dearest;
    ++n_blocks;
    pthread_mutex_unlock(&gate);
    kit_sleep_ms(1U + n_frames / 48U);
  }
  return unused;
}

static uint32_t
slot_of(const Player* player, const char* key)
{
  KitParamRef ref;
  if (!strcmp(key, "bypass")) {
    return KIT_BYPASS_SLOT;
  }
  if (!kit_params_find(kit_plugin_effect(player->plugin)->table, key, &ref)) {
    fprintf(stderr, "no parameter %s\n", key);
    exit(2);
  }
  return ref.slot;
}

static bool
is_tapped(const KitPlugin* plugin)
{
  bool any = false;
  for (uint32_t t = 0; t < KIT_MAX_TAPS; ++t) {
    any = any || atomic_load(&plugin->taps[t]);
  }
  return any;
}

/** Start anew, with `n` frames of noise before silence, once somebody listens.  @param n_all Then stop. */
static void
start_noise(Player* player, uint64_t n, uint32_t seed, uint64_t n_all)
{
  pthread_mutex_lock(&gate);
  kit_plugin_deactivate(player->plugin);
  while (is_tapped(player->plugin)) { // What it has belongs to what was
    kit_sleep_ms(1U);
  }
  kit_plugin_activate(player->plugin, RATE, false);
  while (!is_tapped(player->plugin)) {
    kit_sleep_ms(1U);
  }
  kit_rng_init(&player->rng, seed);
  player->noise_frames = n;
  player->frames       = n_all;
  pthread_mutex_unlock(&gate);
}

static void
save(Player* player)
{
  char* const text = kit_plugin_save(player->plugin, false);
  printf("%zu\n%s\n", strlen(text), text);
  kit_free(text);
}

static void
load(Player* player, const char* path)
{
  static char  text[1 << 20];
  FILE* const  file = fopen(path, "rb");
  const size_t n    = file ? fread(text, 1, sizeof(text), file) : 0U;
  if (file) {
    fclose(file);
  }
  printf("%d\n", (int)kit_plugin_load(player->plugin, text, n, NULL));
}

static void
show_history(Player* player)
{
  static KitStepInfo steps[KIT_MAX_STEPS];
  const uint32_t     n = kit_plugin_history(player->plugin, steps, KIT_MAX_STEPS);
  printf("%u", n);
  for (uint32_t i = 0; i < n && i < 8U; ++i) {
    printf("|%s: %s", steps[i].author, steps[i].label);
  }
  printf("\n");
}

static size_t
resident_kib(void)
{
  size_t      pages = 0;
  FILE* const file  = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%*u %zu", &pages) != 1) {
    pages = 0;
  }
  if (file) {
    fclose(file);
  }
  return pages * 4U;
}

static uint32_t
n_sockets(void)
{
  struct stat info;
  uint32_t    n = 0;
  for (int fd = 3; fd < 256; ++fd) {
    n += !fstat(fd, &info) && S_ISSOCK(info.st_mode) ? 1U : 0U;
  }
  return n;
}

/** In a child of this process: the bridge is the parent's, until it begins one of its own. */
static int
try_child(void)
{
  const KitOscStatus  before = kit_osc_status(players[0].plugin);
  const uint32_t      n_open = n_sockets();
  const KitOscInfo    info   = {"child", NULL, NULL};
  static const Player none;
  for (uint32_t i = 0; i < n_players; ++i) {
    kit_osc_detach(players[i].plugin);
  }
  players[0] = none;
  players[0].plugin =
    kit_plugin_new(kit_effect_find("gain"), &(KitPluginFormat){.handle = &players[0], .attend = attend});
  kit_osc_attach(players[0].plugin, &info);
  const KitOscStatus after = kit_osc_status(players[0].plugin);
  kit_osc_detach(players[0].plugin);
  return (before.on || before.port || n_open ? 1 : 0) + (after.on && after.port ? 0 : 2);
}

/** @return exit status of the child, 0 if all is as it should be. */
static int
try_fork(void)
{
  int         status = -1;
  const pid_t child  = fork();
  if (!child) {
    _exit(try_child());
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static void
obey(char* line)
{
  char     word[32]  = "";
  char     rest[512] = "";
  unsigned index     = 0;
  double   value     = 0.0;
  sscanf(line, "%31s %u %511s %lf", word, &index, rest, &value);
  Player* const player = &players[index % MAX_PLUGINS];
  if (!strcmp(word, "hand")) {
    printf("%d\n", (int)kit_plugin_edit(player->plugin, slot_of(player, rest), value, "hand"));
  } else if (!strcmp(word, "hold")) {
    printf("%d\n", (int)kit_plugin_begin(player->plugin, slot_of(player, rest), "hand"));
  } else if (!strcmp(word, "release")) {
    kit_plugin_end(player->plugin, slot_of(player, rest));
    printf("0\n");
  } else if (!strcmp(word, "get")) {
    printf("%.17g\n", kit_plugin_value(player->plugin, slot_of(player, rest)));
  } else if (!strcmp(word, "lock")) {
    printf("%d\n", (int)kit_plugin_set_lock(player->plugin, slot_of(player, rest), value != 0.0));
  } else if (!strcmp(word, "told")) {
    pthread_mutex_lock(&gate);
    const uint32_t slot = slot_of(player, rest);
    printf("%u %u %u %.17g\n", player->n_told[0], player->n_told[1], player->n_told[2],
           player->last[slot == KIT_BYPASS_SLOT ? KIT_MAX_SLOTS : slot]);
    pthread_mutex_unlock(&gate);
  } else if (!strcmp(word, "track")) {
    kit_plugin_set_track(player->plugin, rest);
    printf("0\n");
  } else if (!strcmp(word, "noise")) {
    start_noise(player, strtoull(rest, NULL, 10), (uint32_t)value, UINT64_MAX);
    printf("0\n");
  } else if (!strcmp(word, "take")) {
    const uint64_t n = strtoull(rest, NULL, 10);
    start_noise(player, n, (uint32_t)value, 2U * n);
    printf("0\n");
  } else if (!strcmp(word, "save")) {
    save(player);
  } else if (!strcmp(word, "load")) {
    load(player, rest);
  } else if (!strcmp(word, "history")) {
    show_history(player);
  } else if (!strcmp(word, "fork")) {
    printf("%d\n", try_fork());
  } else if (!strcmp(word, "switch")) {
    printf("%d\n", (int)kit_osc_switch(index != 0U, NULL));
  } else if (!strcmp(word, "threads")) {
    pthread_mutex_lock(&gate);
    printf("%u %.6f %zu %.6f\n", n_blocks, slowest_s, resident_kib(), dearest);
    slowest_s = 0.0;
    dearest   = 0.0;
    n_blocks  = 0;
    pthread_mutex_unlock(&gate);
  } else if (!strcmp(word, "status")) {
    const KitOscStatus status = kit_osc_status(player->plugin);
    printf("%d %u %s|%s\n", status.on, status.port, status.id, status.trouble);
  } else {
    printf("what?\n");
  }
  fflush(stdout);
}

static void
log_to_stderr(void* handle, KitLogLevel level, const char* text)
{
  (void)handle;
  (void)level;
  fprintf(stderr, "%s\n", text);
}

int
main(int argc, char** argv)
{
  const KitLog log = {log_to_stderr, NULL};
  char         line[1024];
  pthread_t    audio;
  n_players = argc > 2 ? (uint32_t)atoi(argv[2]) % (MAX_PLUGINS + 1U) : 1U;
  for (uint32_t i = 0; i < n_players; ++i) {
    Player* const         player = &players[i];
    const KitPluginFormat format = {.handle = player, .attend = attend};
    player->plugin               = kit_plugin_new(kit_effect_find(argc > 1 ? argv[1] : "gain"), &format);
    if (!player->plugin) {
      return 2;
    }
    kit_osc_attach(player->plugin, &(KitOscInfo){"test", argc > 3 ? argv[3] : NULL, &log});
    kit_plugin_activate(player->plugin, RATE, false);
    kit_rng_init(&player->rng, i + 1U);
    player->noise_frames      = UINT64_MAX;
    player->frames            = UINT64_MAX;
    const KitOscStatus status = kit_osc_status(player->plugin);
    printf("%d %u %s|%s\n", status.on, status.port, status.id, status.trouble);
  }
  fflush(stdout);
  if (pthread_create(&audio, NULL, play_all, NULL)) {
    return 2;
  }
  while (fgets(line, sizeof(line), stdin) && strcmp(line, "quit\n") != 0) {
    obey(line);
  }
  for (uint32_t i = 0; i < n_players; ++i) { // Audio still runs
    kit_osc_detach(players[i].plugin);
  }
  atomic_store(&ending, true);
  pthread_join(audio, NULL);
  for (uint32_t i = 0; i < n_players; ++i) {
    kit_plugin_free(players[i].plugin);
  }
  return 0;
}
