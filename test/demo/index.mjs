// `npm run demo` shows a deployment in the terminal, `npm run demo -- --vscode` brings one's own VS Code to try it in.
await import(process.argv.includes('--vscode') ? './vscode.mjs' : './demo.mjs');
