package io.gpuinfer.dashboard;

import java.util.Map;

/**
 * What is kept of a second.
 *
 * @param sample that was taken at its end
 * @param calls what became of the requests to each model, by its id; none where there were none
 */
record Second(Sample sample, Map<String, CallSums> calls) {

  /** How much memory it takes beside others; some hundred bytes are 1. */
  int weight() {
    return 1
        + sample.models().stream().mapToInt(model -> 2 + model.batches().size() / 4).sum()
        + 2 * calls.size();
  }
}
