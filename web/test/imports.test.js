import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../static/js');
const files = readdirSync(root, { recursive: true }).filter((f) => f.endsWith('.js'));
const imports = (file) => [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export)\b[^;'"]*?from '(\.[^']+)'/gm)]
  .map(([, to]) => relative(root, join(root, dirname(file), to)))
  .filter((to) => !to.startsWith('..'));

test('modules import in one direction only: no circles', () => {
  const done = new Set();
  const visit = (file, path) => {
    assert.ok(!path.includes(file), `a circle: ${[...path, file].join(' → ')}`);
    if (!done.has(file)) for (const to of imports(file)) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  assert.ok(done.size > 100, `${done.size} modules were looked at`);
});
