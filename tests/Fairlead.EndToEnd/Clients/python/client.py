# One scenario of Debian's python3-kubernetes a run: client.py SCENARIO, with KUBECONFIG. Ends with 0 if what came is right.
import json
import sys
import threading

from kubernetes import client, config, dynamic, watch
from kubernetes.stream import portforward, stream

config.load_kube_config()
core = client.CoreV1Api()


def lists():
    pods = core.list_namespaced_pod("default", label_selector="app=web").items
    assert pods and all(p.status.start_time.tzinfo for p in pods), pods
    seen = [n.metadata.name for n in core.list_node(limit=1).items]
    rest = core.list_node(limit=1, _continue=core.list_node(limit=1).metadata._continue)
    assert seen != [n.metadata.name for n in rest.items], seen
    try:
        core.read_namespaced_pod("nobody", "default")
        raise AssertionError("found")
    except client.ApiException as e:
        assert (e.status, e.reason) == (404, "Not Found"), e


def watches():
    name, seen = "python-seen", []
    revision = core.list_namespaced_config_map("default").metadata.resource_version
    watching = watch.Watch()

    def follow():
        for event in watching.stream(core.list_namespaced_config_map, "default", resource_version=revision, label_selector="from=python", timeout_seconds=20):
            seen.append((event["type"], event["object"].data))
            if event["type"] == "DELETED":
                watching.stop()

    follower = threading.Thread(target=follow)
    follower.start()
    core.create_namespaced_config_map("default", {"metadata": {"name": name, "labels": {"from": "python"}}, "data": {"a": "1"}})
    core.patch_namespaced_config_map(name, "default", {"data": {"a": "2"}})
    core.delete_namespaced_config_map(name, "default")
    follower.join()
    assert seen == [("ADDED", {"a": "1"}), ("MODIFIED", {"a": "2"}), ("DELETED", {"a": "2"})], seen


def discovers():
    every = dynamic.DynamicClient(client.ApiClient())
    deployments = every.resources.get(api_version="apps/v1", kind="Deployment")
    assert deployments.get(name="web", namespace="default").spec.selector.matchLabels.app == "web"
    maps = every.resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "python-applied"}, "data": {"a": "1"}}
    applied = maps.patch(body=json.dumps(body), namespace="default", name="python-applied", content_type="application/apply-patch+yaml", field_manager="python")
    assert applied.metadata.managedFields[0].operation == "Apply", applied
    maps.delete(name="python-applied", namespace="default")


def executes():
    opened = stream(core.connect_get_namespaced_pod_exec, "client", "default", container="shell", command=["sh", "-c", "read x; echo got $x; echo oops >&2; exit 4"],
                    stdin=True, stdout=True, stderr=True, tty=False, _preload_content=False)
    opened.write_stdin("hello\n")
    opened.run_forever(timeout=15)
    assert (opened.read_stdout(), opened.read_stderr(), opened.returncode) == ("got hello\n", "oops\n", 4)


def forwards():
    pod = core.list_namespaced_pod("default", label_selector="app=web").items[0].metadata.name
    forwarded = portforward(core.connect_get_namespaced_pod_portforward, pod, "default", ports="8080")
    socket = forwarded.socket(8080)
    socket.sendall(b"GET / HTTP/1.0\r\n\r\n")
    answer = b""
    while part := socket.recv(1024):
        answer += part
    assert answer.strip().endswith(pod.encode()), answer


globals()[sys.argv[1]]()
