import type { StatsRequest } from "@interview-proxy/protocol";
import { Counter, Gauge, Registry } from "prom-client";

/** What can be read when it is asked for; `undefined` says nothing. */
type Reading = () => number | undefined | Promise<number | undefined>;

/**
 * What this process counts for whoever operates it, in Prometheus's terms. A name of a label has few values and none that
 * names a tenant, a person, a session or a call.
 */
export class Metrics {
  readonly #registry = new Registry();

  /** One line for each thing that is counted. */
  readonly sessionsEnded = this.#counter("sessions_ended_total", "Sessions that have ended.", "reason");
  readonly calls = this.#counter("calls_total", "Calls that have come to a state.", "state");
  readonly writes = this.#counter("writes_total", "What had to be written while interviews ran.", "kind", "outcome");
  readonly takeOvers = this.#counter("take_overs_total", "Sessions taken over from a process that is gone.");
  readonly webhookAttempts = this.#counter("webhook_attempts_total", "Attempts to deliver a webhook.", "outcome");
  readonly webhookDeadLetters = this.#counter("webhook_dead_letters_total", "Webhooks that are tried no more.");
  readonly unreadableFrames = this.#counter("unreadable_frames_total", "Frames of sidebands that were not read.");

  readonly #connectionReports = this.#counter(
    "connection_reports_total",
    "What pages tell of the connections of their calls, every few seconds.",
    "quality",
  );

  constructor() {
    this.gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
    this.gauge("process_cpu_seconds", "CPU time of the process.", () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    });
    const before = { utilization: performance.eventLoopUtilization() };
    this.gauge("nodejs_eventloop_utilization", "Busy part of the time since the last look, from 0 to 1.", () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before.utilization);
      before.utilization = now;
      return utilization;
    });
  }

  /** A page has told how good the connection of its call is. */
  clientStats({ quality }: StatsRequest): void {
    this.#connectionReports.inc({ quality });
  }

  /** Adds something that is read each time somebody looks. The name has its unit at its end. */
  gauge(name: string, help: string, read: Reading): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        const value = await read();
        if (value === undefined) gauge.reset();
        else gauge.set(value);
      },
    });
  }

  /** Everything in Prometheus's text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `interview_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
