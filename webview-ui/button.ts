import { html, nothing, type TemplateResult } from 'lit-html';
import type { Wish } from '../src/shared/protocol.ts';
import { icon } from './status.ts';
import { wish } from './vscode.ts';

export interface ButtonLook {
  icon?: string;
  /** One per screen at most. */
  isPrimary?: boolean;
  /** What a screen reader says, when the words alone do not tell of what. */
  label?: string;
}

/** A button that sends a wish. */
export function wishButton(words: string, wanted: Wish, look: ButtonLook = {}): TemplateResult {
  return actButton(words, () => wish(wanted), look);
}

export function actButton(words: string, act: () => void, look: ButtonLook = {}): TemplateResult {
  return html`<vscode-button
    appearance=${look.isPrimary ? 'primary' : 'secondary'}
    aria-label=${look.label ?? nothing}
    @click=${act}
    >${look.icon ? html`<span slot="start">${icon(look.icon)}</span>` : nothing}${words}</vscode-button
  >`;
}

/** A button of an icon alone; its words are its label and its tooltip. */
export function iconButton(name: string, words: string, act: () => void, isPressed?: boolean): TemplateResult {
  return html`<vscode-button
    appearance="icon"
    class=${isPressed ? 'pressed' : ''}
    aria-label=${words}
    aria-pressed=${isPressed === undefined ? nothing : String(isPressed)}
    title=${words}
    @click=${act}
    >${icon(name)}</vscode-button
  >`;
}
