// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "path.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  char*       in;
  char*       out;
  KitFileId   id; ///< Of the input
  CliProgress progress;
  KitStatus   status;
} Item;

typedef struct {
  const CliRender* render;
  const char*      out;   ///< Folder
  Item*            items; ///< [n_items]
  size_t           n_items;
  size_t           capacity;
  KitFileId*       inputs; ///< [n_items], sorted
} Batch;

static int
compare_ids(const void* a, const void* b)
{
  const KitFileId* const x = (const KitFileId*)a;
  const KitFileId* const y = (const KitFileId*)b;
  return x->device != y->device ? (x->device < y->device ? -1 : 1)
         : x->inode != y->inode ? (x->inode < y->inode ? -1 : 1)
                                : 0;
}

static bool
is_any_input(const Batch* batch, const char* path)
{
  KitFileId id = {0};
  return kit_path_kind(path, &id) == KIT_PATH_FILE &&
         bsearch(&id, batch->inputs, batch->n_items, sizeof(KitFileId), compare_ids);
}

static KitStatus
make_parent(const char* path)
{
  const KitLog    log    = cli_log(NULL);
  char* const     parent = kit_asprintf("%.*s", (int)(kit_path_name(path) - path), path);
  const KitStatus st     = parent ? kit_folder_make(parent, &log) : KIT_ERR_NO_MEMORY;
  kit_free(parent);
  return st;
}

static void
render_item(void* handle, size_t index)
{
  const Batch* const batch = (const Batch*)handle;
  Item* const        item  = &batch->items[index];
  if (kit_interrupted()) {
    item->status = KIT_ERR_CANCELLED;
    return;
  }
  if (is_any_input(batch, item->out)) {
    cli_error("%s: is one of the inputs, which are never overwritten: choose another folder", item->out);
    item->status = KIT_ERR_IO;
    return;
  }
  item->status = make_parent(item->out);
  if (!item->status) {
    item->status = cli_render_file(batch->render, item->in, item->out, &item->progress);
  }
}

/** "out/name", with the extension of --format if there is one. */
static char*
out_path(const Batch* batch, const char* name)
{
  const char* const format    = batch->render->format;
  const char* const extension = kit_path_extension(name);
  const size_t      length    = strlen(name) - strlen(extension) - (*extension ? 1U : 0U);
  char* const       renamed = format ? kit_asprintf("%.*s.%s", (int)length, name, format) : kit_strdup(name);
  char* const       path    = renamed ? kit_path_join(batch->out, renamed) : NULL;
  kit_free(renamed);
  return path;
}

/** Append a file; takes `in`. */
static KitStatus
add(Batch* batch, char* in, const char* name)
{
  char* const out = in ? out_path(batch, name) : NULL;
  if (out && batch->n_items == batch->capacity) {
    const size_t capacity = 2U * batch->capacity + 16U;
    Item* const  grown    = (Item*)kit_calloc(capacity, sizeof(Item));
    if (grown && batch->n_items) {
      memcpy(grown, batch->items, batch->n_items * sizeof(Item));
    }
    if (grown) {
      kit_free(batch->items);
      batch->items    = grown;
      batch->capacity = capacity;
    }
  }
  if (!out || batch->n_items == batch->capacity) {
    kit_free(out);
    kit_free(in);
    return KIT_ERR_NO_MEMORY;
  }
  Item* const item = &batch->items[batch->n_items++];
  *item            = (Item){.in = in, .out = out, .progress = {.weight = kit_path_size(in) + 1U}};
  kit_path_kind(item->in, &item->id);
  return KIT_SUCCESS;
}

/** Append the audio files of a folder, and of the folders below it. */
static KitStatus
add_folder(Batch* batch, const char* folder)
{
  const KitLog  log  = cli_log(NULL);
  KitFileId     skip = {0};
  KitFolderList list = {0};
  KitStatus     st   = KIT_SUCCESS;
  if (kit_path_same(folder, batch->out)) {
    cli_error("%s: is the input folder itself: choose another one", batch->out);
    return KIT_ERR_IO;
  }
  kit_path_kind(batch->out, &skip);
  st                   = kit_path_list(folder, &skip, &log, &list);
  const size_t n_items = batch->n_items;
  for (size_t i = 0; !st && i < list.n; ++i) {
    if (kit_audio_extension_known(kit_path_extension(list.names[i]), false)) {
      st = add(batch, kit_path_join(folder, list.names[i]), list.names[i]);
    }
  }
  kit_folder_list_cleanup(&list);
  if (!st && batch->n_items == n_items) {
    cli_error("%s: no audio files in it", folder);
    st = KIT_ERR_NOT_FOUND;
  }
  return st;
}

static int
compare_outs(const void* a, const void* b)
{
  const Item* const x     = *(const Item* const*)a;
  const Item* const y     = *(const Item* const*)b;
  const int         order = strcmp(x->out, y->out);
  return order ? order : (x > y) - (x < y);
}

/** Refuse two inputs that would go to the same place; note all inputs, so that none is overwritten. */
static KitStatus
check_items(Batch* batch)
{
  const Item** const sorted = (const Item**)kit_calloc(batch->n_items, sizeof(Item*));
  KitStatus          st     = KIT_SUCCESS;
  batch->inputs             = (KitFileId*)kit_calloc(batch->n_items, sizeof(KitFileId));
  if (!sorted || !batch->inputs) {
    kit_free((void*)sorted);
    return KIT_ERR_NO_MEMORY;
  }
  for (size_t i = 0; i < batch->n_items; ++i) {
    sorted[i]        = &batch->items[i];
    batch->inputs[i] = batch->items[i].id;
  }
  qsort((void*)sorted, batch->n_items, sizeof(Item*), compare_outs);
  for (size_t i = 1; !st && i < batch->n_items; ++i) {
    if (!strcmp(sorted[i - 1U]->out, sorted[i]->out)) {
      cli_error("%s and %s: would both become %s: render one of them to another place", sorted[i - 1U]->in,
                sorted[i]->in, sorted[i]->out);
      st = KIT_ERR_BAD_ARG;
    }
  }
  kit_free((void*)sorted);
  return st;
}

static int
summarise(const Batch* batch)
{
  size_t n_failed = 0;
  for (size_t i = 0; i < batch->n_items; ++i) {
    n_failed += batch->items[i].status ? 1U : 0U;
  }
  if (!n_failed || kit_interrupted()) {
    return n_failed ? CLI_FAILED : CLI_OK;
  }
  cli_error("%zu of %zu files failed:", n_failed, batch->n_items);
  for (size_t i = 0; i < batch->n_items; ++i) {
    if (batch->items[i].status) {
      cli_line(stderr, "  %s", batch->items[i].in);
    }
  }
  return CLI_FAILED;
}

static int
run_batch(Batch* batch, uint32_t n_threads)
{
  uint64_t weight = 0;
  for (size_t i = 0; i < batch->n_items; ++i) {
    weight += batch->items[i].progress.weight;
  }
  qsort(batch->inputs, batch->n_items, sizeof(KitFileId), compare_ids);
  cli_progress_begin(weight, batch->n_items);
  kit_parallel(batch->n_items, n_threads, render_item, batch);
  cli_progress_end();
  return summarise(batch);
}

static KitStatus
collect(Batch* batch, const char* const* in, size_t n_in)
{
  KitStatus st = KIT_SUCCESS;
  for (size_t i = 0; !st && i < n_in; ++i) {
    if (!strcmp(in[i], "-")) {
      cli_error("%s: is a folder: standard input needs the name of a file", batch->out);
      st = KIT_ERR_BAD_ARG;
    } else if (kit_path_is_folder(in[i])) {
      st = add_folder(batch, in[i]);
    } else {
      st = add(batch, kit_strdup(in[i]), kit_path_name(in[i]));
    }
  }
  return st ? st : check_items(batch);
}

int
cli_render_many(const CliRender* render, const char* const* in, size_t n_in, const char* out,
                uint32_t n_threads)
{
  const KitLog      log   = cli_log(NULL);
  Batch             batch = {.render = render, .out = out};
  const KitPathKind kind  = kit_path_kind(out, NULL);
  const bool        looks = n_in > 1U && kit_audio_extension_known(kit_path_extension(out), false);
  if (!strcmp(out, "-") || kind == KIT_PATH_FILE || (kind == KIT_PATH_MISSING && looks)) {
    cli_error("%s: must be a folder, %s", out, n_in > 1U ? "for several inputs" : "as the input is one");
    return CLI_FAILED;
  }
  if (kit_folder_make(out, &log)) {
    return CLI_FAILED;
  }
  const KitStatus st     = collect(&batch, in, n_in);
  const int       status = st ? cli_exit(st) : run_batch(&batch, n_threads);
  if (st == KIT_ERR_NO_MEMORY) {
    cli_error("%s", kit_status_text(st));
  }
  for (size_t i = 0; i < batch.n_items; ++i) {
    kit_free(batch.items[i].in);
    kit_free(batch.items[i].out);
  }
  kit_free(batch.items);
  kit_free(batch.inputs);
  return status;
}
