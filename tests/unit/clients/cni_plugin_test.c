/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of clients/cni/plugin.h that need no server: commands, versions and
 * codes.
 */
#include "cni/plugin.h"

#include <criterion/criterion.h>
#include <string.h>

#include "cni/json.h"
#include "core/arena.h"

#define SUBNET "11111111-1111-4111-8111-111111111111"

static struct arena arena;
static struct environment environment;
static int status;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
    environment = (struct environment){
        .container_id = "c1", .ifname = "eth0", .netns = "/run/netns/blue"};
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(cni_plugin, .init = begin, .fini = end);

/* What the plugin prints for 'input', written with single quotes. */
static json_t *
run(const char *command, const char *input)
{
    const char *output = NULL;
    char *copy = arena_strdup(&arena, input);
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    environment.command = command;
    status = plugin_run(&arena, &environment, copy, strlen(copy), &output);
    return json_keep(&arena, json_loads(output, 0, NULL));
}

/* A configuration of 'version' whose server nobody has. */
static json_t *
run_version(const char *command, const char *version, const char *more)
{
    return run(command,
               arena_printf(&arena,
                            "{'cniVersion': '%s', 'name': 'n', 'ipam':"
                            " {'url': 'unix:/nonexistent/socket',"
                            " 'timeout_s': 1, 'subnet_id': '" SUBNET "'}%s}",
                            version, more));
}

static void
expect_code(const json_t *output, int code)
{
    cr_assert_neq(status, 0);
    cr_assert_eq(json_integer_value(json_object_get(output, "code")), code,
                 "%s", json_text(&arena, output));
}

Test(cni_plugin, version_is_told_whatever_the_input)
{
    static const char *const inputs[] = {"{'cniVersion': '1.0.0'}", "", "x",
                                         "{'cniVersion': '9.0.0'}"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        const json_t *output = run("VERSION", inputs[i]);
        cr_assert_eq(status, 0);
        cr_assert_eq(
            json_array_size(json_object_get(output, "supportedVersions")), 5);
    }
}

Test(cni_plugin, a_command_that_is_none_is_refused)
{
    expect_code(run(NULL, "{}"), 4);
    expect_code(run("", "{}"), 4);
    expect_code(run("add", "{}"), 4);
    expect_code(run("UPDATE", "{}"), 4);
}

Test(cni_plugin, commands_come_with_the_version_that_has_them)
{
    expect_code(run_version("CHECK", "0.3.1", ""), 1);
    expect_code(run_version("STATUS", "1.0.0", ""), 1);
    expect_code(run_version("GC", "1.0.0", ""), 1);
    expect_code(run_version("CHECK", "0.4.0", ""), 7); /* No prevResult. */
    expect_code(run_version("STATUS", "1.1.0", ""), 50);
    expect_code(run_version("GC", "1.1.0", ""), 7); /* No attachments. */
}

Test(cni_plugin, gc_does_not_judge_by_what_it_does_not_understand)
{
    static const char *const bad[] = {"{}", "['c1']", "[{}]",
                                      "[{'containerID': 'c1'}]",
                                      "[{'containerID': 1, 'ifname': 'a'}]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_code(
            run_version("GC", "1.1.0",
                        arena_printf(&arena,
                                     ", 'cni.dev/valid-attachments': %s",
                                     bad[i])),
            7);
    }
}

Test(cni_plugin, gc_does_not_judge_without_the_name_of_the_node)
{
    const json_t *output = run_version("GC", "1.1.0",
                                       ", 'cni.dev/valid-attachments': []");
    expect_code(output, 7);
    const char *details = json_string_value(
        json_object_get(output, "details"));
    cr_assert_not_null(strstr(details, "ipam.node"), "%s", details);
}

Test(cni_plugin, a_variable_that_is_missing_is_refused_first)
{
    environment.netns = NULL;
    expect_code(run("ADD", "{"), 4);
    environment.ifname = NULL;
    expect_code(run("DEL", "{"), 4);
    environment.container_id = NULL;
    expect_code(run("GC", "{"), 6);
}

Test(cni_plugin, a_failure_speaks_the_version_of_the_configuration)
{
    const json_t *output = run_version("CHECK", "0.3.1", "");
    cr_assert_str_eq(json_string_value(json_object_get(output, "cniVersion")),
                     "0.3.1");
}

Test(cni_plugin, without_a_server_it_says_try_again)
{
    expect_code(run_version("ADD", "1.0.0", ""), 11);
    expect_code(run_version("DEL", "1.0.0", ", 'prevResult': {}"), 11);
}
