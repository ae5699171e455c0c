import type { BuildFile } from './maven.ts';

export interface JvmKind {
  kind: 'spring-boot' | 'quarkus' | 'java';
  label: string;
  /** What says so in the build file. */
  sign: string;
}

/** What a build file makes of its sources; both Maven and Gradle name the plugin that packs the program. */
export function kindOf({ text }: BuildFile): JvmKind | undefined {
  const has = (word: string) => text.includes(word);
  if (has('spring-boot-maven-plugin') || has('org.springframework.boot')) {
    const sign = has('spring-boot-maven-plugin') ? 'spring-boot-maven-plugin' : 'org.springframework.boot';
    const isPacked =
      has('spring-boot-maven-plugin') || /["']org\.springframework\.boot["']|alias\(.*spring.*boot/.test(text);
    if (isPacked) return { kind: 'spring-boot', label: 'Spring Boot', sign };
  }
  if (has('quarkus-maven-plugin') || /["']io\.quarkus["']/.test(text)) {
    const sign = has('quarkus-maven-plugin') ? 'quarkus-maven-plugin' : 'io.quarkus';
    return { kind: 'quarkus', label: 'Quarkus', sign };
  }
  for (const [sign, label] of plain) if (has(sign)) return { kind: 'java', label, sign };
  return undefined;
}

/** Libraries that serve, and need nothing but a class that starts. */
const plain: readonly [sign: string, label: string][] = [
  ['io.ktor', 'Ktor'],
  ['io.javalin', 'Javalin'],
  ['io.micronaut', 'Micronaut'],
  ['io.helidon', 'Helidon'],
  ['io.vertx', 'Vert.x'],
];
