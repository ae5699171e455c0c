import type { Framework } from '../framework.ts';
import { nestHealth } from './nestHealth.ts';
import { dependsOn, has, readProject } from './project.ts';
import { serverPlan } from './server.ts';

export const nestjs: Framework = {
  id: 'nestjs',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project || !has(project, '@nestjs/core')) return undefined;
    const health = await nestHealth(source);
    const evidence = [dependsOn(project, '@nestjs/core'), ...health.evidence];
    const build = has(project, '@nestjs/cli') ? { build: 'nest build' } : {};
    return serverPlan(
      project,
      {
        kind: 'nestjs',
        label: 'NestJS',
        evidence,
        ...build,
        healthPath: health.healthPath,
        startFallback: 'node dist/main',
      },
      wishes,
    );
  },
};
