package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.InferenceRequest;
import io.gpuinfer.serving.InferenceResult;
import io.gpuinfer.serving.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A request from its submission to its end. What changes in it is guarded by the server that serves
 * it.
 */
public final class Job {

  private final InferenceRequest request;
  private final Form form;
  private final long submittedNanos;
  private final CompletableFuture<InferenceResult> answer = new CompletableFuture<>();
  private final List<Part> parts = new ArrayList<>();
  private final Map<Part, Supplier<Map<String, Tensor>>> outputs = new HashMap<>();
  private Execution execution;
  private int batchSize;
  private double expectedNanos;
  private long startedNanos;
  private long computeNanos;
  private boolean started;
  private boolean ended;

  /**
   * @param form of the request's inputs
   * @param maxRows rows of a part; a request that has more is cut into several
   */
  public Job(InferenceRequest request, Form form, long submittedNanos, int maxRows) {
    this.request = request;
    this.form = form;
    this.submittedNanos = submittedNanos;
    // A model that takes no batches is trusted to know what to do with the rows of one request.
    int step = form.rows() == Form.ALONE || maxRows == 1 ? Integer.MAX_VALUE : maxRows;
    int rows = Math.max(1, form.rows());
    for (int from = 0; from < rows; from = step == Integer.MAX_VALUE ? rows : from + step) {
      parts.add(new Part(this, from, Math.min(rows - from, step)));
    }
  }

  public InferenceRequest request() {
    return request;
  }

  public Form form() {
    return form;
  }

  public Priority priority() {
    return request.priority();
  }

  public long submittedNanos() {
    return submittedNanos;
  }

  public CompletableFuture<InferenceResult> answer() {
    return answer;
  }

  public List<Part> parts() {
    return parts;
  }

  public boolean isCancelled() {
    return answer.isCancelled();
  }

  public boolean isExpired(long now) {
    return request.isExpired(now);
  }

  /** Whether it has had its end; whatever comes later is too late. */
  public boolean isEnded() {
    return ended;
  }

  /** Ends it. */
  public void end() {
    ended = true;
  }

  /** It was admitted, and is expected to be answered after so many nanoseconds. */
  public void admitted(double expected) {
    expectedNanos = expected;
  }

  /** Nanoseconds from its admission to its answer, as was to be expected then. */
  public double expectedNanos() {
    return expectedNanos;
  }

  /** A part of it begins to run. */
  public void started(long now) {
    if (!started) {
      started = true;
      startedNanos = now;
    }
  }

  /** Nanoseconds that it has waited, until it first ran or until now. */
  public long queueNanos(long now) {
    return (started ? startedNanos : now) - submittedNanos;
  }

  /**
   * A part of it was answered.
   *
   * @param partOutputs the part's share of the outputs
   * @return whether all parts are answered
   */
  public boolean answered(
      Part part,
      Supplier<Map<String, Tensor>> partOutputs,
      Execution run,
      int requests,
      long nanos) {
    outputs.put(part, partOutputs);
    execution = execution == null ? run : execution.plus(run);
    batchSize = Math.max(batchSize, requests);
    computeNanos += nanos;
    return outputs.size() == parts.size();
  }

  /** The answer, once all parts are answered and nothing changes any more. */
  public InferenceResult result(String version) {
    List<Map<String, Tensor>> each = parts.stream().map(part -> outputs.get(part).get()).toList();
    Map<String, Tensor> whole = each.get(0);
    if (each.size() > 1) {
      Map<String, Tensor> joined = new HashMap<>();
      for (String name : whole.keySet()) {
        joined.put(name, Rows.concatenated(each.stream().map(own -> own.get(name)).toList()));
      }
      whole = joined;
    }
    return new InferenceResult(
        whole, version, batchSize, startedNanos - submittedNanos, computeNanos, execution);
  }
}
