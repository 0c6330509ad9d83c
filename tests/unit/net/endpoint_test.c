/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/endpoint.h: the forms of "listen", and which are local.
 */
#include "net/endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

static bool
is_valid(const char *text)
{
    struct endpoint endpoint;

    return endpoint_parse(text, &endpoint);
}

static bool
is_local(const char *text)
{
    struct endpoint endpoint;

    cr_assert(endpoint_parse(text, &endpoint), "%s", text);
    return endpoint_is_local(&endpoint);
}

Test(endpoint, ipv4_and_port_are_read)
{
    struct endpoint endpoint;

    cr_assert(endpoint_parse("10.1.2.3:9696", &endpoint));
    cr_assert_null(endpoint.path);
    cr_assert_eq(endpoint.addr.version, 4);
    cr_assert_eq(endpoint.addr.value, 0x0a010203);
    cr_assert_eq(endpoint.port, 9696);
}

Test(endpoint, ipv6_stands_in_brackets)
{
    struct endpoint endpoint;

    cr_assert(endpoint_parse("[::1]:0", &endpoint));
    cr_assert_eq(endpoint.addr.version, 6);
    cr_assert_eq(endpoint.port, 0);
    cr_assert_not(is_valid("::1:9696"));
    cr_assert_not(is_valid("[127.0.0.1]:9696"));
}

Test(endpoint, localhost_is_127_0_0_1)
{
    struct endpoint endpoint;

    cr_assert(endpoint_parse("localhost:80", &endpoint));
    cr_assert_eq(endpoint.addr.value, 0x7f000001);
}

Test(endpoint, unix_path_is_absolute)
{
    struct endpoint endpoint;

    cr_assert(endpoint_parse("unix:/run/tenet.sock", &endpoint));
    cr_assert_str_eq(endpoint.path, "/run/tenet.sock");
    cr_assert_not(is_valid("unix:tenet.sock"));
    cr_assert_not(is_valid("unix:/"));
    cr_assert_not(is_valid("unix:"));
}

Test(endpoint, unix_path_of_107_bytes_is_the_longest)
{
    char text[sizeof("unix:") + ENDPOINT_MAX_PATH + 1];

    memset(text, 'x', sizeof(text));
    memcpy(text, "unix:/", strlen("unix:/"));
    text[sizeof(text) - 1] = '\0';
    cr_assert_not(is_valid(text));
    text[sizeof(text) - 2] = '\0';
    cr_assert(is_valid(text));
}

Test(endpoint, port_is_0_to_65535)
{
    cr_assert(is_valid("127.0.0.1:65535"));
    cr_assert_not(is_valid("127.0.0.1:65536"));
    cr_assert_not(is_valid("127.0.0.1:-1"));
    cr_assert_not(is_valid("127.0.0.1:+1"));
    cr_assert_not(is_valid("127.0.0.1: 1"));
    cr_assert_not(is_valid("127.0.0.1:"));
    cr_assert_not(is_valid("127.0.0.1"));
    cr_assert_not(is_valid("127.0.0.1:123456"));
}

Test(endpoint, host_names_are_refused)
{
    cr_assert_not(is_valid("example.com:9696"));
    cr_assert_not(is_valid(":9696"));
    cr_assert_not(is_valid("*:9696"));
    cr_assert_not(is_valid(""));
    cr_assert_not(is_valid("[]:1"));
    cr_assert_not(is_valid("[:1"));
    cr_assert_not(is_valid("]:1"));
}

Test(endpoint, loopback_and_unix_are_local)
{
    cr_assert(is_local("127.0.0.1:1"));
    cr_assert(is_local("127.255.255.255:1"));
    cr_assert(is_local("[::1]:1"));
    cr_assert(is_local("unix:/tmp/x"));
}

Test(endpoint, all_else_is_not_local)
{
    cr_assert_not(is_local("0.0.0.0:1"));
    cr_assert_not(is_local("126.255.255.255:1"));
    cr_assert_not(is_local("128.0.0.0:1"));
    cr_assert_not(is_local("[::]:1"));
    cr_assert_not(is_local("[::2]:1"));
    cr_assert_not(is_local("[::ffff:127.0.0.1]:1"));
}
