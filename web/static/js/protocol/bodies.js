/** The bodies of the HTTP side (PROTOCOL.md §2 to §4). */
import { binary, bool, code, count, httpsAddress, line, list, object, oneOf, opaque, text, time } from './schema.js';

const role = oneOf('guest', 'host');
const e2ee = oneOf('required', 'optional', 'off');
const label = line(40);
const inviteState = oneOf('expected', 'waiting', 'in', 'held', 'left', 'declined', 'removed', 'withdrawn', 'suspended');
const person = object({}, { label });
const texts = { greeting: text(500), recognition: text(120), plan_b: text(1000), ground_rules: text(2000) };

export const failure = object({ error: object({ code, message: text(1000) }, { retry_at: time }) });

export const preview = object(
  { role, opens: time, closes: time, now: time, passcode: bool, e2ee },
  { greeting: texts.greeting, ground_rules: texts.ground_rules, plan_b: texts.plan_b },
);

export const nonce = object({ nonce: binary });

export const joinRequest = object(
  { token: opaque, key: binary, nonce: binary, signature: binary },
  { passcode: line(64), knock: bool, e2ee: count },
);

export const joined = object({
  session: binary, seat: binary, role,
  phase: oneOf('waiting', 'knocking', 'greeted', 'in', 'held', 'declined'),
});

const resource = object({ name: line(200) }, { phone: line(30), url: httpsAddress, text: line(200) });

export const about = object({}, {
  practice: text(1000), location: text(1000), contact: text(1000), reviewed: text(1000),
  crisis: object({ reviewed: line(200), resources: list(resource) }), checklist: list(line(200)), invitation: text(2000),
});

export const createRequest = object({}, {
  title: line(80), opens: time, closes: time, guests: list(person), hosts: list(person), ...texts, passcode: line(64),
  policy: object({}, { auto_lock: bool, seats: count, chat: bool, screen_share: oneOf('everyone', 'hosts'), e2ee }),
});

export const invite = object({ id: binary, label, role, state: inviteState }, { link: opaque });

/** How one can sign in, who is signed in, and what sets up an account (PROTOCOL.md §3.1). */
export const ways = object({ link: bool, password: bool, passkey: line(255), provider: line(100) });
export const me = object({ name: line(100), recovery: count, password: bool });
export const totp = object({ secret: line(100), link: opaque, qr: list(line(200)) });
export const enrolment = object({ name: line(64), ends: time, totp, passkey: line(255) });
export const proof = object({ proof: binary });
export const recovery = object({ recovery: list(line(40)) });
export const ceremony = object({ ceremony: binary, options: () => {} });

export const session = object(
  {
    id: binary, state: oneOf('scheduled', 'open', 'overrun'), opens: time, closes: time,
    locked: bool, paused: bool, passcode: bool, hosts: list(invite), guests: list(invite),
  },
  { title: line(80) },
);
