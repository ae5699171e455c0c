import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import MarkdownIt, { type Token } from 'markdown-it';
import { placesIn } from '../src/shared/places.ts';
import { iconButton } from './button.ts';

/** What the buttons and links of an answer do; blocks of code and places are told by their number. */
export interface MarkdownActs {
  copy(block: number): void;
  insert(block: number): void;
  openPlace(place: number): void;
}

const parser = new MarkdownIt({ html: false, linkify: false });

/**
 * Claude's text as templates, tag by tag from a list: whatever else the parser knows or learns stays text. Links lead to
 * https or to a place in the workspace; there are no images, since each would be fetched from whoever it names.
 */
export function markdown(text: string, acts: MarkdownActs): unknown {
  const places = placesIn(text).map((place) => place.text);
  let blocks = 0;
  const root = treeOf(parser.parse(text, {}));
  return childrenOf(root);

  function childrenOf(nodes: readonly Node[]): unknown[] {
    return nodes.map(draw);
  }

  function draw({ token, children }: Node): unknown {
    // The paragraphs of a tight list are there, but not meant to be seen.
    if (token.hidden) return childrenOf(children);
    switch (token.type) {
      case 'inline':
        return childrenOf(treeOf(token.children ?? []));
      case 'text':
        return withPlaces(token.content);
      case 'code_inline':
        return placeLink(token.content) ?? html`<code>${token.content}</code>`;
      case 'softbreak':
        return '\n';
      case 'hardbreak':
        return html`<br />`;
      case 'hr':
        return html`<hr />`;
      case 'fence':
      case 'code_block':
        return codeBlock(token, blocks++);
      case 'image':
        return html`<span class="quiet">${t('[picture: {0}]', token.content)}</span>`;
      case 'link_open':
        return link(String(token.attrGet('href') ?? ''), childrenOf(children));
      default:
        return (tags[token.type] ?? asIs)(childrenOf(children));
    }
  }

  function withPlaces(words: string): unknown {
    const here = placesIn(words).map((place) => place.text);
    if (here.length === 0) return words;
    const pieces = words.split(new RegExp(`(${here.map(escaped).join('|')})`));
    return pieces.map((piece, at) => (at % 2 ? (placeLink(piece) ?? piece) : piece));
  }

  /** Undefined for what is no place. */
  function placeLink(said: string): TemplateResult | undefined {
    const at = places.indexOf(said);
    if (at < 0) return undefined;
    return html`<button class="link" title=${t('Open {0}', said)} @click=${() => acts.openPlace(at)}>${said}</button>`;
  }

  function link(href: string, words: unknown[]): unknown {
    if (/^https:\/\//i.test(href)) return html`<a href=${href} title=${href}>${words}</a>`;
    const at = places.indexOf(href);
    if (at < 0) return words;
    return html`<button class="link" title=${t('Open {0}', href)} @click=${() => acts.openPlace(at)}>${words}</button>`;
  }

  function codeBlock({ content, info }: Token, block: number): TemplateResult {
    const language = info.trim().split(/\s/)[0] ?? '';
    return html`<figure class="code">
      <figcaption>
        <span class="quiet">${language || t('code')}</span>
        <span class="spacer"></span>
        ${iconButton('copy', t('Copy'), () => acts.copy(block))}
        ${iconButton('insert', t('Insert at Cursor'), () => acts.insert(block))}
      </figcaption>
      <pre tabindex="0" aria-label=${t('Code, {0}', language || t('no language'))}><code>${content}</code></pre>
    </figure>`;
  }
}

/** Headings begin below those of the page. */
const tags: Record<string, (inner: unknown) => unknown> = {
  paragraph_open: (inner) => html`<p>${inner}</p>`,
  strong_open: (inner) => html`<strong>${inner}</strong>`,
  em_open: (inner) => html`<em>${inner}</em>`,
  s_open: (inner) => html`<s>${inner}</s>`,
  heading_open: (inner) => html`<h3>${inner}</h3>`,
  bullet_list_open: (inner) => html`<ul>${inner}</ul>`,
  ordered_list_open: (inner) => html`<ol>${inner}</ol>`,
  list_item_open: (inner) => html`<li>${inner}</li>`,
  blockquote_open: (inner) => html`<blockquote>${inner}</blockquote>`,
  table_open: (inner) =>
    html`<div class="table" tabindex="0" role="group" aria-label=${t('Table')}><table>${inner}</table></div>`,
  thead_open: (inner) => html`<thead>${inner}</thead>`,
  tbody_open: (inner) => html`<tbody>${inner}</tbody>`,
  tr_open: (inner) => html`<tr>${inner}</tr>`,
  th_open: (inner) => html`<th>${inner}</th>`,
  td_open: (inner) => html`<td>${inner}</td>`,
};
const asIs = (inner: unknown) => inner ?? nothing;

interface Node {
  token: Token;
  children: Node[];
}

/** The parser gives a flat list in which what opens is closed again. */
function treeOf(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const open: Node[][] = [root];
  for (const token of tokens) {
    if (token.nesting === -1) open.pop();
    else {
      const node: Node = { token, children: [] };
      (open.at(-1) ?? root).push(node);
      if (token.nesting === 1) open.push(node.children);
    }
  }
  return root;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
