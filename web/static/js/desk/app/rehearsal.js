/**
 * A guest that is not there: this page joins a session of its own as a guest
 * does, through the ordinary link and the ordinary protocol, with a drawn
 * picture and a soft tone, so that a host can try a whole session alone.
 */
import { Live } from '../../app/live.js';
import { MediaDesk } from '../../app/media.js';
import { redeem } from '../../app/redeem.js';
import { Store } from '../../app/store.js';
import { SeatKey } from '../../identity/seat.js';
import { findLink } from '../../link/link.js';
import { phaseOf } from '../../state/select.js';

/** @typedef {import('../model/initial.js').RehearsalPhase} Phase */

/** Pictures in a second; browsers slow a hidden page down by themselves. */
const rate = 8;

export class Rehearsal {
  /** @param {(phase: Phase) => void} onPhase */
  constructor(onPhase) {
    this.onPhase = onPhase;
    this.store = new Store();
    this.media = new MediaDesk(this.store);
    // Nobody is to hear the host twice.
    this.media.playVoices = () => {};
    /** @type {Live | null} */
    this.live = null;
    this.stage = new Stage();
  }

  /** @param {string} link the simulated guest's */
  async begin(link) {
    const found = findLink(link);
    if (!found) return this.onPhase('failed');
    try {
      const key = await SeatKey.make(true);
      const seat = await redeem(found, key);
      this.media.own.put('camera', this.stage.picture());
      this.media.own.put('audio', this.stage.sound());
      this.store.listen((now, before) => { if (phaseOf(now) !== phaseOf(before)) this.changed(); });
      this.store.dispatch({ type: 'joined', role: 'guest', wide: false });
      this.live = new Live({
        store: this.store, media: this.media, key, session: seat.session, role: 'guest',
        link: { jti: found.jti, invite: found.invite, secret: found.secret },
        onKeep: () => {},
        onBye: () => this.end(),
      });
      this.live.start();
    } catch {
      this.close();
      this.onPhase('failed');
    }
  }

  /** The simulated guest asks again when it is declined, so that this can be tried as well. */
  changed() {
    const phase = phaseOf(this.store.state);
    this.onPhase(/** @type {Phase} */ (phase));
    if (phase === 'declined' && this.store.state.view?.me.can_ask) this.live?.socket.send({ type: 'ask' });
  }

  end() {
    this.close();
    this.onPhase('over');
  }

  close() {
    this.live?.close();
    this.live = null;
    this.media.close();
    this.stage.close();
  }
}

/** What the others see and hear of it. */
class Stage {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  picture() {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    let step = 0;
    draw(pen, step);
    this.timer = setInterval(() => draw(pen, ++step), 1000 / rate);
    return canvas.captureStream(rate).getVideoTracks()[0];
  }

  /** A tone that comes and goes as somebody's voice does, quietly. */
  sound() {
    const context = this.context = new AudioContext();
    const tone = new OscillatorNode(context, { type: 'triangle', frequency: 196 });
    const volume = new GainNode(context, { gain: 0.03 });
    const breath = new OscillatorNode(context, { frequency: 0.25 });
    const depth = new GainNode(context, { gain: 0.03 });
    const out = new MediaStreamAudioDestinationNode(context);
    breath.connect(depth).connect(volume.gain);
    tone.connect(volume).connect(out);
    tone.start();
    breath.start();
    return out.stream.getAudioTracks()[0];
  }

  close() {
    clearInterval(this.timer);
    this.context?.close().catch(() => {});
    this.context = null;
  }
}

/** A face that is plainly nobody's. @param {CanvasRenderingContext2D} pen @param {number} step */
function draw(pen, step) {
  const sway = Math.sin(step / 12) * 14;
  pen.fillStyle = '#3b4442';
  pen.fillRect(0, 0, 640, 360);
  pen.fillStyle = '#d9cfc2';
  pen.beginPath();
  pen.arc(320 + sway, 165, 82, 0, 2 * Math.PI);
  pen.fill();
  pen.beginPath();
  pen.ellipse(320 + sway / 2, 390, 170, 130, 0, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = '#3b4442';
  for (const x of [292, 348]) {
    pen.beginPath();
    pen.ellipse(x + sway, 150, 9, step % 40 < 2 ? 1 : 9, 0, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.lineWidth = 6;
  pen.strokeStyle = '#3b4442';
  pen.beginPath();
  pen.arc(320 + sway, 172, 38, 0.25 * Math.PI, 0.75 * Math.PI);
  pen.stroke();
}
