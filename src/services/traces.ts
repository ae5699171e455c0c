import type { Attributes } from '@opentelemetry/api';
import type { Metrics } from '../shared/metrics.ts';
import type { Progress, StepProgress } from '../shared/progress.ts';

/**
 * Sends a deployment to an OpenTelemetry receiver, as OTLP over HTTP: a span for it, for each step and for each stage.
 * The trace's id is that of the deployment without its hyphens. Of texts only names go along, no messages and no logs.
 * A receiver that does not answer is waited for `patience` milliseconds. Throws what the library says.
 */
export async function sendTrace(
  endpoint: string,
  metrics: Metrics,
  progress: Progress,
  patience = 3_000,
): Promise<void> {
  const [{ ROOT_CONTEXT, SpanStatusCode, trace }, sdk, { resourceFromAttributes }, { OTLPTraceExporter }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
  const kept = new sdk.InMemorySpanExporter();
  const ids = new sdk.RandomIdGenerator();
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'deployotron', ...environmentOf(metrics) }),
    sampler: new sdk.AlwaysOnSampler(),
    spanProcessors: [new sdk.SimpleSpanProcessor(kept)],
    idGenerator: {
      generateTraceId: () => metrics.deploymentId.replaceAll('-', ''),
      generateSpanId: () => ids.generateSpanId(),
    },
  });
  const tracer = provider.getTracer('deployotron');

  const span = (
    parent: typeof ROOT_CONTEXT,
    name: string,
    times: [from: number, to: number],
    attributes: Attributes,
  ) => {
    const made = tracer.startSpan(name, { startTime: times[0], attributes }, parent);
    if (attributes['error.type']) made.setStatus({ code: SpanStatusCode.ERROR });
    made.end(Math.max(...times));
    return trace.setSpan(parent, made);
  };
  const { startedAt, endedAt = startedAt } = progress;
  const whole = span(ROOT_CONTEXT, metrics.operation, [startedAt, endedAt], wholeAttributes(metrics));
  for (const step of progress.steps.filter((each) => each.startedAt !== undefined)) {
    const from = step.startedAt ?? startedAt;
    const within = span(whole, step.label, [from, step.endedAt ?? endedAt], stepAttributes(step, metrics));
    for (const stage of step.stages ?? [])
      span(within, stage.name, [stage.startedAt, stage.endedAt], stageAttributes(stage));
  }
  // The SDK would swallow why the receiver refuses; the exporter itself tells.
  const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: patience });
  try {
    await new Promise<void>((resolve, reject) =>
      exporter.export(kept.getFinishedSpans(), ({ error }) => (error ? reject(error) : resolve())),
    );
  } finally {
    await exporter.shutdown();
  }
}

/** As the specification has it: the signal's path is added to the general endpoint. */
function tracesUrl(endpoint: string): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

function environmentOf({ environment }: Metrics): Attributes {
  return environment ? { 'deployment.environment.name': environment } : {};
}

function wholeAttributes(metrics: Metrics): Attributes {
  const { steps, ...facts } = metrics;
  const named = Object.entries(facts).map(([name, value]) => [`deployotron.${name}`, value]);
  return { ...Object.fromEntries(named), ...(metrics.cause && { 'error.type': metrics.cause }) };
}

function stepAttributes({ id, state }: StepProgress, { cause }: Metrics): Attributes {
  return { 'deployotron.step': id, 'deployotron.state': state, ...(state === 'failed' && { 'error.type': cause }) };
}

function stageAttributes({ cached, bytes }: { cached?: boolean; bytes?: number }): Attributes {
  return { ...(cached && { 'deployotron.cached': true }), ...(bytes !== undefined && { 'deployotron.bytes': bytes }) };
}
