package io.gpuinfer.samples.fleet.simulation;

/**
 * What a fleet is asked.
 *
 * @param workers at a time
 * @param partitions of the requests; each request is of any one with the same probability
 * @param perSecond requests that arrive at independent times (a Poisson process)
 * @param seconds for which they do
 */
record FleetLoad(int workers, int partitions, double perSecond, double seconds) {

  FleetLoad {
    if (workers < 1 || partitions < workers || !(perSecond > 0) || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "A fleet has workers, a partition or more for each, and a rate");
    }
  }
}
