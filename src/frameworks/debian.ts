export type Debian = 'bookworm' | 'bullseye';

/** Libraries that are called otherwise in the older release. */
const olderNames: Record<string, string> = {
  libicu72: 'libicu67',
  'libldap-2.5-0': 'libldap-2.4-2',
  libidn12: 'libidn11',
};

/** The release on which the official image of a language's version stands: the newest, unless that came after its end. */
export function debianFor(version: string, firstOnBookworm: number): Debian {
  return Number(version) < firstOnBookworm ? 'bullseye' : 'bookworm';
}

/** Packages, by their names in bookworm, as that release calls them. */
export function packagesOf(debian: Debian, names: readonly string[]): string[] {
  return debian === 'bookworm' ? [...names] : names.map((name) => olderNames[name] ?? name);
}

export function oldWarning(language: string, version: string, debian: Debian): string[] {
  if (debian === 'bookworm') return [];
  return [
    `${language} ${version} is not maintained any more, and neither is the Debian of its image: move to a newer one.`,
  ];
}
