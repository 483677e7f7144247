package io.gpuinfer.serving.admission;

import io.gpuinfer.serving.Priority;
import java.time.Duration;
import java.util.Arrays;

/**
 * Learns by how much requests are answered later than was to be expected when they came: those of
 * higher priority that come after them are served before them, and nobody knows these beforehand.
 * Not thread-safe: its owner guards it.
 */
final class Foresight {

  private static final double WEIGHT_OF_NEWEST = 0.1;
  private static final double LARGEST = 10;

  /** What was learnt fades within such a time, or what nobody gets in for could not be unlearnt. */
  private static final double MEMORY = Duration.ofSeconds(2).toNanos();

  private final double[] delays = new double[Priority.values().length];
  private final long[] learnt = new long[delays.length];

  Foresight() {
    Arrays.fill(delays, 1);
  }

  /** How many times as long as expected it takes to answer a request of that priority. */
  double delay(Priority priority, long now) {
    int i = priority.ordinal();
    return 1 + (delays[i] - 1) * Math.exp((learnt[i] - now) / MEMORY);
  }

  /** A request was answered, or not in time, after so many times as long as expected. */
  void ended(Priority priority, double times, long now) {
    double before = delay(priority, now);
    double bounded = Math.max(1, Math.min(LARGEST, times));
    delays[priority.ordinal()] = before + WEIGHT_OF_NEWEST * (bounded - before);
    learnt[priority.ordinal()] = now;
  }
}
