package io.gpuinfer.tasks.rerank;

import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Tells how well documents answer a query. */
interface Scorer {

  /**
   * What it found.
   *
   * @param values one for each document
   * @param details what else is worth telling, by name
   */
  record Scores(double[] values, Map<String, Object> details) {}

  /** Scores documents; query and documents are within the limits, and there is one document. */
  CompletableFuture<Scores> score(String query, List<String> documents, ModelRuns runs);

  /** Runs the model once, if it is to be warm, and sees whether it fits. */
  void warmUp(Calls calls);
}
