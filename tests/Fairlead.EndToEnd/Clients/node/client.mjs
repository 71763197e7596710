// One scenario of the npm client a run: node client.mjs SCENARIO, with KUBECONFIG. Ends with 0 if what came is right.
import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { createServer } from 'node:net';
import * as k8s from '@kubernetes/client-node';

const config = new k8s.KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const namespace = 'default';

const text = stream => {
  const chunks = [];
  stream.on('data', chunk => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
};

const until = async (what, ask) => {
  for (const end = Date.now() + 15000; Date.now() < end; await new Promise(r => setTimeout(r, 50))) {
    const answer = await ask();
    if (answer) return answer;
  }
  assert.fail(`not within 15 s: ${what}`);
};

const removed = async name => {
  try { await core.deleteNamespacedConfigMap({ name, namespace }); } catch (e) { assert.equal(e.code, 404); }
};

const scenarios = {
  async lists() {
    const pods = await core.listNamespacedPod({ namespace, labelSelector: 'app=web' });
    assert.equal(pods.kind, 'PodList');
    assert.ok(pods.items.length > 0);
    for (const pod of pods.items) {
      assert.equal(pod.metadata.labels.app, 'web');
      assert.ok(pod.status.startTime instanceof Date);
    }
    const first = await core.listNode({ limit: 1 });
    assert.equal(first.items.length, 1);
    const rest = await core.listNode({ limit: 500, _continue: first.metadata._continue });
    assert.notEqual(rest.items[0].metadata.name, first.items[0].metadata.name);
    const deployment = await apps.readNamespacedDeployment({ name: 'web', namespace });
    assert.equal(deployment.spec.template.spec.containers[0].name, 'httpd');
    const version = await config.makeApiClient(k8s.VersionApi).getCode();
    assert.equal(version.minor, '33');
  },

  async refusals() {
    await assert.rejects(core.readNamespacedPod({ name: 'nobody', namespace }), e => e.code === 404 && JSON.parse(e.body).message === 'pods "nobody" not found');
    await assert.rejects(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'Not A Name' } } }), e => e.code === 422);
  },

  async informer() {
    const name = 'node-client-seen';
    await removed(name);
    const seen = [];
    const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`,
      () => core.listNamespacedConfigMap({ namespace, labelSelector: 'from=node' }), 'from=node');
    for (const verb of ['add', 'update', 'delete']) informer.on(verb, obj => seen.push(`${verb} ${obj.metadata.name} ${obj.data?.a}`));
    informer.on('error', error => seen.push(`error ${error}`));
    await informer.start();
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { from: 'node' } }, data: { a: '1' } } });
    await until('add', () => seen.includes(`add ${name} 1`));
    assert.equal(informer.get(name, namespace).data.a, '1');
    const old = await core.readNamespacedConfigMap({ name, namespace });
    await core.replaceNamespacedConfigMap({ name, namespace, body: { ...old, data: { a: '2' } } });
    await until('update', () => seen.includes(`update ${name} 2`));
    await core.deleteNamespacedConfigMap({ name, namespace });
    await until('delete', () => seen.includes(`delete ${name} 2`));
    assert.deepEqual(seen.filter(s => s.startsWith('error')), []);
    await informer.stop();
  },

  async patches() {
    const name = 'node-client-patched';
    await removed(name);
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { a: '1', b: '2' } } });
    const patch = async (strategy, body, more = {}) =>
      (await core.patchNamespacedConfigMap({ name, namespace, body, ...more }, k8s.setHeaderOptions('Content-Type', strategy))).data;
    assert.deepEqual(await patch(k8s.PatchStrategy.MergePatch, { data: { a: null, c: '3' } }), { b: '2', c: '3' });
    assert.deepEqual(await patch(k8s.PatchStrategy.JsonPatch, [{ op: 'replace', path: '/data/b', value: '4' }]), { b: '4', c: '3' });
    assert.deepEqual(await patch(k8s.PatchStrategy.StrategicMergePatch, { data: { $patch: 'replace', d: '5' } }), { d: '5' });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { e: '6' } };
    assert.deepEqual(await patch(k8s.PatchStrategy.ServerSideApply, applied, { fieldManager: 'node' }), { d: '5', e: '6' });
    applied.data = { d: '7' };
    await assert.rejects(patch(k8s.PatchStrategy.ServerSideApply, applied, { fieldManager: 'node' }), e => e.code === 409);
    assert.deepEqual(await patch(k8s.PatchStrategy.ServerSideApply, applied, { fieldManager: 'node', force: true }), { d: '7' });
    await core.deleteNamespacedConfigMap({ name, namespace });
  },

  async exec() {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const [output, errors] = [text(out), text(err)];
    const status = await new Promise((resolve, reject) => new k8s.Exec(config)
      .exec(namespace, 'client', 'shell', ['sh', '-c', 'read line; echo "got $line"; echo oops >&2; exit 3'], out, err, Readable.from(['hello\n']), false, resolve)
      .catch(reject));
    assert.equal(output(), 'got hello\n');
    assert.equal(errors(), 'oops\n');
    assert.equal(status.status, 'Failure');
    assert.equal(status.details.causes.find(c => c.reason === 'ExitCode').message, '3');
  },

  async logs() {
    const pod = (await core.listNamespacedPod({ namespace, labelSelector: 'app=web' })).items[0].metadata.name;
    const out = new PassThrough();
    await new k8s.Log(config).log(namespace, pod, 'httpd', out, { follow: false, tailLines: 5 });
    await new Promise(resolve => out.on('end', resolve).resume());
    assert.equal(typeof await core.readNamespacedPodLog({ name: pod, namespace }), 'string');
  },

  async portForward() {
    const pod = (await core.listNamespacedPod({ namespace, labelSelector: 'app=web' })).items[0].metadata.name;
    const forward = new k8s.PortForward(config);
    const server = createServer(socket => forward.portForward(namespace, pod, [8080], socket, null, socket));
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { headers: { connection: 'close' } });
    assert.equal((await answer.text()).trim(), pod);
    server.close();
    process.exit(0); // the web socket would stay open
  },

  async customObjects() {
    const definitions = config.makeApiClient(k8s.ApiextensionsV1Api);
    const objects = config.makeApiClient(k8s.CustomObjectsApi);
    const kind = { group: 'node.example.com', version: 'v1', plural: 'toys', namespace };
    await definitions.createCustomResourceDefinition({ body: {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'toys.node.example.com' },
      spec: { group: kind.group, scope: 'Namespaced', names: { plural: 'toys', singular: 'toy', kind: 'Toy' }, versions: [{ name: 'v1', served: true, storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', _default: 7 } } } } } } }] } } });
    await until('Established', async () => (await definitions.readCustomResourceDefinition({ name: 'toys.node.example.com' })).status?.conditions?.some(c => c.type === 'Established' && c.status === 'True'));
    const made = await objects.createNamespacedCustomObject({ ...kind, body: { apiVersion: 'node.example.com/v1', kind: 'Toy', metadata: { name: 't' }, spec: {} } });
    assert.equal(made.spec.size, 7);
    assert.equal((await objects.listNamespacedCustomObject(kind)).items.length, 1);
    await definitions.deleteCustomResourceDefinition({ name: 'toys.node.example.com' });
  },
};

await scenarios[process.argv[2]]();
