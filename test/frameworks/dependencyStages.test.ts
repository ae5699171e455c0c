import { describe, expect, test } from 'vitest';
import { dependencyStages } from '../../src/frameworks/dependencyStages.ts';
import { layeredForm } from '../../src/frameworks/dockerfileText.ts';

/** For each stage its number and its last line. */
async function endsOf(...lines: string[]): Promise<string[]> {
  const stages = await dependencyStages(`${lines.join('\n')}\n`);
  return stages.map(({ number, dockerfile }) => `${number}: ${dockerfile.trim().split('\n').at(-1)}`);
}

describe('the part of a stage that stays when only sources change', () => {
  test('ends with what is run before they are copied', async () => {
    expect(await endsOf('FROM node AS build', 'COPY p.json ./', 'RUN npm ci', 'COPY . .', 'RUN npm run build')).toEqual(
      ['1: RUN npm ci'],
    );
  });

  test.each([
    'COPY . .',
    'COPY ./ /app',
    'ADD . /app',
    'COPY --chown=node . .',
    'COPY * ./',
    'COPY ["a.json", ".", "/app/"]',
  ])('does not go beyond %s', async (copy) =>
    expect(await endsOf('FROM node', 'RUN first', copy, 'RUN second')).toEqual(['1: RUN first']),
  );

  test('is left out where nothing is run before the sources', async () => {
    expect(await endsOf('FROM node', 'WORKDIR /app', 'COPY . .', 'RUN npm ci')).toEqual([]);
  });

  test('goes to the end where no sources come in', async () => {
    expect(await endsOf('FROM base AS tools', 'RUN apt-get install tools', 'ENV A=1')).toEqual([
      '1: RUN apt-get install tools',
    ]);
  });

  test('knows that what comes from a stage with sources changes with them', async () => {
    const build = ['FROM node AS Build', 'RUN npm ci', 'COPY . .'];
    expect(await endsOf(...build, 'FROM nginx', 'RUN setup', 'COPY --from=build /app /app', 'RUN late')).toEqual([
      '1: RUN npm ci',
      '2: RUN setup',
    ]);
    expect(await endsOf(...build, 'FROM nginx', 'COPY --from=0 /app /app', 'RUN late')).toEqual(['1: RUN npm ci']);
    expect(await endsOf(...build, 'FROM build', 'RUN npm prune')).toEqual(['1: RUN npm ci']);
  });

  test('may take something from an image, and from a stage without sources', async () => {
    const first = ['FROM base AS tools', 'RUN make tools'];
    expect(
      await endsOf(...first, 'FROM php', 'COPY --from=composer:2 /c /c', 'COPY --from=tools /t /t', 'RUN both'),
    ).toEqual(['1: RUN make tools', '2: RUN both']);
  });

  test('keeps commands of several lines whole', async () => {
    const text = 'FROM debian\nRUN apt-get update && \\\n  # a word\n  apt-get install -y git\nCOPY . .\n';
    expect(await dependencyStages(text)).toEqual([{ number: 1, dockerfile: text.replace('COPY . .\n', '') }]);
  });

  test.each(['', 'nonsense', 'RUN before any stage'])('is nowhere in %j', async (text) => {
    expect(await dependencyStages(text)).toEqual([]);
  });
});

test('what an app is built of goes into layers, and what was only downloaded stays in its mount', () => {
  const go = 'RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build';
  expect(layeredForm(`${go}\nRUN --mount=type=cache,target=/root/.npm npm ci\n`)).toBe(
    'RUN --mount=type=cache,target=/root/.cache/go-build go build\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
  );
});
