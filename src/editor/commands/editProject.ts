import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import type { Project } from '../../shared/models.ts';
import { askChoice, askText, back, type Choice } from '../ask.ts';
import { costOfChange } from '../costOfChange.ts';
import { targetOf } from '../nodes.ts';
import { type ProjectField, projectFields } from '../projectFields.ts';
import { projectFor } from '../targets.ts';
import type { Command } from './command.ts';

/** Shows every value of a project, and changes those that are chosen, one after the other, until the user leaves. */
export const editProject: Command = {
  id: 'deployotron.editProject',
  async run(session, target) {
    let project = await projectFor(session, target);
    if (!project) return undefined;
    const app = await session.app();
    let cost = '';
    for (let field = await askField(project, cost); field; field = await askField(project, cost, field)) {
      const before = project;
      project = await editField(app, project, field);
      cost = await costOfChange(app, before, project.options);
    }
    return project.id;
  },
};

/** `cost` says what the last change makes of the costs. */
async function askField(project: Project, cost: string, last?: ProjectField): Promise<ProjectField | undefined> {
  const choices = projectFields.map((field): Choice<ProjectField> => {
    const value = field.read(project);
    return { label: field.label, description: value || vscode.l10n.t('not set'), detail: field.hint, value: field };
  });
  const title = [project.name, targetOf(project)].filter(Boolean).join(' · ');
  const chosen = await askChoice<ProjectField>({
    title,
    placeholder: cost || vscode.l10n.t('Enter changes a value, Escape ends'),
    choices,
    active: last,
  });
  return chosen === back ? undefined : chosen;
}

/** The project with the new value, or as it was when the user backs out. */
async function editField(app: App, project: Project, field: ProjectField): Promise<Project> {
  const said = await askText({
    title: `${project.name}: ${field.label}`,
    value: field.read(project),
    prompt: field.hint,
    check: field.check,
    canGoBack: true,
  });
  return typeof said === 'string' ? app.updateProject(project.id, field.change(said, project)) : project;
}
