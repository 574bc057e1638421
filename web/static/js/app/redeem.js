/** Redeems a link for a seat (PROTOCOL.md §4). */
import { join, nonce } from '../protocol/http.js';
import { e2eeVersion, howToEncrypt } from '../e2ee/support.js';

/**
 * @param {import('../link/link.js').Link} link
 * @param {import('../identity/seat.js').SeatKey} key the same key gets the same seat, however often it asks
 * @param {{ passcode?: string, knock?: boolean }} [with_]
 */
export async function redeem(link, key, { passcode = '', knock = false } = {}) {
  const fresh = (await nonce()).nonce;
  return join({
    token: link.token,
    key: key.point,
    nonce: fresh,
    signature: await key.signJoin(location.origin, link.jti, fresh),
    ...(passcode !== '' && { passcode }),
    ...(knock && { knock }),
    ...(howToEncrypt() && { e2ee: e2eeVersion }),
  });
}
