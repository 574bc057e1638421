/**
 * The worker that every frame of this browser goes through. The page tells it
 * keys and who is on which receiver; nothing comes back but answers and counts.
 */
import { Frames } from './frames.js';

/** @typedef {import('./wire.js').Bytes} Bytes */

/**
 * @typedef {{ side: 'send', kind: import('./frames.js').SlotKind } | { side: 'receive', receiver: string, video: boolean }} Side
 *
 * @typedef {{ type: 'start', seat: string }
 *   | ({ type: 'use', grown: boolean } & import('./sealer.js').SendKey)
 *   | ({ type: 'receive' } & import('./opener.js').ReceiveKey)
 *   | ({ type: 'forget' } & import('./opener.js').Forget)
 *   | { type: 'slots', slots: import('./frames.js').SlotOf[] }
 *   | { type: 'clear', on: boolean }
 *   | { type: 'streams', readable: ReadableStream, writable: WritableStream, side: Side }
 *   | { type: 'seal', id: number, onlyHosts: boolean, text: string }
 *   | { type: 'open', id: number, seat: string, onlyHosts: boolean, message: Bytes }
 *   | { type: 'counts', id: number }} ToWorker
 *
 * @typedef {{ id: number, value: unknown }} FromWorker
 *
 * @typedef {{ readable: ReadableStream, writable: WritableStream, options: Side, generateKeyFrame?: () => Promise<unknown>, sendKeyFrameRequest?: () => Promise<unknown> }} Transformer
 */

/** How often a key frame is asked for at most, in milliseconds. */
const askSpacing = 500;

const scope = /** @type {any} */ (globalThis);
/** @type {Frames | null} */
let frames = null;
/** Senders of pictures. @type {Set<Transformer>} */
const pictures = new Set();
/** One message after the other, in their order. @type {Promise<unknown>} */
let queue = Promise.resolve();

scope.onmessage = (/** @type {MessageEvent<ToWorker>} */ e) => {
  const m = e.data;
  if (m.type === 'streams') return attach({ readable: m.readable, writable: m.writable, options: m.side });
  queue = queue.then(() => handle(m)).catch(() => {});
};

scope.onrtctransform = (/** @type {{ transformer: Transformer }} */ e) => attach(e.transformer);

/** @param {Exclude<ToWorker, { type: 'streams' }>} m */
async function handle(m) {
  if (m.type === 'start') frames = new Frames(m.seat);
  if (!frames) return;
  if (m.type === 'use') await use(frames, m);
  if (m.type === 'receive') await frames.receive(m);
  if (m.type === 'forget') frames.forget(m);
  if (m.type === 'slots') frames.assign(m.slots);
  if (m.type === 'clear') frames.clear = m.on;
  if (m.type === 'seal') answer(m.id, await frames.sealText(m.onlyHosts, m.text));
  if (m.type === 'open') answer(m.id, await frames.openText(m.seat, m.onlyHosts, m.message));
  if (m.type === 'counts') answer(m.id, frames.counts);
}

/** Whoever came can open nothing from before: they need a whole picture. @param {Frames} f @param {Extract<ToWorker, { type: 'use' }>} m */
async function use(f, m) {
  const first = !f.sealer.ready;
  await f.use(m);
  if (m.grown || first) for (const t of pictures) ask(t.generateKeyFrame?.bind(t));
}

/** @param {(() => Promise<unknown>) | undefined} request */
function ask(request) {
  // Not every browser can, and none can while nothing is sent.
  try {
    request?.().catch(() => {});
  } catch {
    // The next regular key frame will do.
  }
}

/** @param {number} id @param {unknown} value */
function answer(id, value) {
  scope.postMessage({ id, value });
}

/** Puts us between the coder and the network. @param {Transformer} t */
function attach(t) {
  const side = t.options;
  const step = side.side === 'send' ? sending(side.kind) : receiving(t, side.receiver, side.video);
  if (side.side === 'send' && side.kind !== 'audio') pictures.add(t);
  t.readable
    .pipeThrough(new TransformStream({ transform: step }))
    .pipeTo(t.writable)
    .catch(() => {})
    .finally(() => pictures.delete(t));
}

/** @typedef {{ data: ArrayBuffer }} EncodedFrame */

/** @param {import('./frames.js').SlotKind} kind */
const sending = (kind) => async (/** @type {EncodedFrame} */ frame, /** @type {TransformStreamDefaultController} */ to) => {
  const out = (await frames?.seal(kind, new Uint8Array(frame.data))) ?? null;
  if (!out) return; // no key, nothing is sent
  frame.data = out.buffer;
  to.enqueue(frame);
};

/** @param {Transformer} t @param {string} receiver @param {boolean} video */
function receiving(t, receiver, video) {
  let asked = 0;
  return async (/** @type {EncodedFrame} */ frame, /** @type {TransformStreamDefaultController} */ to) => {
    const out = (await frames?.open(receiver, new Uint8Array(frame.data))) ?? null;
    if (out) {
      frame.data = out.buffer;
      to.enqueue(frame);
    } else if (video && performance.now() - asked > askSpacing) {
      asked = performance.now();
      ask(t.sendKeyFrameRequest?.bind(t));
    }
  };
}
