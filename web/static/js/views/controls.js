/** The bar of this person's own controls. */
import { h } from '../ui/tree.js';
import { canShareScreen, myself } from '../state/select.js';
import { iconButton } from './parts.js';

/** @param {import('./parts.js').Env} env */
export function controls(env) {
  const { s, t, act } = env;
  const inside = s.view?.me.phase === 'in';
  const hand = myself(s)?.hand ?? false;
  const mic = s.own.mic === 'on';
  const camera = s.own.camera === 'on';
  return h('div', { class: 'controls', role: 'group', 'aria-label': t('control.bar'), key: 'controls' },
    iconButton(mic ? 'mic' : 'mic_off', t(mic ? 'control.mute' : 'control.unmute'), () => act.toggleMic(), { key: 'mic', class: mic ? '' : 'is-off' }),
    iconButton(camera ? 'camera' : 'camera_off', t(camera ? 'control.stop_video' : 'control.start_video'), () => act.toggleCamera(), { key: 'camera', class: camera ? '' : 'is-off' }),
    canShareScreen(s) && iconButton('screen', t(s.own.screen ? 'control.unshare' : 'control.share'), () => act.toggleScreen(), { key: 'screen', class: s.own.screen ? 'is-on' : '' }),
    inside && iconButton('hand', t(hand ? 'control.hand_down' : 'control.hand'), () => act.hand(!hand), { key: 'hand', class: hand ? 'is-on' : '' }),
    inside && chatButton(env),
    inside && opener(env, 'people', 'people'),
    opener(env, 'settings', 'settings'),
    iconButton('leave', t('control.leave'), () => act.leave(), { key: 'leave', class: 'is-leave' }));
}

/** @param {import('./parts.js').Env} env @param {'people' | 'settings'} which @param {string} drawing */
const opener = ({ s, t, act }, which, drawing) =>
  iconButton(drawing, t(`control.${which}`), () => act.panel(which), { key: which, 'data-panel': which, 'aria-expanded': String(s.panel === which), class: s.panel === which ? 'is-on' : '' });

/** @param {import('./parts.js').Env} env */
function chatButton({ s, t, act }) {
  const name = s.unread > 0 ? t('control.chat.unread', { n: s.unread }) : t('control.chat');
  return iconButton('chat', t('control.chat'), () => act.panel('chat'), {
    key: 'chat', 'data-panel': 'chat', 'aria-label': name, 'aria-expanded': String(s.panel === 'chat'), 'data-unread': s.unread > 0 ? String(s.unread) : false,
    class: s.panel === 'chat' ? 'is-on' : '',
  });
}
