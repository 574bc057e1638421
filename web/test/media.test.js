import { test } from 'node:test';
import assert from 'node:assert/strict';
import { missingSections, withoutAddresses } from '../static/js/media/sdp.js';
import { judge } from '../static/js/media/quality.js';
import { levelOf } from '../static/js/media/sound.js';
import { isEmbedded } from '../static/js/app/device.js';
import { heightShown, isMore, same } from '../static/js/media/watch.js';
import { activate } from '../static/js/media/layers.js';
import { lineNews, othersLine, ownLine } from '../static/js/state/lines.js';
import { goodLines, initial } from '../static/js/state/initial.js';
import { reduce } from '../static/js/state/reducer.js';

test('our addresses do not leave the browser', () => {
  const sdp = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=candidate:1 1 udp 1 192.0.2.7 5000 typ host\r\na=ice-ufrag:x\r\na=end-of-candidates\r\n';
  assert.equal(withoutAddresses(sdp), 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:x\r\n');
});

test('sections are added, never taken away, not beyond reason, and no pictures where none are wanted', () => {
  assert.deepEqual(missingSections({ audio: 4, video: 5 }, { audio: 8, video: 9 }, true), { audio: 4, video: 4 });
  assert.deepEqual(missingSections({ audio: 4, video: 5 }, { audio: 2, video: 1 }, true), { audio: 0, video: 0 });
  assert.deepEqual(missingSections({ audio: 4, video: 0 }, { audio: 8, video: 9 }, false), { audio: 4, video: 0 });
  assert.deepEqual(missingSections({ audio: 4, video: 5 }, { audio: 1e9, video: 1e9 }, true), { audio: 60, video: 59 });
});

test('the quality is judged by what was lost since the last look', () => {
  const s = (received, lost, rtt = 0.05, upward = 0, starved = 0) => ({ received, lost, rtt, upward, starved });
  assert.equal(judge(null, s(0, 0)), 'good');
  assert.equal(judge(s(1000, 500), s(2000, 500)), 'good');
  assert.equal(judge(s(1000, 0), s(1950, 50)), 'fair');
  assert.equal(judge(s(1000, 0), s(1800, 200)), 'poor');
  assert.equal(judge(s(1000, 0), s(2000, 0, 0.5)), 'fair');
  assert.equal(judge(s(1000, 0), s(2000, 0, 0.05, 0.2)), 'poor');
  assert.equal(judge(s(1000, 0), s(2000, 0, 0.05, 0, 1)), 'good', 'the largest layer takes its time');
  assert.equal(judge(s(1000, 0), s(2000, 0, 0.05, 0, 2)), 'poor');
});

test('loudness goes from silence to full', () => {
  assert.equal(levelOf(new Float32Array(512)), 0);
  assert.equal(levelOf(new Float32Array(512).fill(1)), 1);
  const soft = levelOf(new Float32Array(512).fill(0.01));
  assert.ok(soft > 0.3 && soft < 0.6, String(soft));
});

test('browsers inside other apps are recognised', () => {
  assert.ok(isEmbedded('Mozilla/5.0 (iPhone) AppleWebKit Mobile/15E148 Instagram 300.0'));
  assert.ok(isEmbedded('Mozilla/5.0 (Linux; Android 14; Pixel 7; wv) Chrome/120 Mobile Safari/537.36'));
  assert.ok(!isEmbedded('Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537.36'));
});

test('a picture is as high as it is shown, in steps', () => {
  const wide = { width: 1280, height: 720 };
  assert.equal(heightShown({ width: 1000, height: 500 }, wide, 'contain', 1), 510);
  assert.equal(heightShown({ width: 320, height: 700 }, wide, 'contain', 1), 180, 'the width bounds it');
  assert.equal(heightShown({ width: 390, height: 700 }, wide, 'cover', 2), 1410, 'only a part of it is seen, larger');
  assert.equal(heightShown({ width: 160, height: 90 }, wide, 'cover', 1), 90);
  assert.equal(heightShown({ width: 160, height: 91 }, { width: 0, height: 0 }, 'cover', 1), 120, 'not known yet');
  assert.equal(heightShown({ width: 0, height: 0 }, wide, 'cover', 1), 0);
  assert.equal(heightShown({ width: 9000, height: 9000 }, wide, 'cover', 3), 2160);
});

test('larger and new is told at once, smaller is not more', () => {
  const s = (seat, height, kind = 'camera') => ({ seat, kind, height });
  assert.ok(!isMore([], [s('a', 0)]), 'it may be about to be shown');
  assert.ok(isMore([], [s('a', 90)]));
  assert.ok(isMore([s('a', 180)], [s('a', 360)]));
  assert.ok(isMore([s('a', 180)], [s('a', 90), s('a', 720, 'screen')]));
  assert.ok(!isMore([s('a', 180), s('b', 90)], [s('a', 90)]));
  assert.ok(same([s('a', 180)], [s('a', 180)]) && !same([s('a', 180)], [s('a', 180), s('b', 0)]));
});

test('the first so many encodings are sent', () => {
  const all = [{ rid: 'q' }, { rid: 'h', active: true }, { rid: 'f', active: false }];
  assert.equal(activate(all, 1), true);
  assert.deepEqual(all.map((e) => e.active), [true, false, false]);
  assert.equal(activate(all, 1), false);
  assert.equal(activate(all, 3), true);
  assert.deepEqual(all.map((e) => e.active), [true, true, true]);
  assert.equal(activate([], 2), false);
});

test('whose connection is weak is said once', () => {
  const of = (lines) => ({ ...initial, lines, view: { people: [{ seat: 'a', label: 'S.' }, { seat: 'b', label: 'M.' }] } });
  const [good, weak] = [of(goodLines), of({ down: 'sound', up: 'reduced', weak: ['a'] })];
  const keys = (before, now) => lineNews(before, now).map((n) => n.key + (n.params.label ?? ''));
  assert.deepEqual(keys(good, weak), ['line.down.sound', 'line.otherS.']);
  assert.deepEqual(keys(weak, weak), []);
  assert.deepEqual(keys(weak, of({ down: 'sound', up: 'good', weak: ['a', 'b'] })), ['line.otherM.']);
  assert.deepEqual(keys(weak, of({ down: 'good', up: 'reduced', weak: ['a'] })), ['line.up']);
  assert.deepEqual(keys(weak, good), ['line.good']);
  assert.deepEqual(reduce({ ...good, lines: weak.lines }, { type: 'media', state: 'none' }).lines, goodLines);
  assert.equal(ownLine(good), null);
  assert.equal(othersLine(good), null);
  assert.deepEqual(othersLine(weak), { key: 'line.other', params: { label: 'S.' } });
  assert.deepEqual(othersLine(of({ ...goodLines, weak: ['b', 'a'] })), { key: 'line.others', params: { labels: 'S., M.' } }, 'one line for all');
});
