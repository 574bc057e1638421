/** Whether this browser can encrypt from end to end, and how frames get to the worker. */

/** The version of docs/e2ee.md that this client speaks. */
export const e2eeVersion = 1;

/** @typedef {'script' | 'streams' | ''} How by RTCRtpScriptTransform, by createEncodedStreams, or not at all */

/** @param {any} [scope] for tests @returns {How} */
export function howToEncrypt(scope = globalThis) {
  if (!scope.isSecureContext || !scope.crypto?.subtle || !scope.Worker || !scope.TransformStream) return '';
  if (scope.RTCRtpScriptTransform) return 'script';
  const sender = scope.RTCRtpSender?.prototype;
  const receiver = scope.RTCRtpReceiver?.prototype;
  return sender && 'createEncodedStreams' in sender && receiver && 'createEncodedStreams' in receiver ? 'streams' : '';
}

/**
 * Makes the one worker that the page's policy (Trusted Types) allows.
 * @returns {Worker}
 */
export function newWorker() {
  const address = new URL('./worker.js', import.meta.url).href;
  const types = /** @type {any} */ (globalThis).trustedTypes;
  // The policy can make one address only, so that nobody can use it for another.
  const trusted = types ? policyOf(types, address).createScriptURL('') : address;
  return new Worker(trusted, { type: 'module', name: 'anteroom' });
}

/** @type {any} */
let policy = null;

/** @param {any} types @param {string} address */
function policyOf(types, address) {
  policy ??= types.createPolicy('anteroom-worker', { createScriptURL: () => address });
  return policy;
}
