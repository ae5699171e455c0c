import { cmdFor, commonIgnores, dockerfileOf, plainWords, runFor } from './dockerfileText.ts';
import { type AppPlan, type BaseImage, blankPlan, type Framework } from './framework.ts';

const defaultPort = 8080;

/** Images that bring the program with which a command begins. */
const images: readonly [program: RegExp, language: string, image: string][] = [
  [/^(?:node|npm|npx)$/, 'javascript', 'node:22-bookworm-slim'],
  [/^python3?$/, 'python', 'python:3.13-slim-bookworm'],
  [/^(?:ruby|rackup|bundle)$/, 'ruby', 'ruby:3.4-slim-bookworm'],
  [/^php$/, 'php', 'php:8.4-cli-bookworm'],
  [/^perl$/, 'perl', 'perl:5-slim-bookworm'],
  [/^java$/, 'java', 'eclipse-temurin:21-jre'],
];
const plain = 'debian:bookworm-slim';

/** What nobody recognised, and its user says how it starts: the files as they are, with what the command needs. */
export const startCommand: Framework = {
  id: 'command',
  async detect(_source, { startCommand }) {
    if (!startCommand) return undefined;
    const program = plainWords(startCommand)?.[0] ?? '';
    const [, language = '', image = plain] = images.find(([pattern]) => pattern.test(program)) ?? [];
    return {
      ...blankPlan,
      framework: 'other',
      kind: 'command',
      label: 'An app by its start command',
      language,
      startCommand,
      port: defaultPort,
      warnings: [
        `Nothing was recognised, so port ${defaultPort} and the image ${image} are assumed; --port says another port.`,
      ],
      dockerignore: [...commonIgnores],
      isWeak: true,
      writeDockerfile: (plan, base) => dockerfile(plan, base, image),
    };
  },
};

function dockerfile(plan: AppPlan, base: BaseImage, image: string): string {
  const { installCommand, buildCommand, port } = plan;
  return dockerfileOf(
    `FROM ${base(image)}`,
    'RUN useradd --system --create-home app',
    'WORKDIR /app',
    'COPY --chown=app:app . .',
    installCommand !== '' && runFor(installCommand),
    buildCommand !== '' && runFor(buildCommand),
    `ENV PORT=${port} \\\n    HOST=0.0.0.0`,
    'USER app',
    `EXPOSE ${port}`,
    // No HEALTHCHECK: the port may be a guess, and a wrong one would call a good app unhealthy.
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
