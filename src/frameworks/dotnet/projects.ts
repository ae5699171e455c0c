import { fail } from '../../shared/errors.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt, parseObject, recordOf, stringOf } from '../manifest.ts';

export interface DotnetProject {
  file: string;
  text: string;
  isWeb: boolean;
  /** Name of the program, without `.dll`. */
  assembly: string;
  /** `8.0`, or empty. */
  target: string;
}

/** All project files, those of the web first. Throws InvalidManifest. */
export async function dotnetProjects(source: SourceTree): Promise<DotnetProject[]> {
  const files = (await source.files()).filter(
    (file) => /^(?:[\w.-]+\/)*[\w.-]+\.[cf]sproj$/.test(file) && !/(?:^|[/.])tests?(?:[/.]|$)/i.test(file),
  );
  const projects = await Promise.all(
    files.slice(0, 100).map(async (file) => read(file, (await source.read(file)) ?? '')),
  );
  return projects.sort((a, b) => Number(b.isWeb) - Number(a.isWeb));
}

async function read(file: string, text: string): Promise<DotnetProject> {
  const { XMLValidator } = await import('fast-xml-parser');
  const result = XMLValidator.validate(text.replace(/^\uFEFF/, ''));
  if (result !== true) throw fail('InvalidManifest', file, `${result.err.msg} (line ${result.err.line})`);
  const name = /([\w.-]+)\.[cf]sproj$/.exec(file)?.[1] ?? '';
  return {
    file,
    text,
    isWeb: /Microsoft\.NET\.Sdk\.Web["']/.test(text),
    assembly: /<AssemblyName>\s*([\w.-]+)\s*</.exec(text)?.[1] ?? name,
    target: /<TargetFrameworks?>[^<]*?net(?:coreapp)?(\d+\.\d)/.exec(text)?.[1] ?? '',
  };
}

/** The runtime that the project is compiled for. */
export async function dotnetVersion(
  source: SourceTree,
  { file, text, target }: DotnetProject,
): Promise<{ value: string; evidence: EvidenceItem[] }> {
  if (target)
    return { value: target, evidence: [evidenceAt(file, text, '<TargetFramework', `is compiled for .NET ${target}`)] };
  const props = await source.read('Directory.Build.props');
  const shared = /<TargetFramework>\s*net(\d+\.\d)/.exec(props ?? '');
  if (props && shared?.[1]) {
    return {
      value: shared[1],
      evidence: [evidenceAt('Directory.Build.props', props, shared[0], `is compiled for .NET ${shared[1]}`)],
    };
  }
  const sdk = await dotnetSdk(source);
  return sdk ? { value: sdk.value, evidence: [sdk.evidence] } : { value: '9.0', evidence: [] };
}

/** The SDK that global.json names: a newer one compiles for older runtimes too. */
export async function dotnetSdk(source: SourceTree): Promise<{ value: string; evidence: EvidenceItem } | undefined> {
  const text = await source.read('global.json');
  const sdk = text && stringOf(recordOf(parseObject('global.json', withoutComments(text)).sdk).version);
  const value = sdk && /^(\d+\.\d)/.exec(sdk)?.[1];
  return text && value
    ? { value, evidence: evidenceAt('global.json', text, sdk, `asks for the SDK ${sdk}`) }
    : undefined;
}

const withoutComments = (text: string) => text.replace(/^[ \t]*\/\/.*$/gm, '');
