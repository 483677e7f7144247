package io.gpuinfer.serving.capacity;

/**
 * How long requests take from submission to answer, in nanoseconds; infinite when more arrives than
 * can be served.
 *
 * @param meanNanos in the mean
 * @param p50Nanos what half of them take at most
 * @param p90Nanos 90 in 100
 * @param p99Nanos 99 in 100
 */
public record LatencyForecast(double meanNanos, double p50Nanos, double p90Nanos, double p99Nanos) {

  /** More arrives than can be served, so the queue grows as long as it may. */
  static final LatencyForecast UNBOUNDED =
      new LatencyForecast(
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY);
}
