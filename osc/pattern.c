// SPDX-License-Identifier: ISC
#include "message.h"

#include <string.h>

typedef struct {
  const char* at;
  const char* end;
} Span;

bool
kit_osc_is_pattern(const char* address)
{
  return strpbrk(address, "*?[{") != NULL;
}

/** Does "[a-f]" or "[!x]", whose inside is `set`, hold the character? */
static bool
holds(Span set, char character)
{
  const bool inverted = set.at < set.end && *set.at == '!';
  bool       found    = false;
  set.at += inverted ? 1 : 0;
  while (set.at < set.end) {
    if (set.end - set.at >= 3 && set.at[1] == '-') {
      found = found || (character >= set.at[0] && character <= set.at[2]);
      set.at += 3;
    } else {
      found = found || character == *set.at;
      ++set.at;
    }
  }
  return found != inverted;
}

static const char*
find(Span span, char character)
{
  return span.at < span.end ? (const char*)memchr(span.at, character, (size_t)(span.end - span.at)) : NULL;
}

static bool
match(Span pattern, Span text, uint32_t* n_steps);

/** One of "{a,b}", whose inside is `choices`, then `rest`. */
static bool
match_choices(Span choices, Span rest, Span text, uint32_t* n_steps)
{
  for (;;) {
    const char* const comma  = find(choices, ',');
    const size_t      length = (size_t)((comma ? comma : choices.end) - choices.at);
    if (length <= (size_t)(text.end - text.at) && !memcmp(choices.at, text.at, length) &&
        match(rest, (Span){text.at + length, text.end}, n_steps)) {
      return true;
    }
    if (!comma) {
      return false;
    }
    choices.at = comma + 1;
  }
}

static bool
match(Span pattern, Span text, uint32_t* n_steps)
{
  for (; pattern.at < pattern.end && *n_steps; ++pattern.at) {
    const char        character = *pattern.at;
    const Span        inside    = {pattern.at + 1, pattern.end};
    const char* const close     = character == '['   ? find(inside, ']')
                                  : character == '{' ? find(inside, '}')
                                                     : NULL;
    --*n_steps;
    if (character == '*') {
      bool found = false;
      for (; !found && text.at <= text.end && *n_steps; ++text.at) {
        found = match(inside, text, n_steps);
      }
      return found;
    }
    if (character == '{') {
      return close && match_choices((Span){inside.at, close}, (Span){close + 1, pattern.end}, text, n_steps);
    }
    if (text.at == text.end || (character == '[' && (!close || !holds((Span){inside.at, close}, *text.at))) ||
        (character != '[' && character != '?' && character != *text.at)) {
      return false;
    }
    pattern.at = close ? close : pattern.at;
    ++text.at;
  }
  return *n_steps && text.at == text.end;
}

static Span
next_part(const char** at)
{
  const Span part = {*at + 1, *at + 1 + strcspn(*at + 1, "/")};
  *at             = part.end;
  return part;
}

// No "*" goes over a slash
bool
kit_osc_matches(const char* pattern, const char* address, uint32_t* n_steps)
{
  while (*pattern == '/' && *address == '/') {
    const Span wanted = next_part(&pattern);
    if (!match(wanted, next_part(&address), n_steps)) {
      return false;
    }
  }
  return !*pattern && !*address;
}
