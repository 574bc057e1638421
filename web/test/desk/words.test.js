import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { en } from '../../static/i18n/en.js';
import { deskEn } from '../../static/i18n/desk-en.js';
import { accountEn } from '../../static/i18n/account-en.js';

const own = { ...deskEn, ...accountEn };
const all = { ...en, ...own };
const root = new URL('../../static/js/desk/', import.meta.url);
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.js')).map((f) => [f, readFileSync(new URL(f, root), 'utf8')]);

test('every word that the page asks for by name is in a catalogue', () => {
  const asked = sources.flatMap(([file, source]) => [...source.matchAll(/'((?:desk|register|dialog|account)(?:\.[a-z_]+)+)'/g)].map((m) => `${file}: ${m[1]}`));
  assert.ok(asked.length > 80);
  assert.deepEqual(asked.filter((a) => !(a.split(': ')[1] in all) && !(`${a.split(': ')[1]}.other` in all)), []);
});

test('every word in the catalogue is asked for', () => {
  const text = sources.map(([, source]) => source).join('\n');
  const made = [...text.matchAll(/`((?:desk|register|account)\.[a-z0-9_.]*)\$\{[^}]+\}([a-z_.]*)`/g)].map((m) => [m[1], m[2]]);
  const used = (/** @type {string} */ key) => text.includes(`'${key}'`) || made.some(([start, end]) => key.startsWith(start) && key.endsWith(end));
  assert.deepEqual(Object.keys(own).filter((k) => !used(k) && !used(k.replace(/\.(one|other)$/, ''))), []);
});

test('the names that tests and assistive tools rely on are as designed', () => {
  const fixed = { 'desk.new': 'New session', 'desk.create.button': 'Create', 'desk.copy': 'Copy link for {label}', 'desk.enter': 'Enter as {label}', 'desk.reissue': 'New link for {label}', 'desk.withdraw': 'Withdraw link of {label}', 'desk.add': 'Add a person', 'desk.end.button': 'End session' };
  for (const [key, name] of Object.entries(fixed)) assert.equal(deskEn[key], name);
});

test('every state of a person and of a session has words', () => {
  const protocol = readFileSync(new URL('../../../signaling/PROTOCOL.md', import.meta.url), 'utf8');
  const states = /An invite's `state` is ([^\n]+)\./.exec(protocol)?.[1].match(/[a-z]+(?=`)/g) ?? [];
  assert.equal(states.length, 9);
  for (const state of states) assert.ok(`register.${state}` in all, state);
  for (const state of ['scheduled', 'open', 'overrun']) assert.ok(`desk.state.${state}` in all, state);
});

test('nothing on the page names what the meetings are about', () => {
  for (const [key, text] of Object.entries(own)) assert.ok(!/therap|patient|counsel|treatment|clinic/i.test(text), key);
});

test('the page keeps nothing in the browser', () => {
  for (const [file, source] of sources) assert.ok(!/(local|session)Storage|indexedDB|document\.cookie|caches\./.test(source), file);
});
