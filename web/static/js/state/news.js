/**
 * What is worth saying when one view follows another: for people who do not
 * see the page, and for those who look elsewhere. Pure.
 *
 * @typedef {import('../types.js').View} View
 * @typedef {{ key: string, params: Record<string, string | number>, sound?: 'chime' | 'knock', seen?: true }} News
 *   seen: also shown for a moment, because nothing else on the page shows it
 */

/**
 * @param {View | null} before
 * @param {View} now
 * @returns {News[]}
 */
export function newsOf(before, now) {
  return [...own(before, now), ...door(before, now), ...room(before, now), ...notices(before, now)];
}

/** @param {View | null} before @param {View} now @returns {News[]} */
function own(before, now) {
  if (!before) return [];
  const was = before.me.phase;
  const is = now.me.phase;
  const news = [];
  if (was !== is && (is === 'in' || is === 'greeted')) news.push({ key: `news.${is}`, params: {}, sound: /** @type {const} */ ('chime') });
  if (now.message && now.message !== before.message) news.push({ key: 'news.message', params: { text: now.message } });
  const [a, b] = [mine(before), mine(now)];
  if (a && b && a.muted !== b.muted) news.push({ key: b.muted ? 'news.muted' : 'news.unmuted', params: {} });
  if (a && b && a.stopped !== b.stopped) news.push({ key: b.stopped ? 'news.stopped' : 'news.unstopped', params: {} });
  return news;
}

/** @param {View} view */
const mine = (view) => view.people?.find((p) => p.seat === view.me.seat);

/** @param {View | null} before @param {View} now @returns {News[]} */
function door(before, now) {
  const known = new Map((before?.door ?? []).map((d) => [d.seat, d.phase]));
  return (now.door ?? [])
    .filter((d) => d.phase !== 'greeted' && d.phase !== 'held' && d.phase !== 'declined' && !['waiting', 'knocking', 'greeted', 'held'].includes(known.get(d.seat) ?? ''))
    .map((d) => ({ key: d.phase === 'knocking' ? 'news.knocks' : 'news.waits', params: { label: d.label }, sound: 'knock' }));
}

/** @param {View | null} before @param {View} now @returns {News[]} */
function room(before, now) {
  if (!before || before.me.phase !== 'in' || now.me.phase !== 'in') return [];
  const was = new Map((before.people ?? []).map((p) => [p.seat, p]));
  const is = new Map((now.people ?? []).map((p) => [p.seat, p]));
  const others = [...is.values()].filter((p) => p.seat !== now.me.seat);
  const came = others.filter((p) => !was.has(p.seat)).map((p) => ({ key: 'news.came', params: { label: p.label } }));
  const went = [...was.values()].filter((p) => !is.has(p.seat)).map((p) => ({ key: 'news.went', params: { label: p.label } }));
  const hands = others.filter((p) => p.hand && was.get(p.seat)?.hand === false).map((p) => ({ key: 'news.hand', params: { label: p.label }, seen: /** @type {const} */ (true) }));
  return [...came, ...went, ...hands, ...changes(before, now)];
}

/** @param {View} before @param {View} now @returns {News[]} */
function changes(before, now) {
  const news = [];
  if (before.room?.locked !== now.room?.locked) news.push({ key: now.room?.locked ? 'news.locked' : 'news.unlocked', params: {} });
  if (before.room?.paused !== now.room?.paused) news.push(now.room?.paused ? { key: 'news.paused', params: {} } : { key: 'news.resumed', params: {}, sound: /** @type {const} */ ('chime') });
  return news;
}

/** @param {View | null} before @param {View} now @returns {News[]} */
function notices(before, now) {
  const known = new Map((before?.notices ?? []).map((n) => [n.id, n.count]));
  return (now.notices ?? [])
    .filter((n) => (known.get(n.id) ?? 0) < n.count)
    .map((n) => ({ key: `notice.${n.code}`, params: { label: n.label }, seen: /** @type {const} */ (true) }));
}
