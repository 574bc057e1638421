import { test } from 'node:test';
import assert from 'node:assert/strict';
import { linesOf, repeated, spread, tooTelling } from '../../static/js/desk/model/people.js';

test('a pasted list is taken apart, whatever it was made with', () => {
  assert.deepEqual(linesOf('1. S.\n2. M.\r\n- K.\n• blue kettle\n\n  Ж.  \n'), ['S.', 'M.', 'K.', 'blue kettle', 'Ж.']);
  assert.deepEqual(linesOf('S.\tM.\tK.'), ['S.', 'M.', 'K.'], 'a row of a table');
  assert.deepEqual(linesOf('S.; M.'), ['S.', 'M.']);
  assert.deepEqual(linesOf('blue kettle'), ['blue kettle']);
  assert.deepEqual(linesOf('2nd chair'), ['2nd chair'], 'a number that belongs to the label stays');
  assert.deepEqual(linesOf(' \n '), []);
});

test('pasted lines fill what is empty and overwrite nothing', () => {
  const rows = [{ key: 'a', label: '' }, { key: 'b', label: 'M.' }, { key: 'c', label: '' }];
  const key = (/** @type {number} */ n) => `new${n}`;
  assert.deepEqual(spread(rows, 0, ['1', '2', '3', '4'], key).map((r) => [r.key, r.label]), [['a', '1'], ['b', 'M.'], ['c', '2'], ['new0', '3'], ['new1', '4']]);
  assert.equal(rows[0].label, '', 'the old list is as it was');
  assert.deepEqual(spread(rows, 2, ['1'], key).map((r) => r.label), ['', 'M.', '1']);
});

test('full names, addresses and numbers are noticed; initials and words are not', () => {
  for (const label of ['Sarah Miller', 'Ann-Marie O’Neil', 'Mary J. Smith', 'Łucja Nowak', ' Sarah Miller ']) assert.equal(tooTelling(label), 'name', label);
  assert.equal(tooTelling('s@example.org'), 'address');
  assert.equal(tooTelling('07700 900123'), 'number');
  for (const label of ['', 'S.', 'S. M.', 'SM', 'Sarah', 'blue kettle', 'Tuesday 7', 'R2', 'Host', 'Chair two']) assert.equal(tooTelling(label), '', label);
});

test('the second of two equal labels is named, empty ones are not', () => {
  assert.deepEqual(repeated(['S.', '', 's. ', '', 'M.', 'S.']), [2, 5]);
});
