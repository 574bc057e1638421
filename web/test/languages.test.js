import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Words, choose, languages } from '../static/js/ui/words.js';
import { en as joinEn } from '../static/i18n/en.js';
import { de as joinDe } from '../static/i18n/de.js';
import { cy as joinCy } from '../static/i18n/cy.js';
import { deskEn } from '../static/i18n/desk-en.js';
import { deskDe } from '../static/i18n/desk-de.js';
import { deskCy } from '../static/i18n/desk-cy.js';
import { accountEn } from '../static/i18n/account-en.js';
import { accountDe } from '../static/i18n/account-de.js';
import { accountCy } from '../static/i18n/account-cy.js';

const en = { ...joinEn, ...deskEn, ...accountEn };
const de = { ...joinDe, ...deskDe, ...accountDe };
const cy = { ...joinCy, ...deskCy, ...accountCy };
const others = { de, cy };

/** Forms of number beyond those of English, which a language may have. */
const moreForms = /\.(zero|two|few|many)$/;

/** What is filled in, each name once. @param {string} text */
const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test('every catalogue has the keys of the English one, and no others', () => {
  for (const [language, catalogue] of Object.entries(others)) {
    const keys = Object.keys(catalogue).filter((k) => !moreForms.test(k));
    assert.deepEqual(Object.keys(en).filter((k) => !(k in catalogue)), [], `missing in ${language}`);
    assert.deepEqual(keys.filter((k) => !(k in en)), [], `only in ${language}`);
  }
});

test('the same is filled in, and nothing is empty that is not empty in English', () => {
  for (const [language, catalogue] of Object.entries(others)) {
    for (const [key, text] of Object.entries(en)) {
      assert.deepEqual(places(catalogue[key]), places(text), `${language}: ${key}`);
      assert.equal(catalogue[key] === '', text === '', `${language}: ${key}`);
    }
  }
});

test('nothing was left in English', () => {
  const alike = /^(title\.door|register\.host|chat\.title|.*\.short|check\.camera|desk\.hours|desk\.session\.day|desk\.guests\.label|desk\.outcome\.later|desk\.field\.plan_b|desk\.people\.all\.one)$/;
  for (const [language, catalogue] of Object.entries(others)) {
    const same = Object.keys(en).filter((k) => en[k] !== '' && catalogue[k] === en[k] && !alike.test(k));
    assert.deepEqual(same, [], language);
  }
});

test('no language names what the meetings are about', () => {
  for (const catalogue of [en, de, cy]) {
    for (const [key, text] of Object.entries(catalogue)) assert.ok(!/therap|patient|klient|counsel|treatment|behandlung|clinic|klinik|cwnsel|triniaeth/i.test(text), key);
  }
});

test('the browser’s order decides, and English is there for everybody else', () => {
  assert.equal(choose(['fr-FR', 'cy-GB', 'en-GB']), 'cy');
  assert.equal(choose(['de-AT', 'en']), 'de');
  assert.equal(choose(['fr', 'xx-YY']), 'en');
  assert.equal(choose([]), 'en');
});

test('the words change in place, and so does the way hours are written', async () => {
  const words = new Words(['en-GB', 'de-AT']);
  const { t } = words;
  assert.equal(t('control.leave'), 'Leave');
  await words.use('de');
  assert.equal(words.language, 'de');
  assert.equal(words.locale, 'de-AT');
  assert.equal(t('control.leave'), 'Gehen');
  assert.equal(t('door.count', { n: 3 }), '3 an der Tür');
  await words.use('cy');
  assert.equal(t('until.minutes', { n: 2 }), 'mewn 2 munud');
  await words.use('xx');
  assert.equal(words.language, 'cy');
});

test('the words of a part that comes later are there in the language that is spoken, and in those chosen then', async () => {
  const words = new Words(['de'], joinEn, { en: async () => joinEn, de: async () => joinDe, cy: async () => joinCy });
  await words.use('de');
  await words.extend({ en: async () => accountEn, de: async () => accountDe, cy: async () => accountCy });
  assert.equal(words.t('account.confirm.button'), 'Bestätigen');
  await words.use('cy');
  assert.equal(words.t('account.confirm.button'), 'Cadarnhau');
  await words.use('en');
  assert.deepEqual([words.t('account.confirm.button'), words.t('control.leave')], ['Confirm', 'Leave']);
  await assert.rejects(words.extend({ en: () => Promise.reject(new Error('offline')), de: async () => ({}), cy: async () => ({}) }));
  assert.equal(words.t('account.confirm.button'), 'Confirm');
});

test('a catalogue that cannot be had leaves the page as it was', async () => {
  const words = new Words(['de'], en, { en: async () => en, de: () => Promise.reject(new Error('offline')) });
  await words.use('de');
  assert.equal(words.language, 'en');
  assert.equal(words.t('control.leave'), 'Leave');
});

test('each language is offered by its own name', () => {
  assert.deepEqual(languages, { en: 'English', cy: 'Cymraeg', de: 'Deutsch' });
});
