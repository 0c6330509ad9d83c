/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that no file of Tenet may call; forced into every translation
 * unit by the Makefile.  Text is built with arena_printf or buf, time comes
 * from core/clock.h, numbers are parsed with checks.  Memory comes from an
 * arena: core/arena.c alone takes malloc's family back by #undef.
 *
 * Macros instead of #pragma GCC poison, because that cannot be taken back,
 * and clang refuses to poison what the C library defines as a macro.
 */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

/* Included here, so that their declarations are not rewritten below. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An identifier that nobody declares: an error with every compiler. */
#define BANNED(function) banned_by_core_banned_h_##function

#undef strcpy
#define strcpy(...) BANNED(strcpy)
#undef strcat
#define strcat(...) BANNED(strcat)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef strncpy
#define strncpy(...) BANNED(strncpy)
#undef strncat
#define strncat(...) BANNED(strncat)
#undef strtok
#define strtok(...) BANNED(strtok)
#undef gets
#define gets(...) BANNED(gets)
#undef atoi
#define atoi(...) BANNED(atoi)
#undef atol
#define atol(...) BANNED(atol)
#undef atoll
#define atoll(...) BANNED(atoll)
#undef gmtime
#define gmtime(...) BANNED(gmtime)
#undef localtime
#define localtime(...) BANNED(localtime)
#undef asctime
#define asctime(...) BANNED(asctime)
#undef ctime
#define ctime(...) BANNED(ctime)

#undef malloc
#define malloc(...) BANNED(malloc)
#undef calloc
#define calloc(...) BANNED(calloc)
#undef realloc
#define realloc(...) BANNED(realloc)
#undef strdup
#define strdup(...) BANNED(strdup)
#undef strndup
#define strndup(...) BANNED(strndup)
#undef asprintf
#define asprintf(...) BANNED(asprintf)
#undef vasprintf
#define vasprintf(...) BANNED(vasprintf)

#endif
