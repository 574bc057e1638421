/** Technical details that a person may copy for whoever helps: no names, no content, no addresses. Pure. */

/**
 * @param {import('./initial.js').State} s
 * @param {string} browser
 */
export function details(s, browser) {
  const lines = {
    browser,
    phase: s.view?.me.phase ?? s.page,
    refused: (s.refused ?? s.joinError)?.code ?? 'no',
    signalling: s.socket,
    media: s.media,
    quality: s.quality,
    microphone: s.own.mic,
    camera: s.own.camera,
    problem: s.own.problem ?? 'none',
    pictures: s.low ? 'off' : 'on',
    receiving: s.slots.slots.map((slot) => slot.kind).sort().join(' '),
  };
  return Object.entries(lines).map(([name, value]) => `${name}: ${value}`).join('\n');
}
