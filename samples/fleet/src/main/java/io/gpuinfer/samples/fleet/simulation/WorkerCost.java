package io.gpuinfer.samples.fleet.simulation;

/**
 * What a worker takes, all in seconds. A poll of {@code n} requests takes {@code perItem·n}, {@code
 * perRun} for each run of the model that it is cut into, and {@code perPoll}.
 *
 * @param perItem of a request in a run
 * @param perRun of a run, however small
 * @param perPoll of writing the answers and committing, however few
 * @param run the most requests of a run
 * @param poll the most requests of a poll
 */
record WorkerCost(double perItem, double perRun, double perPoll, int run, int poll) {

  WorkerCost {
    if (!(perItem > 0) || !(perRun >= 0) || !(perPoll >= 0) || run < 1 || poll < 1) {
      throw new IllegalArgumentException("Times must be positive, sizes 1 or more");
    }
  }

  double seconds(int requests) {
    int runs = (requests + run - 1) / run;
    return perItem * requests + perRun * runs + perPoll;
  }

  /** Requests in a second when all polls are full. */
  double peakPerSecond() {
    return poll / seconds(poll);
  }
}
