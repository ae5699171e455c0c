/**
 * Claude's text as Markdown that loads nothing: an image would be fetched from whoever it names, so it becomes a link.
 * HTML and command links are off by VS Code's own defaults. Code stays as it is. Pure.
 */
export function withoutImages(markdown: string): string {
  const parts = markdown.split(/(^```[\s\S]*?(?:^```|$(?![\s\S]))|`[^`\n]*`)/m);
  return parts.map((part, index) => (index % 2 ? part : part.replace(/!\[/g, '['))).join('');
}
