package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Rows of a request that run together: all of it, or some where it is too large for one run. Two
 * parts are the same only if they are one object.
 */
public final class Part {

  private final Job job;
  private final int from;
  private final int rows;
  private int failedRuns;

  Part(Job job, int from, int rows) {
    this.job = job;
    this.from = from;
    this.rows = rows;
  }

  public Job job() {
    return job;
  }

  /** Rows of it; 1 for a request that has none. */
  public int rows() {
    return rows;
  }

  /** Counts a run that its device failed under, and answers how many there were. */
  public int countFailedRun() {
    return ++failedRuns;
  }

  /** Whether it can wait, or run, no longer to any purpose. */
  public boolean isOver(long now) {
    return job.isEnded() || job.isCancelled() || job.isExpired(now);
  }

  Map<String, Tensor> inputs() {
    if (job.parts().size() == 1) {
      return job.request().inputs();
    }
    Map<String, Tensor> inputs = new HashMap<>();
    job.request().inputs().forEach((name, tensor) -> inputs.put(name, Rows.of(tensor, from, rows)));
    return inputs;
  }
}
