/** What the device does around the page: network, sleep, other tabs. */

/** Pages opened inside these apps often get no camera. @param {string} agent */
export const isEmbedded = (agent) => /\b(FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|Snapchat|Twitter|LinkedInApp|GSA)\b|; wv\)/.test(agent);

/**
 * The kinds of browser that ask for camera and microphone in ways of their own.
 * @typedef {'ios' | 'android' | 'firefox' | 'safari' | 'chromium' | 'other'} Kind
 */

/** @param {string} agent @returns {Kind} */
export function kindOf(agent) {
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios';
  if (/Android/.test(agent)) return 'android';
  if (/Firefox\//.test(agent)) return 'firefox';
  if (/Chrom(e|ium)\/|Edg\//.test(agent)) return 'chromium';
  return /Safari\//.test(agent) ? 'safari' : 'other';
}

/** @param {import('./app.js').App} app */
export function followDevice(app) {
  addEventListener('online', () => app.live?.wake(true));
  addEventListener('hashchange', () => app.arrival.changed());
  keepForReload(app);
  addEventListener('pageshow', (e) => e.persisted && location.reload());
  for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, () => app.media.sounds.context && app.media.sounds.wake(), { passive: true });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && app.live?.wake(false));
  navigator.mediaDevices?.addEventListener?.('devicechange', () => app.store.state.page !== 'welcome' && app.media.devicesChanged());
  setInterval(() => app.store.dispatch({ type: 'tick', now: Date.now() }), 1000);
  keepAwake(app);
}

/**
 * A phone throws a page that is out of sight away without telling it. Elsewhere a page that has a call going is
 * left alone, and hears when it goes.
 * @param {import('./app.js').App} app
 */
function keepForReload(app) {
  const keep = app.arrival.keep;
  addEventListener('pagehide', () => !app.going && keep.save());
  if (!matchMedia('(pointer: coarse)').matches) return;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') keep.takeOut();
    else if (!app.going) keep.save();
  });
}

/** The screen stays on while somebody waits or talks. @param {import('./app.js').App} app */
function keepAwake(app) {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let asking = false;
  const hold = async () => {
    if (lock || asking || app.store.state.page !== 'live' || document.visibilityState !== 'visible' || !navigator.wakeLock) return;
    asking = true;
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    asking = false;
    lock?.addEventListener('release', () => { lock = null; });
  };
  app.store.listen((now, before) => {
    if (now.page !== before.page) hold();
    if (now.page !== 'live' && lock) lock.release().catch(() => {});
  });
  document.addEventListener('visibilitychange', hold);
}
