import type { TokenUsage } from './chat.ts';

/** US dollars per million tokens. */
interface Price {
  input: number;
  output: number;
  cacheRead: number;
  /** Kept for five minutes. */
  cacheWrite: number;
}

/** The day of the list, https://platform.claude.com/docs/en/about-claude/pricing. */
const pricesOf = '2026-10-24';

const opus: Price = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 };
const sonnet: Price = { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 };
const haiku: Price = { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 };
const haikuLong: Price = { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 };

/** Haiku's higher price holds for requests whose prompt is longer than this, in tokens. */
const haikuLongPrompt = 100_000;

export type RequestTokens = Omit<TokenUsage, 'model' | 'cost'>;

/** What one request costs; undefined for a model whose price is not known. Pure. */
export function costOf(model: string, tokens: RequestTokens): TokenUsage['cost'] {
  const price = priceOf(model, tokens);
  if (!price) return undefined;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = tokens;
  const millionths =
    inputTokens * price.input +
    outputTokens * price.output +
    cacheReadTokens * price.cacheRead +
    cacheWriteTokens * price.cacheWrite;
  return { dollars: millionths / 1_000_000, pricesOf };
}

function priceOf(model: string, tokens: RequestTokens): Price | undefined {
  switch (model) {
    case 'claude-opus-5-5':
      return opus;
    case 'claude-sonnet-5-5':
      return sonnet;
    case 'claude-haiku-5-5':
      return tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens > haikuLongPrompt
        ? haikuLong
        : haiku;
    default:
      return undefined;
  }
}

/** Both together; without a cost when that of one is not known. */
export function addUsage(before: TokenUsage | undefined, model: string, tokens: RequestTokens): TokenUsage {
  const cost = costOf(model, tokens);
  if (!before) return { model, ...tokens, ...(cost && { cost }) };
  const dollars = before.cost && cost && before.cost.dollars + cost.dollars;
  return {
    model,
    inputTokens: before.inputTokens + tokens.inputTokens,
    outputTokens: before.outputTokens + tokens.outputTokens,
    cacheReadTokens: before.cacheReadTokens + tokens.cacheReadTokens,
    cacheWriteTokens: before.cacheWriteTokens + tokens.cacheWriteTokens,
    ...(dollars !== undefined && { cost: { dollars, pricesOf } }),
  };
}

/** For people: `12,300 tokens in, 840 out, about $0.066`. */
export function usageText({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cost }: TokenUsage): string {
  const count = (tokens: number) => tokens.toLocaleString('en-US');
  const read = inputTokens + cacheReadTokens + cacheWriteTokens;
  const price = cost ? `, about $${cost.dollars.toFixed(cost.dollars < 0.1 ? 4 : 2)}` : '';
  return `${count(read)} tokens in, ${count(outputTokens)} out${price}`;
}
