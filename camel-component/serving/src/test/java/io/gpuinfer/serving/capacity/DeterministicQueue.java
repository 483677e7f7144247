package io.gpuinfer.serving.capacity;

/**
 * The queue M/D/1 by its formulas: arrivals at independent times, one server, equal service times.
 * Times are in units of the service time.
 *
 * @param load arrivals in a service time
 */
record DeterministicQueue(double load) {

  private static final double STEP = 1e-3;

  /** Mean time from arrival to answer (Pollaczek 1930, Khinchine 1932). */
  double mean() {
    return 1 + load / (2 * (1 - load));
  }

  /**
   * The time within which a share of the requests is answered. It is looked for from 0 on, as terms
   * of alternating signs cancel each other more and more for long times.
   */
  double quantile(double share) {
    double wait = 0;
    while (shareWaitingUpTo(wait) < share) {
      wait += STEP;
    }
    return 1 + wait;
  }

  /**
   * The distribution of the wait (Erlang 1909): {@code (1 − ρ) Σ e^{ρ(t−j)} (−ρ(t−j))^j / j!} for
   * {@code j} up to {@code t}.
   */
  private double shareWaitingUpTo(double wait) {
    double sum = 0;
    double factorial = 1;
    for (int j = 0; j <= wait; j++) {
      factorial *= Math.max(1, j);
      double x = load * (wait - j);
      sum += Math.exp(x) * Math.pow(-x, j) / factorial;
    }
    return (1 - load) * sum;
  }
}
