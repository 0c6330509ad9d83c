# SPDX-License-Identifier: Apache-2.0
"""A container runtime as far as networks go: executes CNI plugins and keeps
their results, as section 3 of the CNI specification has it."""
import json
import os
import subprocess


class Failure(Exception):
    """A plugin ended with an error object."""

    def __init__(self, command, output):
        super().__init__(f"{command}: {output}")
        try:
            self.code = json.loads(output).get("code")
        except ValueError:
            self.code = None


def find_plugin(name):
    for folder in os.environ["CNI_PATH"].split(":"):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(f"{name} is not in {os.environ['CNI_PATH']}")


class Runtime:
    """That of one node; 'namespace' is the node's own, None for this one."""

    def __init__(self, config, namespace=None):
        self.config = config
        self.command = [find_plugin(config["type"])]
        if namespace is not None:
            self.command = ["nsenter", f"--net=/run/netns/{namespace}",
                            *self.command]
        self.results = {}  # Of ADD, by container.

    def start(self, command, container, netns, **more):
        """Starts a plugin and gives it its configuration."""
        environment = dict(
            os.environ, CNI_COMMAND=command, CNI_CONTAINERID=container,
            CNI_IFNAME="eth0", CNI_NETNS=netns,
            CNI_ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=default;"
                     f"K8S_POD_NAME={container}")
        config = dict(self.config, **more)
        process = subprocess.Popen(
            self.command, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        process.stdin.write(json.dumps(config))
        process.stdin.close()
        return process

    def execute(self, command, container, netns, **more):
        process = self.start(command, container, netns, **more)
        output = process.stdout.read()
        process.stdout.close()
        if process.wait() != 0:
            raise Failure(f"{command} of {container}", output)
        return json.loads(output) if output.strip() else None

    def _previous(self, container):
        result = self.results.get(container)
        return {} if result is None else {"prevResult": result}

    def add(self, container, netns):
        """The addresses that it gets."""
        result = self.execute("ADD", container, netns)
        self.results[container] = result
        return [each["address"].split("/")[0] for each in result["ips"]]

    def check(self, container, netns):
        self.execute("CHECK", container, netns, **self._previous(container))

    def delete(self, container, netns):
        self.execute("DEL", container, netns, **self._previous(container))
        self.results.pop(container, None)
