package io.gpuinfer.load;

import io.gpuinfer.component.GpuInferConstants;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Message;

/** Where the time of answered requests went, as the headers of their answers tell it. */
public final class ServedTimes {

  private final LongAdder requests = new LongAdder();
  private final DoubleAdder runs = new DoubleAdder();
  private final DoubleAdder queue = new DoubleAdder();
  private final DoubleAdder transfer = new DoubleAdder();
  private final DoubleAdder compute = new DoubleAdder();
  private final DoubleAdder rest = new DoubleAdder();

  /**
   * Sums over requests; a run that several share counts for each of them.
   *
   * @param requests that were answered
   * @param runs of the device that it took
   * @param queueMillis waiting for the device
   * @param transferMillis of inputs to the device and of outputs back
   * @param computeMillis of the device without the transfers
   * @param restMillis everything else: route, tokenizer, pooling, threads that wait for a core
   */
  public record Sums(
      long requests,
      double runs,
      double queueMillis,
      double transferMillis,
      double computeMillis,
      double restMillis) {

    public double allMillis() {
      return queueMillis + transferMillis + computeMillis + restMillis;
    }

    public double meanBatch() {
      return requests / runs;
    }

    public double meanQueueMillis() {
      return queueMillis / requests;
    }

    public double meanTransferMillis() {
      return transferMillis / requests;
    }

    public double meanComputeMillis() {
      return computeMillis / requests;
    }
  }

  /** An answer; those without the component's headers are left out. */
  public void add(Message answer, double totalMillis) {
    Integer batch = answer.getHeader(GpuInferConstants.BATCH_SIZE, Integer.class);
    if (batch == null) {
      return;
    }
    double waited = millis(answer, GpuInferConstants.QUEUE_MILLIS);
    double ran = millis(answer, GpuInferConstants.COMPUTE_MILLIS);
    double moved = Math.min(ran, millis(answer, GpuInferConstants.TRANSFER_MILLIS));
    requests.increment();
    // Each of the n requests of a run brings an nth of it.
    runs.add(1.0 / batch);
    queue.add(waited);
    transfer.add(moved);
    compute.add(ran - moved);
    rest.add(Math.max(0, totalMillis - waited - ran));
  }

  public Sums sums() {
    return new Sums(
        requests.sum(), runs.sum(), queue.sum(), transfer.sum(), compute.sum(), rest.sum());
  }

  private static double millis(Message answer, String header) {
    Double value = answer.getHeader(header, Double.class);
    return value == null ? 0 : value;
  }
}
