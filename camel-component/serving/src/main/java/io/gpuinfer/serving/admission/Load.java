package io.gpuinfer.serving.admission;

import io.gpuinfer.serving.ServerState;

/**
 * What a server has to do already when a request comes, and how fast it does it.
 *
 * @param state of the server
 * @param inServer requests that wait or run
 * @param most requests that may be in the server while it recovers
 * @param nanosPerWork nanoseconds that a device takes for a unit of work; 0 while not known
 * @param nanosPerBatch nanoseconds that it takes for each batch besides; 0 while not known
 * @param rowsPerBatch rows that may share a run
 * @param devices that work
 * @param untilFree nanoseconds until one of them has finished what it runs
 * @param now as {@link System#nanoTime()} tells it
 */
public record Load(
    ServerState state,
    int inServer,
    int most,
    double nanosPerWork,
    double nanosPerBatch,
    int rowsPerBatch,
    int devices,
    double untilFree,
    long now) {

  /** Nanoseconds until so much has been run, if it is put together as well as may be. */
  double nanos(double work, int rows) {
    double batches = Math.ceil(Math.ceil((double) rows / rowsPerBatch) / devices);
    return untilFree + nanosPerWork * work / devices + nanosPerBatch * batches;
  }
}
