/** From the gateway's view to the people that an agreement knows. Pure. */

/** @typedef {import('../types.js').View} View */
/** @typedef {import('./peers.js').Person} Person */

/**
 * Everybody else whom this seat sees, and whether media is exchanged with them:
 * a host at the door is with the greeted person alone.
 * @param {View} view
 * @returns {Person[]}
 */
export function circleOf(view) {
  const { phase, seat: me } = view.me;
  if (phase !== 'in' && phase !== 'greeted') return [];
  const people = view.people ?? [];
  const greeted = new Set((view.door ?? []).filter((d) => d.phase === 'greeted').map((d) => d.seat));
  const away = phase === 'in' && people.some((p) => p.seat === me && p.at_door);
  return people.filter((p) => p.seat !== me).map((p) => {
    const door = away && greeted.has(p.seat);
    const together = phase === 'greeted' || (away ? door : !p.at_door);
    return { seat: p.seat, role: p.role, online: p.online, capable: p.e2ee, with: together, door };
  });
}

/** Who would be let in by "admit all" at this moment, as the page shows it. @param {View | null} view */
export const waitingSeats = (view) => (view?.door ?? []).filter((d) => d.phase === 'waiting' && d.online).map((d) => d.seat);
