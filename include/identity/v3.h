/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v3: as much of OpenStack's Identity API as its clients need to get a token
 * and to look up whom they name.  Only with auth = embedded; otherwise there
 * is nothing there.
 */
#ifndef IDENTITY_V3_H
#define IDENTITY_V3_H

#include "api/call.h"

operation_fn v3_version;

operation_fn v3_token_issue;
operation_fn v3_token_show;
operation_fn v3_token_revoke;

operation_fn v3_catalog;
operation_fn v3_projects_own;  /* That the caller's user may enter. */
operation_fn v3_projects_list;
operation_fn v3_projects_show;
operation_fn v3_users_list;
operation_fn v3_users_show;
operation_fn v3_users_projects;
operation_fn v3_domains_list;
operation_fn v3_domains_show;

#endif
