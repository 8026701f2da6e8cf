// SPDX-License-Identifier: ISC
#include "messages.h"

#include <stdio.h>
#include <string.h>

static void
remember(void* handle, KitLogLevel level, const char* text)
{
  Messages* const messages = (Messages*)handle;
  const size_t    length   = strlen(messages->text);
  messages->n_errors += level == KIT_LOG_ERROR;
  messages->n_warnings += level == KIT_LOG_WARNING;
  snprintf(messages->text + length, sizeof(messages->text) - length, "%s\n", text);
}

void
messages_init(Messages* messages)
{
  *messages = (Messages){.log = {remember, messages}};
}

bool
messages_have(const Messages* messages, const char* text)
{
  return strstr(messages->text, text) != NULL;
}
