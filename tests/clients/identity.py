#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What keystoneauth makes of the users of a server's own (/v3).

    OS_CLIENT_CONFIG_FILE=FILE tests/clients/identity.py

FILE is a clouds.yaml with the entries "password" (the admin "operator" of project
"ops"), "credential" (an application credential of his) and "member" ("alice" of
"blue").  Prints TAP; fails if a check does.
"""
import sys

import openstack
from keystoneauth1 import exceptions as kexc

import sdk


def token_of(cloud):
    return cloud.session.get_token()


def check_methods(tap, _):
    for cloud, user, project in (("password", "operator", "ops"),
                                 ("credential", "operator", "ops"),
                                 ("member", "alice", "blue")):
        c = openstack.connect(cloud=cloud)
        tap.check("%s: user" % cloud, c.identity.get_user(c.current_user_id).name, user)
        tap.check("%s: project" % cloud,
                  c.identity.get_project(c.current_project_id).name, project)
        tap.check("%s: networking answers" % cloud,
                  isinstance(list(c.network.networks()), list), True)


def check_lookups(tap, _):
    admin, member = openstack.connect(cloud="password"), openstack.connect(cloud="member")
    tap.check("admin: all users", sorted(u.name for u in admin.identity.users()),
              ["alice", "operator"])
    tap.check("member: himself", [u.name for u in member.identity.users()], ["alice"])
    tap.check("admin: find_project", admin.identity.find_project("blue").name, "blue")
    tap.check("member: find_project", member.identity.find_project("blue").name, "blue")
    tap.check("member: not another's", member.identity.find_project("ops"), None)
    tap.check("find_domain", admin.identity.find_domain("Default").id, "default")
    tap.check("catalog", sorted(s["type"] for s in admin.service_catalog),
              ["identity", "network"])


def check_roles(tap, _):
    member = openstack.connect(cloud="member")
    lan = member.network.create_network(name=sdk.name("lan"))
    tap.check("member: creates in his project", lan.project_id,
              member.current_project_id)
    member.network.delete_network(lan.id)
    error = tap.raises("member: not what admins may", sdk.exc.HttpException,
                       member.network.create_network, name=sdk.name("shared"),
                       is_shared=True)
    tap.check("member: it is forbidden", getattr(error, "status_code", None), 403)


def check_refusals(tap, _):
    auth = dict(openstack.connect(cloud="member").config.config["auth"])
    for key, value in (("password", "wrong"), ("username", "nobody"),
                       ("project_name", "ops"), ("user_domain_name", "users")):
        other = openstack.connect(load_envvars=False, load_yaml_config=False,
                                  auth=dict(auth, **{key: value}))
        tap.raises("refused: another %s" % key, kexc.Unauthorized,
                   other.session.get_token)


def check_revocation(tap, _):
    member = openstack.connect(cloud="member")
    first = token_of(member)
    member.identity.delete("/auth/tokens", headers={"X-Subject-Token": first})
    tap.check("a revoked token is replaced by a new one",
              [isinstance(list(member.network.networks()), list),
               token_of(member) != first], [True, True])


def main():
    tap = sdk.Tap()
    for check in (check_methods, check_lookups, check_roles, check_refusals,
                  check_revocation):
        sdk.guarded(tap, check, None)
    return tap.close()


if __name__ == "__main__":
    sys.exit(main())
