#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prints a token of whom the variables OS_* name, as an openrc file sets them:
#
#     curl -H "X-Auth-Token: $(clients/token.sh)" http://HOST:9696/v2.0/networks
#
# For a password or an application credential; needs curl and jq.
set -euo pipefail

url=${OS_AUTH_URL:?is not set; source an openrc file first}
body=$(jq -nc 'def domain($name): {name: ($name // "Default")};
    if env.OS_APPLICATION_CREDENTIAL_ID then {auth: {identity: {
        methods: ["application_credential"], application_credential: {
            id: env.OS_APPLICATION_CREDENTIAL_ID,
            secret: env.OS_APPLICATION_CREDENTIAL_SECRET}}}}
    else {auth: {
        identity: {methods: ["password"], password: {user: {
            name: env.OS_USERNAME, password: env.OS_PASSWORD,
            domain: domain(env.OS_USER_DOMAIN_NAME)}}},
        scope: {project: {name: env.OS_PROJECT_NAME,
            domain: domain(env.OS_PROJECT_DOMAIN_NAME)}}}}
    end')

# The body goes through a pipe: arguments of a process are no secret.
answer=$(curl -sS -i "$url/auth/tokens" -H 'Content-Type: application/json' \
    -d @- <<<"$body" | tr -d '\r')
token=$(sed -n 's/^x-subject-token: //Ip' <<<"$answer" | head -1)
if [ -z "$token" ]; then
    sed '1,/^$/d' <<<"$answer" | jq -r '.error.message // .' >&2
    exit 1
fi
echo "$token"
