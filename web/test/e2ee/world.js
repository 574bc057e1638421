/**
 * A gateway for tests, with a clock of its own: it shows people to each other
 * and relays boxes, honestly unless told otherwise.
 */
import assert from 'node:assert/strict';
import { Agreement } from '../../static/js/e2ee/agreement.js';
import { Opener } from '../../static/js/e2ee/opener.js';
import { Sealer } from '../../static/js/e2ee/sealer.js';
import { linkSecret } from '../../static/js/e2ee/secret.js';
import { kinds } from '../../static/js/e2ee/sframe.js';
import { utf8 } from '../../static/js/e2ee/wire.js';

export const session = 'jJ0mVhUzJ9mV3u3yqN0hYQ';
export const hostSecret = utf8('0123456789abcdef');

export class World {
  constructor() {
    this.now = 1_800_000_000_000;
    this.hop = 5;
    /** @type {Node[]} */
    this.nodes = [];
    /** @type {{ at: number, from: Node, to: Node, box: Uint8Array<ArrayBuffer> }[]} */
    this.queue = [];
    /** May change a box under way; null drops it. @type {(from: Node, to: Node, box: any) => any} */
    this.tamper = (_from, _to, box) => box;
    /** May change what a node is shown. @type {(n: Node, people: any[]) => any[]} */
    this.see = (_n, people) => people;
    this.sent = 0;
    this.octets = 0;
  }

  /** People whose links were made in a browser; the plain ones have links from the API. @param {string} name */
  host = (name) => this.add(name, { role: 'host', secret: hostSecret });
  /** @param {string} name */
  guest = async (name) => this.add(name, { role: 'guest', secret: await linkSecret(hostSecret, session, name, `jti-${name}`), invite: name, jti: `jti-${name}` });
  /** @param {string} name */
  plainHost = (name) => this.add(name, { role: 'host', secret: null });
  /** @param {string} name */
  plainGuest = (name) => this.add(name, { role: 'guest', secret: null });

  /** @param {string} name @param {any} config */
  async add(name, config) {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const key = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const n = new Node(this, name, { ...config, session, signKey: pair.privateKey, key });
    await n.load(null);
    this.nodes.push(n);
    return n;
  }

  /** @param {...Node} nodes */
  async enter(...nodes) {
    for (const n of nodes) n.in = true;
    await this.show();
  }

  /** @param {Node} n */
  async leave(n) {
    n.in = false;
    await this.show();
  }

  /** What a host's click does. @param {Node} host @param {...Node} guests */
  async admit(host, ...guests) {
    await host.do(host.a.allow(this.now, guests.map((g) => g.seat)));
    await this.enter(...guests);
  }

  /** @param {Node} host @param {Node} guest */
  async greet(host, guest) {
    await host.do(host.a.greet(this.now, guest.seat));
    host.with = guest;
    guest.with = host;
    await this.show();
  }

  /** @param {Node} host */
  async greetEnd(host) {
    if (host.with) host.with.with = null;
    host.with = null;
    await this.show();
  }

  async show() {
    for (const n of this.nodes) await n.do(n.a.circle(this.now, this.see(n, this.people(n))));
  }

  /** @param {Node} me */
  people(me) {
    return this.nodes.flatMap((n) => {
      const person = { seat: n.seat, role: n.role, online: !n.offline, capable: true, with: false, door: false };
      if (n === me) return [];
      if (me.with === n) return [{ ...person, with: true, door: me.role === 'host' }];
      return me.in && n.in ? [{ ...person, with: !me.with && !n.with }] : [];
    });
  }

  /** @param {Node} from @param {{ to: string, box: Uint8Array<ArrayBuffer> }} o */
  relay(from, o) {
    const to = this.nodes.find((n) => n.seat === o.to);
    if (!to) return;
    const box = this.tamper(from, to, o.box);
    if (!box || to.offline || from.offline) return;
    this.sent++;
    this.octets += box.length;
    this.queue.push({ at: this.now + this.hop, from, to, box });
  }

  /** Lets time pass. @param {number} ms */
  async run(ms) {
    const end = this.now + ms;
    for (;;) {
      const next = Math.min(end, this.queue[0]?.at ?? Infinity, ...this.nodes.map((n) => n.a.due()));
      this.now = Math.max(this.now, next);
      if (!(await this.deliver()) && !(await this.tick()) && this.now >= end) return;
    }
  }

  async deliver() {
    const due = this.queue.filter((m) => m.at <= this.now);
    this.queue = this.queue.filter((m) => m.at > this.now);
    // All of an instant at once, as a burst on a websocket.
    const answers = due.map((m) => ({ to: m.to, outputs: m.to.a.receive(this.now, m.from.seat, m.box) }));
    for (const { to, outputs } of answers) await to.do(outputs);
    return due.length > 0;
  }

  async tick() {
    let worked = false;
    for (const n of this.nodes) {
      if (n.a.due() > this.now) continue;
      worked = true;
      await n.do(n.a.tick(this.now));
      assert.ok(n.a.due() > this.now, `${n.name} has something due that a tick does not do`);
    }
    return worked;
  }

  /** @param {...Node} nodes */
  async allHear(...nodes) {
    for (const to of nodes) for (const from of nodes) if (to !== from) assert.ok(await to.hears(from), `${to.name} hears ${from.name}`);
  }

  /** @param {...Node} nodes */
  sameCode(...nodes) {
    const code = nodes[0]?.code ?? '';
    assert.match(code, /^\d{6}$/);
    for (const n of nodes) assert.deepEqual([n.name, n.code, n.a.status().mismatch], [n.name, code, false]);
    return code;
  }
}

/** One person's page. */
export class Node {
  /** @param {World} w @param {string} name @param {any} config */
  constructor(w, name, config) {
    this.w = w;
    this.name = name;
    this.config = config;
    this.role = config.role;
    this.in = false;
    this.offline = false;
    /** @type {Node | null} */
    this.with = null;
    /** All keys it ever got, as a cheat would keep them. @type {any[]} */
    this.hoard = [];
    /** @type {any} */
    this.used = null;
    this.seat = '';
  }

  /** A page load of the same seat. @param {any} kept */
  async load(kept) {
    this.a = await Agreement.make({ ...this.config, now: this.w.now, kept });
    this.seat = this.a.seat;
    this.sealer = new Sealer(this.seat);
    this.opener = new Opener();
  }

  get code() {
    return this.a.status().code;
  }

  /** @param {Promise<any[]>} outputs */
  async do(outputs) {
    for (const o of await outputs) {
      if (o.type === 'send') this.w.relay(this, o);
      if (o.type === 'use') await this.sealer.use((this.used = o));
      if (o.type === 'receive') await this.opener.add((this.hoard.push(o), o));
      if (o.type === 'forget') this.opener.forget(o);
    }
  }

  /** Whether a frame of another gets through. @param {Node} from */
  async hears(from) {
    const frame = await from.sealer.seal(kinds.audio, utf8('sound'));
    const opened = frame && (await this.opener.open(from.seat, kinds.audio, frame));
    return Boolean(opened?.ok && new TextDecoder().decode(opened.plain) === 'sound');
  }
}
