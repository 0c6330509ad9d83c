/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of config.h: where settings come from, which source wins, and what
 * the refusals say.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_ARGS ((const char *const[]){NULL})

static struct arena arena;
static struct settings settings;

static void
setup(void)
{
    arena_init(&arena, 1 << 20);
}

static void
teardown(void)
{
    arena_done(&arena);
}

TestSuite(config, .init = setup, .fini = teardown);

static void
read_well(const char *const *args, const char *const *env)
{
    struct err *err = config_read(&arena, args, env, &settings);

    cr_assert_null(err, "%s", err != NULL ? err->message : "");
}

/* The message of the refusal. */
static const char *
refusal(const char *const *args, const char *const *env)
{
    struct err *err = config_read(&arena, args, env, &settings);

    cr_assert_not_null(err);
    return err->message;
}

/* Writes a file; its path lives in the arena. */
static const char *
write_file(const char *text)
{
    char *path = arena_strdup(&arena, "/tmp/tenet-config-XXXXXX");
    int fd = mkstemp(path);
    ssize_t len = (ssize_t) strlen(text);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, (size_t) len), len);
    (void) close(fd);
    return path;
}

static void
read_file_well(const char *text)
{
    const char *path = write_file(text);

    read_well(ARGS("--config", path), NO_ARGS);
    (void) unlink(path);
}

/* The message about the file, with its path as FILE. */
static const char *
file_refusal(const char *text)
{
    const char *path = write_file(text);
    const char *message = refusal(ARGS("--config", path), NO_ARGS);
    const char *found = strstr(message, path);

    (void) unlink(path);
    cr_assert_not_null(found, "%s", message);
    return arena_printf(&arena, "%.*sFILE%s", (int) (found - message),
                        message, found + strlen(path));
}

Test(config, defaults_are_those_of_the_table)
{
    read_well(NO_ARGS, NO_ARGS);
    cr_assert_str_eq(settings.listen, "127.0.0.1:9696");
    cr_assert_eq(settings.auth, AUTH_AUTO);
    cr_assert_eq(settings.token_ttl_s, 3600);
    cr_assert_not(settings.reuse_port);
    cr_assert_eq(settings.max_body, 1048576);
    cr_assert_eq(settings.quota_port, 500);
    cr_assert_str_eq(settings.mac_base, "fa:16:3e:00:00:00");
    cr_assert_str_eq(settings.sdns, "");
    cr_assert(settings.dev_fsync);
}

Test(config, flag_has_dashes)
{
    read_well(ARGS("--page-limit", "7"), NO_ARGS);
    cr_assert_eq(settings.page_limit, 7);
}

Test(config, flag_takes_equals_sign)
{
    read_well(ARGS("--listen=[::1]:80", "--dns-domain=a=b."), NO_ARGS);
    cr_assert_str_eq(settings.listen, "[::1]:80");
    cr_assert_str_eq(settings.dns_domain, "a=b.");
}

Test(config, flag_may_be_negative)
{
    read_well(ARGS("--quota-port", "-1"), NO_ARGS);
    cr_assert_eq(settings.quota_port, -1);
}

Test(config, flag_without_value_is_on)
{
    read_well(ARGS("--reuse-port", "--page-limit", "3"), NO_ARGS);
    cr_assert(settings.reuse_port);
    cr_assert_eq(settings.page_limit, 3);
}

Test(config, variable_is_upper_case)
{
    read_well(NO_ARGS, ARGS("HOME=/", "TENET_AUTH=tokens", "TENET_=x"));
    cr_assert_eq(settings.auth, AUTH_TOKENS);
}

Test(config, empty_variable_is_unset)
{
    read_well(NO_ARGS, ARGS("TENET_PAGE_LIMIT="));
    cr_assert_eq(settings.page_limit, 1000);
}

Test(config, file_has_lines_and_comments)
{
    read_file_well("# all of it\n"
                   "\n"
                   "  page_limit=5   # five\n"
                   "database_url = postgresql://u:a#b@h/d\r\n"
                   "reuse_port = yes");
    cr_assert_eq(settings.page_limit, 5);
    cr_assert_str_eq(settings.database_url, "postgresql://u:a#b@h/d");
    cr_assert(settings.reuse_port);
}

Test(config, file_value_may_be_empty)
{
    read_file_well("dns_domain =\n");
    cr_assert_str_eq(settings.dns_domain, "");
}

Test(config, environment_names_the_file)
{
    const char *path = write_file("page_limit = 5\n");

    read_well(NO_ARGS, ARGS(arena_printf(&arena, "TENET_CONFIG=%s", path)));
    (void) unlink(path);
    cr_assert_eq(settings.page_limit, 5);
}

Test(config, flag_wins_over_environment_over_file)
{
    const char *path = write_file("page_limit = 1\nbulk_limit = 1\n"
                                  "max_body = 2001\n");

    read_well(ARGS("--page-limit", "3", "--config", path),
              ARGS("TENET_PAGE_LIMIT=2", "TENET_BULK_LIMIT=2"));
    (void) unlink(path);
    cr_assert_eq(settings.page_limit, 3);
    cr_assert_eq(settings.bulk_limit, 2);
    cr_assert_eq(settings.max_body, 2001);
}

Test(config, last_flag_wins)
{
    read_well(ARGS("--page-limit", "3", "--page-limit", "4"), NO_ARGS);
    cr_assert_eq(settings.page_limit, 4);
}

Test(config, wrong_flag_value_is_named)
{
    cr_assert_str_eq(refusal(ARGS("--page-limit", "0"), NO_ARGS),
                     "setting \"page_limit\" (flag --page-limit): \"0\" is "
                     "not valid; valid is an integer from 1 to 10000");
}

Test(config, wrong_variable_is_named)
{
    cr_assert_str_eq(refusal(NO_ARGS, ARGS("TENET_AUTH=ldap")),
                     "setting \"auth\" (environment TENET_AUTH): \"ldap\" is "
                     "not valid; valid is none, tokens, embedded, keystone, "
                     "jwt, auto");
}

Test(config, wrong_line_is_named)
{
    cr_assert_str_eq(file_refusal("\nreuse_port = perhaps\n"),
                     "setting \"reuse_port\" (FILE:2): \"perhaps\" is not "
                     "valid; valid is on, off, true, false, yes, no, 1, 0");
}

Test(config, unknown_key_of_file_is_refused)
{
    cr_assert_str_eq(file_refusal("page-limit = 1\n"),
                     "FILE:1: setting \"page-limit\" is unknown; valid are "
                     "those that \"tenetd --help\" lists, with \"_\" for "
                     "\"-\"");
}

Test(config, line_without_equals_sign_is_refused)
{
    cr_assert_str_eq(file_refusal("auth none\n"),
                     "FILE:1: \"auth none\" is not a setting; valid is "
                     "\"name = value\"");
}

Test(config, line_beyond_the_limit_is_refused)
{
    char line[5000];

    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\0';
    cr_assert_str_eq(file_refusal(line),
                     "FILE:1: the line is longer than 4094 bytes");
}

Test(config, missing_file_is_refused)
{
    cr_assert_str_eq(refusal(ARGS("--config", "/nonexistent"), NO_ARGS),
                     "cannot read configuration file \"/nonexistent\": "
                     "No such file or directory");
}

Test(config, unknown_flag_is_refused)
{
    cr_assert_str_eq(refusal(ARGS("--page-size", "1"), NO_ARGS),
                     "flag \"--page-size\" is unknown; valid are those that "
                     "\"tenetd --help\" lists");
}

Test(config, flag_without_its_value_is_refused)
{
    cr_assert_str_eq(refusal(ARGS("--page-limit"), NO_ARGS),
                     "flag \"--page-limit\" needs a value");
    cr_assert_str_eq(refusal(ARGS("--config"), NO_ARGS),
                     "flag \"--config\" needs a value");
}

Test(config, stray_argument_is_refused)
{
    cr_assert_str_eq(refusal(ARGS("now"), NO_ARGS),
                     "argument \"now\" is not expected; valid are flags such "
                     "as --listen 127.0.0.1:9696");
    cr_assert_not_null(refusal(ARGS("--"), NO_ARGS));
    cr_assert_not_null(refusal(ARGS("-h"), NO_ARGS));
}

Test(config, integers_are_whole_decimal_and_in_range)
{
    static const char *const wrong[] = {"",
                                        " 1",
                                        "1 ",
                                        "+1",
                                        "1k",
                                        "0x10",
                                        "1.0",
                                        "10001",
                                        "-1",
                                        "-",
                                        "99999999999999999999"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        cr_assert_not_null(
            refusal(ARGS(arena_printf(&arena, "--page-limit=%s", wrong[i])),
                    NO_ARGS));
    }
}

Test(config, first_and_last_integer_are_taken)
{
    read_well(ARGS("--dhcp-ports=0", "--network-mtu=65535"), NO_ARGS);
    cr_assert_eq(settings.dhcp_ports, 0);
    cr_assert_eq(settings.network_mtu, 65535);
    cr_assert_not_null(refusal(ARGS("--dhcp-ports=9"), NO_ARGS));
}

Test(config, mac_base_is_a_unicast_address)
{
    read_well(ARGS("--mac-base=02:00:00:00:00:00"), NO_ARGS);
    cr_assert_not_null(
        refusal(ARGS("--mac-base=01:00:00:00:00:00"), NO_ARGS));
    cr_assert_not_null(refusal(ARGS("--mac-base=fa:16:3e"), NO_ARGS));
}

Test(config, cluster_pool_is_a_plain_version_4_prefix_or_a_pool)
{
    static const char *const wrong[] = {"10.0.0.0", "10.0.0.1/8", "fd00::/8",
                                        "10.0.0.0/29", "0.0.0.0/0", "pool"};
    read_well(ARGS("--cluster-pool=172.16.0.0/12"), NO_ARGS);
    cr_assert_str_eq(settings.cluster_pool, "172.16.0.0/12");
    read_well(ARGS("--cluster-pool=10.0.0.0/28"), NO_ARGS);
    read_well(ARGS("--cluster-pool=deadbeef-dead-4ead-beef-deadbeefdead"),
              NO_ARGS);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        cr_expect_not_null(refusal(ARGS("--cluster-pool", wrong[i]),
                                   NO_ARGS), "%s", wrong[i]);
    }
}

Test(config, log_level_is_one_of_four)
{
    read_well(ARGS("--log-level", "debug"), NO_ARGS);
    cr_assert_str_eq(settings.log_level, "debug");
    cr_assert_not_null(refusal(ARGS("--log-level", "DEBUG"), NO_ARGS));
}

Test(config, auth_none_listens_only_locally)
{
    read_well(ARGS("--listen", "0.0.0.0:9696"), NO_ARGS);
    cr_assert_str_eq(config_check_access(&arena, &settings)->message,
                     "setting \"listen\": \"0.0.0.0:9696\" may be reached "
                     "from other machines, which auth = none does not allow; "
                     "valid is 127.0.0.0/8, [::1] or unix:/PATH, or set "
                     "auth = embedded, tokens, keystone or jwt");
    settings.listen = "unix:/run/tenet.sock";
    cr_assert_null(config_check_access(&arena, &settings));
}

Test(config, auth_tokens_listens_anywhere_with_a_file)
{
    read_well(ARGS("--listen", "0.0.0.0:9696", "--auth", "tokens"), NO_ARGS);
    cr_assert_str_eq(config_check_access(&arena, &settings)->message,
                     "setting \"auth\": \"tokens\" needs the setting "
                     "\"tokens_file\"");
    settings.tokens_file = "/etc/tenet/tokens";
    cr_assert_null(config_check_access(&arena, &settings));
}

static const char *
access_refusal(void)
{
    struct err *err = config_check_access(&arena, &settings);

    return err == NULL ? "" : err->message;
}

Test(config, auth_keystone_needs_a_place_a_user_and_one_password)
{
    read_well(ARGS("--auth", "keystone"), NO_ARGS);
    cr_assert_str_eq(access_refusal(),
                     "setting \"auth\": \"keystone\" needs the setting "
                     "\"keystone_url\"; valid is http://HOST:PORT/PATH or "
                     "https://..., ending in /v3");
    settings.keystone_url = "https://id.example/v3";
    cr_assert_str_eq(access_refusal(),
                     "setting \"auth\": \"keystone\" needs the setting "
                     "\"keystone_user\"");
    settings.keystone_user = "tenet";
    cr_assert_str_eq(access_refusal(),
                     "setting \"auth\": \"keystone\" needs one of the "
                     "settings \"keystone_password\" and "
                     "\"keystone_password_file\"");
    settings.keystone_password = "secret";
    cr_assert_str_eq(access_refusal(), "");
    settings.keystone_password_file = "/etc/tenet/password";
    cr_assert_str_eq(access_refusal(),
                     "setting \"auth\": \"keystone\" needs one of the "
                     "settings \"keystone_password\" and "
                     "\"keystone_password_file\"; both are set");
}

Test(config, a_url_of_keystone_ends_in_its_version)
{
    static const char *const bad[] = {
        "/v3", "http:///v3", "http://:80/v3", "ftp://h/v3", "http://h",
        "http://h/v2.0", "http://h/v3/", "http://h/?x=/v3", "http://h/#/v3",
        "http://user:password@h/v3", "http://h /v3"};
    read_well(ARGS("--keystone-url", "http://[::1]:5000/identity/v3"),
              NO_ARGS);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err *err = config_read(&arena, ARGS("--keystone-url", bad[i]),
                                      NO_ARGS, &settings);
        cr_expect_not_null(err, "%s", bad[i]);
    }
}

Test(config, help_has_every_flag_and_its_range)
{
    struct buf help;

    buf_init(&help, &arena, 0);
    config_help(&help);
    cr_assert_not_null(strstr(help.data, "  --dhcp-ports 0\n"));
    cr_assert_not_null(strstr(help.data, "an integer from 0 to 8\n"));
    cr_assert_not_null(strstr(help.data, "Valid: none, tokens, embedded, "
                                         "keystone, jwt, auto\n"));
}
