import { commonIgnores, dockerfileOf } from './dockerfileText.ts';
import { blankPlan, type Framework, type Recognised } from './framework.ts';
import { nginxCommand, nginxStage, staticPort } from './nginx.ts';

const folders = ['.', 'public', 'dist', 'site', 'www', 'docs'];

/** Pages with no server of their own: nginx serves them. */
export const staticSite: Framework = {
  id: 'static',
  async detect(source, { startCommand }) {
    if (startCommand) return undefined;
    for (const folder of folders) {
      const file = folder === '.' ? 'index.html' : `${folder}/index.html`;
      if (await source.has(file)) return found(folder, file);
    }
    return undefined;
  },
};

function found(folder: string, file: string): Recognised {
  return {
    ...blankPlan,
    framework: 'other',
    kind: 'static',
    label: 'Static site',
    language: 'html',
    startCommand: nginxCommand.join(' '),
    outputFolder: folder,
    port: staticPort,
    healthPath: '/',
    evidence: [{ file, says: 'a page, and no manifest of a server beside it' }],
    dockerignore: [...commonIgnores, '**/node_modules'],
    isWeak: folder !== '.',
    writeDockerfile(plan, base) {
      const { outputFolder } = plan;
      const copy = `COPY ${outputFolder === '.' ? '.' : `${outputFolder}/`} /usr/share/nginx/html/`;
      return dockerfileOf(...nginxStage({ base, copy, plan }));
    },
  };
}
