import { expect, test } from 'vitest';
import { placesIn } from '../../src/shared/places.ts';

test.each([
  ['It is read in src/database.js:14, before.', ['src/database.js:14']],
  ['`server.js:3:9` and `server.js:3:9` again, then (app/main.py:7)', ['server.js:3:9', 'app/main.py:7']],
  ['Dockerfile:3 and deploy/prod.Dockerfile:12', ['Dockerfile:3', 'deploy/prod.Dockerfile:12']],
  ['at localhost:3000, 10.0.0.1:80, 12:30:45 and example.com:443', []],
  ['http://127.0.0.1:4577/x.js:1 is an address', []],
  ['../../etc/passwd.txt:1, /etc/hosts.txt:1, C:\\windows\\x.js:1', []],
])('the places in “%s”', (text, places) => {
  expect(placesIn(text).map((place) => place.text)).toEqual(places);
});

test('a place has its file and line', () => {
  expect(placesIn('src/a.ts:12:4')).toEqual([{ text: 'src/a.ts:12:4', file: 'src/a.ts', line: 12 }]);
});

test('a long text without places takes no time', () => {
  expect(placesIn(`${'a/'.repeat(5_000)} ${'a.'.repeat(5_000)} ${'x'.repeat(100_000)}`)).toEqual([]);
});
