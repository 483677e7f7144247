package io.gpuinfer.samples.fleet.simulation;

/**
 * A worker that dies with its poll unfinished, in seconds.
 *
 * @param at when it does
 * @param rebalance from then until others have its partitions
 * @param restart from then until another worker has taken its place
 */
record Death(double at, double rebalance, double restart) {

  Death {
    if (at < 0 || rebalance < 0 || restart < rebalance) {
      throw new IllegalArgumentException("A worker comes back after the partitions have moved");
    }
  }
}
