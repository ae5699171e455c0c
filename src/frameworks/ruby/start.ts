import { fail } from '../../shared/errors.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { procfileWeb } from '../procfile.ts';
import type { Gemfile } from './gemfile.ts';

export interface RubyKind {
  kind: 'rails' | 'sinatra' | 'rack' | 'ruby';
  label: string;
  gem: string;
}
export const rubyKinds: readonly RubyKind[] = [
  { kind: 'rails', label: 'Rails', gem: 'rails' },
  { kind: 'sinatra', label: 'Sinatra', gem: 'sinatra' },
  { kind: 'rack', label: 'Rack', gem: 'rack' },
];

export interface RubyStart {
  command: string;
  evidence: EvidenceItem;
}

/** Throws NoStartCommand, and NotAnApp for a gem. */
export async function rubyStart(source: SourceTree, { gems, text }: Gemfile, { kind }: RubyKind): Promise<RubyStart> {
  const declared = await procfileWeb(source);
  if (declared && !/foreman|bin\/dev/.test(declared.command)) return declared;
  const hasPuma = gems.includes('puma');
  const hasRack = await source.has('config.ru');
  if (hasRack || kind === 'rails') {
    const file = hasRack ? 'config.ru' : 'Gemfile';
    const server = hasPuma
      ? 'puma -b tcp://0.0.0.0:$PORT'
      : gems.includes('unicorn')
        ? 'unicorn -l 0.0.0.0:$PORT'
        : kind === 'rails'
          ? 'rails server -b 0.0.0.0 -p $PORT'
          : 'rackup -o 0.0.0.0 -p $PORT';
    const says = `is started by ${server.split(' ')[0]}`;
    return {
      command: `bundle exec ${server}`,
      evidence: hasPuma ? evidenceAt('Gemfile', text, 'puma', says) : { file, says },
    };
  }
  for (const file of ['app.rb', 'server.rb', 'main.rb', 'web.rb']) {
    if (!(await source.has(file))) continue;
    const command = kind === 'sinatra' ? `bundle exec ruby ${file} -o 0.0.0.0 -p $PORT` : `bundle exec ruby ${file}`;
    return { command, evidence: { file, says: 'the file that is started' } };
  }
  const lookedAt = 'config.ru, Procfile, app.rb, server.rb, main.rb';
  const gemspec = (await source.files()).find((file) => /^[^/]+\.gemspec$/.test(file));
  throw gemspec ? fail('NotAnApp', `${gemspec} describes a library`, lookedAt) : fail('NoStartCommand', lookedAt);
}
