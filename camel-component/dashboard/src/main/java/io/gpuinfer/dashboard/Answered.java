package io.gpuinfer.dashboard;

import io.gpuinfer.component.CallReport;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.tasks.TaskResult;
import java.util.concurrent.TimeUnit;

/**
 * Requests that were answered, and where their time went.
 *
 * @param requests that were answered
 * @param degraded those of them that a fallback answered
 * @param queueMicros waiting for the device
 * @param transferMicros of inputs to the device and of outputs back
 * @param computeMicros of the device without the transfers
 * @param restMicros everything else: tokenizing, decoding, threads that wait for a core
 */
record Answered(
    long requests,
    long degraded,
    long queueMicros,
    long transferMicros,
    long computeMicros,
    long restMicros) {

  /** One request. What its parts took together never is more than it took. */
  static Answered of(CallReport call) {
    TaskResult result = call.result();
    Execution execution = result.execution();
    long total = micros(call.nanos());
    double queue = result.queueNanos();
    double transfer = (double) execution.inputNanos() + execution.outputNanos();
    double compute = Math.max(0, result.computeNanos() - transfer);
    // Parts of a request that ran side by side, as the lines of a page do, count for each of them.
    double scale = Math.min(1, call.nanos() / Math.max(1, queue + transfer + compute));
    long queueMicros = micros(queue * scale);
    long transferMicros = micros(transfer * scale);
    long computeMicros = micros(compute * scale);
    return new Answered(
        1,
        call.fallback() ? 1 : 0,
        queueMicros,
        transferMicros,
        computeMicros,
        Math.max(0, total - queueMicros - transferMicros - computeMicros));
  }

  Answered plus(Answered other) {
    return new Answered(
        requests + other.requests,
        degraded + other.degraded,
        queueMicros + other.queueMicros,
        transferMicros + other.transferMicros,
        computeMicros + other.computeMicros,
        restMicros + other.restMicros);
  }

  /** All of their time. */
  long micros() {
    return queueMicros + transferMicros + computeMicros + restMicros;
  }

  private static long micros(double nanos) {
    return TimeUnit.NANOSECONDS.toMicros((long) nanos);
  }
}
