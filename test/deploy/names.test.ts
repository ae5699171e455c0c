import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkProjectName,
  checkRepositoryName,
  imageTag,
  repositoryNameFor,
  suggestProjectName,
} from '../../src/deploy/names.ts';

describe('names', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the very text that is tried.
  it.each(["a'b", 'a"b', 'a\nb', '${HOME}', '$(id)', '-x', '', 'a b', 'x'.repeat(64)])(
    'refuses %j as a project',
    (name) => {
      expect(() => checkProjectName(name)).toThrow(/cannot be used/);
    },
  );

  it.each([
    ['https://example.com/me/my-shop.git', 'my-shop'],
    ['git@example.com:me/Shop.git', 'Shop'],
    ['/home/me/Mein Laden/', 'Mein-Laden'],
    ['/', 'app'],
    ['/srv/123', 'app'],
  ])('suggests for %s the name %s', (path, name) => {
    expect(suggestProjectName(path)).toBe(name);
  });

  it('always suggests a name that is allowed, with a repository that ECR takes and a tag that Docker takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (path) => {
        const name = checkProjectName(suggestProjectName(path));
        checkRepositoryName(repositoryNameFor(name));
        expect(imageTag(name, 'f'.repeat(40), ['x'])).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
      }),
    );
  });

  it('gives another tag for anything else that the image is made of', () => {
    const tags = [
      ['a', 'b'],
      ['ab', ''],
      ['a', 'c'],
    ].map((ingredients) => imageTag('shop', 'f'.repeat(40), ingredients));
    expect(new Set(tags).size).toBe(3);
    expect(tags[0]).toMatch(/^shop-ffffffffffff-[0-9a-f]{8}$/);
  });
});
