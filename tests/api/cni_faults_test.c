/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CNI plugin of clients/cni when the server does not do what it should.
 */
#include "core/arena.h"
#include "core/clock.h"
#include "support/plugin.h"

#define SUBNET "11111111-1111-4111-8111-111111111111"
#define NETWORK "22222222-2222-4222-8222-222222222222"
#define PORT "33333333-3333-4333-8333-333333333333"

#define SUBNETS                                                     \
    "200 {'subnets': [{'id': '" SUBNET "', 'network_id': '" NETWORK \
    "', 'cidr': '10.0.0.0/24', 'gateway_ip': null}]}"
#define A_PORT                                                \
    "{'id': '" PORT "', 'device_id': 'c1/eth0', 'fixed_ips':" \
    " [{'subnet_id': '" SUBNET "', 'ip_address': '10.0.0.9'}]}"
#define CREATED "201 {'port': " A_PORT "}"
#define FOUND "200 {'ports': [" A_PORT "]}"
#define NONE "200 {'ports': []}"
#define HANG_UP "hang up"
#define UNAVAILABLE                                \
    "503 {'NeutronError': {'type': 'Unavailable'," \
    " 'message': 'come back'}}"

/* Runs 'command' against a server that gives these answers, all of which
 * must be wanted. */
static struct plugin_result
run(const char *command, const char *more, struct script *script,
    const char *const *answers)
{
    script_start(script, answers);
    struct pods pods = pods_in(SUBNET);
    pods.url = script->url;
    pods.more = more;
    struct plugin_result result = plugin(command, "c1", &pods);
    script_end(script);
    return result;
}
#define ANSWERS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
expect_added(const struct plugin_result *result)
{
    expect_success(result);
    expect_at(&result->reply, "ips.0.address", "10.0.0.9/24");
}

Test(cni_faults, a_server_that_is_busy_is_asked_again)
{
    struct script script;
    struct plugin_result result = run(
        "ADD", "", &script,
        ANSWERS(UNAVAILABLE, SUBNETS, "429 {}", NONE, CREATED));
    expect_added(&result);
}

Test(cni_faults, a_refused_creation_is_repeated_under_its_key)
{
    struct script script;
    struct plugin_result result = run(
        "ADD", "", &script,
        ANSWERS(SUBNETS, NONE, UNAVAILABLE, NONE, CREATED));
    expect_added(&result);
    cr_assert_str_neq(script_key(&script, 2), "");
    cr_assert_str_eq(script_key(&script, 2), script_key(&script, 4));
    cr_assert_str_eq(script_key(&script, 3), "");
}

Test(cni_faults, a_port_whose_answer_is_lost_is_found)
{
    struct script script;
    struct plugin_result result = run("ADD", "", &script,
                                      ANSWERS(SUBNETS, NONE, HANG_UP, FOUND));
    expect_added(&result);
}

Test(cni_faults, a_creation_that_is_lost_is_repeated)
{
    struct script script;
    struct plugin_result result = run(
        "ADD", "", &script,
        ANSWERS(SUBNETS, NONE, HANG_UP, HANG_UP, NONE, CREATED));
    expect_added(&result);
    cr_assert_str_eq(script_key(&script, 2), script_key(&script, 5));
}

Test(cni_faults, a_conflict_with_another_process_is_no_failure)
{
    struct script script;
    struct plugin_result result = run(
        "ADD", "", &script, ANSWERS(SUBNETS, NONE, "409 {}", FOUND));
    expect_added(&result);
}

Test(cni_faults, each_command_has_a_key_of_its_own)
{
    struct script one, two;
    run("ADD", "", &one, ANSWERS(SUBNETS, NONE, CREATED));
    run("ADD", "", &two, ANSWERS(SUBNETS, NONE, CREATED));
    cr_assert_str_neq(script_key(&one, 2), script_key(&two, 2));
}

Test(cni_faults, a_wait_that_would_last_too_long_is_not_begun)
{
    struct script script;
    int64_t before = clock_monotonic_us();
    struct plugin_result result = run(
        "ADD", ", 'timeout_s': 9", &script,
        ANSWERS("503@60 {'NeutronError': {'type': 'Unavailable',"
                " 'message': 'come back'}}"));
    expect_failure(&result, 11);
    expect_details(&result, "come back");
    cr_assert_lt(clock_monotonic_us() - before, INT64_C(5000000));
}

Test(cni_faults, the_wait_is_as_long_as_the_server_says)
{
    struct script script;
    int64_t before = clock_monotonic_us();
    struct plugin_result result = run("ADD", "", &script,
                                      ANSWERS("503@1 {}", SUBNETS, FOUND));
    expect_added(&result);
    cr_assert_geq(clock_monotonic_us() - before, INT64_C(1000000));
}

Test(cni_faults, without_a_server_it_gives_up_in_time)
{
    int64_t before = clock_monotonic_us();
    struct pods pods = pods_in(SUBNET);
    pods.url = "http://127.0.0.1:1";
    pods.more = ", 'timeout_s': 1";
    static const char *const commands[] = {"ADD", "DEL"};
    for (size_t i = 0; i < 2; i++) {
        struct plugin_result result = plugin(commands[i], "c1", &pods);
        expect_failure(&result, 11);
        expect_details(&result, "http://127.0.0.1:1");
    }
    cr_assert_lt(clock_monotonic_us() - before, INT64_C(6000000));
}

Test(cni_faults, a_server_that_breaks_is_not_asked_again)
{
    static const char *const broken[] = {
        "500 {'NeutronError': {'type': 'X', 'message': 'broken'}}",
        "200 <html>", "200 {'subnets': 7}", "302 ", "404 {}"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct script script;
        struct plugin_result result = run("ADD", "", &script,
                                          ANSWERS(broken[i]));
        expect_failure(&result, 103);
    }
}

Test(cni_faults, a_port_that_somebody_else_deletes_is_deleted)
{
    struct script script;
    struct plugin_result result = run("DEL", "", &script,
                                      ANSWERS(SUBNETS, FOUND, "404 {}"));
    expect_success(&result);
}

Test(cni_faults, a_deletion_whose_answer_is_lost_is_repeated)
{
    struct script script;
    struct plugin_result result = run(
        "DEL", "", &script,
        ANSWERS(SUBNETS, FOUND, HANG_UP, HANG_UP, "404 {}"));
    expect_success(&result);
}

Test(cni_faults, a_deletion_that_is_refused_is_a_failure)
{
    struct script script;
    struct plugin_result result = run(
        "DEL", "", &script,
        ANSWERS(SUBNETS, FOUND,
                "409 {'NeutronError': {'type': 'PortInUse',"
                " 'message': 'held by a router'}}"));
    expect_failure(&result, 103);
    expect_details(&result, "held by a router");
}

Test(cni_faults, a_creation_that_was_under_way_is_caught_by_del)
{
    struct script script;
    struct plugin_result result = run(
        "DEL", "", &script, ANSWERS(SUBNETS, NONE, NONE, FOUND, "204 "));
    expect_success(&result);
}
