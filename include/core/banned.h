/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that no file of Tenet may call; forced into every translation
 * unit by the Makefile.  Memory comes from an arena (core/arena.h), which
 * alone defines BANNED_ALLOW_MALLOC; text is built with arena_printf or buf.
 */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strtok
#pragma GCC poison gets atoi atol gmtime localtime asctime ctime
#ifndef BANNED_ALLOW_MALLOC
#pragma GCC poison malloc calloc realloc strdup strndup
#endif

#endif
