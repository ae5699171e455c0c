import type { Screen } from '../../shared/protocol.ts';

export interface Page {
  screen: Screen;
  /** Fresh for each page: only the script that carries it runs. */
  nonce: string;
  /** What `webview.cspSource` says: where our own files come from. */
  source: string;
  /** Addresses of the built files in the webview. */
  script: string;
  styles: readonly string[];
  /** A BCP 47 tag, such as `en`. */
  language: string;
}

/** The component library makes an empty <style> and fills it by script, which is allowed; so its empty text must be. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * The page before anything is known: nothing of the user's is in it, everything comes by message.
 * No inline script or style, no eval and no other host is allowed.
 */
export function pageHtml({ screen, nonce, source, script, styles, language }: Page): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} ${emptyStyle}`,
    `font-src ${source}`,
    `img-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Deployotron</title>
  ${styles.map((href) => `<link rel="stylesheet" href="${attribute(href)}">`).join('\n  ')}
</head>
<body data-screen="${screen}">
  <div id="root"></div>
  <div id="announcements" role="status" aria-live="polite"></div>
  <script type="module" nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
