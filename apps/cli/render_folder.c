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
  Item*            items; ///< [n_items]
  size_t           n_items;
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

/** Fill in the items; those that are no audio files are left out. */
static KitStatus
collect(Batch* batch, const char* in, const char* out, const KitFolderList* list)
{
  for (size_t i = 0; i < list->n; ++i) {
    if (kit_audio_extension_known(kit_path_extension(list->names[i]), false)) {
      Item* const item = &batch->items[batch->n_items++];
      item->in         = kit_path_join(in, list->names[i]);
      item->out        = kit_path_join(out, list->names[i]);
      if (!item->in || !item->out) {
        return KIT_ERR_NO_MEMORY;
      }
      kit_path_kind(item->in, &item->id);
      batch->inputs[batch->n_items - 1U] = item->id;
      item->progress.weight              = kit_path_size(item->in) + 1U;
    }
  }
  return KIT_SUCCESS;
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

static int
render_list(const CliRender* render, const char* in, const char* out, uint32_t n_threads,
            const KitFolderList* list)
{
  Batch batch      = {.render = render};
  batch.items      = (Item*)kit_calloc(list->n + 1U, sizeof(Item));
  batch.inputs     = (KitFileId*)kit_calloc(list->n + 1U, sizeof(KitFileId));
  KitStatus st     = (batch.items && batch.inputs) ? collect(&batch, in, out, list) : KIT_ERR_NO_MEMORY;
  int       status = cli_exit(st);
  if (!st && !batch.n_items) {
    cli_error("%s: no audio files in it", in);
    status = CLI_FAILED;
  } else if (!st) {
    status = run_batch(&batch, n_threads);
  }
  for (size_t i = 0; i < batch.n_items; ++i) {
    kit_free(batch.items[i].in);
    kit_free(batch.items[i].out);
  }
  kit_free(batch.items);
  kit_free(batch.inputs);
  return status;
}

int
cli_render_folder(const CliRender* render, const char* in, const char* out, uint32_t n_threads)
{
  const KitLog  log  = cli_log(NULL);
  KitFileId     skip = {0};
  KitFolderList list = {0};
  if (!strcmp(out, "-") || kit_path_kind(out, NULL) == KIT_PATH_FILE) {
    cli_error("%s: must be a folder, as %s is one", out, in);
    return CLI_FAILED;
  }
  if (kit_path_same(in, out)) {
    cli_error("%s: is the input folder itself: choose another one", out);
    return CLI_FAILED;
  }
  if (kit_folder_make(out, &log) || !kit_path_kind(out, &skip) || kit_path_list(in, &skip, &log, &list)) {
    return CLI_FAILED;
  }
  const int status = render_list(render, in, out, n_threads, &list);
  kit_folder_list_cleanup(&list);
  return status;
}
