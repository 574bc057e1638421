/** What is needed from the seat on comes when that is near: the first page opens sooner without it. */
export const fetchRoom = () => import('./live.js');
