package io.gpuinfer.benchmarks;

import java.util.concurrent.TimeUnit;

/**
 * Times two competitors alternately, so that what else the machine does meets both alike.
 *
 * @param rounds how often each is timed
 */
record Race(int rounds, Progress progress) {

  private static final int WARM_UP_ROUNDS = 3;
  private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  Comparison between(Runnable ours, Runnable theirs) {
    warmUp(ours, theirs);
    // Leaves no garbage of the loading to be collected within a round.
    System.gc();
    double[] oursMillis = new double[rounds];
    double[] theirsMillis = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      // The order changes, since what runs second finds the caches as the first left them.
      if (round % 2 == 0) {
        oursMillis[round] = millis(ours);
        theirsMillis[round] = millis(theirs);
      } else {
        theirsMillis[round] = millis(theirs);
        oursMillis[round] = millis(ours);
      }
      progress.advanced(round + 1, rounds);
    }
    return Comparison.of(oursMillis, theirsMillis);
  }

  private static void warmUp(Runnable ours, Runnable theirs) {
    long start = System.nanoTime();
    for (int i = 0; i < WARM_UP_ROUNDS || System.nanoTime() - start < WARM_UP_NANOS; i++) {
      ours.run();
      theirs.run();
    }
  }

  private static double millis(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
