/** Times of the agreement (§7), in milliseconds. */

/** When a sender uses a new key at the latest, although not everybody has acknowledged it. */
export const switchAfter = 1000;
/** How long a receiver keeps the keys before a newer one: the sender's switchAfter, and what may be under way then. */
export const keepOld = switchAfter + 1500;
/** How long newcomers wait for each other. */
export const gatherFor = 500;
/** How long a host waits to vouch for several at once. */
export const vouchFor = 300;
/** How soon after a rotation another is joined without need. */
export const adoptAfter = 1000;
export const firstRetry = 1000;
export const slowestRetry = 8000;
export const answerSpacing = 200;
