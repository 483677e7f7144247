package io.gpuinfer.benchmarks;

import io.gpuinfer.load.Neighbours;
import java.util.concurrent.TimeUnit;

/**
 * Times two competitors alternately, so that what else the machine does meets both alike.
 *
 * <p>Each turn is a rest, some runs that are not timed and one that is: a competitor is measured in
 * full swing, as on a busy server, and not on what its rival left in the caches or on a core that
 * has gone to sleep.
 *
 * @param rounds how often each is timed
 */
record Race(int rounds, Progress progress) {

  /** ONNX Runtime's threads spin for up to 20 ms after a run, which would be the rival's time. */
  private static final long REST_MILLIS = 50;

  /** How long a turn runs before its time is taken; one run at least. */
  private static final long SWING_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  private static final int WARM_UP_ROUNDS = 3;
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  Comparison between(Runnable ours, Runnable theirs) {
    warmUp(ours, theirs);
    // Leaves no garbage of the loading to be collected within a round.
    System.gc();
    Neighbours neighbours = new Neighbours();
    neighbours.share();
    double[] oursMillis = new double[rounds];
    double[] theirsMillis = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      oursMillis[round] = turn(ours);
      theirsMillis[round] = turn(theirs);
      progress.advanced(round + 1, rounds);
    }
    return Comparison.of(oursMillis, theirsMillis, neighbours.share());
  }

  private static void warmUp(Runnable ours, Runnable theirs) {
    long start = System.nanoTime();
    for (int i = 0; i < WARM_UP_ROUNDS || System.nanoTime() - start < WARM_UP_NANOS; i++) {
      ours.run();
      theirs.run();
    }
  }

  private static double turn(Runnable work) {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts a race", e);
    }
    long swing = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - swing < SWING_NANOS);
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
