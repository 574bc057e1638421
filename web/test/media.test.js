import { test } from 'node:test';
import assert from 'node:assert/strict';
import { missingSections, withoutAddresses } from '../static/js/media/sdp.js';
import { judge } from '../static/js/media/quality.js';
import { levelOf } from '../static/js/media/sound.js';
import { isEmbedded } from '../static/js/app/device.js';

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
  const s = (received, lost, rtt = 0.05, upward = 0) => ({ received, lost, rtt, upward });
  assert.equal(judge(null, s(0, 0)), 'good');
  assert.equal(judge(s(1000, 500), s(2000, 500)), 'good');
  assert.equal(judge(s(1000, 0), s(1950, 50)), 'fair');
  assert.equal(judge(s(1000, 0), s(1800, 200)), 'poor');
  assert.equal(judge(s(1000, 0), s(2000, 0, 0.5)), 'fair');
  assert.equal(judge(s(1000, 0), s(2000, 0, 0.05, 0.2)), 'poor');
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
